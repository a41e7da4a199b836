"""The campaign's page: board, drafting, running, results and files, as people use them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from generation.models import Batch, Draft, State
from marketing import services
from marketing.models import Campaign, CopyVariant, DailyResult, Status
from opsportal.access.models import User

from .conftest import SYSTEM

MOST_QUERIES = 20


@pytest.fixture
def as_role(client, person):
    """``as_role(role)``: a browser logged in with that role."""

    def login(role):
        client.force_login(person(role).user)
        return client

    return login


def page(name, pk):
    return reverse(f"console:marketing_{name}", args=[pk])


def test_the_whole_campaign_is_drafted_from_its_page(as_role, in_review, worked):
    client = as_role("operator")
    estimate = client.get(page("draft", in_review.pk)).content.decode()
    assert "20 texts are missing" in estimate
    assert client.post(page("draft", in_review.pk), {"writer": "template"}).status_code == 302
    assert Batch.objects.get().filter == {"campaign": "autumn-camp"}
    board = client.get(page("board_part", in_review.pk)).content.decode()
    assert 'hx-trigger="visibilitychange' in board, "nothing is being drafted before the job has begun"
    worked()
    answer = client.get(page("board_part", in_review.pk))
    assert {state.value: count for state, _label, count in answer.context["counts"]}["drafted"] == 20
    draft = Draft.objects.order_by("pk").first()
    assert f"q=autumn-camp%2F&amp;draft={draft.pk}" in answer.content.decode()
    queue = client.get(f"{reverse('console:copy_review')}?q=autumn-camp/")
    assert {row.target_type for row in queue.context["rows"]} == {"marketing.copytext"}
    assert "Nothing is missing" in client.get(page("draft", in_review.pk)).content.decode()


def test_the_board_refreshes_itself_while_texts_are_written(as_role, in_review, worked):
    client = as_role("operator")
    services.draft_campaign(SYSTEM, in_review, writer="template", candidates=1)
    worked()
    Draft.objects.filter(pk=Draft.objects.order_by("pk").first().pk).update(state=State.QUEUED)
    board = client.get(page("board_part", in_review.pk)).content.decode()
    assert "every 3s" in board
    assert "Being drafted" in board


def test_the_board_is_narrowed_to_a_state(as_role, small, published):
    campaign = published(small)
    client = as_role("viewer")
    assert client.get(page("board_part", campaign.pk), {"show": "missing"}).context["sections"] == []
    (section,) = client.get(page("board_part", campaign.pk), {"show": "published"}).context["sections"]
    assert [row.name for row in section.rows] == ["Primary text", "Headline", "Link description"]
    attack = client.get(page("board_part", campaign.pk), {"show": '"><script>', "page": '"onload='}).content.decode()
    assert "<script>" not in attack
    assert "onload" not in attack


def test_the_board_costs_the_same_at_any_size(as_role, in_review, worked, product, django_assert_max_num_queries):
    client = as_role("operator")
    services.draft_campaign(SYSTEM, in_review, writer="template", candidates=1)
    worked()
    client.get(in_review.get_absolute_url())
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        assert client.get(in_review.get_absolute_url()).status_code == 200
    for number in range(6):
        services.add_offer(SYSTEM, in_review, kind="percent", percent=Decimal(10 + number), products=[product])
        services.add_placement(SYSTEM, in_review, key=f"more-{number}", ad_slot="meta.feed", variants=2)
    services.draft_campaign(SYSTEM, in_review, writer="template", candidates=1)
    worked()
    with django_assert_max_num_queries(len(few)):
        client.get(in_review.get_absolute_url())
    with django_assert_max_num_queries(len(few)):
        client.get(page("board_part", in_review.pk))


def test_a_campaign_is_scheduled_paused_resumed_and_ended_by_buttons(as_role, small, published):
    campaign = published(small)
    client = as_role("publisher")
    found = client.get(page("readiness", campaign.pk)).content.decode()
    assert "I have looked at these" in found
    move = lambda action, **sent: client.post(  # noqa: E731
        reverse("console:marketing_move", args=[campaign.pk, action]),
        {"version": Campaign.objects.get().version, **sent},
    )
    move("schedule")
    assert Campaign.objects.get().status == Status.REVIEW, "warnings have to be accepted"
    client.post(
        reverse("console:marketing_move", args=[campaign.pk, "schedule"]), {"accept_warnings": "on", "version": "1"}
    )
    assert Campaign.objects.get().status == Status.REVIEW, "somebody changed it since"
    move("schedule", accept_warnings="on")
    assert Campaign.objects.get().status == Status.SCHEDULED
    as_role("operator")
    move("pause")
    assert Campaign.objects.get().status == Status.PAUSED
    move("resume", accept_warnings="on")
    assert Campaign.objects.get().status == Status.PAUSED, "an operator may stop, not start"
    as_role("publisher")
    assert "paused by hand" in client.get(campaign.get_absolute_url()).content.decode()
    move("resume", accept_warnings="on")
    move("end")
    assert Campaign.objects.get().status == Status.ENDED
    assert client.get(campaign.get_absolute_url()).context["moves"] == []


def test_approved_texts_are_published_from_the_page(as_role, small, person, worked):
    from generation import services as copy_services

    batch = services.draft_campaign(person("operator"), small, writer="template", candidates=1)
    worked()
    ids = list(Draft.objects.filter(batch=batch).values_list("pk", flat=True))
    copy_services.approve(person("reviewer"), ids, acknowledge=True)
    assert as_role("operator").post(page("publish", small.pk)).status_code == 403
    client = as_role("publisher")
    assert "Publish 3 approved texts" in client.get(small.get_absolute_url()).content.decode()
    client.post(page("publish", small.pk))
    assert set(Draft.objects.values_list("state", flat=True)) == {State.PUBLISHED}


def figures(placement, a, b):
    day = timezone.localdate()
    for label, (seen, clicks) in (("A", a), ("B", b)):
        variant = placement.variants.get(label=label)
        DailyResult.objects.create(variant=variant, day=day, impressions=seen, clicks=clicks, spend=10, revenue=50)


def test_results_say_who_won_and_a_person_promotes(as_role, campaign, placement):
    client = as_role("viewer")
    assert "No figures yet" in client.get(page("results", campaign.pk)).content.decode()
    figures(placement, (20_000, 400), (20_000, 600))
    found = client.get(page("results", campaign.pk)).content.decode()
    assert "B is better than the others" in found
    assert "2.00 %" in found
    assert "<svg" in found
    assert "Promote" not in found
    assert client.get(page("results", campaign.pk), {"metric": "conversions"}).status_code == 200
    winner = placement.variants.get(label="B")
    assert client.post(page("promote", winner.pk)).status_code == 403
    client = as_role("publisher")
    assert "Promote B" in client.get(page("results", campaign.pk)).content.decode()
    client.post(page("promote", winner.pk))
    assert dict(CopyVariant.objects.values_list("label", "split")) == {"A": 0, "B": 100}
    assert CopyVariant.objects.get(label="B").promoted_by == User.objects.order_by("-pk").first()


def test_a_report_is_looked_at_then_recorded(as_role, placement):
    client = as_role("operator")
    address = reverse("console:marketing_import_results")
    text = io.StringIO()
    csv.writer(text).writerows(
        [
            ["campaign", "placement", "variant", "day", "impressions", "clicks"],
            ["autumn-camp", "search", "A", "2027-06-01", "1000", "20"],
            ["autumn-camp", "search", "Z", "2027-06-01", "1000", "20"],
        ]
    )

    def send(**button):
        return client.post(address, {"file": SimpleUploadedFile("r.csv", text.getvalue().encode()), **button})

    looked = send(look="1")
    assert looked.context["outcome"]["created"] == 1
    assert [error.row for error in looked.context["errors"]] == [3]
    assert not DailyResult.objects.exists()
    send(record="1")
    assert DailyResult.objects.get().clicks == 20
    assert client.post(address, {"record": "1"}).status_code == 400
    broken = client.post(address, {"file": SimpleUploadedFile("r.csv", b"a,b\n1,2\n"), "record": "1"})
    assert broken.status_code == 400
    assert "Columns are missing" in broken.content.decode()
    assert as_role("viewer").get(address).status_code == 403


def test_published_copy_is_downloaded_with_its_origin(as_role, small, published):
    client = as_role("operator")
    empty = client.get(page("export", small.pk)).content.decode()
    assert "0 ads can go out" in empty
    assert client.post(page("export", small.pk), {"format": "meta"}).status_code == 302
    campaign = published(small)
    shown = client.get(page("export", campaign.pk)).content.decode()
    assert "AI-assisted" in shown
    answer = client.post(page("export", campaign.pk), {"format": "meta"})
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "utm_source=meta" in content
    assert "autumn-camp-meta" in answer["Content-Disposition"]
    assert client.post(page("export", campaign.pk), {"format": "fax"}).status_code == 302
    assert as_role("viewer").get(page("export", campaign.pk)).status_code == 403


def test_the_month_shows_conflicts_before_scheduling(as_role, campaign, offer, product):
    other = services.create_campaign(
        SYSTEM,
        key="rival",
        name="Rival Week",
        starts_at=campaign.starts_at,
        ends_at=campaign.starts_at + timedelta(days=3),
    )
    services.add_offer(SYSTEM, other, kind="amount", amount=Decimal("30"), products=[product])
    client = as_role("viewer")
    answer = client.get(
        reverse("console:marketing_month"), {"month": f"{timezone.localtime(campaign.starts_at):%Y-%m}"}
    )
    assert set(answer.context["conflicting"]) == {campaign.pk, other.pk}
    assert "Rival Week" in answer.content.decode()
    assert product.key in answer.content.decode()
