"""Labelled texts from the bases: every one true, or false by exactly one known change."""

# ruff: noqa: E501
from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generation.engine import Fact

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Base:
    """A product with its facts and true copy."""

    language: str
    name: str
    facts: tuple[Fact, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Labelled:
    """A text with the sort of change that made it false, or "" for a true one."""

    base: Base
    text: str
    change: str

    @property
    def is_true(self) -> bool:
        """Whether nothing in it is false."""
        return not self.change


def bases(language: str) -> list[Base]:
    """The hand-written bases of a language ("zh" or "en")."""
    found: list[Base] = []
    for block in (HERE / f"bases_{language}.txt").read_text("utf-8").split("\n\n"):
        rows = [line.partition(": ") for line in block.splitlines() if line and not line.startswith("#")]
        if not rows:
            continue
        facts = []
        for kind, _, value in rows:
            if kind == "fact":
                key, given, unit, condition, part, scope = [*(cell.strip() for cell in value.split("|")), *[""] * 5][:6]
                facts.append(Fact(key=key, value=given, unit=unit, condition=condition, part=part, scope=scope))
        names = [value for kind, _, value in rows if kind == "name"]
        texts = tuple(value for kind, _, value in rows if kind == "text")
        found.append(Base("zh-hans" if language == "zh" else "en", names[0], tuple(facts), texts))
    return found


MATERIALS = {
    "zh": ["不锈钢", "纯棉", "铝合金", "陶瓷", "真丝", "牛皮", "胡桃木", "玻璃", "羊毛", "钛合金", "硅胶", "亚麻", "实木", "黄铜", "真皮"],
    "en": ["stainless steel", "cotton", "aluminum", "ceramic", "silk", "leather", "walnut", "glass", "wool", "titanium",
           "silicone", "linen", "bamboo", "brass", "nylon"],
}  # fmt: skip
COLOURS = {
    "zh": ["黑色", "红色", "樱花粉", "墨绿", "香槟金", "紫色", "橙色", "白色", "天蓝色", "棕色"],
    "en": ["black", "red", "pink", "forest green", "gold-tone", "purple", "orange", "white", "sky blue", "brown"],
}
ADDED = {
    "zh": {
        "certificate": ["已通过CE认证。", "获得FDA认证。", "通过ISO9001认证。", "达到IP68防护等级。", "获红点设计奖。", "拥有国家发明专利。", "食品级材质，OEKO-TEX认证。"],
        "origin": ["德国制造。", "日本进口。", "产地意大利。", "原料来自新西兰。", "瑞士工艺。", "韩国原装。"],
        "warranty": ["质保10年。", "终身质保。", "支持30天无理由退换。", "整机保修六年。", "全国联保，以换代修。"],
        "discount": ["限时8折。", "现在下单立减50元。", "买一送一。", "到手价99元。", "第二件半价。", "满300减40。"],
        "capability": ["支持无线充电。", "可测血压。", "可潜水使用。", "抗菌率99%。", "可机洗也可进烤箱。", "支持人脸识别。", "太阳能充电。"],
        "health": ["有助于改善睡眠。", "能缓解颈椎疼痛。", "增强免疫力。", "美白淡斑。"],
        "box": ["附赠充电头。", "随盒附耳机。", "送鼠标垫。", "内含保护壳。", "配登山扣一个。"],
        "code": ["型号XR-900。", "支持蓝牙7.0。", "采用A17芯片。", "兼容安卓15。"],
        "brand": ["与戴森同款配置。", "采用索尼元件。", "可搭配乐高使用。"],
        "eco": ["采用可降解材料，碳中和生产。", "由海洋塑料再生制成。"],
        "superlative": ["全网第一。", "行业领先，顶级品质。", "国家级品质。", "销量冠军，最好的选择。"],
        "testimonial": ["用户都说好用。", "五星好评不断。"],
    },
    "en": {
        "certificate": ["FDA approved.", "ISO 9001 certified.", "Rated IP68.", "Red Dot award winner.", "Patented design.", "OEKO-TEX certified.", "UL listed."],
        "origin": ["Made in Germany.", "Imported from Italy.", "Crafted in Japan.", "With Swiss engineering.", "Made with New Zealand wool."],
        "warranty": ["Lifetime warranty.", "Backed by a 10-year warranty.", "30-day money-back guarantee.", "Free returns within 90 days.", "Warranty: 8 years."],
        "discount": ["Now 20% off.", "Save $15 today.", "Buy one get one free.", "Half price this week.", "Was $89, now $59."],
        "capability": ["Supports wireless charging.", "Measures blood pressure.", "Dive with it down to 30 m.", "Antibacterial surface.", "Oven safe to 450 °F.", "With face recognition.", "Solar powered."],
        "health": ["Helps you sleep better.", "Relieves back pain.", "Boosts your immune system.", "Reduces wrinkles."],
        "box": ["Includes a wall charger.", "Comes with a carrying case and headphones.", "A free mouse pad is included.", "In the box: phone case."],
        "code": ["Model XR-900.", "Bluetooth 7.0 inside.", "Powered by the A17 chip.", "Works with Android 15."],
        "brand": ["The same motor as a Dyson.", "Uses Sony parts.", "Works with your Lego set."],
        "eco": ["Biodegradable and carbon neutral.", "Made from ocean plastic."],
        "superlative": ["The best in the world.", "The #1 choice.", "Simply unbeatable, guaranteed.", "The only one you will ever need, world-class quality."],
        "testimonial": ["Customers love it.", "Rated 4.9 stars by buyers."],
    },
}  # fmt: skip
TRUE_ENDINGS = {
    "zh": ["第一次使用前请先看说明。", "最后检查一下尺寸再下单。", "百搭，放在哪里都合适。", "一年四季都用得上。", "颜色以实物为准。", "一键下单前请核对地址。",
           "最近收到不少关于尺寸的提问，以上数据供参考。", "最佳使用方法见包装。", "实物十分干净利落。"],
    "en": ["Please check the measurements before ordering.", "Colors may look a little different on screen.", "For best results, read the guide first.",
           "One less thing to think about.", "It's a simple thing, done well.", "See the table below for details."],
}  # fmt: skip
_NUMBER = re.compile(r"(?<![\dA-Za-z.×x:/-])(?<! x )\d+(?:,\d{3})*(?:\.\d+)?(?![\d.]*[A-Za-z]*-\d)(?!\d)")
_SWAPS_ZH = {
    "克": "千克",
    "毫升": "升",
    "厘米": "毫米",
    "公斤": "克",
    "小时": "分钟",
    "瓦": "千瓦",
    "升": "毫升",
    "年": "个月",
    "天": "个月",
    "米": "厘米",
}
_SWAPS_EN = {
    "oz": "lb",
    "g": "kg",
    "cm": "mm",
    "inches": "feet",
    "hours": "minutes",
    "ml": "L",
    "lb": "oz",
    "days": "months",
    "kg": "g",
    "months": "years",
    "m": "cm",
    "W": "kW",
    "mm": "cm",
    "L": "ml",
    "minutes": "hours",
}
_CONVERT_ZH = [
    (r"(?<![\d.×])(\d+)毫升", 0.001, "升"),
    (r"(?<![\d.×])(\d+)克", 0.001, "千克"),
    (r"(?<![\d.×])(\d+(?:\.\d+)?)厘米", 10, "mm"),
    (r"(?<![\d.×])(\d+(?:\.\d+)?)公斤", 2, "斤"),
    (r"(?<![\d.×])(\d+)小时", 60, "分钟"),
]
_CONVERT_EN = [
    (r"(?<![\d.])(?<![\dx] )(\d+) ml", 0.001, " liters"),
    (r"(?<![\d.])(?<!\d )(\d+) g(?![a-z])", 0.001, " kg"),
    (r"(?<![\d.x])(?<!x )(\d+(?:\.\d+)?) cm", 10, " mm"),
    (r"(?<![\d.])(\d+) hours", 60, " minutes"),
    (r"(?<![\d.(])(\d+(?:\.\d+)?) kg(?!\))", 2.20462, " lb"),
]


def labelled(language: str, seed: int = 7) -> list[Labelled]:
    """All labelled texts of a language, in a fixed order."""
    rows: list[Labelled] = []
    for number, base in enumerate(bases(language)):
        for index, text in enumerate(base.texts):
            chance = random.Random(f"{language}-{seed}-{number}-{index}")
            rows.extend(Labelled(base, made, "") for made in _true(language, base, text, chance))
            rows.extend(Labelled(base, made, change) for made, change in _false(language, base, text, chance))
    return rows


def _true(language: str, base: Base, text: str, chance: random.Random) -> Iterator[str]:
    yield text
    gap = "" if language == "zh" else " "
    for ending in chance.sample(TRUE_ENDINGS[language], 2):
        yield text + gap + ending
    for pattern, factor, unit in _CONVERT_ZH if language == "zh" else _CONVERT_EN:
        converted = re.sub(
            pattern, lambda match, f=factor, u=unit: f"{round(float(match[1]) * f, 3):g}{u}", text, count=1
        )
        if converted != text:
            yield converted
    join = "：" if language == "zh" else ": "
    shown = [f"{fact.key}{join}{fact.display}" for fact in base.facts if not fact.condition and not fact.scope]
    yield "\n".join(shown)


def _false(language: str, base: Base, text: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    known = set(
        re.findall(
            r"\d+(?:\.\d+)?", " ".join([base.name, *(f"{f.value} {f.condition} {f.key}" for f in base.facts), text])
        )
    )
    numbers = list(_NUMBER.finditer(text))
    chance.shuffle(numbers)
    for match in numbers[:5]:
        for _attempt in range(20):
            digits = list(match.group())
            place = chance.choice([i for i, char in enumerate(digits) if char.isdigit()])
            digits[place] = chance.choice("123456789")
            changed = "".join(digits)
            if changed not in known and changed != match.group() and not changed.startswith("0"):
                yield text[: match.start()] + changed + text[match.end() :], "number"
                break
    swaps = _SWAPS_ZH if language == "zh" else _SWAPS_EN
    pattern = (
        r"(?<=\d)(" + "|".join(swaps) + r")(?![A-Za-z米克])"
        if language == "zh"
        else r"(?<=\d )(" + "|".join(swaps) + r")(?![A-Za-z])"
    )
    places = list(re.finditer(pattern, text))
    for match in chance.sample(places, min(2, len(places))):
        yield text[: match.start()] + swaps[match.group()] + text[match.end() :], "unit"
    yield from _swapped(text, language, chance)
    words = " ".join([base.name, text, *(f"{fact.value} {fact.part}" for fact in base.facts)]).lower()
    for listed, change in ((MATERIALS, "material"), (COLOURS, "colour")):
        there = [word for word in listed[language] if re.search(rf"(?<![a-z]){word}(?![a-z]| free| tea)", text.lower())]
        others = [
            word
            for word in listed[language]
            if word not in words and not any(word in known or known in word for known in there)
        ]
        if change == "material" and any(word in words for word in ("棉", "cotton", "木", "oak", "beech", "皮")):
            others = [word for word in others if word not in ("实木", "纯棉", "cotton", "真皮")]
        for word in there[:1]:
            at = re.search(rf"(?<![a-z]){word}(?![a-z]| free| tea)", text.lower()).start()
            yield text[:at] + chance.choice(others) + text[at + len(word) :], change
    gap = "" if language == "zh" else " "
    for change, sentences in ADDED[language].items():
        sentence = chance.choice(sentences)
        if sentence.strip("。.") not in text:
            yield text + gap + sentence, change


def _swapped(text: str, language: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Two values with units change places."""
    unit = (
        "克|千克|公斤|毫升|升|小时|厘米|米|毫米|天|年|瓦|W|K|分贝|mAh|℃|个月"
        if language == "zh"
        else ("oz|lb|g|kg|cm|mm|inches|hours|days|months|ml|L|W|watts|K|dB|mAh|minutes|°F|°C|years")
    )
    values = list(re.finditer(rf"(?<![\d.×x-])(?<! x )(?<!\bto )\d+(?:,\d+)?(?:\.\d+)? ?(?:{unit})(?![A-Za-z])", text))
    values = [match for match in values if len(re.findall(r"\d", match.group())) < 7]
    if re.search(r"\(|about", text):  # one value in two units: changing places leaves it true
        return
    pairs = [
        (a, b)
        for i, a in enumerate(values)
        for b in values[i + 1 :]
        if a.group().strip("0123456789., ") != b.group().strip("0123456789., ")
    ]
    for first, second in chance.sample(pairs, min(1, len(pairs))):
        yield (
            text[: first.start()]
            + second.group()
            + text[first.end() : second.start()]
            + first.group()
            + text[second.end() :],
            "swap",
        )
