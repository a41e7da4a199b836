"""Numbers with their units, read from Chinese and English text and comparable by value.

``parse`` reads a folded text (``normalise.fold``) and returns quantities with spans. Units are data (data/units.txt).
What cannot be read as a number with a unit but has digits ("rs-200", "4k") is a *code*, see ``codes``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from generation.checks.cues import cues
from generation.checks.numerals import CHINESE, ENGLISH, guess_range, read_chinese, read_english
from generation.checks.units import units


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or range in base units of ``family`` ("" for a bare number), found at ``start``–``end``.

    ``kind`` tells apart what shares a family: the currency, or what is counted ("colour"). ``unit`` is the spelling,
    ``step`` the size of the last digit written (base units), ``bound`` what the wording makes of the number: "" as it
    is, "min" (at least), "over", "max" (up to), "under", "about". ``numbers`` are the figures as written.
    """

    start: int
    end: int
    low: float
    high: float
    family: str = ""
    kind: str = ""
    unit: str = ""
    step: float = 0.0
    bound: str = ""
    numbers: tuple[float, ...] = ()
    words: bool = False
    shared: bool = False


_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    r"(?:(?P<y1>\d{4})\s?年\s?)?(?P<m1>\d{1,2})\s?月\s?(?P<d1>\d{1,2})\s?[日号]"
    r"|(?<!\d)(?P<y2>\d{4})[-/.](?P<m2>\d{1,2})[-/.](?P<d2>\d{1,2})(?!\d)"
    r"|(?<![a-z])(?P<m3>" + _MONTH + r")\.? (?P<d3>\d{1,2})(?:st|nd|rd|th)?(?!\d)(?:,? (?P<y3>\d{4}))?"
    r"|(?<!\d)(?P<d4>\d{1,2})(?:st|nd|rd|th)? (?P<m4>" + _MONTH + r")(?![a-z])(?:,? (?P<y4>\d{4}))?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIMES = re.compile(r"(?<=\d)x(?=\d)")
_FEET = re.compile(
    r"(?<![\d.])(\d)'\s?(\d{1,2})(?:\"|''|(?![\d.]))"
    r"|(?<![a-z])(\d|four|five|six|seven) f(?:oo|ee)t "
    r"(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven)(?! ?(?:by|x|×|feet|foot))(?![a-z\d])"
)
_VULGAR = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125, "⅜": 0.375, "⅝": 0.625, "⅞": 0.875}
_SHARED_GAP = re.compile(r"\s?(?:[-~/、,&×*+x]|至|到|to|or|and|by|和|或|及)\s?")
_RANGE_GAP = re.compile(r"\s?(?:-|~|至|到|to)\s?")
_EACH_AREA = re.compile(r"(?:每平方米|每平米|每平|每㎡)(?:约|重|大约)*$")
_GOES_ON = re.compile(r"(?:到|至|~|-| to )(?:[一二两三四五六七八九十百]|[a-z0-9])")
_DISCOUNT = re.compile(r"\s?(?:off\b|discount|折扣|优惠|off the)")
_BOUNDS = ("nearly", "about", "min", "over", "max", "under")


@lru_cache(maxsize=1)
def _item() -> re.Pattern[str]:
    spellings = []
    for spelling in sorted(units(), key=len, reverse=True):
        whole_word = spelling[-1].isascii() and spelling[-1].isalnum()
        spellings.append(re.escape(spelling) + ("(?![a-z0-9])" if whole_word else ""))
    count_nouns = "|".join(
        re.escape(s)
        for s in sorted(units(), key=len, reverse=True)
        if (units()[s].family == "count" or s in ("cup", "cups")) and s.isascii()
    )
    unit = (
        rf"(?P<unit>(?:{'|'.join(spellings)})"
        rf"|(?<= )(?:[a-z]+[ -])(?P<noun>{count_nouns})(?![a-z0-9]))"
    )
    number = (
        r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?|(?<!\d)\.\d+)"
        r"(?:(?P<vulgar>[½¼¾⅓⅔⅛⅜⅝⅞])|(?P<fraction>(?: \d+)?/(?:[2-689]|1[026]|32|64)(?![\d/])(?! ?[a-z]?\d)))?"
        r"(?P<scale>百万|万亿|[万亿千百](?!克|瓦|米|帕|焦|赫|伏)| ?million(?![a-z])| ?thousand(?![a-z]))?"
        r"(?P<several>多|余|来)?"
        rf"|(?P<alone>[½¼¾⅓⅔⅛⅜⅝⅞])|(?P<chinese>{CHINESE})(?P<some>多|余|来)?|(?P<english>{ENGLISH})"
    )
    return re.compile(
        # the first look spares most characters everything that follows
        rf"(?=[\d.¥$€£½¼¾⅓⅔⅛⅜⅝⅞零〇一二两三四五六七八九十百千万亿半acdefhnorstuegq-])"
        # "it:6000mah" begins a number, "16:9" does not; nor do "xl6" and "rs-200", but "3000k-5000k" goes on with one
        rf"(?<!\.)(?<!\d:)(?<!(?<!\d)[a-z]-)(?:(?<![a-z0-9])|(?=[一二两三四五六七八九十百]))(?:(?P<money>us\$|hk\$|[¥$€£]|rmb|usd|cny|eur|gbp)\s?)?(?P<sign>(?<![a-z0-9)])-|零下)?"
        rf"(?:{number})(?P<half1> and a half|个半(?=小时|月|钟|星期|世纪))?"
        rf"(?:(?P<gap> ?-? ?){unit}(?P<half2> and a half|半(?!价|成))?"
        # "一米五" is 1.5 m
        rf"(?:(?<=[米块斤成])(?P<tenths>零?[1-9一二三四五六七八九])(?![\d.十百千万个只条张件天年月人米厘毫×x*寸点折分毛]))?)?"
    )


_CURRENCY = {"us$": "usd", "hk$": "hkd", "¥": "cny", "$": "usd", "€": "eur", "£": "gbp", "rmb": "cny"}


def parse(text: str) -> list[Quantity]:
    """All quantities of a folded text, in order. Dates are family "date" (low = month * 100 + day, high = year or 0)."""
    text = _TIMES.sub("×", text)
    found = _dates(text) + _feet(text)
    taken = [(item.start, item.end) for item in found]
    raw = []
    for match in _item().finditer(text):
        start = match.start()
        if match.group() and not any(begin <= start < end for begin, end in taken):
            item = _read(text, match)
            if item is not None:
                raw.append(item)
    found.extend(_bounded(text, item) for item in _joined(text, raw))
    found.sort(key=lambda item: item.start)
    return found


def _dates(text: str) -> list[Quantity]:
    found: list[Quantity] = []
    if not cues("number")["date_hint"].search(text):
        return found
    for match in _DATE.finditer(text):
        group = match.groupdict()
        year = group["y1"] or group["y2"] or group["y3"] or group["y4"] or 0
        month = group["m1"] or group["m2"] or group["m3"] or group["m4"]
        day = group["d1"] or group["d2"] or group["d3"] or group["d4"]
        number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
        if number <= 12 and int(day) <= 31:
            found.append(Quantity(*match.span(), float(number * 100 + int(day)), float(year), "date", unit="date"))
    return found


def _feet(text: str) -> list[Quantity]:
    """Feet with inches: 6'1", six foot one."""
    found = []
    for match in _FEET.finditer(text):
        feet, inches = (_small(match[at] or match[at + 2]) for at in (1, 2))
        size = (feet * 12 + inches) * 25.4
        found.append(Quantity(*match.span(), size, size, "length", "", "in", 25.4, "", (feet * 12 + inches,)))
    return found


def _small(word: str) -> float:
    return float(word) if word.isdigit() else float(read_english(word) or 0)


def _read(text: str, match: re.Match[str]) -> Quantity | None:
    value, step, words = _number(match)
    if value is None or (match["chinese"] and text[: match.start()].endswith(("周", "星期", "礼拜"))):
        return None
    unit_text = match["noun"] or match["unit"] or ""
    unit = units().get(unit_text)
    if unit_text == "个" and text.startswith("人", match.end("unit")):
        unit_text = "人"
        unit = units()[unit_text]
    start, end = match.span()
    end = match.end("unit") if unit else match.end("half1") if match["half1"] else _number_end(match)
    if unit and not _unit_fits(text, match, unit_text):
        unit, end = None, _number_end(match)
    if unit is None:
        following = text[end : end + 1]
        idiom = (
            words
            and not match["money"]
            and not _GOES_ON.match(text, end)
            and not (_aged(text, match) or _served(text, match))
        )
        if idiom or (following.isascii() and following.isalpha()):
            # a number word of nothing countable is an idiom; digits run into letters are a code
            return None
        if following == ":" and text[end + 1 : end + 2].isdigit():
            return None
        if words and _served(text, match):
            return Quantity(start, end, value, value, "count", "person", "people", 1.0, "", (value,), True)
        if words and _aged(text, match):
            year = units()["year"]
            return Quantity(
                start, end, value * year.factor, value * year.factor, "time", "", "year", 1.0, "", (value,), True
            )
        return _money(match, value, step, end, start, words)
    if match["half1"]:
        value += 0.5
    if match["half2"]:
        value, end, step = value + 0.5, match.end("half2"), 0.5
    elif tenths := match["tenths"]:
        part = read_chinese(tenths[-1]) or float(tenths[-1])
        step = 0.01 if tenths[0] == "零" else 0.1
        value, end = value + part * step, match.end("tenths")
    if match["sign"] and unit.family in ("temperature", "degree"):
        value = -value
    elif match["sign"]:
        start = match.end("sign")
    low, high, family, factor, kind = value, value, unit.family, unit.factor, unit.kind
    guess = guess_range(match["chinese"]) if match["chinese"] else None
    if guess:
        low, high = guess
    numbers = (low,) if low == high else (low, high)
    if family == "temperature" and kind == "f":
        low, high, step, kind = (low - 32) / 1.8, (high - 32) / 1.8, step / 1.8, ""
    elif family == "data" and kind == "g":
        kind = ""
    elif family == "discount":
        low = high = _percent_off(value)
        family, step = "discount", 0.5
        return Quantity(start, end, low, high, family, "", unit_text, 0.01, "", numbers, words)
    elif family == "percent" and (off := _DISCOUNT.match(text, end)):
        return Quantity(start, off.end(), low, high, "discount", "", "%", 0.01, "", numbers, words)
    bound = "over" if match["several"] or match["some"] else ""
    if family == "mass" and (each := _EACH_AREA.search(text, max(0, start - 16), start)) and each.end() == start:
        start, family = each.start(), "fabric_weight"
    return Quantity(
        start, end, low * factor, high * factor, family, kind, unit_text, step * factor, bound, numbers, words
    )


def _aged(text: str, match: re.Match[str]) -> bool:
    """Whether the words give an age: "ages three and up"."""
    return match["english"] is not None and text[: match.start()].endswith(("ages ", "aged ", "age "))


def _served(text: str, match: re.Match[str]) -> bool:
    """Whether the words say for how many: "serves eight"."""
    return match["english"] is not None and text[: match.start()].endswith(("serves ", "seats ", "sleeps ", "feeds "))


def _money(match: re.Match[str], value: float, step: float, end: int, start: int, words: bool) -> Quantity | None:
    money = (match["money"] or "").strip()
    if (match["sign"] and match["sign"] != "-") or (match["sign"] and money):
        start = match.end("sign")
    elif match["sign"]:
        value = -value  # until it is known whether the row it begins is one of temperatures
    kind = _CURRENCY.get(money, money)
    return Quantity(start, end, value, value, "money" if money else "", kind, money, step, "", (value,), words)


def _number_end(match: re.Match[str]) -> int:
    return max(
        match.end(name)
        for name in ("digits", "vulgar", "fraction", "scale", "several", "alone", "chinese", "some", "english")
    )


def _number(match: re.Match[str]) -> tuple[float | None, float, bool]:
    """Value, size of its last digit, and whether it was written in words."""
    if digits := match["digits"]:
        value = float(digits.replace(",", ""))
        step = 10.0 ** -len(digits.partition(".")[2]) if "." in digits else 1.0
        if match["vulgar"]:
            value, step = value + _VULGAR[match["vulgar"]], 0.05
        elif fraction := match["fraction"]:
            whole, _, below = fraction.strip().partition("/")
            if not int(below) or match["digits"].find(".") >= 0:
                return None, 0.0, False
            value, step = (value + int(whole) / int(below), 0.05) if whole else (value / int(below), 0.05)
        scale = _SCALES.get((match["scale"] or "").strip(), 1)
        return value * scale, step * scale, False
    if match["alone"]:
        return _VULGAR[match["alone"]], 0.05, False
    if word := match["chinese"]:
        guess = guess_range(word)
        return (float(guess[0]) if guess else read_chinese(word)), 1.0, True
    english = read_english(match["english"])
    return english, 0.1 if english is not None and english % 1 else 1.0, True


def _percent_off(value: float) -> float:
    """8折 and 85折 are 20 and 15 per cent off."""
    return round(100 - (value if value > 10 else value * 10), 6)


def _unit_fits(text: str, match: re.Match[str], unit_text: str) -> bool:
    """Whether the spelling can be a unit here: short spellings mean other things when they stand alone."""
    unit, gap = units()[unit_text], match["gap"]
    after = text[match.end("unit") : match.end("unit") + 6]
    if unit.attached and gap:
        return False
    if unit_text == "in" and match["english"] not in (None, "a", "an", "half an", "half a"):
        return False
    if unit_text == "in":
        return not re.match(r" ?-? ?(?:1\b|one\b)", after) and (
            not gap or bool(cues("number")["inch_after"].match(after))
        )
    if unit_text == "k":
        return (match["digits"] or "").replace(",", "").isdigit() and float(match["digits"].replace(",", "")) >= 1000
    if unit_text in (
        "s",
        "d",
        "h",
        "p",
        "t",
        "m",
        "l",
        "g",
        "w",
        "v",
        "pa",
        "ct",
        "mo",
        "k",
        "cal",
        "time",
        "use",
        "heads",
    ):
        if match["english"]:
            return False
        if unit_text in ("s", "d", "p") and gap:
            return False
    if unit_text == "成" and after[:1] in _NO_SHARE:
        return False
    if match["chinese"] and unit_text in _AFTER_NUMERAL:
        warm = (
            unit_text == "度"
            and len(match["chinese"]) > 1
            and re.search(r"[温水烤烘到在冷热洗低高过]\s?(?:约|为)?$", text[: match.start()][-4:])
        )
        return warm is not None and warm is not False
    if unit_text == "分" and after[:1] in ("之", "享", "明", "外", "级", "区", "类", "体", "层", "开", "段", "别"):
        return False
    if unit_text == "月" and not match["chinese"]:
        return False  # 12月 is a date
    if unit_text == "年" and (match["digits"] or "").isdigit() and len(match["digits"]) == 4:
        return False
    if match["english"] in ("a", "an") and (unit.family == "count" or unit.family == "percent"):
        return False
    if unit_text == "日" and after[:1] in ("常", "子", "光", "志", "本", "式", "系", "历", "夜", "间"):
        return False
    return not (unit_text == "头" and match["chinese"])


def _joined(text: str, items: list[Quantity]) -> list[Quantity]:
    """Ranges and rows: "3-5天" becomes one quantity, "30×20×10cm" three that share the unit."""
    result: list[Quantity] = []
    for item in items:
        if result:
            last = result[-1]
            gap = text[last.end : item.start]
            if (
                item.family
                and not last.family
                and (_RANGE_GAP.fullmatch(gap) if last.words else _SHARED_GAP.fullmatch(gap))
            ):
                self_factor = item.low / item.numbers[0] if item.numbers[0] and item.family != "temperature" else 1.0
                back = len(result) - 1
                while back >= 0:  # the unit at the end belongs to the whole row
                    bare = result[back]
                    following = result[back + 1].start if back + 1 < len(result) else item.start
                    if (
                        bare.family
                        or (bare.words and back + 1 < len(result))
                        or not _SHARED_GAP.fullmatch(text[bare.end : following])
                    ):
                        break
                    result[back] = replace(
                        bare,
                        low=bare.low * self_factor,
                        high=bare.high * self_factor,
                        family=item.family,
                        kind=item.kind,
                        unit=item.unit,
                        step=bare.step * self_factor,
                        shared=True,
                    )
                    back -= 1
                result[back + 1 :] = [_unsigned(each) for each in result[back + 1 :]]
                last = result[-1]
            if (
                _RANGE_GAP.fullmatch(gap)
                and last.family == item.family
                and last.kind == item.kind
                and last.low < item.low
            ):
                result[-1] = replace(
                    last,
                    end=item.end,
                    high=item.high,
                    unit=item.unit,
                    step=max(last.step, item.step),
                    numbers=(last.numbers[0], item.numbers[-1]),
                    shared=False,
                )
                continue
        result.append(item)
    return [_unsigned(item) for item in result if item.family or not item.words or item.unit]


def _unsigned(item: Quantity) -> Quantity:
    """A dash before anything but a temperature is a dash."""
    if item.low >= 0 or item.family in ("temperature", "degree"):
        return item
    return replace(item, start=item.start + 1, low=-item.low, high=abs(item.high), numbers=(-item.numbers[0],))


def _bounded(text: str, item: Quantity) -> Quantity:
    """``item`` with what the words around it make of it."""
    some_before, before_patterns, some_after, after_patterns = _bound_patterns()
    before = text[max(0, item.start - 16) : item.start]
    for bound, pattern in before_patterns if some_before.search(before) else ():
        if found := pattern.search(before):
            if bound == "over" and item.family == "frequency":
                return item  # "over 5 GHz" names the way
            if bound in ("about", "nearly") and item.bound:
                return item
            start = item.start - (len(before) - found.start())
            return replace(item, bound=bound, start=item.start if bound in ("about", "nearly") else start)
    after = text[item.end : item.end + 12]
    for bound, pattern in after_patterns if some_after.match(after) else ():
        if found := pattern.match(after):
            return replace(item, bound=bound, end=item.end + found.end() if bound != "about" else item.end)
    return item


_Named = tuple[tuple[str, re.Pattern[str]], ...]


@lru_cache(maxsize=1)
def _bound_patterns() -> tuple[re.Pattern[str], _Named, re.Pattern[str], _Named]:
    """The patterns before and after a number, each with one that tells cheaply whether any of them can match."""
    known = cues("number")
    before = tuple((bound, known[f"before_{bound}"]) for bound in _BOUNDS)
    after = tuple((bound, known[f"after_{bound}"]) for bound in _BOUNDS if f"after_{bound}" in known)
    loose = "|".join(pattern.pattern.removesuffix("$").removesuffix("\\s?") for _, pattern in before)
    return re.compile(loose), before, re.compile("|".join(pattern.pattern for _, pattern in after)), after


_SCALES = {
    "百": 100,
    "千": 1000,
    "万": 10_000,
    "百万": 1_000_000,
    "亿": 1e8,
    "万亿": 1e12,
    "thousand": 1000,
    "million": 1e6,
}
# Units that make an idiom after a numeral written in characters: 一点、十分、一点点、一面、万一
_NO_SHARE = frozenset("功分本为员长熟新人品套立交都了双型就果绩是会要像天群片")
_AFTER_NUMERAL = frozenset({"点", "分", "头", "眼", "位", "重", "度", "项", "步", "股", "首", "日", "寸", "尺"})
