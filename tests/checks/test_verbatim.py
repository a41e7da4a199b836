"""Facts said word for word, key and value together, are the product's own: no rule raises anything about them."""

from __future__ import annotations

import pytest

from generation.checks.base import Context
from generation.checks.service import run_checks
from generation.engine import Fact

EARBUDS = Context(
    language="en",
    name="Drift 2",
    facts=(
        Fact("Weight", "38", "g"),
        Fact("Wireless charging", "no"),
        Fact("Warranty", "3 years", condition="if registered"),
        Fact("Warranty", "2 years", condition="otherwise"),
        Fact("Max. dog weight", "45 kg"),
    ),
)
SWEATSHIRT = Context(
    language="zh-hans",
    name="儿童卫衣",
    facts=(
        Fact("尺码", "100,110,120,130,140"),
        Fact("试睡", "30天内不满意可退", condition="枕套未下水"),
        Fact("重量", "310克"),
    ),
)


def _errors(text: str, context: Context) -> list[str]:
    return [finding.rule for finding in run_checks(text, "plain", context) if finding.severity == "error"]


@pytest.mark.parametrize(
    "text",
    [
        "Weight: 38 g\nWireless charging: no\nMax. dog weight: 45 kg",
        "The weight is 38 g. The max. dog weight is 45 kg.",
        "Warranty: 3 years (if registered); weight: 38 g.",
        "Warranty: 2 years (otherwise)",
    ],
)
def test_an_english_list_of_facts_is_clean(text: str) -> None:
    assert _errors(text, EARBUDS) == []


@pytest.mark.parametrize(
    "text",
    ["尺码100,110,120,130,140，重量310克。", "试睡为30天内不满意可退（枕套未下水）。", "尺码：100,110,120,130,140"],
)
def test_a_chinese_list_of_facts_is_clean(text: str) -> None:
    assert _errors(text, SWEATSHIRT) == []


@pytest.mark.parametrize(
    "text",
    [
        "Weight: 380 g",
        "Weight: 38 kg",
        "Box weight: 45 kg",
        "Wireless charging: yes",
        "Warranty: 5 years (if registered)",
        "Cable weight: 45 kg",
    ],
)
def test_another_value_or_a_longer_key_is_not_word_for_word(text: str) -> None:
    assert _errors(text, EARBUDS)


def test_words_of_the_law_are_judged_word_for_word_too() -> None:
    context = Context(language="zh-hans", name="毛巾", facts=(Fact("卖点", "全网第一"),))
    assert "absolute_words" in _errors("卖点：全网第一", context)


def test_two_lines_are_not_read_as_one_word_of_the_law() -> None:
    context = Context(language="zh-hans", name="燕麦", facts=(Fact("规格", "25g×40包"), Fact("过敏原", "含麸质")))
    assert _errors("规格：25g×40包\n过敏原：含麸质", context) == []
