"""What stands in a cell: money, counts, quantities with units, yes and no. Pure functions."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from importlib import resources

from django.utils.translation import gettext as _

_MONEY = re.compile(
    r"^(?P<before>[A-Z]{3}|[^\d\s.,+-]{1,3})?\s*(?P<sign>-)?(?P<digits>\d[\d.,'’  ]*)\s*"
    r"(?P<after>[A-Z]{3}|[^\d\s.,+-]{1,3})?$"
)
_CURRENCIES = {
    "¥": "",
    "￥": "CNY",
    "元": "CNY",
    "€": "EUR",
    "£": "GBP",
    "$": "",
    "US$": "USD",
    "HK$": "HKD",
    "NT$": "TWD",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_QUANTITY = re.compile(r"^(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(?P<unit>[^\d\s].*)?$")
#: Mobile networks and radio bands ("4G", "2.4G"), which are no weights.
_GENERATION = re.compile(r"^(?:[2-6]|2\.4)G$")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f​-‏‪-‮⁠-⁩﻿]")

TRUE = {"true", "1", "yes", "y", "on", "是", "真", "active", "published", "有"}
FALSE = {"false", "0", "no", "n", "off", "否", "假", "draft", "unpublished", "-1", "无"}


class BadCell(ValueError):
    """The cell cannot be understood; the message says what is expected."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit as written: "1400W" is 1400 and "W"."""

    number: Decimal
    unit: str


def clean(text: str) -> str:
    """Trimmed text without control and invisible direction characters; a no-break space becomes a space."""
    return _CONTROL.sub("", text.replace("\xa0", " ")).strip()


def unescape_formula(text: str) -> str:
    """Take away the apostrophe that keeps a spreadsheet from reading the cell as a formula."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in _FORMULA else text


def escape_formula(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would read as a formula; plain numbers stay as they are."""
    if text.startswith(_FORMULA) and not re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        return "'" + text
    if len(text) > 1 and text[0] == "'" and text[1] in _FORMULA:
        return "'" + text  # so that unescaping gives back exactly this text
    return text


def decimal(text: str) -> Decimal:
    """A plain number in either way of writing: "1,299.50", "1.299,50", "1 299". Raises ``BadCell``."""
    return money(text)[0]


def money(text: str) -> tuple[Decimal, str]:
    """(amount, currency code or ""). Negative amounts and anything that is not a number raise ``BadCell``."""
    match = _MONEY.match(text.strip())
    if not match:
        raise BadCell(_("“%(text)s” is not a number. Write it like 19.90.") % {"text": text[:40]})
    if match["sign"]:
        raise BadCell(_("“%(text)s” is below zero. Write an amount of zero or more.") % {"text": text[:40]})
    marks = [mark for mark in (match["before"], match["after"]) if mark]
    codes = [
        _CURRENCIES.get(mark, mark if mark.isascii() and mark.isalpha() and len(mark) == 3 else None) for mark in marks
    ]
    if any(code is None for code in codes):
        raise BadCell(_("“%(text)s” is not a number. Write it like 19.90.") % {"text": text[:40]})
    try:
        amount = Decimal(_plain_digits(match["digits"]))
    except InvalidOperation as error:
        raise BadCell(_("“%(text)s” is not a number. Write it like 19.90.") % {"text": text[:40]}) from error
    if amount >= Decimal("1e10"):
        raise BadCell(_("“%(text)s” is too large for a price.") % {"text": text[:40]})
    return round(amount, 4), next((code for code in codes if code), "")


def _plain_digits(digits: str) -> str:
    digits = re.sub(r"['’  \s]", "", digits)
    comma, dot = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and dot >= 0:  # the later one is the decimal mark
        thousands = "," if dot > comma else "."
        digits = digits.replace(thousands, "")
        return digits.replace(",", ".")
    if comma >= 0:
        if re.fullmatch(r"\d{1,3}(,\d{3})+", digits):
            return digits.replace(",", "")
        return digits.replace(",", ".")
    if digits.count(".") > 1:
        return digits.replace(".", "")
    return digits


def whole(text: str) -> int:
    """A whole number, may be negative (a mirrored stock can be); "12.0" is 12. Raises ``BadCell``."""
    text = text.strip().replace(",", "")
    if not re.fullmatch(r"[+-]?\d{1,9}(\.0+)?", text):
        raise BadCell(_("“%(text)s” is not a whole number.") % {"text": text[:40]})
    return int(text.split(".")[0])


def yes(text: str) -> bool:
    """Yes or no in either language. Raises ``BadCell``."""
    word = text.strip().casefold()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise BadCell(_("“%(text)s” is neither yes nor no.") % {"text": text[:40]})


@lru_cache(maxsize=1)
def known_units() -> frozenset[str]:
    """Units that may follow a number in a cell, case-folded (data/units.toml)."""
    data = tomllib.loads(resources.files("products.data").joinpath("units.toml").read_text("utf-8"))
    return frozenset(unit.casefold() for units in data.values() for unit in units)


def amount(text: str) -> Amount | None:
    """The number and unit of "1400W", "1.5 L", "7天", "500"; None for anything else (ranges, dimensions, words)."""
    match = _QUANTITY.match(text.strip())
    if not match or _GENERATION.match(text.strip()):
        return None
    unit = (match["unit"] or "").strip()
    if unit and unit.casefold() not in known_units():
        return None
    digits = match["number"].replace(",", "")
    if len(digits) > 15:
        return None
    return Amount(Decimal(digits), unit)


def split_list(text: str, separators: str = ",，、;；|") -> list[str]:
    """Non-blank items of a cell that holds several, in order, each once."""
    items = [clean(item) for item in re.split(f"[{re.escape(separators)}]", text)]
    return list(dict.fromkeys(item for item in items if item))
