"""What a person is told about the length of a text: the figures the rules go by, in the channel's own units."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from generation.checks.base import Context
from generation.checks.counting import UNIT_NAMES, UNITS, sms
from generation.checks.measure import measure
from generation.engine import Limit

TITLE = Context(slot="products.title", language="zh-hans", limit=Limit(10, "gbk_bytes"))
MESSAGE = Context(slot="marketing.sms", language="zh-hans", limit=Limit(1, "sms_parts", hard=False))


@pytest.mark.parametrize(
    ("text", "context", "said", "short", "over"),
    [
        ("手环X1", TITLE, "6 of 10 bytes (a Chinese character counts 2)", "6/10", False),
        ("智能运动手环", TITLE, "12 of 10 bytes (a Chinese character counts 2)", "12/10", True),
        ("手环", Context(), "2 characters", "2", False),
        (
            "【风浪】手环新品 拒收请回复R",
            MESSAGE,
            "15 of 70 characters in 1 message · at most 1 message",
            "15/70",
            False,
        ),
        ("【风浪】" + "促" * 67, MESSAGE, "71 of 134 characters in 2 messages · at most 1 message", "71/134", True),
        ("a" * 161, Context(channel="sms"), "161 of 306 characters in 2 messages", "161/306", False),
    ],
)
def test_a_length_is_told_the_channels_way(text, context, said, short, over):
    with translation.override("en"):
        told = measure(text, context)
        assert (told.text(), told.short, told.over) == (said, short, over)


def test_a_message_says_what_it_costs_once_the_shop_set_a_price():
    priced = Context(slot="marketing.sms", settings={"sms_parts": {"price": 0.045, "currency": "CNY"}})
    with translation.override("en"):
        assert (
            measure("促" * 71, priced).text() == "71 of 134 characters in 2 messages · 0.090 CNY each time it is sent"
        )


def test_every_unit_has_words():
    assert set(UNIT_NAMES) == set(UNITS)


@given(st.text(max_size=400))
def test_a_message_always_fits_into_its_parts(text):
    counted = sms(text)
    assert counted.units <= counted.room
