"""Free opening words: planned when they name a known kind of product and come to a stop."""

from __future__ import annotations

import re

import pytest

from generation.engine.corpus.phrases import load
from generation.engine.pointers.opening import continued, plan_opening
from generation.engine.pointers.plan import CannotPlan


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


def test_sentences_about_unknown_things_are_left_to_the_model() -> None:
    assert plan_opening("从前有座山。", "zh", seed=1) is None


@pytest.mark.parametrize(
    ("prompt", "language"), [("亲爱的顾客,您的订单", "zh"), ("Dear customer, your order", "en"), ("", "en")]
)
def test_the_end_of_a_sentence_about_an_unknown_thing_is_not_guessed(prompt: str, language: str) -> None:
    with pytest.raises(CannotPlan, match="opening words"):
        plan_opening(prompt, language, seed=1)


@pytest.mark.parametrize(
    ("prompt", "language", "bridge"),
    [
        ("This backpack is made of", "en", r" [^.]+\."),
        ("这款背包采用", "zh", r"[^。]+制成。"),
        ("这款空气炸锅", "zh", "，"),
        ("Our air fryer", "en", ":"),
    ],
)
def test_a_sentence_cut_short_is_brought_to_an_end_first(prompt: str, language: str, bridge: str) -> None:
    plan = plan_opening(prompt, language, seed=3)
    assert plan is not None
    assert re.fullmatch(bridge, plan.bridge)
    assert not ("made of" in prompt and any(fact.kind == "material" for fact in plan.facts))
    assert continued(prompt, "x", plan).startswith(plan.bridge)


def test_what_the_opening_says_is_not_said_otherwise() -> None:
    for seed in range(20):
        plan = plan_opening("这款保温杯采用316不锈钢材质，", "zh", seed)
        assert plan is not None
        assert not {"material", "outer_material"} & {fact.kind for fact in plan.facts}


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
