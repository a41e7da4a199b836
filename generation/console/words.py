"""The words the review page's script says, in the person's language; the script itself holds none."""

from __future__ import annotations

from django.utils.translation import gettext as _


def script_words() -> dict[str, str]:
    """Every sentence by the name the script uses; ``{name}`` places are filled there."""
    return {
        "must_fix": _("There are issues that must be fixed first. Press E to edit, F to apply a correction."),
        "must_fix_by_hand": _(
            "There are issues that must be fixed first. Press E to edit, or confirm with proof what is true."
        ),
        "confirm": _("There are issues to confirm. Press A again to approve anyway."),
        "stale": _("The product changed since this was written. Compare it with the product first."),
        "decided": _("This draft waits for no decision."),
        "claimed": _("{name} has this draft open. Press A again to approve all the same."),
        "empty": _("Nothing waits here. Well done."),
        "last": _("That was the last one on this list."),
        "first": _("This is the first one on the list."),
        "offline": _("The server cannot be reached. Nothing was lost; try again."),
        "waiting": _("Working…"),
        "undo_none": _("There is nothing to undo."),
        "no_fix": _("There is no automatic correction here."),
        "note_needed": _("Say why, as none of the reasons fits."),
        "no_issues": _("No issues found in this text."),
        "unsaved": _("You have unsaved changes. Press Esc again to drop them."),
        "check_again": _("Press Ctrl+Enter again to approve anyway."),
        "back_to": _("Back to: {label}"),
        "bulk_progress": _("{done} done, {left} left so far…"),
        "bulk_done": _("{done} done, {left} left."),
        "sample_open": _(
            "Sample: {opened} of {required} opened. Open the rest one by one, then approve the others at once."
        ),
        "sample_met": _("Sample: {opened} of {required} opened. The clean ones can be approved."),
        "matching": _("{count} match the filter; {clean} of them are clean."),
        "capped": _("Only the first {count} are taken at once."),
        "view_name": _("Name of the view"),
        "must_fix_label": _("must fix"),
        "please_confirm_label": _("please confirm"),
        "nothing_to_do": _("Nothing to do here."),
    }
