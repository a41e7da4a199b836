"""What the pages of copy have in common: outcomes told to a person."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from generation.outcomes import Outcome


def told(outcome: Outcome) -> str:
    """An outcome in a sentence: how many were done, and for each reason how many were left."""
    done = len(outcome.done)
    sentences = {
        "approved": ngettext("%(count)d draft approved.", "%(count)d drafts approved.", done),
        "rejected": ngettext("%(count)d draft rejected.", "%(count)d drafts rejected.", done),
        "published": ngettext("%(count)d draft published.", "%(count)d drafts published.", done),
        "reverted": ngettext("%(count)d publication undone.", "%(count)d publications undone.", done),
        "returned": ngettext("%(count)d draft back in review.", "%(count)d drafts back in review.", done),
        "reopened": ngettext("%(count)d draft back in review.", "%(count)d drafts back in review.", done),
        "refreshed": ngettext("%(count)d draft compared again.", "%(count)d drafts compared again.", done),
        "confirmed": ngettext("%(count)d text live in shop.", "%(count)d texts live in shop.", done),
    }
    said = [sentences[outcome.verb] % {"count": done}]
    for message, count in reasons(outcome):
        said.append(_("%(count)d left: %(reason)s") % {"count": count, "reason": message})
    return " ".join(said)


def reasons(outcome: Outcome) -> list[tuple[str, int]]:
    """Why drafts were left, in words, with how many each; the most frequent first."""
    messages_by_code: dict[str, str] = {}
    for _pk, code, message in outcome.left:
        messages_by_code.setdefault(code, message)
    counts = outcome.reasons
    return sorted(((messages_by_code[code], counts[code]) for code in counts), key=lambda pair: -pair[1])


def flash(request: HttpRequest, outcome: Outcome) -> None:
    """Show an outcome at the top of the next page."""
    level = messages.WARNING if outcome.left else messages.SUCCESS
    messages.add_message(request, level, told(outcome))
