"""The words the order review page's script says, in the person's language; the script itself holds none."""

from __future__ import annotations

from django.utils.translation import gettext as _


def script_words() -> dict[str, str]:
    """Every sentence by the name the script uses; ``{name}`` places are filled there."""
    return {
        "decided": _("This order waits for no decision."),
        "claimed": _("{name} has this order open. Press A again to release it all the same."),
        "reject_proposed": _("A rule proposes to cancel this order. Press A again to release it all the same."),
        "empty": _("Nothing waits here. Well done."),
        "last": _("That was the last one on this list."),
        "first": _("This is the first one on the list."),
        "offline": _("The server cannot be reached. Nothing was lost; try again."),
        "waiting": _("Working…"),
        "undo_none": _("There is nothing to undo."),
        "note_needed": _("Say why, as none of the reasons fits."),
        "bulk_progress": _("{done} done, {left} left so far…"),
        "bulk_done": _("{done} done, {left} left."),
        "matching": _("{count} orders match the filter."),
        "proposed": _("{count} of them have a proposal to cancel: they stay and are decided one by one."),
        "capped": _("Only the first {count} are taken at once."),
        "nothing_to_do": _("Nothing to do here."),
    }
