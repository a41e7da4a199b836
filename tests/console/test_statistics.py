"""How drafts are received: counted by copy type, writer and template, never by person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from generation import services
from generation.console import statistics
from generation.models import Draft, PromptTemplate, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(drafted, people, ids_of):
    """Four drafts with a template: approved, approved after an edit, rejected, waiting; each took two hours."""
    template = PromptTemplate.objects.create(name="House", version=2, text="x", state="active")
    first, second, third, fourth = ids_of(drafted(4, template_id=template.pk))
    services.approve(people["reviewer"], [first])
    edited = services.edit(people["reviewer"], second, "It weighs 19 g.", Draft.objects.get(pk=second).version)
    services.approve(people["reviewer"], [second])
    services.reject(people["reviewer"], [third], "dull")
    Draft.objects.filter(pk__in=[first, second, third]).update(written_at=timezone.now() - timedelta(hours=2))
    return edited, fourth


def test_each_writer_and_template_by_what_became_of_its_drafts(decided) -> None:
    edited, _waiting = decided
    (row,) = statistics.receptions()
    assert (row.unchanged, row.edited, row.rejected, row.share) == (1, 1, 1, 67)
    assert row.template == "House v2"
    assert row.distance == pytest.approx(edited.edit_distance)
    assert row.hours == pytest.approx(2.0, abs=0.1)


def test_today_has_its_bar_and_the_days_before_are_empty(decided) -> None:
    days = statistics.days()
    assert len(days) == statistics.DAYS
    assert [day.reception.total for day in days] == [0] * (statistics.DAYS - 1) + [3]
    assert sum(height for _kind, _top, height in days[-1].bars) == pytest.approx(100)


def test_the_age_of_the_queue(decided) -> None:
    _edited, waiting = decided
    Draft.objects.filter(pk=waiting).update(created_at=timezone.now() - timedelta(days=5))
    assert [count for _words, count, _percent in statistics.ages()] == [0, 0, 1, 0]


def test_a_writer_most_of_whose_drafts_are_rejected_is_flagged(decided, monkeypatch, client_of) -> None:
    Draft.objects.filter(state=State.APPROVED).update(state=State.REJECTED)
    monkeypatch.setattr(statistics, "ENOUGH", 3)
    (row,) = statistics.receptions()
    assert row.is_poor
    writer = row.writer
    assert statistics.poor_writers([row]) == [writer]
    page = client_of("viewer").get("/console/copy/statistics/").content.decode()
    assert f"drafts by {writer} are approved" in page
    assert f"drafts by {writer} are approved" in client_of("viewer").get("/console/").content.decode()


def test_no_name_of_a_person_is_on_the_page(decided, client_of) -> None:
    page = client_of("viewer").get("/console/copy/statistics/").content.decode()
    assert "the-reviewer" not in page


def test_before_anything_was_decided(client_of) -> None:
    page = client_of("viewer").get("/console/copy/statistics/").content.decode()
    assert "Nothing was decided yet" in page
