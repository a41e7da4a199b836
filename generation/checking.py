"""Between drafts and rules: which rules run, what they may look at, and what a shop silenced.

Rules themselves are pure and live in ``generation.checks``; only this module reads settings from the database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

from generation.checks.base import Context, Finding
from generation.checks.measure import Measure, measure
from generation.checks.service import Ruleset, default_ruleset, ruleset_version, run_checks
from generation.checks.text import sanitise, view
from generation.engine import Brief
from generation.models import GlossaryTerm, RuleGrade, Silence, StoredBrief, StoredFinding
from generation.points import draft_checks
from generation.similar import Neighbours
from generation.slots import FactSheet, Slot
from generation.values import Value


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say about one value; ``silenced`` gives the silence of each finding a shop switched off, by position."""

    findings: tuple[Finding, ...]
    silenced: Mapping[int, int]
    key: str

    @property
    def standing(self) -> list[Finding]:
        """The findings nobody silenced."""
        return [finding for position, finding in enumerate(self.findings) if position not in self.silenced]

    @property
    def errors(self) -> int:
        """How many findings block."""
        return self._count("error")

    @property
    def warnings(self) -> int:
        """How many findings ask."""
        return self._count("warning")

    def _count(self, severity: str) -> int:
        return sum(finding.severity == severity for finding in self.standing)


class Silences:
    """The alarms this shop has switched off now, as read when this was made."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], list[Silence]] = defaultdict(list)
        for silence in Silence.objects.filter(lifted_at__isnull=True).order_by("pk"):
            self._rows[silence.rule, silence.words_digest].append(silence)
        self.rules = {rule for rule, _digest in self._rows}

    def hiding(self, slot: str, category: str, rule: str, severity: str, words: str) -> int | None:
        """The number of the silence that hides what ``rule`` says about these words there; None when none does."""
        for silence in self._rows.get((rule, words_digest(words)), ()):
            graded = severity in (silence.severity, StoredFinding.Severity.WARNING)
            if graded and silence.slot in ("", slot) and _covers(silence, category):
                return silence.pk
        return None


def _covers(silence: Silence, category: str) -> bool:
    if silence.everywhere or not silence.category:
        return silence.everywhere or not category
    return in_category(category, silence.category)


def words_digest(words: str) -> str:
    """What tells whether a finding is about the words somebody silenced: all of them, however long; case does not count."""
    return sha256(words.casefold().encode(errors="surrogatepass")).hexdigest()


class Judge:
    """Judges values by the shop's rules, as graded now. Make one a chunk of work, or one a request.

    ``grades`` and ``terms`` of the glossary: those the caller read already.
    """

    def __init__(self, grades: Iterable[RuleGrade] | None = None, terms: Iterable[GlossaryTerm] | None = None) -> None:
        plugged = tuple(check() if isinstance(check, type) else check for check in draft_checks.all())
        base = default_ruleset()
        self._base = replace(base, checks=(*base.checks, *plugged)) if plugged else base
        self._grades = sorted(RuleGrade.objects.all() if grades is None else grades, key=lambda row: row.slot)
        rows = GlossaryTerm.objects.all() if terms is None else terms
        self._terms = sorted(rows, key=lambda row: (row.channel, row.language, row.term))
        self._rules: dict[str, tuple[Ruleset, str]] = {}

    @cached_property
    def _silences(self) -> Silences:
        """Read when a text is judged, since telling whether findings are current takes none."""
        return Silences()

    @property
    def has_silences(self) -> bool:
        """Whether the shop silenced anything at all."""
        return bool(self._silences.rules)

    def rules_of(self, slot: Slot) -> tuple[Ruleset, str]:
        """The rules for this slot and their version."""
        if slot.key not in self._rules:
            rows = [row for row in self._grades if row.slot in ("", slot.key)]
            grades: dict[str, Any] = {row.rule: row.severity for row in rows if row.severity}
            rules = replace(self._base, severities={**self._base.severities, **grades}) if grades else self._base
            self._rules[slot.key] = (rules, ruleset_version(rules, (self._settings_of(slot), self._written_terms)))
        return self._rules[slot.key]

    def judge(
        self,
        slot: Slot,
        value: Value,
        context: Context,
        facts_fingerprint: str,
        category: str,
        neighbours: Neighbours = (),
    ) -> Judgement:
        """All findings about ``value``, with those that were silenced for this slot, category and wording marked.

        ``neighbours`` are texts it may be a copy of (``generation.similar``).
        """
        rules, _version = self.rules_of(slot)
        findings = tuple(run_checks(value, slot.value_type, self._told(slot, context, neighbours), rules))
        return Judgement(findings, self._silenced(slot, value, findings, category), self.key(slot, facts_fingerprint))

    def beside(
        self, judgement: Judgement, slot: Slot, value: Value, context: Context, category: str, neighbours: Neighbours
    ) -> Judgement:
        """``judgement``, made without neighbours, as ``judge`` would make it with them: all other rules stand."""
        rules, _version = self.rules_of(slot)
        comparing = replace(rules, checks=tuple(check for check in rules.checks if check.compares))
        compared = {check.key for check in comparing.checks}
        findings = [finding for finding in judgement.findings if finding.rule not in compared]
        findings += run_checks(value, slot.value_type, self._told(slot, context, neighbours), comparing)
        findings.sort(key=lambda finding: (finding.start, finding.end))
        return Judgement(tuple(findings), self._silenced(slot, value, findings, category), judgement.key)

    def _told(self, slot: Slot, context: Context, neighbours: Neighbours) -> Context:
        """``context`` with what the shop set up and the texts around."""
        return replace(
            context,
            glossary=self._glossary(context.language, context.channel),
            settings=self._settings_of(slot),
            neighbours=neighbours,
        )

    def measure(self, slot: Slot, value: Value, context: Context) -> Measure:
        """How long ``value`` is, counted its channel's way and with what the shop set about it."""
        return measure(view(value, slot.value_type).text, replace(context, settings=self._settings_of(slot)))

    def _settings_of(self, slot: Slot) -> dict[str, dict[str, Any]]:
        """What the shop set for rules here; a copy type's own settings come after those for all."""
        found: dict[str, dict[str, Any]] = {}
        for row in self._grades:
            if row.settings and row.slot in ("", slot.key):
                found[row.rule] = {**found.get(row.rule, {}), **row.settings}
        return found

    @cached_property
    def _written_terms(self) -> list[tuple[str, str, str, str]]:
        return [(row.term, row.preferred, row.language, row.channel) for row in self._terms]

    def _glossary(self, language: str, channel: str) -> dict[str, str]:
        """The shop's terms for this language and channel; the channel's own come after those for all."""
        return {
            row.term: row.preferred
            for row in self._terms
            if row.language in ("", language) and row.channel in ("", channel)
        }

    def key(self, slot: Slot, facts_fingerprint: str) -> str:
        """What findings are bound to beside the text: the facts and the rules."""
        return f"{facts_fingerprint}/{self.rules_of(slot)[1]}"

    def _silenced(self, slot: Slot, value: Value, findings: Sequence[Finding], category: str) -> dict[int, int]:
        found: dict[int, int] = {}
        concerned = [(at, finding) for at, finding in enumerate(findings) if finding.rule in self._silences.rules]
        text = view(value, slot.value_type).text if concerned else ""
        for position, finding in concerned:
            words = text[finding.start : finding.end]
            silence = self._silences.hiding(slot.key, category, finding.rule, finding.severity, words)
            if silence is not None:
                found[position] = silence
        return found


def in_category(path: str, category: str) -> bool:
    """Whether a category path lies in ``category`` (blank: everything does)."""
    return not category or path == category or path.startswith(category + "/")


def context_of(slot: Slot, stored: StoredBrief) -> Context:
    """What rules may look at, from the brief a text was written to."""
    brief = Brief.from_json(stored.brief)
    return Context(
        slot=slot.key,
        copy_kind=slot.copy_kind,
        language=brief.language,
        channel=brief.channel,
        name=brief.name,
        noun=brief.noun,
        brand=brief.brand,
        category=brief.category,
        facts=brief.facts,
        background=tuple(stored.background),
        limit=brief.limit or slot.limit,
        keywords_avoid=brief.keywords_avoid,
    )


def clean_value(slot: Slot, value: Value) -> Value:
    """The value without anything that must not reach a customer; done before hashing, so that the hash is of this."""
    return sanitise(value, slot.value_type)


def composed(slot: Slot, copy_text: str, sheet: FactSheet, language: str) -> Value:
    """A writer's copy text as the slot's sanitised value."""
    return clean_value(slot, slot.compose(copy_text, sheet, language))


def rows_of(candidate_id: int, judgement: Judgement) -> list[StoredFinding]:
    """Unsaved rows of a judgement's findings."""
    return [
        StoredFinding(
            candidate_id=candidate_id,
            rule=finding.rule,
            severity=finding.severity,
            message=finding.message,
            params=dict(finding.params),
            start=finding.start,
            end=finding.end,
            fact=finding.fact,
            fix=finding.fix,
            silence_id=judgement.silenced.get(position),
        )
        for position, finding in enumerate(judgement.findings)
    ]
