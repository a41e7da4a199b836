"""Sorts of a thing, invented claims of a frame, spellings: what is said must be what the product data say."""

import pytest

from generation.checks.base import Context
from generation.checks.service import blocking, run_checks
from generation.engine import Fact

FACTS = (
    Fact(key="Clasp", value="Box clasp with safety catch"),
    Fact(key="Weave", value="Terry"),
    Fact(key="Fit", value="Straight"),
    Fact(key="Bezel", value="Aluminum"),
    Fact(key="Case material", value="Fiber-reinforced polymer"),
    Fact(key="Hammer function", value="no"),
    Fact(key="Waterproof", value="no"),
    Fact(key="Origin", value="Türkiye"),
    Fact(key="Weight", value="550", unit="g/m²"),
    Fact(key="Capacity", value="10", unit="mm"),
    Fact(key="Care", value="No ultrasonic cleaner"),
)


def blocked(text):
    return blocking(run_checks(text, "plain", Context(language="en", name="Lumen", noun="bracelet", facts=FACTS)))


@pytest.mark.parametrize(
    "text",
    [
        "A lobster clasp keeps it shut.",
        "The waffle weave dries fast.",
        "A slim fit with room at the knee.",
        "Hammer mode goes through brick.",
        "It is organic-certified.",
        "A power-assisted opening.",
    ],
)
def test_another_sort_is_an_error(text):
    assert blocked(text)


@pytest.mark.parametrize(
    "text",
    [
        "A box clasp keeps it shut.",
        "Straight fit, terry weave.",
        "The bezel is aluminium, the case fibre-reinforced polymer.",
        "Is it waterproof? No.",
        "Turkish-made and terry woven.",
        "550 grams to the square metre.",
        "Up to 10 mm across.",
        "Keep it well away from any ultrasonic cleaner.",
    ],
)
def test_the_same_in_other_words_passes(text):
    assert not blocked(text)
