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


@pytest.mark.parametrize(
    ("language", "facts", "text"),
    [
        ("en", [Fact("Highlight", "fits under most airline seats")], "Worth knowing: fits under most airline seats."),
        ("en", [Fact("deposit", "$15"), Fact("ends", "May 10")], "The pre-order closes May 10. The deposit is $15."),
        ("en", [Fact("order", "T8741")], "Your return is registered. Order: T8741."),
        ("zh-hans", [Fact("随机附件", "杯身、杯盖")], "这款水壶的随机附件是杯身、杯盖。"),
    ],
)
def test_words_a_fact_says_itself_are_no_claim(language, facts, text):
    context = Context(language=language, name="Kettle" if language == "en" else "水壶", facts=tuple(facts))
    assert not [finding for finding in run_checks(text, "plain", context) if finding.severity == "error"]
