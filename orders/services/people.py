"""What people add to orders and what may be forgotten about them: notes, erasure, the blocked list, rule settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from generation.services import erase
from opsportal import events
from opsportal.access import Actor
from opsportal.plugins.errors import Conflict, Invalid
from orders.matching import address_key, digest, email_key, folded, phone_key
from orders.models import (
    Address,
    BlockedEntry,
    Customer,
    Note,
    Order,
    ReturnEvidence,
    ReturnRequest,
    RuleSetting,
)
from orders.review import review_rules
from orders.tuning import checked_parameters


@transaction.atomic
def add_note(actor: Actor, order: Order, text: str) -> Note:
    """Tell colleagues something about an order. Raises ``Invalid`` for a blank or endless note."""
    actor.require("orders.add_note")
    text = text.strip()
    if not text:
        raise Invalid(_("Write a note first."), "blank")
    if len(text) > 4000:
        raise Invalid(_("A note has at most 4,000 characters."), "too_long")
    note = Note.objects.create(order=order, text=text, author=actor.user)
    events.record("order.noted", actor=actor, target=order, data={"note": note.pk})
    return note


def anonymise_customer(actor: Actor, customer: Customer) -> int:
    """Erase who the customer is from everywhere; orders keep goods, amounts and states. Returns the number of orders.

    A later import of the same customer does not bring the data back. Doing it again changes nothing.
    """
    actor.require("orders.erase_customer")
    with transaction.atomic():
        ids = _anonymise(actor, customer)
    # Drafts hold placeholders only; whatever somebody typed into one all the same goes, too. Each in a transaction of its
    # own: drafts are not locked after events were recorded.
    portal = Actor.system()
    for pk in ids:
        erase(portal, Order._meta.label_lower, pk)
    return len(ids)


def _anonymise(actor: Actor, customer: Customer) -> list[int]:
    now = timezone.now()
    orders = list(customer.orders.select_for_update(of=("self",)).order_by("pk"))
    ids = [order.pk for order in orders]
    places = {pk for order in orders for pk in (order.shipping_address_id, order.billing_address_id) if pk}
    blank: dict[str, Any] = dict.fromkeys(
        ("name", "phone", "company", "line1", "line2", "city", "region", "postal_code", "key", "phone_key"), ""
    )
    Address.objects.filter(customer=customer).update(erased_at=now, **blank)
    Address.objects.filter(pk__in=places).update(erased_at=now, **blank)
    Customer.objects.filter(pk=customer.pk).update(
        name="", email="", phone="", email_key="", phone_key="", erased_at=now
    )
    Order.objects.filter(pk__in=ids).update(
        customer_note="", address_key="", phone_key="", email_key="", updated_at=now
    )
    Note.objects.filter(order__in=ids).update(text="")
    ReturnRequest.objects.filter(order__in=ids).update(details="")
    ReturnEvidence.objects.filter(request__order__in=ids).update(url="", note="")
    events.record("customer.erased", actor=actor, target=customer, data={"orders": len(ids)})
    return ids


_KEY_OF = {
    BlockedEntry.Kind.EMAIL: email_key,
    BlockedEntry.Kind.PHONE: phone_key,
    BlockedEntry.Kind.CUSTOMER: lambda value: digest(value.strip()),
    BlockedEntry.Kind.COUNTRY: lambda value: digest(folded(value)),
}


def block(
    actor: Actor,
    kind: str,
    value: str,
    *,
    reason: str = "",
    reject: bool = False,
    expires_at: datetime | None = None,
) -> BlockedEntry:
    """Put a value on the blocked list. An address is written "street; town; postal code; country".

    Raises ``Invalid`` for a value that cannot be compared, ``Conflict`` when it is there already.
    """
    actor.require("orders.add_blockedentry")
    if kind not in BlockedEntry.Kind.values:
        raise Invalid(
            _("“%(kind)s” cannot be blocked. Known: %(known)s.")
            % {"kind": kind, "known": ", ".join(BlockedEntry.Kind.values)},
            "unknown_kind",
        )
    key = _blocked_key(BlockedEntry.Kind(kind), value)
    if not key:
        raise Invalid(_("“%(value)s” is not complete enough to be compared.") % {"value": value[:60]}, "bad_value")
    try:
        with transaction.atomic():
            entry = BlockedEntry.objects.create(
                kind=kind,
                value=value.strip()[:500],
                key=key,
                reason=reason[:300],
                reject=reject,
                added_by=actor.user,
                expires_at=expires_at,
            )
            events.record("blocked.added", actor=actor, target=entry, data={"kind": kind, "reject": reject})
    except IntegrityError as error:
        raise Conflict(_("This is on the blocked list already."), "exists") from error
    return entry


def block_buyer(actor: Actor, order: Order, *, reason: str = "", reject: bool = False) -> list[BlockedEntry]:
    """Put what is known of an order's buyer on the list: e-mail, phone, customer number; what is there already stays."""
    actor.require("orders.add_blockedentry")
    customer, address = order.customer, order.shipping_address
    values = {
        BlockedEntry.Kind.EMAIL: customer.email if customer else "",
        BlockedEntry.Kind.PHONE: (address.phone if address else "") or (customer.phone if customer else ""),
        BlockedEntry.Kind.CUSTOMER: customer.external_id if customer else "",
    }
    added = []
    with transaction.atomic():
        for kind, value in values.items():
            key = _blocked_key(kind, value)
            if key and not BlockedEntry.objects.filter(kind=kind, key=key).exists():
                added.append(block(actor, kind, value, reason=reason, reject=reject))
    return added


@transaction.atomic
def unblock(actor: Actor, entry: BlockedEntry) -> None:
    """Take an entry off the list."""
    actor.require("orders.delete_blockedentry")
    events.record("blocked.removed", actor=actor, target=entry, data={"kind": entry.kind})
    entry.delete()


def _blocked_key(kind: BlockedEntry.Kind, value: str) -> str:
    if not value.strip():
        return ""
    if kind == BlockedEntry.Kind.ADDRESS:
        parts = [part.strip() for part in value.replace("；", ";").split(";")]
        street, city, postal_code, country = (parts + [""] * 4)[:4]
        return address_key(street, "", city, postal_code, country)
    return _KEY_OF[kind](value)


@transaction.atomic
def set_rule(
    actor: Actor, key: str, *, active: bool | None = None, parameters: Mapping[str, Any] | None = None
) -> RuleSetting:
    """Switch a review rule on or off, or change its parameters (only those named). Raises ``Invalid`` for unknown ones."""
    actor.require("orders.change_rulesetting")
    rule = review_rules.get(key)
    setting, _created = RuleSetting.objects.select_for_update().get_or_create(key=key)
    before = {"active": setting.active, "parameters": setting.parameters}
    if active is not None:
        setting.active = active
    if parameters is not None:
        setting.parameters = {**setting.parameters, **checked_parameters(rule, dict(parameters))}
    setting.save()
    after = {"active": setting.active, "parameters": setting.parameters}
    events.record("order_rule.changed", actor=actor, target=setting, before=before, after=after)
    return setting
