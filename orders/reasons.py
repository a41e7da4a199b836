"""Why orders are cancelled, in words a customer may read: what a reviewer chooses from, and what a notice says."""

from __future__ import annotations

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


def customer_reason(stored: str, language: str) -> str:
    """What a customer may be told of a stored reason, in their language; "" when it is somebody's own words."""
    for _key, title, told in REASONS:
        with translation.override(settings.LANGUAGE_CODE):
            known = str(title)
        if told and (stored == known or stored.startswith(f"{known} (")):
            with translation.override(language):
                return str(told)
    return ""
