"""A search description says what it is about."""

from __future__ import annotations

import pytest

from generation.engine.pointers.naming import named
from generation.engine.pointers.prompt import Plan, PlannedFact

FACT = PlannedFact("material", "Material", "cotton")


def plan(language: str = "en", kind: str = "seo_description", name: str = "Fountain Tee", noun: str = "") -> Plan:
    return Plan(language, kind, name, noun=noun, facts=(FACT,))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<material>It is made from<v1>.", "<material><n> is made from<v1>."),
        ("<material>Its fabric is<v1>.", "<material><n>'s fabric is<v1>."),
        ("<material>In<v1>, easy to wear.", "<n>: <material>in<v1>, easy to wear."),
        ("<n>: made of<v1>.", "<n>: made of<v1>."),
        ("Choose your option before you pay.", "<n>. Choose your option before you pay."),
        (". Choose your option before you pay.", "<n>. Choose your option before you pay."),
    ],
)
def test_the_name_stands_in_an_english_search_description(text, said):
    assert named(text, plan()) == said


def test_a_noun_tells_what_it_is():
    assert named("<material>A <t> made of<v1>.", plan(noun="tee")) == "<material>A <t> made of<v1>."


def test_the_name_stands_in_a_chinese_one():
    chinese = plan("zh", name="青禾水杯")
    assert named("<material><v1>材质。", chinese) == "<n>：<material><v1>材质。"
    assert named("下单前请核对选项。", chinese) == "<n>。下单前请核对选项。"


def test_other_copy_stands_under_its_name_anyway():
    assert named("<material>It is made of<v1>.", plan(kind="description")) == "<material>It is made of<v1>."


def test_a_plural_name_takes_no_verb_of_one():
    assert named("<material>It is made of<v1>.", plan(name="Slim Jeans")) == "<n>: <material>it is made of<v1>."
