"""Sending an approved notice: looked at again, said once, personal data bound at the last moment."""

from __future__ import annotations

import re

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from generation.freshness import present
from generation.models import Draft
from generation.slots import Change, SendRefused
from opsportal import events
from opsportal.access import Actor
from orders.messenger import CannotSend, Message, Recipient, messengers
from orders.models import Order, Situation, ToldNotice
from orders.notices import with_goods, with_happenings

#: Sent by e-mail where the draft names no messenger.
USUAL = "email"
_PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def send_notice(change: Change) -> str:
    """Send one approved notice, outside any transaction; returns the messenger's reference.

    Raises ``SendRefused`` when the order is elsewhere by now, the customer was told already or cannot be reached. The row
    that says "told" is committed before the messenger is called: whatever happens then, nothing is said twice.
    """
    key = change.channel or USUAL
    if key not in messengers:
        raise SendRefused(_("There is no messenger “%(key)s” (its plugin is off).") % {"key": key})
    orders = with_goods([change.target_id])
    if not orders:
        raise SendRefused(_("The order no longer exists."))
    order = orders[0]
    happening = with_happenings(orders).get(order.pk)
    if happening is None or not _still_true(change):
        raise SendRefused(_("The order is elsewhere by now: this is no longer true."))
    recipient = recipient_of(order)
    text = bind(str(change.value), order, recipient, change.language)
    try:
        with transaction.atomic():
            told = ToldNotice.objects.create(
                order=order,
                situation=happening.situation,
                occasion=happening.occasion,
                language=change.language,
                messenger=key,
                draft_number=change.draft_id,
            )
    except IntegrityError as error:
        raise SendRefused(_("The customer was told this already.")) from error
    message = Message(
        recipient, subject_of(order, happening.situation, change.language), text, change.language, f"notice-{told.pk}"
    )
    try:
        reference = messengers.get(key)().send(message)
    except CannotSend as error:
        ToldNotice.objects.filter(pk=told.pk).delete()
        raise SendRefused(str(error)) from error
    with transaction.atomic():
        ToldNotice.objects.filter(pk=told.pk).update(sent_at=timezone.now(), reference=reference[:200])
        data = {"situation": str(happening.situation), "messenger": key, "language": change.language}
        events.record("order.customer_told", actor=Actor.system(), target=order, data=data)
    return reference


def _still_true(change: Change) -> bool:
    """Whether the order's facts are those the draft was written from."""
    draft = Draft.objects.filter(pk=change.draft_id or 0).first()
    return draft is not None and not present([draft])[draft.pk].stale_reason


def recipient_of(order: Order) -> Recipient:
    """Whom a notice goes to, as known now."""
    customer, address = order.customer, order.shipping_address
    return Recipient(
        name=(address.name if address else "") or (customer.name if customer else ""),
        email=customer.email if customer else "",
        phone=(address.phone if address else "") or (customer.phone if customer else ""),
    )


def bind(text: str, order: Order, recipient: Recipient, language: str) -> str:
    """``text`` with its placeholders filled. Raises ``SendRefused`` for one that cannot be."""
    with translation.override(language):
        nameless = pgettext("salutation", "customer")
    values = {
        "customer": recipient.name or nameless,
        "phone": recipient.phone,
        "address": str(order.shipping_address or ""),
    }

    def value(match: re.Match[str]) -> str:
        found = values.get(match.group(1), "")
        if not found:
            raise SendRefused(_("%(place)s cannot be filled: nothing is known.") % {"place": match.group()})
        return found

    return _PLACE.sub(value, text)


def subject_of(order: Order, situation: Situation, language: str) -> str:
    """The subject of a mail."""
    with translation.override(language):
        subjects = {
            Situation.SHIPPED: _("Your order %(number)s is on its way"),
            Situation.DELAYED: _("Your order %(number)s is delayed"),
            Situation.HELD: _("A question about your order %(number)s"),
            Situation.CANCELLED: _("Your order %(number)s was cancelled"),
            Situation.RETURNED: _("Your return for order %(number)s"),
            Situation.REFUND: _("Your refund for order %(number)s"),
        }
        return subjects[Situation(situation)] % {"number": order.number}


def usual_language(order: Order) -> str:
    """The language a customer is written to: their own, else by the country of delivery, else the shop's."""
    if order.customer is not None and order.customer.language:
        return str(order.customer.language)
    return "zh-hans" if order.country.casefold() in ("cn", "china", "中国") else str(settings.LANGUAGE_CODE)


@transaction.atomic
def forget_unsent(draft_number: int) -> None:
    """A person found out that a notice which was cut off did not go out: it may be said by a new draft."""
    ToldNotice.objects.filter(draft_number=draft_number, sent_at__isnull=True).delete()


@transaction.atomic
def note_sent(draft_number: int) -> None:
    """A person found out that a notice which was cut off did go out."""
    ToldNotice.objects.filter(draft_number=draft_number, sent_at__isnull=True).update(sent_at=timezone.now())
