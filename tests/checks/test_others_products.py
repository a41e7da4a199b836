"""Statements about products written by someone who did not write the rules."""

from collections import Counter

import pytest

from generation.checks.service import blocking, run_checks
from tests.checks.labelled.sets import statements


@pytest.mark.parametrize("name", ["fresh", "later"])
def test_recall_and_false_alarms(name):
    total: Counter[str] = Counter()
    blocked: Counter[str] = Counter()
    for sort, text, context in statements(name):
        total[sort] += 1
        blocked[sort] += blocking(run_checks(text, "plain", context))
    assert blocked["number"] / total["number"] >= 0.99
    assert blocked["claim"] / total["claim"] >= 0.95
    assert blocked["text"] / total["text"] <= 0.03


def test_a_condition_left_out_asks():
    for sort, text, context in statements("later"):
        found = run_checks(text, "plain", context)
        if sort == "asks":
            assert "dropped_condition" in {finding.rule for finding in found}
            assert not blocking(found)


#: What is reached on sets written before the rules that read them; later ones hold harder sentences.
REACHED = {"third": (1.0, 0.90, 0.03), "fourth": (1.0, 0.80, 0.09), "fifth": (0.96, 0.85, 0.10)}


@pytest.mark.parametrize("name", sorted(REACHED))
def test_products_of_other_trades(name):
    numbers, claims, alarms = REACHED[name]
    total: Counter[str] = Counter()
    blocked: Counter[str] = Counter()
    for sort, text, context in statements(name):
        total[sort] += 1
        blocked[sort] += blocking(run_checks(text, "plain", context))
    assert blocked["number"] / total["number"] >= numbers
    assert blocked["claim"] / total["claim"] >= claims
    assert blocked["text"] / total["text"] <= alarms
