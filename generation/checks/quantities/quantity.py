"""A number with its unit, comparable by value."""

from __future__ import annotations

from dataclasses import dataclass


# not frozen: tens are made for every text, and a frozen one takes three times as long to make
@dataclass(slots=True, unsafe_hash=True)
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
