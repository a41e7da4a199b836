"""Quantities that are written otherwise than a number and its unit: dates, feet with inches."""

from __future__ import annotations

import re

from generation.checks.cues import cues
from generation.checks.numerals import read_chinese, read_english
from generation.checks.quantities.quantity import Quantity
from generation.checks.units import units

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = re.compile(
    r"(?:(?P<y1>\d{4})\s?年\s?)?(?P<m1>\d{1,2})\s?月\s?(?P<d1>\d{1,2})\s?[日号]"
    r"|(?<!\d)(?P<y2>\d{4})[-/.](?P<m2>\d{1,2})[-/.](?P<d2>\d{1,2})(?!\d)"
    r"|(?<![a-z])(?P<m3>" + _MONTH + r")\.? (?P<d3>\d{1,2})(?:st|nd|rd|th)?(?!\d)(?:,? (?P<y3>\d{4}))?"
    r"|(?<!\d)(?P<y5>(?:19|20)\d\d)(?:\s?年\s?(?P<m5>\d{1,2})\s?月|[-/.](?P<m6>0[1-9]|1[0-2])(?![-/.\d]))"
    r"|(?<![a-z])(?P<m7>" + _MONTH + r")\.? (?P<y7>(?:19|20)\d\d)(?!\d)"
    r"|(?<!\d)(?P<d4>\d{1,2})(?:st|nd|rd|th)? (?P<m4>" + _MONTH + r")(?![a-z])(?:,? (?P<y4>\d{4}))?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FEET = re.compile(
    r"(?<![\d.])(\d)'\s?(\d{1,2})(?:\"|''|(?![\d.]))"
    r"|(?<![a-z])(\d|one|two|three|four|five|six|seven) f(?:oo|ee)t "
    r"(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven)(?! ?(?:by|x|×|feet|foot))(?![a-z\d])"
)


def dates(text: str) -> list[Quantity]:
    """Dates with a month, and a day (0 where none is given) or a year: month × 100 + day in ``low``, the year in ``high``."""
    found: list[Quantity] = []
    if not cues("number")["date_hint"].search(text):
        return found
    for match in _DATE.finditer(text):
        group = match.groupdict()
        year = next(filter(None, (group[f"y{number}"] for number in (1, 2, 3, 4, 5, 7))), 0)
        month = next(filter(None, (group[f"m{number}"] for number in range(1, 8))))
        day = next(filter(None, (group[f"d{number}"] for number in range(1, 5))), 0)
        number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
        if number <= 12 and int(day) <= 31:
            found.append(Quantity(*match.span(), float(number * 100 + int(day)), float(year), "date", unit="date"))
    return found


_QUARTERS = re.compile(r"(?<![a-z])(?:(three)[ -]quarters|(?:a |one )?quarter) of an hour(?![a-z])")


_PERCENT = re.compile(r"百分之([一二三四五六七八九十两百\d]{1,5}(?:点[一二三四五六七八九\d]+)?)")


def percents(text: str) -> list[Quantity]:
    """Percentages in Chinese words: 百分之八十五."""
    found = []
    for match in _PERCENT.finditer(text) if "百分之" in text else ():
        value = float(match[1]) if match[1].isdigit() else read_chinese(match[1])
        if value:
            found.append(
                Quantity(*match.span(), float(value), float(value), "percent", "", "%", 1.0, "", (float(value),), True)
            )
    return found


_LIANG = re.compile(
    r"(?<![一二三四五六七八九十两百\d])(?:([一二三四五六七八九十两]{1,3}|\d{1,2})斤)?([一二三四五六七八九]|\d(?!\d))两([一二三四五六七八九])?"
    r"(?=[多出。，；、,;！!]|重|左右|的|还|就|而|$)(?!银)"
)


def liang(text: str) -> list[Quantity]:
    """Chinese ounces: 四两二, 二两多, 一斤三两 (a 两 is 50 g, a 钱 5 g)."""
    found = []
    for match in _LIANG.finditer(text) if "两" in text else ():
        whole = (
            float(match[1])
            if match[1] and match[1].isdigit()
            else float(read_chinese(match[1]) or 0)
            if match[1]
            else 0.0
        )
        some = float(match[2]) if match[2].isdigit() else float(read_chinese(match[2]) or 0)
        tenths = float(read_chinese(match[3]) or 0) if match[3] else 0.0
        mass = whole * 500 + some * 50 + tenths * 5
        step = 5.0 if match[3] else 50.0
        found.append(Quantity(*match.span(), mass, mass, "mass", "", "两", step, "", (mass,), True))
    return found


_METRES = re.compile(r"每秒(?:可达|约|达|为)*(\d{1,3}(?:\.\d)?)米|(\d{1,3}(?:\.\d)?)米(?:/秒|每秒)")


def metres(text: str) -> list[Quantity]:
    """Metres a second in Chinese: 每秒65米, 65米每秒."""
    known = units()["m/s"]
    return [
        Quantity(
            *match.span(),
            value * known.factor,
            value * known.factor,
            known.family,
            known.kind,
            "m/s",
            1.0,
            "",
            (value,),
        )
        for match in (_METRES.finditer(text) if "每秒" in text or "米/秒" in text else ())
        for value in (float(match[1] or match[2]),)
    ]


_FLOW = re.compile(
    r"(?:每分钟|一分钟)(?:出水量?|流量|喷水|流出|约|大约|能|可|可达|达|为|是|有)*(\d{1,3}(?:\.\d{1,2})?|[一二三四五六七八九十]{1,3})(?:升|l(?![a-z]))"
)


def flows(text: str) -> list[Quantity]:
    """Litres a minute in Chinese: 每分钟出水5.8升."""
    known = units()["l/min"]
    return [
        Quantity(
            *match.span(), value * known.factor, value * known.factor, known.family, known.kind, "l/min", known.factor,
            "", (value,),
        )
        for match in (_FLOW.finditer(text) if "分钟" in text else ())
        for value in (float(read_chinese(match[1]) or 0) if not match[1][0].isdigit() else float(match[1]),)
    ]  # fmt: skip


_SPEED = re.compile(
    r"(?:时速|每小时)(?:可达|高达|达|最高|为|约)*(\d{1,3}|[一二三四五六七八九十两百]{1,4})(?:公里|千米|km)"
)


def speeds(text: str) -> list[Quantity]:
    """Kilometres an hour in Chinese: 时速18公里."""
    found = []
    for match in _SPEED.finditer(text) if "时" in text else ():
        value = float(match[1]) if match[1].isdigit() else float(read_chinese(match[1]) or 0)
        known = units()["km/h"]
        found.append(
            Quantity(
                *match.span(),
                value * known.factor,
                value * known.factor,
                known.family,
                known.kind,
                "km/h",
                1.0,
                "",
                (value,),
            )
        )
    return found


_EIGHTHS = re.compile(
    r"(?<![a-z])(?:(one|two|three) and )?(one|three|five|seven|nine|eleven|thirteen|fifteen)[- ](eighth|sixteenth)s?"
    r" (?:of an )?inch(?:es)?(?![a-z])"
)


def eighths(text: str) -> list[Quantity]:
    """Eighths and sixteenths of an inch: "five-eighths of an inch"."""
    found = []
    for match in _EIGHTHS.finditer(text) if "inch" in text else ():
        inches = (_small(match[1]) if match[1] else 0.0) + _small(match[2]) / (8 if match[3] == "eighth" else 16)
        found.append(
            Quantity(*match.span(), inches * 25.4, inches * 25.4, "length", "", "inch", 1.5, "about", (inches,), True)
        )
    return found


def quarters(text: str) -> list[Quantity]:
    """Quarters of an hour."""
    found = []
    for match in _QUARTERS.finditer(text) if "quarter" in text else ():
        seconds = 2700.0 if match[1] else 900.0
        found.append(Quantity(*match.span(), seconds, seconds, "time", "", "minutes", 60.0, "", (seconds / 60,), True))
    return found


_POUNDS = re.compile(r"(?<![\d.])(\d{1,3}) ?lbs?\.?,? ?(\d{1,2}(?:\.\d)?) ?oz(?![a-z])")


def pounds(text: str) -> list[Quantity]:
    """Pounds with ounces: "2 lb 12 oz"."""
    found = []
    for match in _POUNDS.finditer(text) if "lb" in text else ():
        mass = (int(match[1]) * 16 + float(match[2])) * 28.349523125
        found.append(Quantity(*match.span(), mass, mass, "mass", "", "lb", 28.35, "about", (float(match[1]),)))
    return found


def feet(text: str) -> list[Quantity]:
    """Feet with inches: 6'1", six foot one."""
    found = []
    for match in _FEET.finditer(text):
        feet, inches = (_small(match[at] or match[at + 2]) for at in (1, 2))
        size = (feet * 12 + inches) * 25.4
        found.append(Quantity(*match.span(), size, size, "length", "", "in", 25.4, "", (feet * 12 + inches,)))
    return found


_BELOW = re.compile(
    r"(?<![a-z\d.])(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty)"
    r"(?: degrees?|°c?)?(?: celsius)? below (?:freezing|zero)(?![a-z])"
)


def below_freezing(text: str) -> list[Quantity]:
    """Degrees said from the freezing point down: "one degree below freezing" is -1 °C."""
    if " below " not in text:
        return []
    return [
        Quantity(*match.span(), -value, -value, "temperature", "", "°c", 1.0, "", (-value,))
        for match in _BELOW.finditer(text)
        for value in (_small(match.group(1)),)
    ]


def _small(word: str) -> float:
    return float(word) if word.isdigit() else float(read_english(word) or 0)
