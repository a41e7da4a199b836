"""Reading one number with its unit."""

from __future__ import annotations

import re
from functools import lru_cache

from generation.checks.numerals import CHINESE, ENGLISH, guess_range, read_chinese, read_english
from generation.checks.quantities.fitting import is_band, is_generation, unit_fits
from generation.checks.quantities.quantity import Quantity
from generation.checks.units import units

_VULGAR = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125, "⅜": 0.375, "⅝": 0.625, "⅞": 0.875}
#: Words that begin something else than a name of what is counted.
_NO_ADJECTIVE = (
    "(?:for|of|to|in|on|at|by|and|or|the|with|from|an?|per|if|but"
    "|you|we|i|they|it|he|she|that|this|who|can|will|your|my)"
)
_SMALL_PART = re.compile(r"(?:tenth|hundredth|thousandth|millionth)s? of $")
#: "less than an eighth of a kilo"
_PARTS = {"third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_PART_OF = re.compile(rf"(?<![a-z])(an?|one|two|three|four|five|seven) ({'|'.join(_PARTS)})s? of $")
_EACH_AREA = re.compile(r"(?:每平方米|每平米|每平|每㎡)(?:约|重|大约)* ?$")
#: What makes of so many 块 a price: "六十八块一罐".
_PRICED = re.compile(r"(?:钱|一[个只件片支条双套盒包袋瓶罐根张枚把副份本台床口斤克桶串])")
_EACH_SECOND = re.compile(r"(?:每秒钟?|一秒钟?)(?:约|大约|能|可|有|达|到|跑|读|写|传|是|就)*$|a second of $")
_GOES_ON = re.compile(r"(?:到|至|~|-| to )(?:[一二两三四五六七八九十百]|[a-z0-9])")
_DISCOUNT = re.compile(r"\s?(?:off\b|discount|折扣|优惠|off the)")
_CURRENCY = {"us$": "usd", "hk$": "hkd", "¥": "cny", "$": "usd", "€": "eur", "£": "gbp", "rmb": "cny"}
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


@lru_cache(maxsize=1)
def item_pattern() -> re.Pattern[str]:
    """One number as digits or words, with its currency or unit."""
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
        rf"|(?<= )(?:(?!{_NO_ADJECTIVE}[ -])[a-z]+[ -]){{1,2}}(?P<noun>{count_nouns})(?![a-z0-9]))"
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
        rf"(?=[\d.¥$€£½¼¾⅓⅔⅛⅜⅝⅞零〇一二两三四五六七八九十百千万亿半acdefhmnorstuegq-])"
        # "it:6000mah" begins a number, "16:9" does not; nor do "xl6" and "rs-200", but "3000k-5000k" goes on with one
        rf"(?<!\.)(?<!\d:)(?<!(?<!\d)[a-z]-)(?:(?<![a-z0-9])|(?=[一二两三四五六七八九十百]))"
        rf"(?:(?P<money>us\$|hk\$|[¥$€£]|rmb|usd|cny|eur|gbp)\s?)?(?P<sign>(?<![a-z0-9)°℃度%])-|零下|minus )?"
        rf"(?P<number>{number})(?P<half1> and (?:a half|a quarter|three quarters)|个半(?=小时|月|钟|星期|世纪))?"
        rf"(?:(?P<gap> ?-? ?(?:(?:full|whole|solid|entire|long) )?|[小大](?=[包袋瓶盒罐块片格杯碗]))"
        rf"{unit}(?P<half2> and a (?:half|quarter)"
        rf"(?! (?!(?:is|was|as|this|has|does|plus|less|across)(?![a-z]))[a-z]+(?:s|es)(?![a-z]))|半(?!价|成))?"
        # "一米五" is 1.5 m
        rf"(?:(?<=[米块斤成克升])(?P<tenths>零?[1-9一二三四五六七八九]{{1,2}})(?![\d.十百千万个只条张件天年月人米厘毫×x*寸点折分毛块克斤升种款色份包袋瓶盒支片颗粒勺匙枚杯碗次口档层罐桶瓣捆束套副双台把盏顶本节朵对组打匹株棵提板]))?)?"
    )


def _part(match: re.Match[str]) -> float:
    """What stands between the number and its unit: the quarter of "ten and a quarter inches"."""
    said = match["half1"] or ""
    return 0.0 if not said else 0.75 if "three" in said else 0.25 if "quarter" in said else 0.5


def read(text: str, match: re.Match[str]) -> Quantity | None:
    """The quantity of a match of ``item_pattern``, or None where it is an idiom, a code or a time of day."""
    value, step, words = _number(match)
    if value is None or (match["chinese"] and text.endswith(("周", "星期", "礼拜"), 0, match.start())):
        return None
    unit_text = match["noun"] or match["unit"] or ""
    unit = units().get(unit_text)
    if unit_text == "g" and is_generation(text, match):
        return None
    if unit_text == "g" and is_band(text, match):
        unit_text = "ghz"
        unit = units()[unit_text]
    if unit_text == "块" and match["tenths"]:
        unit = units()["元"]  # 三块三 is 3.3 yuan
    if unit_text == "块" and _PRICED.match(text, match.end("unit")):
        unit = units()["元"]
    if unit_text == "个" and text.startswith("人", match.end("unit")):
        unit_text = "人"
        unit = units()[unit_text]
    if (
        match["english"] in ("a", "an")
        and unit
        and (part := _PART_OF.search(text, max(0, match.start() - 24), match.start()))
    ):
        share = (read_english(part[1]) or 1.0) / _PARTS[part[2]]
        size = share * unit.factor
        return Quantity(
            part.start(1), match.end("unit"), size, size, unit.family, unit.kind, unit_text, 0.05 * unit.factor, "",
            (share,), True,
        )  # fmt: skip
    if match["english"] == "a" and _SMALL_PART.search(text, max(0, match.start() - 16), match.start()):
        return None  # "two and a half thousandths of a millimetre"
    if unit_text == "转" and text.endswith("转", 0, match.start()):
        return None  # 转一转
    start, end = match.span()
    end = match.end("unit") if unit else match.end("half1") if match["half1"] else match.end("number")
    counted_money = unit and match["money"] and unit.family == "count"  # "over $183 ends Friday"
    if unit and (counted_money or not unit_fits(text, match, unit_text)):
        unit, end = None, match.end("number")
    if unit is None:
        value += _part(match)
        following = text[end : end + 1]
        aged = _aged(text, match)
        idiom = (
            words
            and not match["money"]
            and not _GOES_ON.match(text, end)
            and not (
                aged
                or _served(text, match)
                or _stands_alone(text, match, end)
                or text.endswith(_SET_OF, 0, match.start())
            )
        )
        if idiom or (following.isascii() and following.isalpha()):
            # a number word of nothing countable is an idiom; digits run into letters are a code
            return None
        if following == ":" and text[end + 1 : end + 2].isdigit():
            return None
        if words and text.endswith(_SET_OF, 0, match.start()):
            return Quantity(start, end, value, value, "count", "piece", "piece", 1.0, "", (value,), True)
        if words and _served(text, match):
            return Quantity(start, end, value, value, "count", "person", "people", 1.0, "", (value,), True)
        if aged:
            year = units()["year"]
            return Quantity(
                start, end, value * year.factor, value * year.factor, "time", "age", "year", 1.0, "", (value,), words
            )
        if words and not match["money"] and not _GOES_ON.match(text, end):
            return Quantity(start, end, value, value, "", "", STANDING, step, "", (value,), True)
        return _money(match, value, step, end, start, words)
    value += _part(match)
    if match["half2"]:
        value, end = value + (0.25 if match["half2"].endswith("quarter") else 0.5), match.end("half2")
        step = 0.5
    elif tenths := match["tenths"]:
        part = sum((read_chinese(digit) or float(digit)) / 10**place for place, digit in enumerate(tenths.lstrip("零")))
        step = 10.0 ** -len(tenths)
        value, end = value + part * (0.01 if tenths[0] == "零" else 0.1), match.end("tenths")
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
    several = match["several"] or match["some"] or ""
    bound = {"": "", "来": "about"}.get(several, "over")
    if bound == "about":
        step = 10.0 ** (len(str(int(value))) - 1)  # 八十来克 is 75 to 85
    if family == "data" and _EACH_SECOND.search(text, max(0, start - 8), start):
        family = "bitrate"
    if family == "mass" and (each := _EACH_AREA.search(text, max(0, start - 16), start)) and each.end() == start:
        start, family = each.start(), "fabric_weight"
    return Quantity(
        start, end, low * factor, high * factor, family, kind, unit_text, step * factor, bound, numbers, words
    )


#: Before a number that says how many there are together.
_SET_OF = ("set of ", "pack of ", "box of ")
_AGE_BEFORE = re.compile(r"(?<![a-z])(?:ages?|aged|age of|aged from|from age)(?: from| range)? $")
_AGE_AFTER = re.compile(
    r" age (?:group|range|bracket)| (?:and (?:up|over|above|older)(?! to)|years? and)|[ -]year[ -]old"
)


def _aged(text: str, match: re.Match[str]) -> bool:
    """Whether the number gives an age: "ages three and up", "the age of 6"."""
    if match["chinese"] or match["money"] or match["sign"]:
        return False
    if _AGE_BEFORE.search(text[max(0, match.start() - 16) : match.start()]):
        return True
    return bool(match["english"] and match["english"] not in ("a", "an") and _AGE_AFTER.match(text, match.end()))


#: The unit of a number in words that stands alone: "there are twelve of them".
STANDING = "standing"
_ALONE_BEFORE = re.compile(r"(?:^|[\n:;(-] ?|, |\. |\? )(?:no: |yes: |just |only |there are |all )?$")
_ALONE_AFTER = re.compile(r"$|,| of (?:them|these|which|the)(?![a-z])|\.(?:\s|$)| in (?:all|total)(?![a-z])")


def _stands_alone(text: str, match: re.Match[str], end: int) -> bool:
    """Whether an English number without a unit counts what was named before: "full pans, twelve of them"."""
    if not match["english"] or match["english"] in ("a", "an", "one", "all", "half"):
        return False
    if match["half1"]:
        return True
    return bool(
        _ALONE_AFTER.match(text, end) and _ALONE_BEFORE.search(text[max(0, match.start() - 14) : match.start()])
    )


def _served(text: str, match: re.Match[str]) -> bool:
    """Whether the words say for how many: "serves eight"."""
    return match["english"] is not None and text.endswith(("serves ", "seats ", "sleeps ", "feeds "), 0, match.start())


def _money(match: re.Match[str], value: float, step: float, end: int, start: int, words: bool) -> Quantity | None:
    money = (match["money"] or "").strip()
    if (match["sign"] and match["sign"] != "-") or (match["sign"] and money):
        start = match.end("sign")
    elif match["sign"]:
        value = -value  # until it is known whether the row it begins is one of temperatures
    kind = _CURRENCY.get(money, money)
    return Quantity(start, end, value, value, "money" if money else "", kind, money, step, "", (value,), words)


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
