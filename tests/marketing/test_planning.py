"""Planning a campaign: who may, what is refused, which texts follow."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from marketing import services
from marketing.ad_slots import ad_slots, corrections, limit_of
from marketing.models import Campaign, CopyText, Status
from marketing.services.placements import equal_split
from opsportal.access import Actor, Forbidden
from opsportal.events.models import Event
from opsportal.plugins import Conflict, Invalid

from .conftest import SYSTEM


def problem(error) -> str:
    return error.value.fields[0].field


def test_a_placement_gets_every_text_its_ad_slot_wants(placement):
    texts = CopyText.objects.filter(variant__placement=placement)
    # Two variants, two languages, three headlines and two descriptions.
    assert texts.count() == 2 * 2 * 5
    assert set(texts.values_list("slot", flat=True)) == {"marketing.headline", "marketing.ad_description"}
    assert texts.filter(key="autumn-camp/search/B/headline-3/zh-hans").exists()
    assert [variant.split for variant in placement.variants.all()] == [50, 50]


def test_texts_follow_the_languages_of_the_campaign(campaign, placement):
    services.update_campaign(SYSTEM, campaign, languages=["en"])
    assert set(CopyText.objects.values_list("language", flat=True)) == {"en"}
    services.update_campaign(SYSTEM, Campaign.objects.get(), languages=["en", "zh-hans"])
    assert CopyText.objects.count() == 20


def test_more_headlines_up_to_what_the_channel_takes(placement):
    variant = placement.variants.get(label="A")
    for _number in range(12):
        services.add_text(SYSTEM, variant, "headline")
    assert variant.texts.filter(field="headline", language="en").count() == 15
    with pytest.raises(Conflict):
        services.add_text(SYSTEM, variant, "headline")


def test_variants_come_and_go_and_the_split_stays_whole(placement):
    added = services.add_variant(SYSTEM, placement)
    assert added.label == "C"
    assert sorted(placement.variants.values_list("split", flat=True)) == [33, 33, 34]
    services.set_split(SYSTEM, placement, {"A": 80, "B": 10, "C": 10})
    with pytest.raises(Invalid):
        services.set_split(SYSTEM, placement, {"A": 80, "B": 10, "C": 11})
    services.remove_variant(SYSTEM, added)
    assert sorted(placement.variants.values_list("split", flat=True)) == [50, 50]


@pytest.mark.parametrize("variants", range(1, 9))
def test_an_equal_split_is_a_hundred(variants):
    shares = equal_split(variants)
    assert sum(shares) == 100
    assert max(shares) - min(shares) <= 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "percent"}, "percent"),
        ({"kind": "percent", "percent": Decimal("100")}, "percent"),
        ({"kind": "percent", "percent": Decimal("-5")}, "percent"),
        ({"kind": "threshold", "threshold": Decimal("300")}, "amount"),
        ({"kind": "threshold", "threshold": Decimal("300"), "amount": Decimal("300")}, "amount"),
        ({"kind": "gift"}, "gift"),
        ({"kind": "bundle", "quantity": 1, "bundle_price": Decimal("99")}, "quantity"),
        ({"kind": "amount", "amount": Decimal("30"), "deposit": Decimal("50")}, "presale_ends_at"),
        ({"kind": "amount", "amount": Decimal("30"), "product_filter": {"colour": "red"}}, "product_filter"),
        ({"kind": "free"}, "kind"),
    ],
)
def test_an_offer_that_says_too_little_is_refused(campaign, values, field):
    with pytest.raises(Invalid) as error:
        services.add_offer(SYSTEM, campaign, **values)
    assert problem(error) == field
    assert not campaign.offers.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"landing_url": "javascript:alert(1)"}, "landing_url"),
        ({"utm": {"utm_medium": "cpc", "gclid": "1"}}, "utm"),
        ({"paths": ["a" * 16]}, "paths"),
        ({"budget_share": Decimal("101")}, "__all__"),
        ({"languages": ["tlh"]}, "languages"),
    ],
)
def test_an_unusable_placement_is_refused(campaign, values, field):
    with pytest.raises(Invalid) as error:
        services.add_placement(SYSTEM, campaign, key="x", ad_slot="meta.feed", **values)
    assert problem(error) in (field, "")
    assert not campaign.placements.exists()


def test_bad_dates_and_currencies_are_refused(campaign):
    with pytest.raises(Invalid) as error:
        services.update_campaign(SYSTEM, campaign, ends_at=campaign.starts_at - timedelta(hours=1))
    assert problem(error) == "ends_at"
    with pytest.raises(Invalid) as error:
        services.update_campaign(SYSTEM, campaign, currency="yuan")
    assert problem(error) == "currency"
    with pytest.raises(Conflict):
        services.create_campaign(SYSTEM, key="autumn-camp", name="Another")


def test_two_people_changing_one_campaign_see_each_other(campaign):
    seen = campaign.version
    services.update_campaign(SYSTEM, campaign, audience="families", version=seen)
    with pytest.raises(Conflict):
        services.update_campaign(SYSTEM, campaign, audience="hikers", version=seen)
    assert Campaign.objects.get().audience == "families"


def test_a_plan_goes_to_review_and_back(campaign, placement):
    campaign.refresh_from_db()
    services.submit_campaign(SYSTEM, campaign)
    assert campaign.pk
    held = Campaign.objects.get()
    assert held.status == Status.REVIEW
    services.return_campaign(SYSTEM, held)
    assert Campaign.objects.get().status == Status.PLAN
    kinds = list(Event.objects.filter(kind__startswith="campaign.").values_list("kind", flat=True))
    assert "campaign.submitted" in kinds
    assert "campaign.returned" in kinds


def test_a_plan_without_placements_has_nothing_to_review(campaign):
    with pytest.raises(Invalid):
        services.submit_campaign(SYSTEM, campaign)


def test_only_those_who_may_plan(person, campaign):
    viewer: Actor = person("viewer")
    with pytest.raises(Forbidden):
        services.update_campaign(viewer, campaign, audience="all")
    with pytest.raises(Forbidden):
        services.create_campaign(viewer, key="own", name="Own")
    services.update_campaign(person("operator"), campaign, audience="all")


def test_a_shop_corrects_a_limit_and_takes_it_back(placement):
    shipped = limit_of("google_ads.search", "headline", corrections())
    assert (shipped.maximum, shipped.unit, shipped.hard) == (30, "google_ads_width", True)
    limit = services.correct_limit(
        SYSTEM,
        ad_slot="google_ads.search",
        field="headline",
        maximum=28,
        unit="google_ads_width",
        source="our account manager",
        checked_on=timezone.localdate(),
    )
    assert limit_of("google_ads.search", "headline", corrections()).maximum == 28
    services.restore_limit(SYSTEM, limit)
    assert limit_of("google_ads.search", "headline", corrections()) == shipped


def test_every_shipped_limit_says_where_it_is_from():
    for ad_slot in ad_slots().values():
        for field in ad_slot.fields.values():
            assert field.source
            assert field.date
            assert field.fewest <= field.texts <= field.most
