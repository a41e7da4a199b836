"""Free opening words: planned when they name a known kind of product and come to a stop."""

from __future__ import annotations

import pytest

from generation.engine.corpus.phrases import load
from generation.engine.pointers.opening import continued, plan_opening


@pytest.mark.parametrize(
    ("prompt", "language", "noun", "copy_kind"),
    [
        ("这是一款功能强大的智能手环,具有以下特点:", "zh", "智能手环", "highlights"),
        ("想给家里换一只电水壶，", "zh", "电水壶", "generic"),
        ("Key features of this desk lamp:", "en", "desk lamp", "highlights"),
        ("Why not give him two mugs?", "en", "mug", "generic"),
    ],
)
def test_what_such_a_product_usually_has(prompt: str, language: str, noun: str, copy_kind: str) -> None:
    plan = plan_opening(prompt, language, seed=1)
    assert plan is not None
    assert (plan.noun, plan.copy_kind) == (noun, copy_kind)
    assert len(plan.facts) >= 3
    usual = next(
        load(language).typical[category.name]
        for category in load(language).categories
        if noun in {known.removeprefix("pair of ") for known in category.nouns}
    )
    assert all(fact.value in usual[fact.kind] for fact in plan.facts)
    assert plan == plan_opening(prompt, language, seed=1)
    assert len({plan_opening(prompt, language, seed=seed) for seed in range(10)}) > 5


@pytest.mark.parametrize(
    ("prompt", "language"), [("从前有座山。", "zh"), ("This backpack is made of", "en"), ("", "en")]
)
def test_other_words_are_left_to_the_model(prompt: str, language: str) -> None:
    assert plan_opening(prompt, language, seed=1) is None


def test_points_stand_on_lines_of_their_own() -> None:
    plan = plan_opening("手环的特点：", "zh", seed=2)
    assert plan is not None
    assert continued("手环的特点：", "续航7天\n- 重19克", plan) == "\n- 续航7天\n- 重19克"
    plan = plan_opening("A mug.", "en", seed=2)
    assert plan is not None
    assert continued("A mug.", "It holds 300 ml.", plan) == " It holds 300 ml."


def test_typical_values_cover_every_category_and_known_kinds() -> None:
    for language in ("zh", "en"):
        phrases = load(language)
        assert set(phrases.typical) == {category.name for category in phrases.categories}
        for kinds in phrases.typical.values():
            assert set(kinds) <= set(phrases.kinds)
