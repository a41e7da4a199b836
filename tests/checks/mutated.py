"""Changes true texts by machine and counts what the checks notice: ``python -m tests.checks.mutated FOLDER... [--list]``.

The texts are the true ones of the sets for ``tests.checks.unseen``; those the checks block as they stand are left out. Each
gets one change of a kind at a time: another digit, another unit, two values of facts swapped, another material or colour,
a sentence with an invented claim. Some changes leave a text true ("under 54 dB" of 50, an invented sentence the facts
happen to support, two materials in the other order), so that all of them can never be caught.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

from generation.checks.base import Context
from generation.checks.service import blocking, run_checks
from generation.engine import Fact

WORDS = {
    "material": {
        "zh-hans": [
            *(
                "纯棉",
                "不锈钢",
                "真皮",
                "竹子",
                "亚麻",
                "陶瓷",
                "羊毛",
                "涤纶",
                "塑料",
                "玻璃",
                "实木",
                "铝合金",
                "硅胶",
            ),
        ],
        "en": [
            *(
                "cotton",
                "stainless steel",
                "leather",
                "bamboo",
                "linen",
                "ceramic",
                "wool",
                "polyester",
                "plastic",
                "glass",
            ),
            *("oak", "silicone", "brass"),
        ],
    },
    "colour": {
        "zh-hans": ["黑色", "白色", "红色", "蓝色", "灰色", "绿色"],
        "en": ["black", "white", "red", "navy", "grey", "green"],
    },
}
INVENTED = {
    "zh-hans": [
        *(
            "通过CE认证。",
            "产自日本。",
            "整机质保五年。",
            "现在下单立减50元。",
            "防水等级IP68。",
            "采用304不锈钢。",
            "附赠收纳袋。",
        ),
        *(
            "支持无线充电。",
            "续航可达30小时。",
            "抗菌率99%。",
            "机身仅重80克。",
            "适用于iPhone 15。",
            "获得德国红点设计奖。",
        ),
        *("可以缓解失眠。", "比同类产品省电30%。"),
    ],
    "en": [
        *("It is CE certified.", "Made in Japan.", "It comes with a 5-year warranty.", "Order now and save 20%."),
        *("It is rated IP68.", "The body is 304 stainless steel.", "A storage bag is included."),
        *(
            "It supports wireless charging.",
            "It lasts up to 30 hours.",
            "It kills 99% of bacteria.",
            "It weighs only 80 g.",
        ),
        *("It works with iPhone 15.", "It is dishwasher safe.", "It won a Red Dot award.", "It relieves back pain."),
        *("It uses 30% less energy than others.",),
    ],
}
UNITS = [
    ("kg", "g"), ("g", "kg"), ("公斤", "克"), ("克", "公斤"), ("lb", "kg"), ("cm", "mm"), ("mm", "cm"), ("厘米", "毫米"),
    ("毫米", "厘米"), ("inches", "cm"), ("英寸", "厘米"), ("W", "kW"), ("瓦", "千瓦"), ("ml", "l"), ("litres", "ml"),
    ("毫升", "升"), ("分钟", "小时"), ("小时", "天"), ("天", "周"), ("年", "个月"), ("个月", "年"), ("minutes", "hours"),
    ("hours", "days"), ("days", "weeks"), ("months", "years"), ("years", "months"), ("mAh", "Wh"),
]  # fmt: skip
_NUMBER = re.compile(r"(?<![A-Za-z\d.,])\d+(?:\.\d+)?")


def changes(text: str, product: dict[str, Any], rng: random.Random) -> Iterator[tuple[str, str]]:
    """Kind and changed text; a kind is left out where the text offers nothing to change."""
    language, facts = product["language"], [Fact(**fact) for fact in product["facts"]]
    if numbers := list(_NUMBER.finditer(text)):
        found = rng.choice(numbers)
        digits = found.group()
        other = digits[:-1] + str((int(digits[-1]) + rng.randint(1, 9)) % 10)
        yield "number", text[: found.start()] + other + text[found.end() :]
    for unit, other in rng.sample(UNITS, len(UNITS)):
        if found := re.search(rf"(?<=\d)( ?){re.escape(unit)}(?![A-Za-z])", text):
            yield "unit", f"{text[: found.start()]}{found[1]}{other}{text[found.end() :]}"
            break
    values = list(dict.fromkeys(fact.display for fact in facts if _swappable(fact.display, text, product)))
    if len(values) > 1:
        first, second = rng.sample(values, 2)
        if first not in second and second not in first:
            yield "swap", text.replace(first, "\0").replace(second, first).replace("\0", second)
    known = json.dumps(product["facts"], ensure_ascii=False).lower()
    for kind, words in WORDS.items():
        strange = [word for word in words[language] if word not in known]
        for word in rng.sample(words[language], len(words[language])):
            found = re.search(rf"(?<![A-Za-z]){word}(?![A-Za-z])", text)
            if found and strange and word not in product["name"]:
                yield (
                    kind,
                    text[: found.start()] + rng.choice([one for one in strange if one != word]) + text[found.end() :],
                )
                break
    yield "invented", f"{text}{'' if language == 'zh-hans' else ' '}{rng.choice(INVENTED[language])}"


def _swappable(value: str, text: str, product: dict[str, Any]) -> bool:
    """Whether a fact's value stands in the text as words of its own and is no part of the name."""
    whole = re.search(rf"(?<![A-Za-z\d]){re.escape(value)}(?![A-Za-z\d])", text)
    return len(value) > 2 and whole is not None and value not in product["name"]


def main() -> None:
    """Print for each language and kind how many changes an error noticed, with ``--list`` those it did not."""
    parser = argparse.ArgumentParser(description="Measure the checks on texts changed by machine.")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="show every change that no error noticed")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsportal.settings")
    django.setup()
    seen: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for path in (path for folder in options.folders for path in sorted(folder.glob("*.json"))):
        product = json.loads(path.read_text("utf-8"))
        context = Context(
            facts=tuple(Fact(**fact) for fact in product["facts"]),
            **{name: product[name] for name in ("language", "name", "noun", "brand", "category")},
        )
        for text in product["true"]:
            if blocking(run_checks(text, "plain", context)):
                continue
            rng = random.Random(f"{options.seed}/{text}")  # what is drawn for one text does not depend on the others
            for kind, changed in changes(text, product, rng):
                caught = blocking(run_checks(changed, "plain", context))
                seen[product["language"], kind].append(caught)
                if options.list and not caught:
                    print(f"{product['name']}: {kind}: {changed}")
    for (language, kind), caught in sorted(seen.items()):
        print(f"{language} {kind}: {sum(caught)}/{len(caught)} ({sum(caught) / len(caught):.1%})")


if __name__ == "__main__":
    main()
