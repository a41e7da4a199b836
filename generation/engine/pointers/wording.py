"""A brief's names and values as a sentence says them: short names, lists in words, sides of one measure together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from generation.engine.contract import Fact
from generation.engine.pointers.kinds import tables

#: What parts a list, but not thousands.
_LIST_MARK = re.compile(r"\s*(?:[;；、，]|,(?!\d{3}(?!\d)))\s*")
#: Where the part of a title that names the product may end; what follows is specification and search words.
_TITLE_END = re.compile(r"\s+[-–—|｜]\s+|\s*[,，|｜;；]\s*|\s*[(（【\[]")
#: A word of a title that measures ("8GB+128GB", "65英寸", "67W快充").
_SPECIFIED = re.compile(r"\d(?:[GT]B?|GHz|Hz|W|mAh|V|ml|m?L|k?g|cm|mm|英寸|寸|码|升|件|克|斤|米)(?![a-z])")
_SIDES = {
    "width": ("W", "宽"), "depth": ("D", "深"), "length": ("L", "长"), "height": ("H", "高"), "thickness": ("T", "厚"),
}  # fmt: skip
#: Nothing but a measure: "5–6 mm", "600 g", "density 75 D".
_MEASURE = re.compile(r"(?:[a-z]+ )?\d[\d.,]*(?:\s?[-–]\s?\d[\d.,]*)? ?[a-zA-Z]{0,4}")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def short_name(title: str, brand: str, language: str) -> str:
    """The words of a shop's title that name the product: "小米12 Pro 天玑版 5000万疾速影像 67W快充" is "小米12 Pro 天玑版".

    A title no longer than the table's ``long_name`` stays as it is, and so does one that shows no place to end it.
    """
    most = tables("plan")["long_name"][language]
    if _width(title, language) <= most:
        return title
    heads = [title[: cut.start()].strip() for cut in _TITLE_END.finditer(title)]
    head = next((head for head in heads if _names(head, brand, language)), title)
    if language == "en" or _width(head, language) <= most:
        return head
    if head.isascii():
        return head  # an English name is as long as it is
    kept: list[str] = []
    words = head.split(" ")
    for word in words:
        if kept and (_width(" ".join([*kept, word]), language) > most or _SPECIFIED.search(word)):
            break
        kept.append(word)
    following = words[len(kept)] if len(kept) < len(words) else ""
    while len(kept) > 1 and kept[-1].isascii() and following.isascii() and not _SPECIFIED.search(following):
        following = kept.pop()  # a run of Latin words is one name: "ROSHE RUN" is not to end in "ROSHE"
    name = " ".join(kept)
    named = _names(name, brand, language) and not _SPECIFIED.search(name)
    return name if named and _width(name, language) <= most else head


def _names(head: str, brand: str, language: str) -> bool:
    """Whether the beginning of a title is more than a brand."""
    long_enough = " " in head if language == "en" else _width(head, language) >= 4
    return long_enough and head.casefold() != brand.casefold()


def _width(text: str, language: str) -> float:
    """Length in the characters of the language: in Chinese a Latin letter takes half the room."""
    return len(text) if language == "en" else sum(1 if ord(character) > 0x2E80 else 0.5 for character in text)


def spoken_list(value: str, kind: str, language: str) -> str:
    """``value`` with the marks of a list as ``language`` writes them: "black, white" is "black and white", 黑,白 is 黑、白.

    Only for kinds whose values may be lists (table ``listed``); whole sentences keep their commas, and so do values
    under unknown keys that may be no list at all.
    """
    if kind not in tables("plan")["listed"]:
        return value
    items = [item for item in _LIST_MARK.split(value) if item]
    if len(items) < 2 or any(len(item) > (16 if language == "zh" else 30) for item in items):
        return value
    if (
        language == "en"
        and kind == "unknown_list"
        and (len(items) == 2 or len({bool(_NUMBER.search(item)) for item in items}) > 1)
    ):
        # "2 years, parts only" is a value with an aside, not two of a kind.
        return value
    if language == "zh":
        return "、".join(items)
    if any(_MEASURE.fullmatch(item) for item in items) and not all(_NUMBER.match(item) for item in items):
        return value  # "freshwater pearls, 5–6 mm" is a thing and its size
    double = [re.search(r"\b(?:and|or)\b|&", item) is not None for item in items]
    if double == [False] * (len(items) - 1) + [True]:
        return ", ".join(items)  # the list has its "and" already
    inner = any(double)
    return f"{', '.join(items[:-1])}{',' if inner else ''} and {items[-1]}"


def is_plural(name: str) -> bool:
    """Whether an English name is said with "are": "Slim Jeans", "Pearl Stud Earrings"; not "Slim Dress"."""
    last = re.sub(r"\s*[(\[].*$", "", name.casefold()).rstrip().rpartition(" ")[2]
    table = tables("plan")
    if last in table["pairs"]:
        return not re.match(r"(?:a )?pair of\b", name.casefold())
    return last.endswith("s") and last not in table["singular"] and not last.endswith(("ss", "us", "is"))


def joined_sides(sides: Sequence[tuple[str, Fact]], language: str) -> tuple[str, str] | None:
    """Key and value that say two or three sides in one: ("Dimensions", "30 × 20 × 10 cm (W × D × H)").

    ``sides`` are pairs of a kind ("width") and its fact. None unless the sides differ and all have one unit, plain
    numbers and no condition.
    """
    order = [kind for kind in _SIDES if any(kind == side for side, _ in sides)]
    facts = [next(fact for side, fact in sides if side == kind) for kind in order]
    plain = all(_NUMBER.fullmatch(fact.value.strip()) and fact.unit for fact in facts)
    free = not any(fact.condition or fact.part or fact.scope for fact in facts)
    if not 2 <= len(sides) == len(order) <= 3 or not plain or not free or len({fact.unit for fact in facts}) > 1:
        return None
    chinese = language == "zh"
    measure = f"{' × '.join(fact.value.strip() for fact in facts)} {facts[0].unit}"
    names = " × ".join(_SIDES[kind][chinese] for kind in order)
    return ("尺寸", f"{measure}（{names}）") if chinese else ("Dimensions", f"{measure} ({names})")


def spoken_value(fact: Fact) -> str:
    """Value and unit of ``fact``, symbols with their usual capitals: "30 w" is "30 W"."""
    symbol = tables("plan")["symbols"].get(fact.unit.casefold(), fact.unit)
    return (fact if symbol == fact.unit else replace(fact, unit=symbol)).display
