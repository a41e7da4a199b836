"""Checking loose texts against objects' facts: many at a time, facts read in bulk and kept."""

from __future__ import annotations

import logging
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from generation import briefs, similar
from generation.checking import Judge, context_of
from generation.checks.base import Context, Finding
from generation.slots import Slot, get_slot
from generation.values import Value
from opsportal.plugins.errors import DomainError, Invalid

log = logging.getLogger(__name__)

#: Objects whose facts are kept between texts.
KEPT = 5000


#: Slot, language, channel and key: what a text is checked against.
_Address = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class TextToCheck:
    """One text, and the object (by the key people know), copy type and language it is meant for."""

    key: str
    slot: str
    language: str
    text: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say, or why they could not be asked."""

    findings: tuple[Finding, ...] = ()
    error: str = ""

    def to_json(self) -> dict[str, Any]:
        """``{"blocking", "findings"}``, or ``{"error"}``."""
        if self.error:
            return {"error": self.error}
        blocking = any(finding.severity == "error" for finding in self.findings)
        return {"blocking": blocking, "findings": [finding.to_json() for finding in self.findings]}


class TextChecker:
    """Checks texts with the shop's rules as they were when this was made."""

    def __init__(self) -> None:
        self._judge = Judge()
        self._contexts: OrderedDict[_Address, tuple[Context, str, int]] = OrderedDict()

    def check(self, texts: Sequence[TextToCheck]) -> list[Verdict]:
        """A verdict a text, in order; a fixed number of queries per copy type, language and channel."""
        problems = self._load(texts)
        verdicts = [Verdict(error=problems.get(_address(text), "")) for text in texts]
        places: dict[tuple[str, str], list[int]] = defaultdict(list)
        for position, text in enumerate(texts):
            if _address(text) in self._contexts:
                places[text.slot, text.language].append(position)
        for (key, language), positions in places.items():
            for position, verdict in self._judged(get_slot(key), language, positions, texts):
                verdicts[position] = verdict
        while len(self._contexts) > KEPT:
            self._contexts.popitem(last=False)
        return verdicts

    def _judged(
        self, slot: Slot, language: str, positions: Sequence[int], texts: Sequence[TextToCheck]
    ) -> Iterator[tuple[int, Verdict]]:
        """Position and verdict of each text; one that cannot be judged says so and does not stop the others."""
        try:
            values = [value_of(slot, texts[position].text) for position in positions]
        except Invalid as error:
            yield from ((position, Verdict(error=error.message)) for position in positions)
            return
        known = [self._contexts[_address(texts[position])] for position in positions]
        asked = [(target_id, value) for (_context, _category, target_id), value in zip(known, values, strict=True)]
        around = similar.around(slot, language, asked)
        for position, value, (context, category, _id), neighbours in zip(positions, values, known, around, strict=True):
            try:
                judgement = self._judge.judge(slot, value, context, "", category, neighbours)
            except Exception as error:
                log.exception("a text for %s could not be checked", texts[position].key)
                yield position, Verdict(error=f"{type(error).__name__}: {error}")
                continue
            yield position, Verdict(tuple(judgement.standing))

    def _load(self, texts: Sequence[TextToCheck]) -> dict[_Address, str]:
        """Read the facts that are not kept yet; returns why some could not be read."""
        missing: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for text in texts:
            address = _address(text)
            if address in self._contexts:
                self._contexts.move_to_end(address)
            else:
                missing[text.slot, text.language, text.channel].add(text.key)
        problems: dict[_Address, str] = {}
        for (key, language, channel), keys in missing.items():
            try:
                found = self._read(get_slot(key), language, channel, keys)
            except DomainError as error:
                problems |= {(key, language, channel, name): error.message for name in keys}
                continue
            unknown = _("Unknown key: %(keys)s.")
            problems |= {(key, language, channel, name): unknown % {"keys": name} for name in keys - set(found)}
            self._contexts.update({(key, language, channel, name): entry for name, entry in found.items()})
        return problems

    def _read(self, slot: Slot, language: str, channel: str, keys: set[str]) -> dict[str, tuple[Context, str, int]]:
        ids = slot.find(keys)
        targets = list(slot.queryset().filter(pk__in=list(ids.values())))
        sheets = slot.facts(targets, language, channel)
        described = slot.describe(targets) if self._judge.has_silences else {}
        found: dict[str, tuple[Context, str, int]] = {}
        for name, pk in ids.items():
            brief = briefs.build(slot, sheets[pk], briefs.BriefRequest(language, channel))
            category = described[pk].category if pk in described else ""
            found[name] = (context_of(slot, briefs.stored(brief, sheets[pk])), category, pk)
        return found


def _address(text: TextToCheck) -> _Address:
    return (text.slot, text.language, text.channel, text.key)


def value_of(slot: Slot, text: str) -> Value:
    """A typed text as the slot's value: a list has one item a line. Raises ``Invalid`` where text cannot be one."""
    if slot.value_type == "list":
        return [line.strip().removeprefix("- ") for line in text.splitlines() if line.strip()]
    if slot.value_type in ("plain", "html"):
        return text
    raise Invalid(_("This copy type has no text."), "wrong_type")
