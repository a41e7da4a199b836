"""Verbs and pronouns of a text about a product whose name is plural."""

from __future__ import annotations

import pytest

from generation.engine.pointers.agreement import agreed
from generation.engine.pointers.prompt import Plan
from generation.engine.pointers.wording import is_plural


@pytest.mark.parametrize(
    ("name", "plural"),
    [
        ("Canvas Loafers", True),
        ("Pearl Studs", True),
        ("Slim Jeans (Blue)", True),
        ("Pair of Jeans", False),
        ("Linen Dress", False),
        ("Reading Glass", False),
        ("Cactus Pot", False),
        ("Oak Bookends", True),
        ("Travel Set", False),
    ],
)
def test_plural_names_are_known_by_their_last_word(name, plural):
    assert is_plural(name) is plural


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("<weight><n> weighs<v1> and comes in<v2>.", "<weight><n> weigh<v1> and come in<v2>."),
        ("<n>\n\n<material>It is made of<v1>, and its lining is<v2>.", None),
        ("<n>.<care>Wash it at<v1>.", "<n>.<care>Wash them at<v1>."),
        ("The battery of <n> lasts<v1>.", "The battery of <n> lasts<v1>."),
        ("This <t> of <n> weighs<v1>. It has<v2>.", "This <t> of <n> weighs<v1>. It has<v2>."),
    ],
)
def test_verbs_and_pronouns_agree_with_a_plural_name(written, said):
    expected = said or "<n>\n\n<material>They are made of<v1>, and their lining is<v2>."
    assert agreed(written, Plan("en", "description", "Canvas Loafers")) == expected


def test_singular_names_and_what_a_campaign_calls_it_stay():
    text = "<n> is part of it. It ends<v1>."
    assert agreed(text, Plan("en", "description", "Canvas Bag")) == text
    assert agreed(text, Plan("en", "email_body", "Canvas Loafers")) == "<n> are part of it. It ends<v1>."
    assert agreed("<n>重<v1>。", Plan("zh", "description", "Loafers")) == "<n>重<v1>。"
