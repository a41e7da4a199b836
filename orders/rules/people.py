"""Rules about who orders and where it goes. Their numbers never hold the name, address or phone itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.context import ReviewContext
from orders.matching import digest, folded
from orders.models import BlockedEntry, Order
from orders.review import Finding, Rule, review_rules


@review_rules.register
class RepeatedAddress(Rule):
    """Many orders to one address or from one phone in a short time: resellers, or stolen cards."""

    key = "orders.repeated_address"
    title = gettext_lazy("Many orders to one address or phone")
    explanation = gettext_lazy("More orders than usual went to the same address or phone number in a short time.")

    def examine(self, orders: Sequence[Order], context: ReviewContext) -> Iterable[Finding]:
        """Address first; the phone only where the address was not already enough."""
        most, hours = self.parameters["most"], self.parameters["hours"]
        by_address = context.earlier("address_key", hours)
        by_phone = context.earlier("phone_key", hours)
        for order in orders:
            for what, earlier in (("address", by_address), ("phone", by_phone)):
                count = len(earlier.get(order.pk, ())) + 1
                if count > most:
                    yield Finding(order.pk, {"what": what, "orders": count, "hours": hours, "most": most})
                    break

    @classmethod
    def explain(cls, numbers: Mapping[str, Any]) -> str:
        """ "7 orders to this address within 24 hours; up to 4 are usual"."""
        if numbers.get("what") == "phone":
            return _(
                "%(orders)s orders with this phone number within %(hours)s hours; up to %(most)s are let pass."
            ) % {name: numbers.get(name, "") for name in ("orders", "hours", "most")}
        return _("%(orders)s orders to this address within %(hours)s hours; up to %(most)s are let pass.") % {
            name: numbers.get(name, "") for name in ("orders", "hours", "most")
        }


@review_rules.register
class CountryMismatch(Rule):
    """The bill goes to another country than the parcel."""

    key = "orders.country_mismatch"
    title = gettext_lazy("Bill and parcel go to different countries")
    explanation = gettext_lazy("The country of the billing address is not that of the shipping address.")

    def examine(self, orders: Sequence[Order], context: ReviewContext) -> Iterable[Finding]:
        """Only where both are known; pairs in ``allowed`` ("DE-AT") pass in either direction."""
        allowed = {frozenset(folded(part) for part in pair.split("-")) for pair in self.parameters["allowed"]}
        for order in orders:
            there, bill = folded(order.country), folded(order.billing_country)
            if there and bill and there != bill and frozenset((there, bill)) not in allowed:
                yield Finding(order.pk, {"country": order.country, "billing_country": order.billing_country})

    @classmethod
    def explain(cls, numbers: Mapping[str, Any]) -> str:
        """ "The parcel goes to PL, the bill to DE"."""
        return _("The parcel goes to %(country)s, the bill to %(billing_country)s.") % {
            name: numbers.get(name, "") for name in ("country", "billing_country")
        }


@review_rules.register
class Blocked(Rule):
    """Somebody or somewhere the shop does not want to ship to."""

    key = "orders.blocked"
    title = gettext_lazy("On the blocked list")
    explanation = gettext_lazy("E-mail, phone, address, customer number or country is on the blocked list.")

    def examine(self, orders: Sequence[Order], context: ReviewContext) -> Iterable[Finding]:
        """The first entry that fits; one that proposes to cancel goes first."""
        now = timezone.now()
        alive = {key: entry for key, entry in context.blocked.items() if not entry.expires_at or entry.expires_at > now}
        if not alive:
            return
        for order in orders:
            number = context.customer_numbers.get(order.customer_id or 0, "")
            keys = [
                (BlockedEntry.Kind.EMAIL, order.email_key),
                (BlockedEntry.Kind.PHONE, order.phone_key),
                (BlockedEntry.Kind.ADDRESS, order.address_key),
                (BlockedEntry.Kind.CUSTOMER, digest(number)),
                (BlockedEntry.Kind.COUNTRY, digest(folded(order.country))),
            ]
            fitting = [alive[key] for key in keys if key[1] and key in alive]
            entry = min(fitting, key=lambda entry: not entry.reject, default=None)
            if entry is not None:
                numbers = {"what": entry.kind, "reason": entry.reason}
                yield Finding(order.pk, numbers, "reject" if entry.reject else "hold")

    @classmethod
    def explain(cls, numbers: Mapping[str, Any]) -> str:
        """ "On the blocked list: phone (chargebacks)"."""
        kinds = {str(value): str(label) for value, label in BlockedEntry.Kind.choices}
        told = {"what": kinds.get(str(numbers.get("what")), ""), "reason": str(numbers.get("reason", ""))}
        if told["reason"]:
            return _("On the blocked list: %(what)s (%(reason)s).") % told
        return _("On the blocked list: %(what)s.") % told


@review_rules.register
class Duplicate(Rule):
    """The same basket again, minutes later: usually a click too many."""

    key = "orders.duplicate"
    title = gettext_lazy("Looks like a duplicate")
    explanation = gettext_lazy("The same goods in the same quantities were ordered shortly before by the same buyer.")

    def examine(self, orders: Sequence[Order], context: ReviewContext) -> Iterable[Finding]:
        """The same buyer: the same customer, e-mail, phone or address."""
        hours = self.parameters["hours"]
        earlier = context.earlier("content_key", hours)
        wanted = {pk for found in earlier.values() for pk in found}
        if not wanted:
            return
        others = Order.objects.in_bulk(list(wanted))
        for order in orders:
            for pk in reversed(earlier.get(order.pk, [])):
                other = others.get(pk)
                if other is not None and _same_buyer(order, other):
                    minutes = int((order.placed_at - other.placed_at).total_seconds() // 60)
                    yield Finding(order.pk, {"number": other.number, "minutes": minutes})
                    break

    @classmethod
    def explain(cls, numbers: Mapping[str, Any]) -> str:
        """ "The same goods as order 1042, 3 minutes earlier"."""
        return _("The same goods as in order %(number)s, placed %(minutes)s minutes before by the same buyer.") % {
            name: numbers.get(name, "") for name in ("number", "minutes")
        }


def _same_buyer(one: Order, other: Order) -> bool:
    if one.customer_id is not None and one.customer_id == other.customer_id:
        return True
    return any(
        getattr(one, field) and getattr(one, field) == getattr(other, field)
        for field in ("email_key", "phone_key", "address_key")
    )
