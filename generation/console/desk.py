"""One draft laid out for the person who decides about it: text, live text, facts, findings, candidates, what applies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from generation import freshness
from generation.checking import context_of
from generation.checks.base import Context
from generation.checks.measure import Measure
from generation.checks.service import coverage
from generation.checks.text import view
from generation.console import texts
from generation.console.diffing import Span, changed_spans
from generation.console.findings import SHOWN_OF_FINDING, Finding, FindingRow
from generation.engine import Brief, Fact
from generation.models import (
    Approval,
    Candidate,
    Comment,
    Draft,
    RejectReason,
    ReviewPolicy,
    State,
    StoredFinding,
)
from generation.policies import ShopRules, approvals_needed, barred_by_four_eyes
from generation.services import desk
from generation.slots import Shown, Slot, TargetInfo, get_slot
from generation.values import Value
from opsportal.access import Actor
from opsportal.database import JSONRows, from_row
from opsportal.plugins.errors import DomainError

_SHOWN_OF_CANDIDATE = tuple(field.attname for field in Candidate._meta.concrete_fields if field.attname != "raw")


@dataclass(slots=True)
class FactRow:
    """A fact beside the text: whether the text tells it, and which findings are about it."""

    fact: Fact
    number: int
    mentioned: bool
    findings: list[int] = field(default_factory=list)

    @property
    def is_missing(self) -> bool:
        """A key fact the text does not tell."""
        return self.fact.is_key and not self.mentioned


class Tab:
    """A candidate laid out: its text against the live one, its findings, and which facts it tells."""

    def __init__(self, desk: Desk, candidate: Candidate, number: int, findings: Sequence[Finding]) -> None:
        self.desk, self.candidate, self.number, self._findings = desk, candidate, number, findings

    @property
    def is_chosen(self) -> bool:
        """Whether it is the one the draft proposes."""
        return self.candidate.index == self.desk.draft.chosen_index

    @cached_property
    def text(self) -> str:
        """The candidate as plain text."""
        return view(self.candidate.value, self.desk.value_type).text

    @property
    def editable(self) -> str:
        """What the editor starts with."""
        return texts.editable(self.candidate.value, self.desk.value_type)

    @cached_property
    def spans(self) -> tuple[list[Span], list[Span]]:
        """What it takes from the live text, and what it adds."""
        if not self.desk.live:
            return [], []
        return changed_spans(view(self.desk.live, self.desk.value_type).text, self.text)

    @cached_property
    def lines(self) -> list[texts.Line]:
        """Its lines, with additions and findings marked."""
        marks = [(row.finding.start, row.finding.end, row.finding.severity) for row in self.findings]
        return texts.lines(self.candidate.value, self.desk.value_type, self.spans[1], marks)

    @cached_property
    def live_lines(self) -> list[texts.Line]:
        """The live text's lines, with what this candidate would take away marked."""
        return texts.lines(self.desk.live, self.desk.value_type, self.spans[0]) if self.desk.live else []

    @cached_property
    def findings(self) -> list[FindingRow]:
        """What the rules say about it, by position."""
        places = {f"{fact.key}: {fact.display}": place for place, fact in enumerate(self.desk.brief_facts, 1)}
        return [
            FindingRow(
                row.stored,
                row.acknowledgement,
                row.silenced,
                number,
                self.text[row.stored.start : row.stored.end][:200],
                places.get(row.stored.fact, 0),
            )
            for number, row in enumerate(self._findings, 1)
        ]

    @cached_property
    def facts(self) -> list[FactRow]:
        """The facts: missing key facts first, then the other key facts, then the rest."""
        facts = self.desk.brief_facts
        told = coverage(self.text[: texts.MOST_SHOWN], facts, self.desk.draft.language)
        rows = [FactRow(fact, number, said) for number, (fact, said) in enumerate(zip(facts, told, strict=True), 1)]
        for finding in self.findings:
            if finding.fact_number:
                rows[finding.fact_number - 1].findings.append(finding.number)
        return sorted(rows, key=lambda row: (not row.is_missing, not row.fact.is_key, row.number))

    @cached_property
    def measure(self) -> Measure | None:
        """How long it is, counted the channel's way; None where that is not known."""
        desk = self.desk
        if desk.slot is None or desk.context is None or not texts.can_be_edited(desk.value_type):
            return None
        return desk.rules.judge.measure(desk.slot, self.candidate.value, desk.context)

    @property
    def first_fix(self) -> int:
        """The finding whose correction F applies, or 0."""
        return next((row.finding.pk for row in self.findings if row.stands and row.finding.fix is not None), 0)


class Desk:
    """A draft as the review page shows it. Reads nothing until asked; each part is read once."""

    def __init__(self, actor: Actor, draft: Any, rules: ShopRules) -> None:
        self.actor, self.draft, self.rules = actor, draft, rules
        self.user_id = actor.user.pk if actor.user else 0

    @classmethod
    def read(cls, actor: Actor, draft_id: int, rules: ShopRules) -> Desk | None:
        """The desk of a draft with its candidates and findings, in one query; None when there is no such draft."""
        said = (
            Comment.objects.filter(draft=OuterRef("pk")).order_by().values("draft").annotate(n=Count("pk")).values("n")
        )
        others = desk.claims(actor.user.pk if actor.user else 0).filter(draft=OuterRef("pk"))
        candidates = Candidate.objects.filter(draft=OuterRef("pk")).order_by("index")
        findings = StoredFinding.objects.filter(candidate__draft=OuterRef("pk"), lapsed=False).order_by("start", "id")
        rows = Draft.objects.select_related("brief", "template").annotate(
            requester=F("requested_by__username"),
            assignee=F("assigned_to__username"),
            comment_count=Coalesce(Subquery(said), 0),
            claimed_by=Subquery(others.values("user__username")[:1]),
            candidate_rows=JSONRows(candidates, *_SHOWN_OF_CANDIDATE),
            finding_rows=JSONRows(findings, *SHOWN_OF_FINDING),
        )
        draft = rows.filter(pk=draft_id).first()
        return None if draft is None else cls(actor, draft, rules)

    @cached_property
    def slot(self) -> Slot | None:
        """The draft's slot; None when the plugin that brings it is off."""
        try:
            return get_slot(self.draft.slot)
        except DomainError:
            return None

    @property
    def slot_title(self) -> str:
        """The kind of copy in people's words."""
        return str(self.slot.title) if self.slot else self.draft.slot

    @property
    def takes_facts(self) -> bool:
        """Whether a claim confirmed with proof can become a fact of the object."""
        return self.slot is not None and self.slot.takes_facts

    @property
    def may_correct(self) -> bool:
        """Whether this person can change the object's data."""
        return may_correct(self.actor, self.draft.target_type)

    @property
    def reject_reason(self) -> str:
        """Why it was rejected, in words."""
        reason = self.draft.reject_reason
        return str(RejectReason(reason).label) if reason in RejectReason.values else reason

    @property
    def language_title(self) -> str:
        """The language in people's words."""
        return str(dict(settings.LANGUAGES).get(self.draft.language, self.draft.language))

    @property
    def value_type(self) -> str:
        """What a value of the slot is."""
        return self.slot.value_type if self.slot else "plain"

    @cached_property
    def target(self) -> Shown:
        """The object as it is now; as the draft names it when it is gone or its plugin is off."""
        draft = self.draft
        found = self.slot.shown([draft.target_id], draft.language, draft.channel) if self.slot else {}
        named = TargetInfo(
            draft.target_type, draft.target_id, draft.target_key, draft.target_label, draft.target_category
        )
        return found.get(draft.target_id) or Shown(named, None)

    @property
    def info(self) -> TargetInfo:
        """How the object is shown."""
        return self.target.info

    @property
    def other_name(self) -> str:
        """The object's name in the language of the text, where the list shows another."""
        name = self.brief.name if self.brief else ""
        return "" if name == self.draft.target_label else name

    @property
    def image(self) -> str:
        """The picture's address when our own server has it; pictures from elsewhere are only linked to."""
        return self.info.image if self.info.image.startswith("/") else ""

    @property
    def outside_image(self) -> str:
        """The address of a picture that lies elsewhere."""
        return self.info.image if self.info.image.startswith(("https://", "http://")) else ""

    @property
    def live(self) -> Value:
        """What is live now."""
        return self.target.live

    @property
    def can_edit(self) -> bool:
        """Whether this person can change the words here."""
        return texts.can_be_edited(self.value_type) and self.actor.can("generation.change_draft") and self.is_open

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.draft.state == State.IN_REVIEW

    @cached_property
    def tabs(self) -> list[Tab]:
        """The candidates in order; for a draft that keeps none, its text alone."""
        rows = [from_row(Candidate, row) for row in self.draft.candidate_rows]
        found: dict[int, list[Finding]] = {}
        for row in self.draft.finding_rows:
            found.setdefault(row["candidate_id"], []).append(Finding.of(row))
        return [Tab(self, row, number, found.get(row.pk, ())) for number, row in enumerate(rows, 1)]

    @property
    def chosen(self) -> Tab | None:
        """The candidate the draft proposes."""
        return next((tab for tab in self.tabs if tab.is_chosen), None)

    @cached_property
    def brief(self) -> Brief | None:
        """What the writer was told."""
        return Brief.from_json(self.draft.brief.brief) if self.draft.brief else None

    @property
    def brief_facts(self) -> tuple[Fact, ...]:
        """The facts the writer was given."""
        return self.brief.facts if self.brief else ()

    @cached_property
    def context(self) -> Context | None:
        """What rules may look at; None without a brief or its plugin."""
        return context_of(self.slot, self.draft.brief) if self.slot and self.draft.brief else None

    @cached_property
    def policy(self) -> ReviewPolicy:
        """What approving needs here."""
        return self.rules.policies.of(self.draft.slot, self.draft.target_category)

    @cached_property
    def approvals(self) -> list[Approval]:
        """The signatures that hold."""
        return list(self.draft.approvals.filter(voided_at__isnull=True).select_related("user"))

    @property
    def claimed_by_other(self) -> str:
        """Who else has it open now, or ""."""
        return self.draft.claimed_by or ""

    @property
    def signatures_needed(self) -> int:
        """How many people must sign."""
        attested = any(row.is_attested for row in (self.chosen.findings if self.chosen else ()))
        return approvals_needed(self.policy, attested=attested)

    @property
    def barred(self) -> bool:
        """Whether the policy keeps this person from approving."""
        return barred_by_four_eyes(self.policy, self.draft, self.user_id, self.draft.editor_ids)

    @cached_property
    def explanations(self) -> Sequence[str]:
        """What applies here beside the text, in sentences: why approving needs more, or is not possible."""
        said: list[str] = []
        if self.draft.stale_since:
            said.append(str(freshness.REASONS.get(self.draft.stale_reason, _("The product changed; recheck."))))
        if self.is_open:
            said += self._about_signing()
        said += self._about_going_live()
        if self.draft.thin:
            said.append(_("There is too little product data for a full text: add facts rather than words."))
        if self.draft.fallback_reason:
            said.append(_("The writer's candidates all had mistakes; the template wrote this one."))
        return said

    def _about_signing(self) -> list[str]:
        said, needed = [], self.signatures_needed
        if self.barred:
            said.append(_("You asked for this draft or edited it: someone else must approve it."))
        elif self.policy.four_eyes:
            said.append(_("Whoever approves it must neither have asked for it nor edited it."))
        if needed > 1:
            names = ", ".join(row.user.get_username() for row in self.approvals)
            said.append(
                _("Needs %(count)d signatures by different people; signed by: %(names)s.")
                % {"count": needed, "names": names or _("nobody yet")}
            )
            if any(row.user_id == self.user_id for row in self.approvals) and len(self.approvals) < needed:
                said.append(_("You signed it; one more person must."))
        return said

    def _about_going_live(self) -> list[str]:
        if self.draft.state == State.APPROVED:
            moment = self.draft.publish_after
            if moment is None:
                return [_("Approved; it goes live once someone publishes it.")]
            when = date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
            return [_("Approved; it goes live at %(when)s.") % {"when": when}]
        if not self.is_open:
            return []
        if self.policy.publish == ReviewPolicy.Publish.ON_APPROVAL:
            return [_("Goes live as soon as it is approved.")]
        if self.policy.publish == ReviewPolicy.Publish.AT_TIME and self.policy.publish_time:
            return [
                _("Goes live at %(time)s after it is approved.") % {"time": self.policy.publish_time.strftime("%H:%M")}
            ]
        return []


def may_correct(actor: Actor, target_type: str) -> bool:
    """Whether this person can change the data of objects of a kind ("products.product")."""
    app, _dot, model = target_type.partition(".")
    return actor.can(f"{app}.change_{model}")
