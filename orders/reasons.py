"""Why orders are cancelled, in words a customer may read: what a reviewer chooses from, and what a notice says."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from opsportal.plugins.errors import Invalid

OTHER = "other"
#: (key, what the reviewer reads, what the customer may read). The order is that of the digits on the review page.
REASONS: tuple[tuple[str, str | Promise, str | Promise], ...] = (
    ("buyer", gettext_lazy("The buyer asked for it"), pgettext_lazy("customer", "as you asked")),
    (
        "fraud",
        gettext_lazy("Payment or buyer is doubtful"),
        pgettext_lazy("customer", "the payment could not be confirmed"),
    ),
    ("duplicate", gettext_lazy("Ordered twice"), pgettext_lazy("customer", "the order was placed twice")),
    ("stock", gettext_lazy("Out of stock"), pgettext_lazy("customer", "an item that sold out")),
    ("price", gettext_lazy("Wrong price"), pgettext_lazy("customer", "a wrong price in the shop")),
    (
        "address",
        gettext_lazy("Address cannot be delivered to"),
        pgettext_lazy("customer", "an address we cannot deliver to"),
    ),
    (OTHER, gettext_lazy("Other reason, see note"), ""),
)


def stored_reason(key: str, note: str) -> str:
    """What is kept with the cancelled order: the reviewer's words of the reason, in the shop's language, and the note.

    Raises ``Invalid`` for an unknown reason, or "other" without a note.
    """
    titles = {name: title for name, title, _told in REASONS}
    if key not in titles:
        raise Invalid(_("Choose a reason."), "reason_missing")
    note = " ".join(note.split())
    if key == OTHER:
        if not note:
            raise Invalid(_("Say why, as none of the reasons fits."), "note_missing")
        return note[:200]
    with translation.override(settings.LANGUAGE_CODE):
        title = str(titles[key])
    return f"{title} ({note})"[:200] if note else title


def is_by_buyer(stored: str) -> bool:
    """Whether a stored reason is that the buyer wanted it."""
    with translation.override(settings.LANGUAGE_CODE):
        return stored.startswith(str(REASONS[0][1]))


def customer_reason(stored: str, language: str) -> str:
    """What a customer may be told of a stored reason, in their language; "" when it is somebody's own words."""
    for _key, title, told in REASONS:
        with translation.override(settings.LANGUAGE_CODE):
            known = str(title)
        if told and (stored == known or stored.startswith(f"{known} (")):
            with translation.override(language):
                return str(told)
    return ""


#: Why an order waits, as a customer may read it: never what a rule suspects. What is not here is a check of the details.
_HELD = {
    "orders.note_request": pgettext_lazy("customer", "a request in your message"),
    "orders.stock_short": pgettext_lazy("customer", "a stock shortage"),
    "orders.duplicate": pgettext_lazy("customer", "a second order with the same items"),
    "orders.country_mismatch": pgettext_lazy("customer", "an address to be confirmed"),
    "orders.incomplete": pgettext_lazy("customer", "incomplete order details"),
}
_CHECKED = pgettext_lazy("customer", "a check of the order details")
_PARCEL = {
    "": pgettext_lazy("customer", "a delay in our warehouse"),
    "problem": pgettext_lazy("customer", "a problem on the way"),
    "customs": pgettext_lazy("customer", "customs clearance"),
    "ready": pgettext_lazy("customer", "a late pick-up"),
    "returned": pgettext_lazy("customer", "a delivery that did not succeed"),
}
_ON_THE_WAY = pgettext_lazy("customer", "a delay on the way")
_RETURN = {
    "changed_mind": pgettext_lazy("customer", "a change of mind"),
    "damaged": pgettext_lazy("customer", "an item that arrived damaged"),
    "wrong_item": pgettext_lazy("customer", "a wrong item"),
    "not_as_described": pgettext_lazy("customer", "an item other than described"),
    "defective": pgettext_lazy("customer", "a defective item"),
    "not_received": pgettext_lazy("customer", "a parcel that never arrived"),
}


def held_reason(rules: Sequence[str], language: str) -> str:
    """Why an order waits: the first reason a customer may know."""
    told = next((_HELD[rule] for rule in rules if rule in _HELD), _CHECKED)
    with translation.override(language):
        return str(told)


def parcel_reason(state: str, language: str) -> str:
    """Why a parcel is late or came back; "" for the state: it did not leave yet."""
    with translation.override(language):
        return str(_PARCEL.get(state, _ON_THE_WAY))


def return_reason(reason: str, language: str) -> str:
    """Why something came back; "" for "other"."""
    with translation.override(language):
        return str(_RETURN.get(reason, ""))
