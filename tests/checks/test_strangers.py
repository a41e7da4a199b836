"""A row of the product's own things with one stranger in it."""

import pytest

from generation.checks.base import Context
from generation.checks.service import run_checks
from generation.engine import Fact

FACTS = (
    Fact(key="Ingredients", value="Plums, brown sugar, star anise, malt vinegar"),
    Fact(key="Colours", value="Heron, Brick, Pale Sand"),
    Fact(key="In the box", value="2 jars, wooden spoon, recipe card"),
    Fact(key="Origin", value="Wales"),
    Fact(key="Filling", value="kapok"),
)


def strange(text):
    context = Context(language="en", name="Tarrow Chutney Duo", noun="chutney", facts=FACTS)
    return "other_choice" in {finding.rule for finding in run_checks(text, "plain", context)}


@pytest.mark.parametrize(
    "text",
    [
        "Figs and malt vinegar do the slow work.",
        "Plums, brown sugar and a little tamarind.",
        "Choose Heron, Brick or a smoky Plumage.",
        "Two jars, a wooden spoon and a linen apron.",
        "Fruit from Wales and Normandy.",
        "Stuffed with kapok and horsehair.",
    ],
)
def test_a_stranger_is_an_error(text):
    assert strange(text)


@pytest.mark.parametrize(
    "text",
    [
        "Plums and malt vinegar do the slow work.",
        "Star anise and patience.",
        "Heron for the hall, Brick for the kitchen, and nobody argues.",
        "Two jars, a wooden spoon and a rainy Sunday.",
        "A wooden spoon and your own appetite.",
        "Spread it with the wooden spoon and put the kettle on.",
        "Good with cheese and crackers, ham or a pork pie.",
    ],
)
def test_company_of_another_kind_passes(text):
    assert not strange(text)
