"""Figures that follow from the facts (sums, shares, differences, units said once) and figures that do not."""

import pytest

from generation.checks.base import Context
from generation.checks.service import run_checks
from generation.engine import Fact

FACTS = (
    Fact(key="Set contents", value="4 bowls, 4 plates, 2 mugs"),
    Fact(key="Price", value="48", unit="USD", condition="blue"),
    Fact(key="Price", value="54", unit="USD", condition="green"),
    Fact(key="Plate diameter", value="20 and 26", unit="cm"),
    Fact(key="Mug volume", value="300", unit="ml"),
    Fact(key="Baking range", value="60-220", unit="°C"),
    Fact(key="Firing time", value="12 to 14", unit="hours"),
    Fact(key="Glaze tests", value="3"),
    Fact(key="Lead time", value="8", unit="weeks"),
    Fact(key="Minimum temperature", value="-4", unit="°C"),
    Fact(key="Recommended age", value="3+ years"),
    Fact(key="Screen", value="1.9 in IPS"),
    Fact(key="Strap", value="30D nylon"),
    Fact(key="Settings", value="slow, steady, quick"),
    Fact(key="Plating", value="14k gold"),
)


def unsupported(text):
    context = Context(language="en", name="Tarrow Table Set", noun="tableware set", facts=FACTS)
    return "unsupported_number" in {finding.rule for finding in run_checks(text, "plain", context)}


@pytest.mark.parametrize(
    "text",
    [
        "Ten pieces in one box: four bowls, four plates and a couple of mugs.",
        "Ten pieces for $48 is under five dollars apiece.",
        "Green costs six dollars more than blue.",
        "Buy the pair, one blue and one green, and it comes to $102.",
        "Small plates are 20 cm across, large ones 26.",
        "It bakes at 60 °C and climbs to 220 if you ask it to.",
        "Fired for 12 to 14 hours.",
        "The mugs hold 300 ml, less than a pint of milk.",
        "The cat had been sitting on the box for twenty minutes.",
        "It bears four degrees below freezing.",
        "Fine for ages three and up.",
        "A 1.9-inch IPS screen.",
        "A 30-denier strap.",
        "Two months from order to door.",
        "Three settings, slow to quick.",
        "14-carat gold plating on the rim.",
        "Stir two or three times, then let it stand.",
    ],
)
def test_what_follows_passes(text):
    assert not unsupported(text)


@pytest.mark.parametrize(
    "text",
    [
        "Twelve pieces in one box.",
        "Six bowls, so nobody waits.",
        "Green costs nine dollars more than blue.",
        "Buy the pair, one blue and one green, and it comes to $98.",
        "Small plates are 20 cm across, large ones 28.",
        "It bears six degrees below freezing.",
        "Fine for ages two and up.",
        "Made for children from the age of five.",
        "A 2.4-inch IPS screen.",
        "A 70-denier strap.",
        "Five months from order to door.",
        "Four settings, slow to quick.",
        "22-carat gold plating on the rim.",
        "Settings? There are seven of them.",
    ],
)
def test_what_does_not_follow_is_an_error(text):
    assert unsupported(text)
