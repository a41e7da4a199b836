"""``manage.py campaigns``: campaigns from a terminal."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from generation.drafting import write_here
from marketing import services
from marketing.ad_slots import ad_slots
from marketing.board import board
from marketing.exports import FORMATS
from marketing.models import Campaign
from marketing.readiness import readiness
from marketing.results import METRICS, results_of
from marketing.services.exporting import export_campaign, file_name
from opsportal.access import Actor
from opsportal.plugins import Invalid
from opsportal.plugins.commands import PortalCommand

#: What is done to one campaign without further options.
STEPS = {
    "submit": ("hand the plan's copy over to review", services.submit_campaign),
    "unschedule": ("take a scheduled or paused campaign back to review", services.unschedule_campaign),
    "pause": ("stop a campaign for now", services.pause_campaign),
    "end": ("end a campaign for good", services.end_campaign),
}


class Command(PortalCommand):
    """List, draft, look at the board, publish, schedule, export."""

    help = "Work on campaigns: list, draft, board, publish, schedule, pause, resume, end, results, export."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One subcommand an action; every one takes --json and --as."""
        actions = parser.add_subparsers(dest="action", required=True)
        self._action(actions, "list", "campaigns and their status", keyed=False)
        draft = self._action(actions, "draft", "have every missing text of a campaign drafted as one bulk job")
        draft.add_argument("--placement", default="", metavar="KEY", help="only this placement")
        draft.add_argument("--writer", default="", metavar="NAME")
        draft.add_argument("--candidates", type=int, default=3)
        draft.add_argument("--seed", type=int, help="the same seed gives the same texts")
        draft.add_argument("--again", action="store_true", help="also what is published and still true")
        draft.add_argument("--wait", action="store_true", help="do the work here and now")
        self._action(actions, "board", "how far every text is, and what is in the way")
        self._action(actions, "publish", "make the approved texts live")
        for name, help_text in (
            ("schedule", "let a campaign run from its start"),
            ("resume", "let a paused one run on"),
        ):
            step = self._action(actions, name, help_text)
            step.add_argument("--accept-warnings", action="store_true", help="after having read them")
        for name, (help_text, _service) in STEPS.items():
            self._action(actions, name, help_text)
        results = self._action(actions, "results", "figures, rates and verdicts of the placements")
        results.add_argument("--metric", choices=METRICS, default="clicks")
        export = self._action(actions, "export", "published copy in the form of a channel")
        export.add_argument("--format", required=True, choices=sorted(FORMATS))
        export.add_argument("--output", type=Path, help="file to write (default: named after the campaign, here)")

    def _action(self, actions: Any, name: str, help_text: str, *, keyed: bool = True) -> ArgumentParser:
        action: ArgumentParser = actions.add_parser(name, help=help_text)
        super().add_arguments(action)
        if keyed:
            action.add_argument("key", metavar="CAMPAIGN", help="key of the campaign")
        return action

    def run(self, **options: Any) -> None:
        """Do the action as the user named by ``--as``."""
        actor = Actor.of_command(options["acting"])
        if options["action"] == "list":
            self._list(actor)
            return
        campaign = _campaign(options["key"])
        if options["action"] in STEPS:
            _help, service = STEPS[options["action"]]
            self._tell_status(service(actor, campaign))
        else:
            getattr(self, f"_{options['action']}")(actor, campaign, options)

    def _list(self, actor: Actor) -> None:
        actor.require("marketing.view_campaign")
        rows = [_as_json(campaign) for campaign in Campaign.objects.all()]
        lines = [f"{row['key']}  {row['status']}  {row['starts_at']} – {row['ends_at']}" for row in rows]
        self.emit(rows, "\n".join(lines) or _("There is no campaign yet."))

    def _draft(self, actor: Actor, campaign: Campaign, options: dict[str, Any]) -> None:
        placement = None
        if options["placement"]:
            placement = campaign.placements.filter(key=options["placement"]).first()
            if placement is None:
                raise Invalid(
                    _("There is no placement “%(key)s”.") % {"key": options["placement"]}, "unknown_placement"
                )
        batch = services.draft_campaign(
            actor,
            campaign,
            placement=placement,
            writer=options["writer"],
            candidates=options["candidates"],
            only_missing=not options["again"],
            seed=options["seed"],
        )
        if options["wait"]:
            write_here(batch)
        told = {"batch": batch.pk, "total": batch.total, "written": batch.written, "failed": batch.failed}
        self.emit(told, _("Bulk job %(batch)d: %(written)d of %(total)d written, %(failed)d failed.") % told)

    def _board(self, actor: Actor, campaign: Campaign, options: dict[str, Any]) -> None:
        actor.require("marketing.view_campaign")
        ready = readiness(campaign)
        shown = board(campaign)
        cells = [
            {
                "key": cell.text.key,
                "state": cell.state.value,
                "draft": cell.draft_id,
                "text": cell.value,
                "length": cell.length,
                "limit": cell.limit.maximum if cell.limit else None,
                "too_long": cell.too_long,
                "errors": cell.errors,
                "warnings": cell.warnings,
            }
            for cell in shown.cells()
        ]
        issues = {
            name: [{"code": issue.code, "message": issue.message, "where": list(issue.where)} for issue in found]
            for name, found in (("problems", ready.problems), ("warnings", ready.warnings))
        }
        told = {**_as_json(campaign), "counts": shown.counts, "texts": cells, **issues}
        lines = [f"{cell.where}  [{cell.state.label}]  {cell.value}" for cell in shown.cells()]
        lines += [f"! {issue.sentence()}" for issue in ready.problems]
        lines += [f"? {issue.sentence()}" for issue in ready.warnings]
        self.emit(told, "\n".join(lines))

    def _publish(self, actor: Actor, campaign: Campaign, options: dict[str, Any]) -> None:
        outcome = services.publish_campaign(actor, campaign)
        lines = [f"{outcome.verb}: {len(outcome.done)}, {_('left')}: {len(outcome.left)}"]
        lines += [f"  {pk}: {message} [{code}]" for pk, code, message in outcome.left[:20]]
        self.emit(outcome.to_json(), "\n".join(lines))

    def _schedule(self, actor: Actor, campaign: Campaign, options: dict[str, Any]) -> None:
        self._tell_status(services.schedule_campaign(actor, campaign, accept_warnings=options["accept_warnings"]))

    def _resume(self, actor: Actor, campaign: Campaign, options: dict[str, Any]) -> None:
        self._tell_status(services.resume_campaign(actor, campaign, accept_warnings=options["accept_warnings"]))

    def _results(self, actor: Actor, campaign: Campaign, options: dict[str, Any]) -> None:
        actor.require("marketing.view_dailyresult")
        told, lines = [], []
        for results in results_of(campaign.placements.order_by("position", "id"), options["metric"]):
            variants = [
                {
                    "variant": row.variant.label,
                    "impressions": row.impressions,
                    "clicks": row.clicks,
                    "conversions": row.conversions,
                    "spend": str(row.spend),
                    "revenue": str(row.revenue),
                    "rate": round(row.rate, 6),
                    "interval": [round(row.low, 6), round(row.high, 6)],
                }
                for row in results.variants
            ]
            key = results.placement.key
            told.append(
                {
                    "placement": key,
                    "variants": variants,
                    "verdict": results.verdict.code,
                    "sentence": results.sentence(),
                }
            )
            lines.append(f"{key} ({ad_slots()[results.placement.ad_slot].name}): {results.sentence()}")
            lines += [f"  {row['variant']}: {row['rate']:.2%} {row['impressions']}/{row['clicks']}" for row in variants]
        self.emit(told, "\n".join(lines))

    def _export(self, actor: Actor, campaign: Campaign, options: dict[str, Any]) -> None:
        target: Path = options["output"] or Path(file_name(campaign, options["format"]))
        result = export_campaign(actor, campaign, options["format"], target)
        lines = [
            _("%(ads)d ads with %(texts)d published texts written to %(file)s.")
            % {"ads": result.ads, "texts": result.texts, "file": target}
        ]
        lines += [f"  {where}: {reason}" for where, reason in result.left_out]
        self.emit({"file": str(target), **result.to_json()}, "\n".join(lines))

    def _tell_status(self, campaign: Campaign) -> None:
        campaign.refresh_from_db()
        self.emit(_as_json(campaign), f"{campaign.key}: {campaign.get_status_display()}")


def _campaign(key: str) -> Campaign:
    campaign = Campaign.objects.filter(key=key).first()
    if campaign is None:
        raise Invalid(_("There is no campaign “%(key)s”.") % {"key": key}, "unknown_campaign")
    return campaign


def _as_json(campaign: Campaign) -> dict[str, Any]:
    return {
        "key": campaign.key,
        "name": campaign.name,
        "status": campaign.status,
        "starts_at": campaign.starts_at.isoformat() if campaign.starts_at else None,
        "ends_at": campaign.ends_at.isoformat() if campaign.ends_at else None,
        "pause_reason": campaign.pause_reason,
    }
