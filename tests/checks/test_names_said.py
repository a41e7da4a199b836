"""Names that make a claim by what stands beside them, quoted customers, and features in other words."""

import pytest

from generation.checks.base import Context
from generation.checks.service import blocking, run_checks
from generation.engine import Fact

FACTS = (
    Fact(key="Material", value="Beech wood"),
    Fact(key="Music storage", value="no"),
    Fact(key="Light", value="LED"),
    Fact(key="Waterproof", value="no"),
    Fact(key="Made in", value="Portugal"),
)


def blocked(text):
    return blocking(run_checks(text, "plain", Context(language="en", name="Tarrow Lamp", noun="lamp", facts=FACTS)))


@pytest.mark.parametrize(
    "text",
    [
        "Made in New Jersey from beech wood.",
        "Put together in Denmark.",
        "Endorsed by the Harrow Light Society.",
        "Batteries from Brennick's Pro range fit it.",
        '"My desk has never looked so calm," writes Ada, an illustrator.',
        "Buy two, pay for one.",
        "Load up your playlists before you go.",
        "An incandescent glow.",
    ],
)
def test_an_invented_claim_is_an_error(text):
    assert blocked(text)


@pytest.mark.parametrize(
    "text",
    [
        "Made in Portugal from beech wood.",
        "Put together slowly, in Portugal.",
        "A lamp for a Sunday with a good novel and an early night.",
        "The LED sips power.",
    ],
)
def test_an_ordinary_sentence_passes(text):
    assert not blocked(text)
