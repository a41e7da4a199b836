"""Numbers with units in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.checks.normalise import fold
from generation.checks.numerals import read_chinese
from generation.checks.quantities import parse

SAME = [
    ["0.5kg", "500 g", "500克", "一斤", "半公斤", "五百克", "half a kilo", "１斤"],
    ["两个半小时", "2.5小时", "150分钟", "2.5 hours", "150 min"],
    ["24个月", "两年", "2 years", "two-year", "24 months"],
    ["1,200 ml", "1.2升", "1.2L", "一千二百毫升"],
    ["1 1/2 cups", "1.5 cups"],
    ["8折", "20% off", "80折"],
    ["一周", "7天", "seven days", "a week"],
    ["36 mm", "3.6厘米", "3.6 cm"],
    ["¥1,299", "1299元", "¥1299.00"],
    ["½ inch", "0.5 in.", '0.5"'],
    ["零下18℃", "-18°C"],
]


@pytest.mark.parametrize("spellings", SAME)
def test_values_not_spellings(spellings):
    values = {(item.family, round(item.low, 4)) for text in spellings for item in parse(fold(text))}
    assert len(values) == 1, values


@pytest.mark.parametrize(
    ("text", "low", "high", "family"),
    [
        ("220-240V", 220, 240, "voltage"),
        ("-5~40℃", -5, 40, "temperature"),
        ("34-42码", 34, 42, "shoe_size"),
        ("七八小时", 7 * 3600, 8 * 3600, "time"),
        ("3 to 5 days", 3 * 86400, 5 * 86400, "time"),
    ],
)
def test_ranges(text, low, high, family):
    (item,) = parse(fold(text))
    assert (item.low, item.high, item.family) == (low, high, family)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("至少7天", "min"),
        ("7天以上", "min"),
        ("up to 7 days", "max"),
        ("超过7天", "over"),
        ("under 7 days", "under"),
        ("约7天", "about"),
        ("7天", ""),
    ],
)
def test_bounds(text, bound):
    assert [item.bound for item in parse(fold(text))] == [bound]


@pytest.mark.parametrize("text", ["XR-200", "4K", "16:9", "A4", "一点点", "十分", "万一", "2.4Gfoo"])
def test_codes_and_idioms_are_no_quantities(text):
    assert parse(fold(text)) == []


def test_rows_share_their_unit():
    assert [item.low for item in parse(fold("30×20×10cm"))] == [300, 200, 100]


@given(st.integers(1, 99_999_999))
def test_chinese_numerals_read_back(number):
    digits, out, zero = "零一二三四五六七八九", "", False
    for part, mark in ((number // 10_000, "万"), (number % 10_000, "")):
        for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit = part // place % 10
            if digit:
                out += ("零" if zero and out else "") + digits[digit] + name
                zero = False
            else:
                zero = bool(out)
        if part and mark:
            out += mark
    assert read_chinese(out) == number


@given(st.text(alphabet="0123456789.,-~/x×零一二半两十百千万天克g kmlV%$¥℃第约超过以上 to and a half", max_size=40))
def test_any_text_can_be_read(text):
    folded = fold(text)
    for item in parse(folded):
        assert 0 <= item.start < item.end <= len(folded)
