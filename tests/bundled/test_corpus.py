from __future__ import annotations

import itertools
import random
import re

import pytest

from generation.engine.corpus.describe import Composer
from generation.engine.corpus.generator import MIX, examples
from generation.engine.corpus.phrases import load, placeholders
from generation.engine.corpus.products import HELD_OUT, categories
from generation.engine.corpus.telling import Telling
from generation.engine.pointers.familiar import faults
from generation.engine.pointers.kinds import situation_kinds
from generation.engine.pointers.prompt import Plan, PlannedFact

_POINTER = re.compile(r"<([kvc])(\d+)>")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_data_is_as_broad_as_promised(language):
    phrases = load(language)
    assert len(phrases.categories) >= 40
    assert len(phrases.kinds) >= 60
    common = [
        "weight",
        "material",
        "battery_life",
        "colour_options",
        "capacity_volume",
        "unknown_text",
        "unknown_quantity",
    ]
    for kind in common:
        told = [line for section in ("sentence", "point", "clause") for line in phrases.kinds[kind].phrases(section)]
        assert len(told) >= 30, kind
    assert sum(len(pairs) for pairs in phrases.pairs.values()) >= 120


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_placeholder_of_a_kind_is_known(language):
    known = {"v", "k", "K", "c", "n", "t", "b", "word", "code", "colour", "material"}
    for kind in load(language).kinds.values():
        for section, lines in kind.sections.items():
            for line in lines:
                assert set(placeholders(line)) <= known, (kind.name, section, line)


def test_the_same_seed_gives_the_same_stream():
    first = list(itertools.islice(examples(5), 40))
    assert first == list(itertools.islice(examples(5), 40))
    assert first != list(itertools.islice(examples(6), 40))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_texts_say_each_planned_fact_once_and_in_order(language):
    for example in itertools.islice(examples(11, languages=(language,)), 600):
        if example.plan is None:
            continue
        values = [int(number) for letter, number in _POINTER.findall(example.text) if letter == "v"]
        assert values == list(range(1, len(example.plan.facts) + 1)), example
        for number, fact in enumerate(example.plan.facts, start=1):
            if fact.named:
                assert f"<k{number}>" in example.text, example


def test_briefs_are_varied_and_texts_have_no_digits_of_their_own():
    made = list(itertools.islice(examples(3), 1500))
    plans = [example.plan for example in made if example.plan is not None]
    described = [plan for plan in plans if plan.copy_kind == "description"]
    sparse = sum(len(plan.facts) <= 2 for plan in described) / len(described)
    facts = [fact for plan in plans for fact in plan.facts if fact.kind not in situation_kinds()]
    assert sparse >= 0.15
    assert sum(fact.named for fact in facts) / len(facts) >= 0.2
    assert {plan.copy_kind for plan in plans} == set(MIX) - {"free"}
    for example in made:
        if example.plan is not None:
            assert not re.search(r"\d", _POINTER.sub("", example.text)), example.text


def test_categories_for_evaluation_are_never_trained_on():
    for language in ("zh", "en"):
        trained = {category.name for category in categories(language)}
        kept = {category.name for category in categories(language, held_out=True)}
        assert kept
        assert kept <= set(HELD_OUT)
        assert not trained & kept


@pytest.mark.parametrize(
    ("language", "facts", "led"),
    [
        (
            "en",
            (("material", "Material", "oak"), ("weight", "Weight", "2 kg")),
            r"^<material>Made (?:of|from)<v1>, <weight>",
        ),
        (
            "zh",
            (("weight", "重量", "2kg"), ("material", "材质", "橡木")),
            r"^<weight>这款[^，。]*<v1>[^，。]*的<t><material>",
        ),
    ],
)
def test_a_sentence_begins_with_one_fact_and_goes_on_with_another(language, facts, led):
    planned = [PlannedFact(*fact) for fact in facts]
    plan = Plan(
        language, "generic", "Orrin", "desk" if language == "en" else "书桌", "", "plain", "medium", tuple(planned)
    )
    told = set()
    for seed in range(200):
        telling = Telling(load(language), random.Random(seed), noun=True, brand=False, named=True)
        text, order = telling.finish(Composer(telling, planned, tone="plain", length="medium", more=False).sentences())
        text = text.replace(" <v", "<v")
        assert text.count("<v1>") == text.count("<v2>") == 1
        assert list(order) == planned
        assert faults(text, plan) == 0, text
        told.add(text)
    assert any(re.search(led, text) for text in told), sorted(told)[:20]
    assert len(told) > 60
