"""How fast the checks are: ``python -m benchmarks.checks [--json] [--texts N] [--products N]``.

Texts of about 400 characters over many products, three texts for each (as candidates come), all rules on, one process.
The first text of a product pays for reading its facts, as in a batch.
"""

# ruff: noqa: E501
from __future__ import annotations

import argparse
import json
import os
import time

FILLER = {
    "zh": ["拿到手先看一遍说明，再按步骤来。", "收纳的时候擦干净，放在通风的地方。", "有问题可以随时留言，我们会尽快回复。", "图片为实物拍摄，屏幕不同颜色会有一点差别。",
           "下单前请核对规格，拿不准的可以先问。", "家里人多的话，可以分开收着用。", "平时不用的时候收进柜子，下次拿出来也方便。", "搬家或者换季整理，都顺手。", "送朋友之前，可以先拆开看看。"],
    "en": ["Read the guide before you begin and take it one step after another.", "Wipe it down and keep it somewhere dry between uses.", "Write to us with any question and we will answer as soon as we can.",
           "The photos show the real thing, though screens differ a little.", "Check the details before you order, and ask when in doubt."],
}  # fmt: skip
TARGET = 30_000
CHARACTERS = 400


def main() -> None:
    """Print texts a minute for Chinese and English."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--texts", type=int, default=3000, help="texts for each language")
    parser.add_argument("--profile", action="store_true", help="print where the time goes")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsportal.settings")
    if options.profile:
        import cProfile

        cProfile.runctx("measure('zh', 600); measure('en', 600)", globals(), {}, sort="tottime")
        return
    result = {language: measure(language, options.texts) for language in ("zh", "en")}
    result["target_a_minute"] = TARGET
    if options.json:
        print(json.dumps(result))
        return
    for language in ("zh", "en"):
        row = result[language]
        print(
            f"{language}: {row['a_minute']:,} texts a minute ({row['characters']} characters, {row['findings']:.1f} findings)"
        )
    print(f"target: {TARGET:,}")


def measure(language: str, texts: int) -> dict[str, float]:
    """Texts a minute of one language, with the mean length and number of findings of a text."""
    from generation.checks.service import run_checks, settle

    work = list(_texts(language, texts))
    for value, context in work[:60]:
        run_checks(value, "plain", context)
    settle()
    begun = time.process_time()
    findings = sum(len(run_checks(value, "plain", context)) for value, context in work)
    spent = time.process_time() - begun
    return {
        "a_minute": int(60 * texts / spent),
        "milliseconds": round(1000 * spent / texts, 3),
        "characters": sum(len(value) for value, _ in work) // texts,
        "findings": findings / texts,
    }


def _texts(language: str, count: int):
    from dataclasses import replace

    from generation.checks.base import Context
    from generation.engine import Fact
    from tests.checks.labelled.generate import TRUE_ENDINGS, bases

    known = bases(language)
    gap = "" if language == "zh" else " "
    for number in range(count):
        base = known[(number // 3) % len(known)]
        product = number // 3
        # a name and a fact nobody has seen before, so that each product is read afresh, as in a real catalogue
        code = "货号" if language == "zh" else "Item code"
        facts = (*base.facts, Fact(key=code, value=f"K{product:05d}"), replace(base.facts[0], scope=f"V{product}"))
        lines = [*base.texts, *(f"{fact.key}: {fact.display}" for fact in base.facts), *TRUE_ENDINGS[language]]
        turned = [*lines[number % 3 :], *lines[: number % 3], *FILLER[language]]
        text = turned[0]
        for line in turned[1:]:
            if len(text) < CHARACTERS - 5:
                text += ("\n" if number % 2 else gap) + line
        yield (
            text[: CHARACTERS + 20],
            Context(copy_kind="description", language=base.language, name=base.name, facts=facts),
        )


if __name__ == "__main__":
    main()
