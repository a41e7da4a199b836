"""Measures the law rules on texts whose author had not seen them: ``python -m tests.checks.unseen_law [--list]``.

``tests/checks/unseen_law/{zh,en}.jsonl`` hold one text a line: what it is (``expect`` is "clean" or "flag"), its
``class`` and the restricted ``words``. A text is flagged by an error; findings that only warn are counted beside them.
Only the law rules are asked: what the product's facts must support is not their business.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django

from generation.checks.base import Context, Finding
from generation.checks.service import run_checks

FOLDER = Path(__file__).parent / "unseen_law"
LANGUAGES = {"zh": "zh-hans", "en": "en"}
RULES = frozenset(
    [
        "absolute_words",
        "medical_words",
        "finance_promise",
        "testimonial",
        "pressure",
        "unfair_comparison",
        "superstition",
        "child_pressure",
        "green_claim",
        "price_trick",
    ]
)


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled text with what the law rules found."""

    expect: str
    group: str
    text: str
    findings: tuple[Finding, ...]

    @property
    def flagged(self) -> bool:
        """Whether a finding is an error."""
        return any(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over the judged texts of one language."""

    flags: int
    found: int
    only_warned: int
    clean: int
    alarms: int
    warnings: int

    @property
    def recall(self) -> float:
        """The share of unlawful texts with an error."""
        return self.found / self.flags

    @property
    def false_alarms(self) -> float:
        """The share of lawful texts with an error."""
        return self.alarms / self.clean


def law_findings(text: str, language: str, category: str = "") -> tuple[Finding, ...]:
    """What the law rules say about ``text`` when nothing is known of the product."""
    context = Context(
        slot="products.description", copy_kind="products.description", language=language, category=category
    )
    return tuple(finding for finding in run_checks(text, "plain", context) if finding.rule in RULES)


def judge(name: str, folder: Path = FOLDER) -> list[Judged]:
    """The texts of a language ("zh" or "en") with what the law rules found."""
    rows = [json.loads(line) for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return [
        Judged(row["expect"], row["class"], row["text"], law_findings(row["text"], LANGUAGES[name], row["category"]))
        for row in rows
    ]


def figures(judged: list[Judged]) -> Figures:
    """Recall and false alarms of the judged texts."""
    flags = [one for one in judged if one.expect == "flag"]
    clean = [one for one in judged if one.expect == "clean"]
    return Figures(
        flags=len(flags),
        found=sum(one.flagged for one in flags),
        only_warned=sum(bool(one.findings) and not one.flagged for one in flags),
        clean=len(clean),
        alarms=sum(one.flagged for one in clean),
        warnings=sum(bool(one.findings) and not one.flagged for one in clean),
    )


def misses(judged: list[Judged]) -> Iterator[str]:
    """Lines that show every unlawful text without an error and every lawful text with a finding."""
    for one in judged:
        if (one.expect == "flag" and not one.flagged) or (one.expect == "clean" and one.findings):
            yield f"{'MISSED' if one.expect == 'flag' else 'FALSE ALARM'} {one.group}: {one.text}"
            for finding in one.findings:
                yield f"    {finding.severity} {finding.rule}: {finding.text()}"


def main() -> None:
    """Print the figures of both languages, with ``--list`` every miss and false alarm before them."""
    parser = argparse.ArgumentParser(description="Measure the law rules on labelled texts.")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--list", action="store_true", help="show every miss and false alarm")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsportal.settings")
    django.setup()
    for name in LANGUAGES:
        judged = judge(name, options.folder)
        if options.list:
            print("\n".join(misses(judged)))
        of = figures(judged)
        print(
            f"{name}: found {of.found}/{of.flags} ({of.recall:.1%}), only warned {of.only_warned}; "
            f"false alarms {of.alarms}/{of.clean} ({of.false_alarms:.1%}), only warned {of.warnings}"
        )


if __name__ == "__main__":
    main()
