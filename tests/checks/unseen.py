"""Measures the checks on products whose author had not seen the rules: ``python -m tests.checks.unseen FOLDER [--list]``.

A folder holds one JSON file a product: its facts, the texts that follow from them (``true``) and the texts with exactly
one falsehood each (``false``, with its ``kind`` and the ``wrong`` words). A falsehood is caught, and a true text is
blocked, by a finding that is an error; findings that only ask are counted beside them. That a key fact is not
mentioned says nothing about a claim and is not counted.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django

from generation.checks.base import Context, Finding
from generation.checks.service import run_checks
from generation.engine import Fact

LANGUAGES = ("zh-hans", "en")
COVERAGE = "missing_key_fact"


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled text with what the checks found. ``kind`` is "true" or the kind of the falsehood."""

    product: str
    language: str
    kind: str
    text: str
    wrong: str
    findings: tuple[Finding, ...]

    @property
    def blocked(self) -> bool:
        """Whether a finding is an error."""
        return any(finding.severity == "error" for finding in self.findings)

    @property
    def warned(self) -> bool:
        """Whether there are findings and none is an error."""
        return bool(self.findings) and not self.blocked


def judge(folder: Path) -> Iterator[Judged]:
    """Run all rules on every text of the products in ``folder``; raises ``ValueError`` when there are none."""
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise ValueError(f"no products (*.json) in {folder}")
    for path in paths:
        product = json.loads(path.read_text("utf-8"))
        context = Context(
            facts=tuple(Fact(**fact) for fact in product["facts"]),
            **{name: product[name] for name in ("language", "name", "noun", "brand", "category")},
        )
        labelled = [("true", text, "") for text in product["true"]]
        labelled += [(false["kind"], false["text"], false["wrong"]) for false in product["false"]]
        for kind, text, wrong in labelled:
            findings = run_checks(text, "plain", context)
            found = tuple(finding for finding in findings if finding.rule != COVERAGE)
            yield Judged(path.stem, context.language, kind, text, wrong, found)


def figures(judged: list[Judged]) -> Iterator[str]:
    """Lines that say, for each language, the recall on numbers and on other claims by kind, and the false alarms."""
    for language in LANGUAGES:
        rows = [one for one in judged if one.language == language]
        texts = [one for one in rows if one.kind == "true"]
        others = [one for one in rows if one.kind not in ("true", "number")]
        yield f"{language}: {len({one.product for one in rows})} products"
        yield _recall("number", [one for one in rows if one.kind == "number"])
        yield _recall("other claims", others)
        for kind, _ in Counter(one.kind for one in others).most_common():
            yield "  " + _recall(kind, [one for one in others if one.kind == kind])
        blocked, warned = sum(one.blocked for one in texts), sum(one.warned for one in texts)
        yield f"  true texts: blocked {_share(blocked, len(texts))}, only warned {_share(warned, len(texts))}"


def _recall(title: str, rows: list[Judged]) -> str:
    caught, warned = sum(one.blocked for one in rows), sum(one.warned for one in rows)
    return f"  {title}: error {_share(caught, len(rows))}, error or warning {_share(caught + warned, len(rows))}"


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} ({part / whole:.1%})" if whole else "0/0"


def misses(judged: list[Judged]) -> Iterator[str]:
    """Lines that show every falsehood that no error caught and every true text that one blocked."""
    for one in judged:
        if one.blocked == (one.kind == "true"):
            what = "FALSE ALARM" if one.kind == "true" else f"MISSED {one.kind} [{one.wrong}]"
            yield f"{one.product}: {what}: {one.text}"
            for finding in one.findings:
                yield f"    {finding.severity} {finding.rule}: {finding.text()}"


def main() -> None:
    """Print the figures of a folder, with ``--list`` every miss and false alarm before them."""
    parser = argparse.ArgumentParser(description="Measure the checks on a folder of labelled products.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--list", action="store_true", help="show every miss and false alarm")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsportal.settings")
    django.setup()
    judged = list(judge(options.folder))
    print("\n".join([*(misses(judged) if options.list else ()), *figures(judged)]))


if __name__ == "__main__":
    main()
