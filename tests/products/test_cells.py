"""What stands in a cell."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.imports import cells


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("19.90", "19.90", ""),
        ("1,299.50", "1299.50", ""),
        ("1.299,50", "1299.50", ""),
        ("1,299", "1299", ""),
        ("12,5", "12.5", ""),
        ("¥199", "199", ""),
        ("199元", "199", "CNY"),
        ("15.00 USD", "15", "USD"),
        ("€ 1 299,00", "1299", "EUR"),
    ],
)
def test_money(text, amount, currency):
    assert cells.money(text) == (Decimal(amount), currency)


@pytest.mark.parametrize("text", ["free", "-3", "12abc4", "NaN", "1e9999", "∞", "99999999999", "1,2,3.4.5"])
def test_no_money(text):
    with pytest.raises(cells.BadCell):
        cells.money(text)


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_every_amount_is_read_back(number):
    assert cells.money(f"{number:,.2f}")[0] == number
    assert cells.money(f"{number}")[0] == number


@given(st.text())
def test_escaping_formulas_loses_nothing(text):
    escaped = cells.escape_formula(text)
    assert cells.unescape_formula(escaped) == text
    assert not escaped.startswith(("=", "@", "\t", "\r"))


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [("1400W", 1400, "W"), ("2 Years", 2, "Years"), ("7天", 7, "天"), ("0.9 L", Decimal("0.9"), "L"), ("500", 500, "")],
)
def test_amounts(text, number, unit):
    assert cells.amount(text) == cells.Amount(Decimal(number), unit)


@pytest.mark.parametrize("text", ["220-240V", "3 x 4 cm", "USB-C", "", "7 wonders", "Up to 80m²", "1" * 30])
def test_what_is_no_single_amount(text):
    assert cells.amount(text) is None


@given(st.text())
def test_reading_never_fails_in_another_way(text):
    cells.amount(text)
    cells.clean(text)
    for read in (cells.money, cells.whole, cells.yes):
        with contextlib.suppress(cells.BadCell):
            read(text)
