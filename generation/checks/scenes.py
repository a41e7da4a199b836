"""Numbers of the scene the copy paints and not of the product: "at 8 pm", "打四个孔" (data/scenes.json)."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib import resources

from generation.checks import polarity
from generation.checks.analysis import Analysis
from generation.checks.normalise import has_cjk
from generation.checks.quantities import Quantity

_NOUN = re.compile(r"[\u4e00-\u9fff]{2,8}")
_PERSON = re.compile(r"(?<![a-z])(?:he|she|model|i'm|who|anyone|you're|tall people|people)(?:'s| is| are)? $")
_STEEL = frozenset({"刀头", "针", "键", "孔", "眼", "头"})
_ROADS = frozenset({"mile", "miles", "km", "公里", "千米", "kilometer", "kilometre", "kilometers", "kilometres"})
_MINUTES = frozenset({"分钟", "秒", "秒钟"})
#: What somebody does or takes, unless the product data count it.
_DOINGS = frozenset({"time", "times", "step", "steps"})
_ANY_THING = frozenset("个只件条张块种款次样")
_THINGS = frozenset({"piece", "layer", "style", ""})
#: Characters of keys that say nothing of what is timed.
_PLAIN = frozenset("时间长期限范围使用约可的最每次后前内建议整机产品大小天日年月周分秒钟为个单位等及与和以上下不含")
_DULL = frozenset({"时间", "小时", "分钟", "使用", "建议", "产品", "每日", "每天", "每次", "每月", "个月", "以内"})
_DULL |= {"以上", "以下", "最长", "最多", "大约", "左右", "可达", "范围", "期限", "之内", "工作", "自然", "一次"}
_RUN = re.compile(r"[\u4e00-\u9fff]+")


@lru_cache(maxsize=1)
def _scenes() -> dict[str, re.Pattern[str]]:
    rows = json.loads(resources.files(__package__).joinpath("data/scenes.json").read_text("utf-8"))
    return {name: re.compile(pattern) for name, pattern in rows.items() if name != "note"}


def of_the_scene(analysis: Analysis, item: Quantity) -> bool:
    """Whether the number belongs to the scene and says nothing of the product."""
    text, scenes = analysis.folded, _scenes()
    begin, end = polarity.clause(text, item.start, item.end)
    before, after = text[max(begin, item.start - 16) : item.start], text[item.end : item.end + 16]
    beside = scenes["after"].match(after)
    if (scenes["before"].search(before) and item.family not in ("percent", "money")) or (
        beside and not _of_facts(analysis, beside.group())
    ):
        return not (_HOLDS.search(before) and _holds_by_facts(analysis, item))
    if item.family == "percent" and item.low <= 20 and scenes["low_battery"].match(after):
        return not analysis.sheet.by_family.get("percent")
    if scenes["supposed"].search(text, begin, item.start) and not _portioned_by_facts(analysis):
        return True
    if item.words and item.numbers == (1.0,) and scenes["compared"].search(before):
        return True
    if item.words and item.unit in _DOINGS and not _named(analysis, item.unit):
        return True
    if _compared(analysis, before, after):
        return True
    if (
        item.family == "length"
        and _PERSON.search(before)
        and not any(_PERSON.search(f"{row.key} ") for row in analysis.sheet.facts)
    ):
        return True
    if item.unit in _STEEL and text[item.start : item.end - len(item.unit)] in analysis.sheet.known:
        return True
    if item.family == "time":
        return _time_of_the_scene(analysis, item, begin, end)
    if item.family == "length" and item.unit in _ROADS and not _PER_HOUR.search(before):
        return not scenes["distance_cue"].search(text, begin, end)
    if item.family in ("length", "mass", "volume") and _guessed(item):
        return not any(hit.of("attribute") for hit in analysis.hits_within(begin, item.start))
    return item.family == "count" and item.words and _count_of_the_scene(analysis, item, before)


#: What goes in is the reader's ("放得下500毫升的水") unless a fact says what fits.
_HOLDS = re.compile(r"[放装塞容盛][得的]?[下进]|能[放装盛]|可[放装盛]|(?<![a-z])fits? ")


def _holds_by_facts(analysis: Analysis, item: Quantity) -> bool:
    """Whether a fact gives in the same measure what fits: "电脑仓: 可放15.6英寸", or how much goes in."""
    if item.family in ("power", "voltage"):
        return True  # nobody puts watts into a thing
    alone = not _OF_SOMETHING.match(analysis.folded, item.end)
    if alone and item.family == "volume" and not item.words:
        measured = (row for row in analysis.sheet.facts if row.attributes & {"capacity", "net_content"})
        if any(each.family == "volume" for row in measured for each in row.quantities):
            return True
    return any(
        any(each.family == item.family and each.unit == item.unit for each in row.quantities)
        and _FITTING.search(f"{row.key} {row.display}")
        for row in analysis.sheet.facts
    )


_PER_HOUR = re.compile(r"(?:每小时|时速|每秒)[^，。\d]{0,4}$")
#: Behind a volume: what it is a volume of ("500毫升的水", "a 500 ml bottle").
_OF_SOMETHING = re.compile(r" ?的|(?![和与或])[一-鿿]| of | (?:bottle|jar|can|jug|glass)")
_FITTING = re.compile(r"[可能][放装容]|适[配用]|电脑|(?<![a-z])(?:fits?|up to|laptop)")


def _portioned_by_facts(analysis: Analysis) -> bool:
    """Whether a fact says how much is taken a day or a time, so that such figures are the product's."""
    return any(_PORTION.search(f"{row.key} {row.display}") for row in analysis.sheet.facts)


_PORTION = re.compile(r"每[天日周月次顿回餐]|每星期|用量|用法|一[天日次顿回]")


def by_reader(before: str) -> bool:
    """Whether ``before``, the text that ends where a count begins, makes it what the reader does or buys."""
    return _scenes()["by_reader"].search(before) is not None


def timed_by_facts(analysis: Analysis, item: Quantity) -> bool:
    """Whether the clause names what a fact of the same family measures, so that its figure is the product's."""
    text = analysis.folded
    begin, end = polarity.clause(text, item.start, item.end)
    around = text[begin : item.start] + " " + text[item.end : end]
    near = text[max(begin, item.start - 4) : item.start] + " " + text[item.end : min(end, item.end + 4)]
    pairs, letters = _timed(analysis)
    return any(pair in around for pair in pairs) or not letters.isdisjoint(near)


def _timed(analysis: Analysis) -> tuple[frozenset[str], frozenset[str]]:
    """Pairs of characters that the facts with a time hold, and the telling characters of their keys."""
    known: tuple[frozenset[str], frozenset[str]] | None = analysis.sheet.memo.get("timed")
    if known is None:
        rows = [analysis.sheet.facts[each.fact] for each in analysis.sheet.by_family.get("time", ()) if each.fact >= 0]
        pairs, letters = set(), set()
        for row in rows:
            for run in _RUN.findall(f"{row.key} {row.display} {row.fact.condition} {row.fact.part}"):
                pairs |= {run[at : at + 2] for at in range(len(run) - 1) if run[at : at + 2] not in _DULL}
            letters |= set("".join(_RUN.findall(row.key))) - _PLAIN
        known = analysis.sheet.memo["timed"] = frozenset(pairs), frozenset(letters)
    return known


def _time_of_the_scene(analysis: Analysis, item: Quantity, begin: int, end: int) -> bool:
    text, scenes = analysis.folded, _scenes()
    if timed_by_facts(analysis, item) or _rated(analysis, item):
        return False
    before = text[max(begin, item.start - 16) : item.start]
    if _guessed(item) and not any(hit.of("attribute") for hit in analysis.hits_within(begin, item.start)):
        return True
    if scenes["before_time"].search(before) or ("岁" in item.unit and scenes["age_before"].search(before)):
        return True
    if not item.words:
        return False
    if scenes["idle"].search(text, begin, end):
        return True
    if scenes["before_worded_time"].search(before):
        return True
    if item.unit in _SHORT and _short_by_facts(analysis):
        return text.endswith("every ", 0, item.start)
    if item.unit in _MINUTES and not scenes["task"].search(text, begin, min(len(text), end + 1)):
        return True  # "十分钟拉伸" is the reader's time
    if any(hit.of("usage", "attribute") for hit in analysis.hits_within(begin, end)):
        return False
    return not scenes["time_cue"].search(text, begin, min(len(text), end + 1))


_EVERY = re.compile(r"(?:每隔?|(?<![a-z])(?:every|each) )$")


def _rated(analysis: Analysis, item: Quantity) -> bool:
    """Whether the text says every how long, as a fact does: "每四小时补一次" of "每2小时补涂"."""
    if not _EVERY.search(analysis.folded, max(0, item.start - 6), item.start):
        return False
    return any(
        _EVERY.search(row.display, max(0, each.quantity.start - 6), each.quantity.start)
        for each in analysis.sheet.by_family.get("time", ())
        if each.fact >= 0 and each.quantity.end <= len((row := analysis.sheet.facts[each.fact]).display)
    )


#: Minutes and seconds: where the facts give some, copy that gives others speaks of the product.
_SHORT = frozenset({"分钟", "秒", "秒钟", "minute", "minutes", "seconds", "second"})


def _short_by_facts(analysis: Analysis) -> bool:
    return any(
        each.quantity.unit in _SHORT | {"min", "mins", "s", "分"} for each in analysis.sheet.by_family.get("time", ())
    )


def _count_of_the_scene(analysis: Analysis, item: Quantity, before: str) -> bool:
    """ "打四个孔", "两个人动手", "三四种颜色": the reader's things, and counts nobody has made."""
    text, scenes, sheet = analysis.folded, _scenes(), analysis.sheet
    held = scenes["contents_cue"].search(before) is not None
    told = item.kind == "person" and any(each.quantity.kind == "person" for each in sheet.by_family.get("count", ()))
    if told and scenes["people_cue"].search(text, item.end, item.end + 3):
        return False  # "五六个人住" of what sleeps three or four
    if (by_reader(before) or _guessed(item)) and not held:
        return True
    if text.startswith(("中间", "之间"), item.end):
        return True
    if item.unit not in _ANY_THING and any(
        each.quantity.unit == item.unit for each in sheet.by_family.get("count", ())
    ):
        return False
    if item.kind == "person":
        begin, end = polarity.clause(text, item.start, item.end)
        counts = sheet.by_family.get("count", ())
        told = "servings" in sheet.attributes or any(each.quantity.kind == "person" for each in counts)
        cue = scenes["people_cue"].search(text, begin, end)
        return not told or item.numbers == (1.0,) or (cue is None and has_cjk(text[item.start : item.end]))
    if item.kind not in _THINGS or held:
        return False
    if not has_cjk(text[item.start : item.end]):
        return False
    noun = _NOUN.match(text, item.end)
    if noun is not None and noun.group()[:2] not in ("以内", "以上", "以下", "左右"):
        return noun.group()[:2] not in sheet.known
    told = _RUN.fullmatch(before[-2:]) is not None and len(before) > 1 and before[-2:] in sheet.known
    return scenes["pack"].match(text, item.end) is None and not told


def _guessed(item: Quantity) -> bool:
    """Whether it is a guess ("三四", "五六") rather than a range said with both its ends."""
    return item.words and len(item.numbers) == 2 and item.end - item.start <= 2 + len(item.unit)


def _compared(analysis: Analysis, before: str, after: str) -> bool:
    """Whether the figure is of what the product is compared with: "一元硬币大概六克", "比两个鸡蛋还轻"."""
    scenes = _scenes()
    other = scenes["compared_after"].match(after) or scenes["compared_before"].search(before)
    return other is not None and other.group("thing") not in analysis.sheet.known


def _of_facts(analysis: Analysis, beside: str) -> bool:
    """Whether what stands beside the number is in the facts: the bed of what is made for beds of 1.5 m."""
    thing = beside.strip("以上下内的 -")
    return any(_named(analysis, word) for word in (thing, thing.rpartition(" ")[2])) or (
        thing.endswith("床") and "床" in analysis.sheet.known
    )


def _named(analysis: Analysis, word: str) -> bool:
    """Whether the product data name the word."""
    if not word.isascii():
        return word in analysis.sheet.known
    return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", analysis.sheet.known) is not None
