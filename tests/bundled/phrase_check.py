"""Do the portal's checks accept what the corpus teaches? Run as ``python -m tests.bundled.phrase_check zh [KIND …]``.

Every phrase of every attribute kind is filled with facts of that kind and judged with just these facts; what a rule
objects to is printed with the rule. A phrase that is objected to teaches the writer something no one could approve.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import django


@dataclass(frozen=True, slots=True)
class Objection:
    """A phrase, the text it made, and the rules that object."""

    kind: str
    section: str
    phrase: str
    text: str
    rules: tuple[str, ...]


def objections(language: str, kinds: tuple[str, ...] = (), *, tries: int = 3) -> Iterator[Objection]:
    """Phrases of ``kinds`` (all when empty) that fail for most of ``tries`` made-up facts."""
    from generation.checks.base import Context
    from generation.checks.service import default_ruleset, run_checks
    from generation.engine.corpus.phrases import load, placeholders
    from generation.engine.corpus.products import fact_of
    from generation.engine.corpus.telling import Telling, capital
    from generation.engine.pointers.mend import Filling, fill_pointers
    from generation.engine.training.briefs import brief_fact

    rules, phrases = default_ruleset(), load(language)
    chinese = language == "zh"
    name, noun, brand = ("澄野原木", "收纳盒", "澄野") if chinese else ("Orrin Field", "storage box", "Orrin")
    for kind in phrases.kinds.values():
        if kinds and kind.name not in kinds:
            continue
        for section, lines in kind.sections.items():
            part = section.rpartition(".")[2]
            if part not in ("claim", "point", "sentence", "clause", "modifier", "verb", "lead", "fragment", "question"):
                continue
            for line in lines:
                failed: list[Objection] = []
                for attempt in range(tries):
                    rng = random.Random(attempt * 7919 + len(line))
                    fact = next(
                        (
                            made
                            for made in (fact_of(kind, rng, language) for _ in range(400))
                            if (section.startswith(f"{made.polarity}.") if made.polarity else "." not in section)
                            and (made.condition or "c" not in placeholders(line))
                        ),
                        None,
                    )
                    if fact is None:
                        continue
                    telling = Telling(phrases, rng, noun=True, brand=True, named=True)
                    text, told = telling.finish(telling.place(line, [fact]))
                    text = f"It {text}" if part == "verb" else f"这款{text}{noun}" if part == "modifier" else text
                    said = fill_pointers(text if chinese else capital(text), Filling(language, name, noun, brand, told))
                    said += "。" if chinese else "."
                    context = Context(
                        slot="products.seo_description", copy_kind="products.seo_description",
                        language="zh-hans" if chinese else "en", name=name, noun=noun, brand=brand, facts=(brief_fact(fact),),
                    )  # fmt: skip
                    found = tuple(sorted({finding.rule for finding in run_checks(said, "plain", context, rules)}))
                    if found:
                        failed.append(Objection(kind.name, section, line, said, found))
                if len(failed) * 2 > tries:
                    yield failed[0]


def main() -> int:
    """Print every objection; exit status 1 when there is one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsportal.settings")
    django.setup()
    count = 0
    for found in objections(sys.argv[1], tuple(sys.argv[2:])):
        count += 1
        print(f"{found.kind} [{found.section}] {found.phrase}\n    {found.text}\n    {', '.join(found.rules)}")
    print(f"{count} phrases are objected to")
    return int(bool(count))


if __name__ == "__main__":
    raise SystemExit(main())
