"""Recall and false alarms on the labelled set, by kind of change."""

from collections import Counter

import pytest

from generation.checks.base import Context
from generation.checks.service import blocking, run_checks
from tests.checks.labelled.generate import labelled

NUMBERS = {"number", "unit"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_recall_and_false_alarms(language):
    total: Counter[str] = Counter()
    found: Counter[str] = Counter()
    rows = labelled(language)
    for row in rows:
        context = Context(language=row.base.language, name=row.base.name, facts=row.base.facts)
        kind = "true" if row.is_true else "number" if row.change in NUMBERS else "claim"
        total[kind] += 1
        found[kind] += blocking(run_checks(row.text, "plain", context))
    assert len(rows) >= 600
    assert total["number"] >= 100
    assert found["number"] / total["number"] >= 0.99
    assert found["claim"] / total["claim"] >= 0.95
    assert found["true"] / total["true"] <= 0.03
