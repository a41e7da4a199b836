"""Cells of order files: signed amounts, customer numbers, states, codes that are no goods. Pure functions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import TypeVar

from django.utils.translation import gettext as _

from orders.models import PaymentState, State
from products.imports import BadCell, money

_PLAIN = re.compile(r"^-?\d{1,9}(\.\d{1,8})?$")
_WHOLE = re.compile(r"^[+-]?\d{1,9}(?:\.0*)?$")
_NOTHING = {"", "nan", "null", "none", "n/a", "-"}

T = TypeVar("T")


def amount(text: str) -> Decimal:
    """A sum of money, possibly below zero; blank is nothing. Raises ``BadCell``."""
    if _PLAIN.match(text):
        return round(Decimal(text), 4)
    text = text.strip()
    if not text:
        return Decimal(0)
    below = text.startswith(("-", "(", "−"))
    number = money(text.strip("-−() "))[0]
    return -number if below else number


def pieces(text: str) -> int:
    """How many pieces; negative where something is taken back. Raises ``BadCell``."""
    plain = text.strip().replace(",", "")
    if not _WHOLE.match(plain):
        raise BadCell(_("“%(text)s” is not a whole number.") % {"text": text[:40]})
    return int(plain.split(".")[0])


def number_text(text: str) -> str:
    """A number that names something, as a spreadsheet may have spoiled it: "17850.0" is "17850", "nan" is nothing."""
    text = text.strip()
    if text.casefold() in _NOTHING:
        return ""
    return text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text


@lru_cache(maxsize=4096)
def is_charge(code: str, format: str) -> bool:
    """Whether a code in a file of that format stands for postage, a fee or a correction (data/codes.toml)."""
    exact, patterns = _codes(format)
    folded = code.strip().casefold()
    return folded in exact or any(pattern.fullmatch(folded) for pattern in patterns)


@lru_cache(maxsize=8)
def _codes(format: str) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    data = tomllib.loads(resources.files("orders.data").joinpath("codes.toml").read_text("utf-8"))
    own = data.get(format, {"exact": [], "patterns": []})
    patterns = tuple(re.compile(pattern) for pattern in [*data["patterns"], *own["patterns"]])
    return frozenset([*data["exact"], *own["exact"]]), patterns


@lru_cache(maxsize=1)
def _names() -> tuple[dict[str, State], dict[str, PaymentState]]:
    data = tomllib.loads(resources.files("orders.data").joinpath("states.toml").read_text("utf-8"))
    states = {name.casefold(): State(state) for state, names in data["state"].items() for name in names}
    payments = {name.casefold(): PaymentState(state) for state, names in data["payment"].items() for name in names}
    return states, payments


def state(text: str) -> State | None:
    """The state of that name; None for a blank. Raises ``BadCell``."""
    return _named(text, _names()[0], _("“%(text)s” is no state we know. Write for example 待发货 or shipped."))


def payment(text: str) -> PaymentState | None:
    """The state of payment of that name; None for a blank. Raises ``BadCell``."""
    return _named(text, _names()[1], _("“%(text)s” is no state of payment we know. Write for example paid."))


def _named(text: str, names: dict[str, T], otherwise: str) -> T | None:
    folded = text.strip().casefold()
    if not folded:
        return None
    if folded not in names:
        raise BadCell(otherwise % {"text": text[:40]})
    return names[folded]


def read(cell: Callable[[str], T], text: str, field: str) -> T:
    """``cell(text)``; a ``BadCell`` is told which field it is about."""
    try:
        return cell(text)
    except BadCell as error:
        raise BadField(field, str(error)) from error


class BadField(ValueError):
    """A row cannot be used because of one of its fields."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message
