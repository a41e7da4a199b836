"""Counting the channel's way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.checks.counting import UNITS, channel_limits, count, limit_for, sms


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("手环X1", "characters", 4),
        ("手环X1", "gbk_bytes", 6),
        ("手环🙂", "utf16_units", 4),
        ("手环 band", "google_ads_width", 9),
        ("手环 band", "seo_width", 9),
        ("a" * 161, "sms_parts", 2),
    ],
)
def test_units(text, unit, expected):
    assert count(text, unit) == expected


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("", "gsm7", 0, 1),
        ("a" * 160, "gsm7", 160, 1),
        ("€" * 80, "gsm7", 160, 1),
        ("€" * 81, "gsm7", 162, 2),
        ("a" * 306, "gsm7", 306, 2),
        ("a" * 307, "gsm7", 307, 3),
        ("促" * 70, "ucs2", 70, 1),
        ("促" * 71, "ucs2", 71, 2),
        ("促" * 66 + "🙂" + "促" * 67, "ucs2", 135, 3),
    ],
)
def test_sms(text, encoding, units, parts):
    counted = sms(text)
    assert (counted.encoding, counted.units, counted.parts) == (encoding, units, parts)


def test_unknown_unit_is_named():
    with pytest.raises(ValueError, match="furlongs"):
        count("x", "furlongs")


def test_every_limit_names_a_known_unit_and_its_source():
    for row in channel_limits():
        assert row.unit in UNITS
        assert row.source
        assert row.date
    assert limit_for("taobao", "title").maximum == 60
    assert limit_for("taobao", "nothing") is None


@given(st.text(max_size=200))
def test_counts_never_shrink_when_text_grows(text):
    for unit in UNITS:
        assert count(text + "字", unit) >= count(text, unit)
