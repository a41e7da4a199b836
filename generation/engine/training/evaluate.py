"""Measures a writer on briefs with categories, values and keys that no training has seen."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from generation.engine.contract import Brief, Completion, Sampling, Writer, WriteRequest
from generation.engine.corpus.products import HELD_OUT
from generation.engine.training.metrics import distinct, foreign_share, own_words, repeats, self_bleu

#: What a judge says of a text: rule keys of its findings. Keys starting with "unsupported" or in ``MISBOUND`` count apart.
Judge = Callable[[str, Brief], Sequence[str]]
MISBOUND = ("wrong_attribute", "wrong_part", "wrong_condition")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(slots=True)
class _Tally:
    """Sums while texts come in."""

    texts: int = 0
    facts: int = 0
    present: int = 0
    misbound: int = 0
    unsupported: int = 0
    clean: int = 0
    clean_best: int = 0
    pure: int = 0
    fitting: int = 0
    limited: int = 0
    loops: int = 0
    truncated: int = 0
    errors: int = 0
    rules: dict[str, int] = field(default_factory=dict)
    clean_by_kind: dict[str, list[bool]] = field(default_factory=dict)
    failures: list[dict[str, Any]] = field(default_factory=list)


def evaluate(
    writer: Writer,
    *,
    briefs: Sequence[Brief],
    judge: Judge | None = None,
    candidates: int = 3,
    sampling: Sampling | None = None,
) -> dict[str, Any]:
    """Figures of ``writer`` over ``briefs``: shares between 0 and 1, see the model card for what each means.

    Without a ``judge`` a text is clean when it says every fact and no number that the brief has not.
    """
    requests = [
        WriteRequest(str(number), brief=brief, candidates=candidates, sampling=sampling or Sampling(seed=number))
        for number, brief in enumerate(briefs)
    ]
    began = time.monotonic()
    written: dict[str, list[Completion]] = {}
    for completion in writer.write(requests):
        written.setdefault(completion.tag, []).append(completion)
    seconds = time.monotonic() - began
    tally = _Tally()
    for number, brief in enumerate(briefs):
        texts = sorted(written.get(str(number), []), key=lambda completion: completion.index)
        _count(writer, tally, brief, texts, judge)
    tokens = sum(completion.tokens for group in written.values() for completion in group)
    return _report(tally, len(briefs), candidates) | {
        "variety": _variety(writer, briefs, sampling or Sampling()),
        "tokens_per_second": round(tokens / max(seconds, 1e-9), 1),
        "writer": writer.name,
        "version": writer.version,
        "held_out_categories": list(HELD_OUT),
    }


def _count(writer: Writer, tally: _Tally, brief: Brief, texts: list[Completion], judge: Judge | None) -> None:
    any_clean = False
    for completion in texts:
        tally.texts += 1
        if completion.finish_reason == "error":
            tally.errors += 1
            continue
        text = completion.text
        present = facts_present(text, _wanted(writer, brief, completion.seed))
        found = list(judge(text, brief)) if judge else _literal(text, brief, present)
        for rule in set(found):
            tally.rules[rule] = tally.rules.get(rule, 0) + 1
        spoken = brief.copy_kind.startswith("products.") or brief.copy_kind == "generic"
        if spoken:
            tally.facts += len(present)
            tally.present += sum(present)
        tally.misbound += sum(rule in MISBOUND for rule in found)
        tally.unsupported += any(rule.startswith(("unsupported", "foreign")) for rule in found)
        clean = not found
        tally.clean += clean
        tally.clean_by_kind.setdefault(brief.copy_kind, []).append(clean)
        any_clean = any_clean or clean
        if found and len(tally.failures) < 40:
            tally.failures.append({"text": text, "rules": sorted(set(found)), "name": brief.name})
        tally.pure += foreign_share(text, brief.language.split("-")[0], _given(brief)) < 0.03
        if brief.limit:
            tally.limited += 1
            tally.fitting += len(text) <= brief.limit.maximum
        tally.loops += repeats(text)
        tally.truncated += completion.finish_reason == "length"
    tally.clean_best += any_clean


def _given(brief: Brief) -> list[str]:
    """What a text has from its brief: name, noun, brand, and every fact's key, value and condition."""
    said = [part for fact in brief.facts for part in (fact.key, fact.display, fact.condition)]
    return [brief.name, brief.noun, brief.brand, *said]


def facts_present(text: str, values: Sequence[str]) -> list[bool]:
    """For each value, whether the text has it, whatever its case."""
    lowered = text.casefold()
    return [value.casefold() in lowered for value in values]


def _wanted(writer: Writer, brief: Brief, seed: int | None) -> Sequence[str]:
    """The values a text should say: those the writer chose if it can tell, else all that are not yes or no."""
    chosen = getattr(writer, "chosen", None)
    if chosen is not None and seed is not None:
        return chosen(brief, seed)
    return [fact.display for fact in brief.facts if fact.data_type != "boolean"]


def _literal(text: str, brief: Brief, present: list[bool]) -> list[str]:
    given = " ".join(
        [brief.name, brief.brand, *(f"{fact.key} {fact.display} {fact.condition}" for fact in brief.facts)]
    )
    numbers = set(_DIGITS.findall(given))
    found = ["unsupported_number"] if any(number not in numbers for number in _DIGITS.findall(text)) else []
    return found + ([] if all(present) or not brief.copy_kind.startswith("products.") else ["missing_fact"])


def _variety(writer: Writer, briefs: Sequence[Brief], sampling: Sampling) -> dict[str, float]:
    """Ten descriptions for each of six products with six facts or more: distinct-2 over all, mean self-BLEU-4, and the
    same of the wording alone, with one mark in place of what the brief gave.
    """
    chosen = [brief for brief in briefs if brief.copy_kind == "products.description" and len(brief.facts) >= 6][:6]
    if not chosen:
        return {}
    requests = [WriteRequest(str(n), brief=brief, candidates=10, sampling=sampling) for n, brief in enumerate(chosen)]
    groups: dict[str, list[str]] = {}
    for completion in writer.write(requests):
        groups.setdefault(completion.tag, []).append(completion.text)
    scores = [self_bleu(texts) for texts in groups.values()]
    worded = [self_bleu([own_words(text, _given(chosen[int(tag)])) for text in texts]) for tag, texts in groups.items()]
    every = [text for texts in groups.values() for text in texts]
    return {
        "self_bleu_4": round(sum(scores) / len(scores), 3),
        "self_bleu_4_wording": round(sum(worded) / len(worded), 3),
        "distinct_2": round(distinct(every), 3),
    }


def _report(tally: _Tally, briefs: int, candidates: int) -> dict[str, Any]:
    texts = max(1, tally.texts)

    def share(part: int, whole: int = texts) -> float:
        return round(part / max(1, whole), 4)

    return {
        "briefs": briefs,
        "candidates": candidates,
        "texts": tally.texts,
        "facts_present": share(tally.present, tally.facts),
        "values_bound": round(1 - tally.misbound / max(1, tally.facts), 4),
        "nothing_unsupported": round(1 - tally.unsupported / texts, 4),
        "clean_single": share(tally.clean),
        f"clean_best_of_{candidates}": share(tally.clean_best, briefs),
        "right_language": share(tally.pure),
        "within_limit": share(tally.fitting, tally.limited),
        "loops": share(tally.loops),
        "truncated": share(tally.truncated),
        "errors": share(tally.errors),
        "clean_by_kind": {kind: share(sum(told), len(told)) for kind, told in sorted(tally.clean_by_kind.items())},
        "rules": dict(sorted(tally.rules.items(), key=lambda entry: -entry[1])),
        "failures": tally.failures,
    }
