"""``manage.py review``: the review queue from a terminal."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from generation import services
from generation.listing import drafts_as_json
from generation.models import Draft, RejectReason, Revision, State
from generation.outcomes import Outcome
from generation.slots import get_slot
from generation.text_checks import value_of
from opsportal.access import Actor
from opsportal.plugins.commands import PortalCommand
from opsportal.plugins.errors import Invalid

#: The state a draft must be in for a whole batch to be taken through an action.
STATE_FOR = {
    "approve": State.IN_REVIEW,
    "reject": State.IN_REVIEW,
    "publish": State.APPROVED,
    "revert": State.PUBLISHED,
}


class Command(PortalCommand):
    """List, approve, reject, publish, revert, edit, regenerate."""

    help = "Work on the review queue: list, approve, reject, publish, revert, edit, regenerate."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One subcommand an action; every one takes --json and --as."""
        actions = parser.add_subparsers(dest="action", required=True)
        listing = actions.add_parser("list", help="drafts with candidates, facts and findings")
        super().add_arguments(listing)
        listing.add_argument("--batch", type=int)
        listing.add_argument("--state", choices=State.values)
        listing.add_argument("--slot", metavar="KEY")
        listing.add_argument("--language", metavar="CODE")
        listing.add_argument("--limit", type=int, default=0, help="at most so many (default: all)")
        for name, help_text in (
            ("approve", "approve drafts; warnings are confirmed unless --clean-only"),
            ("reject", "reject drafts with a reason"),
            ("publish", "make approved drafts live"),
            ("revert", "undo what drafts published"),
        ):
            action = actions.add_parser(name, help=help_text)
            super().add_arguments(action)
            action.add_argument("ids", nargs="*", type=int, metavar="ID", help="draft numbers")
            action.add_argument("--batch", type=int, help="all of this bulk job")
            if name == "approve":
                action.add_argument("--clean-only", action="store_true", help="leave drafts with warnings")
            if name == "reject":
                action.add_argument("--reason", required=True, choices=RejectReason.values)
                action.add_argument("--note", default="")
        edit = actions.add_parser("edit", help="replace a draft's text by standard input")
        super().add_arguments(edit)
        edit.add_argument("id", type=int)
        again = actions.add_parser("regenerate", help="have a draft written again")
        super().add_arguments(again)
        again.add_argument("id", type=int)
        again.add_argument("--note", default="", help="a note to the writer")

    def run(self, **options: Any) -> None:
        """Do the action as the user named by ``--as``."""
        actor = Actor.of_command(options["acting"])
        getattr(self, f"_{options['action']}")(actor, options)

    def _list(self, actor: Actor, options: dict[str, Any]) -> None:
        actor.require("generation.view_draft")
        rows = Draft.objects.order_by("pk")
        for name in ("batch", "state", "slot", "language"):
            if options[name] is not None:
                rows = rows.filter(**{name: options[name]})
        listed = list(drafts_as_json(rows, limit=options["limit"]))
        self.emit(listed, "\n\n".join(_as_text(entry) for entry in listed) or _("There are no such drafts."))

    def _approve(self, actor: Actor, options: dict[str, Any]) -> None:
        self._tell(services.approve(actor, _ids(options), acknowledge=not options["clean_only"]))

    def _reject(self, actor: Actor, options: dict[str, Any]) -> None:
        self._tell(services.reject(actor, _ids(options), options["reason"], options["note"]))

    def _publish(self, actor: Actor, options: dict[str, Any]) -> None:
        self._tell(services.publish(actor, _ids(options)))

    def _revert(self, actor: Actor, options: dict[str, Any]) -> None:
        ids = _ids(options)
        live = Revision.objects.filter(draft_number__in=ids, reverted_at__isnull=True)
        by_draft = dict(live.order_by("pk").values_list("draft_number", "pk"))
        outcome = services.revert(actor, by_draft.values())
        for pk in set(ids) - set(by_draft):
            outcome.leave(pk, "not_published", _("There is nothing of this draft to undo."))
        self._tell(outcome)

    def _edit(self, actor: Actor, options: dict[str, Any]) -> None:
        draft = _draft(options["id"])
        text = sys.stdin.buffer.read().decode("utf-8-sig", errors="replace").strip()
        edited = services.edit(actor, draft.pk, value_of(get_slot(draft.slot), text), draft.version)
        self.emit(next(iter(drafts_as_json(Draft.objects.filter(pk=edited.pk)))))

    def _regenerate(self, actor: Actor, options: dict[str, Any]) -> None:
        child = services.regenerate(actor, _draft(options["id"]).pk, options["note"])
        self.emit({"draft": child.pk}, _("Draft %(id)d waits to be written.") % {"id": child.pk})

    def _tell(self, outcome: Outcome) -> None:
        lines = [f"{outcome.verb}: {len(outcome.done)}, {_('left')}: {len(outcome.left)}"]
        lines += [f"  {pk}: {message} [{code}]" for pk, code, message in outcome.left[:20]]
        self.emit(outcome.to_json(), "\n".join(lines))


def _ids(options: dict[str, Any]) -> Iterable[int]:
    """The drafts an action is about: those named, or those of the batch that are in the right state."""
    if bool(options["ids"]) == bool(options["batch"]):
        raise Invalid(_("Give either draft numbers or --batch."), "which")
    if options["ids"]:
        return list(options["ids"])
    rows = Draft.objects.filter(batch_id=options["batch"], state=STATE_FOR[options["action"]])
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _draft(pk: int) -> Draft:
    draft = Draft.objects.filter(pk=pk).first()
    if draft is None:
        raise Invalid(_("There is no draft %(id)d.") % {"id": pk}, "gone")
    return draft


def _as_text(entry: dict[str, Any]) -> str:
    head = f"#{entry['id']} {entry['object']['key']} {entry['slot']} {entry['language']} [{entry['state']}]"
    findings = [f"  ! {finding['severity']}: {finding['message']}" for finding in entry["findings"]]
    return "\n".join([head, entry["text"], *findings])
