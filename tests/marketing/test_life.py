"""The whole way of a campaign: drafted, approved, published, scheduled, live, stale, paused, ended."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generation.console.notices import addresses
from generation.models import Draft, Notice, State
from marketing import services
from marketing.board import board
from marketing.models import Campaign, CopyText, Status
from marketing.readiness import readiness
from marketing.services import scheduling
from opsportal.access import Forbidden
from opsportal.events.models import Event
from opsportal.plugins import Conflict, Invalid
from products import services as catalogue
from products.models import Product

from .conftest import SYSTEM


def codes(issues):
    return {issue.code for issue in issues}


def status():
    return Campaign.objects.get().status


@pytest.fixture
def quoting(campaign, placement, offer):
    """The search ad's offer may quote prices."""
    services.update_offer(SYSTEM, offer, quotes_price=True)
    campaign.refresh_from_db()
    return services.submit_campaign(SYSTEM, campaign)


def test_one_action_drafts_every_text_as_one_batch(in_review, person, worked):
    batch = services.draft_campaign(person("operator"), in_review, writer="template", candidates=1)
    worked()
    batch.refresh_from_db()
    assert (batch.total, batch.written, batch.failed) == (20, 20, 0)
    drafts = Draft.objects.filter(batch=batch)
    # Each text in its own copy type and language, and nowhere else.
    texts = {text.pk: text for text in CopyText.objects.all()}
    assert {(draft.target_id, draft.slot, draft.language) for draft in drafts} == {
        (text.pk, text.slot, text.language) for text in texts.values()
    }
    headline = drafts.filter(target_key="autumn-camp/search/A/headline-1/zh-hans").get()
    assert headline.target_label == "Autumn Camp · search · A · Headline 1"
    assert headline.target_category == "Camping/Tents"
    assert all(draft.errors == 0 for draft in drafts)


def test_an_estimate_counts_places_not_products_of_slots_and_languages(in_review):
    from generation.services import BatchSpec, estimate

    spec = BatchSpec(["marketing.headline", "marketing.ad_description"], ["zh-hans", "en"], filter={})
    assert estimate(spec).drafts == 20


@pytest.mark.django_db(transaction=True)
def test_only_what_is_missing_or_no_longer_true_is_drafted_again(small, published, person, worked):
    published(small)
    with pytest.raises(Invalid):
        services.draft_campaign(person("operator"), small)
    services.update_campaign(SYSTEM, small, names={"zh-hans": "秋季露营周"}, signatures={"en": "Alder"})
    worked()
    campaign = Campaign.objects.get()
    assert board(campaign).counts["published"] == 3
    services.update_offer(SYSTEM, campaign.offers.get(), percent=Decimal("30"))
    worked()
    assert board(campaign).counts["stale"] == 3
    batch = services.draft_campaign(person("operator"), campaign, writer="template", candidates=1)
    worked()
    batch.refresh_from_db()
    assert batch.total == 3
    assert board(campaign).counts["drafted"] == 3


def test_the_board_tells_how_far_every_text_is(in_review, person, worked):
    assert board(in_review).counts["missing"] == 20
    services.draft_campaign(person("operator"), in_review, writer="template", candidates=1)
    worked()
    shown = board(in_review)
    assert shown.counts["drafted"] == 20
    variant = shown.placements[0].variants[0]
    assert [cell.spec.key for cell in variant.cells[:6]] == ["headline"] * 6
    cell = variant.cells[0]
    assert cell.draft_id
    assert 0 < cell.length <= cell.limit.maximum
    services.correct_limit(
        SYSTEM, ad_slot="google_ads.search", field="headline", maximum=3, unit="characters", source="us",
        checked_on=timezone.localdate(),
    )  # fmt: skip
    assert board(in_review).counts["too_long"] == 12


def test_the_board_costs_the_same_at_any_size(in_review, published, make_product):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            list(board(Campaign.objects.get()).cells())
            readiness(Campaign.objects.get())
        return len(queries)

    published(in_review)
    few = cost()
    services.return_campaign(SYSTEM, Campaign.objects.get())
    for number in range(6):
        services.add_placement(
            SYSTEM, in_review, key=f"more-{number}", ad_slot="meta.feed", variants=4,
            products=[make_product(f"p{number}", name=f"Product {number}")],
        )  # fmt: skip
    assert CopyText.objects.count() > 150
    assert cost() == few
    assert few <= 20


def test_a_campaign_does_not_go_live_before_its_copy_is_published(in_review, person, worked):
    publisher = person("publisher")
    with pytest.raises(Conflict) as error:
        services.schedule_campaign(publisher, in_review)
    assert error.value.code == "not_ready"
    assert "missing" in {problem.field for problem in error.value.fields}
    services.draft_campaign(person("operator"), in_review, writer="template", candidates=1)
    worked()
    with pytest.raises(Conflict) as error:
        services.schedule_campaign(publisher, Campaign.objects.get())
    assert "unapproved" in {problem.field for problem in error.value.fields}
    assert status() == Status.REVIEW


def test_warnings_are_accepted_by_a_person(small, published, person):
    campaign = published(small)
    publisher = person("publisher")
    with pytest.raises(Conflict) as error:
        services.schedule_campaign(publisher, campaign)
    assert error.value.code == "warnings"
    # Nothing of the budget is given to the placement.
    assert "budget" in {problem.field for problem in error.value.fields}
    services.schedule_campaign(publisher, campaign, accept_warnings=True)
    assert status() == Status.SCHEDULED


def test_the_clock_starts_and_ends_a_campaign(small, published, person):
    campaign = services.schedule_campaign(person("publisher"), published(small), accept_warnings=True)
    assert scheduling.run_due()["started"] == 0
    with time_machine.travel(campaign.starts_at + timedelta(minutes=1), tick=False):
        assert scheduling.run_due() == {"started": 1, "paused": 0, "ended": 0}
        assert scheduling.run_due() == {"started": 0, "paused": 0, "ended": 0}
    assert status() == Status.LIVE
    with time_machine.travel(campaign.ends_at + timedelta(minutes=1), tick=False):
        assert scheduling.run_due()["ended"] == 1
    assert status() == Status.ENDED
    kinds = list(Event.objects.filter(kind__startswith="campaign.").order_by("pk").values_list("kind", flat=True))
    assert kinds[-3:] == ["campaign.scheduled", "campaign.went_live", "campaign.ended"]


def test_a_start_that_has_come_starts_at_once(small, published, person):
    services.update_campaign(SYSTEM, small, starts_at=timezone.now() - timedelta(hours=1))
    campaign = published(Campaign.objects.get())
    services.schedule_campaign(person("publisher"), campaign, accept_warnings=True)
    assert status() == Status.LIVE


def _price(product, price):
    catalogue.update_product(SYSTEM, product, variants=[{"sku": product.key.upper(), "price": price}])


@pytest.mark.django_db(transaction=True)
def test_a_changed_price_pauses_only_copy_that_quotes_it(quoting, published, person, worked, product):
    published(quoting)
    assert any("319.2" in text.value or "399" in text.value for text in CopyText.objects.all())
    owner, scheduler = person("operator"), person("publisher")
    Campaign.objects.update(owner=owner.user)
    services.schedule_campaign(scheduler, Campaign.objects.get(), accept_warnings=True)
    _price(product, "389.00")
    worked()
    paused = Campaign.objects.get()
    assert (paused.status, paused.pause_reason) == (Status.PAUSED, Campaign.PauseReason.STALE)
    stale = Draft.objects.filter(state=State.PUBLISHED, stale_since__isnull=False)
    assert 0 < stale.count() < 20
    assert all("399" in draft.value or "319.2" in draft.value for draft in stale)
    assert {draft.stale_reason for draft in stale} == {"quoted_changed"}
    told = Notice.objects.filter(kind=Notice.Kind.ATTENTION)
    assert {notice.user_id for notice in told} == {owner.user.pk, scheduler.user.pk}
    assert set(addresses(told).values()) == {paused.get_absolute_url()}
    with pytest.raises(Conflict) as error:
        services.resume_campaign(scheduler, paused, accept_warnings=True)
    assert "stale" in {problem.field for problem in error.value.fields}
    _price(product, "399.00")
    worked()
    services.resume_campaign(scheduler, Campaign.objects.get(), accept_warnings=True)
    assert status() == Status.SCHEDULED


def test_a_changed_price_leaves_copy_alone_that_does_not_quote_it(small, published, person, worked, product):
    services.schedule_campaign(person("publisher"), published(small), accept_warnings=True)
    _price(product, "389.00")
    worked()
    assert status() == Status.SCHEDULED


@pytest.mark.django_db(transaction=True)
def test_a_product_sold_out_pauses_the_campaign(small, published, person, worked, product):
    services.schedule_campaign(person("publisher"), published(small), accept_warnings=True)
    catalogue.update_product(SYSTEM, product, variants=[{"sku": "TENT", "stock": 19}])
    scheduling.look_at_shelves()
    worked()
    assert status() == Status.SCHEDULED
    catalogue.update_product(SYSTEM, product, variants=[{"sku": "TENT", "stock": 0}])
    assert scheduling.look_at_shelves() == 1
    worked()
    assert (status(), Campaign.objects.get().pause_reason) == (Status.PAUSED, Campaign.PauseReason.STALE)
    assert "sold_out" in codes(readiness(Campaign.objects.get()).problems)


def test_what_is_not_ready_when_it_should_start_is_paused(small, published, person, product):
    campaign = services.schedule_campaign(person("publisher"), published(small), accept_warnings=True)
    Product.objects.filter(pk=product.pk).update(status=Product.Status.ARCHIVED)
    with time_machine.travel(campaign.starts_at + timedelta(minutes=1), tick=False):
        assert scheduling.run_due()["paused"] == 1
    assert Campaign.objects.get().pause_reason == Campaign.PauseReason.NOT_READY


def test_a_plan_is_closed_to_changes_once_scheduled(small, published, person):
    publisher = person("publisher")
    campaign = services.schedule_campaign(publisher, published(small), accept_warnings=True)
    with pytest.raises(Conflict):
        services.update_campaign(SYSTEM, campaign, audience="all")
    with pytest.raises(Forbidden):
        services.schedule_campaign(person("operator"), campaign)
    services.pause_campaign(person("operator"), campaign, note="wrong picture")
    services.unschedule_campaign(publisher, campaign)
    services.update_campaign(SYSTEM, campaign, audience="all")


def test_two_people_scheduling_at_once_schedule_it_once(small, published, person):
    campaign = published(small)
    seen_by_another = Campaign.objects.get()
    services.schedule_campaign(person("publisher"), campaign, accept_warnings=True)
    with pytest.raises(Conflict):
        services.schedule_campaign(person("publisher"), seen_by_another, accept_warnings=True)


def test_an_undone_publication_is_missing_again(small, published, person):
    from generation import services as copy_services
    from generation.models import Revision

    campaign = published(small)
    revision = Revision.objects.order_by("pk").first()
    copy_services.revert(person("publisher"), [revision.pk])
    assert board(campaign).counts["missing"] == 1
    assert CopyText.objects.get(pk=revision.target_id).value is None
