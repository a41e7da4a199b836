"""Campaigns in the console: planning by forms, what each role sees, how many queries a page costs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from marketing import calendar, services
from marketing.models import Campaign, CopyVariant, FieldLimit, Offer, Placement
from opsportal.events.models import Event

from .conftest import SYSTEM

#: What the board, the list and the month may cost at any size.
MOST_QUERIES = 20


@pytest.fixture
def as_role(client, person):
    """``as_role(role)``: a browser logged in with that role."""

    def login(role):
        client.force_login(person(role).user)
        return client

    return login


def campaign_form(**changes):
    """The campaign form as a browser sends it."""
    return {
        "key": "spring", "name": "Spring Sale", "names_zh_hans": "春季特惠", "goal": "sales", "tone": "warm",
        "languages": ["en", "zh-hans"], "currency": "CNY", "budget": "8000", "audience": "families",
        "starts_at": "2027-03-01T09:00", "ends_at": "2027-03-14T23:59",
    } | changes  # fmt: skip


def test_a_campaign_is_planned_by_forms_alone(as_role, product):
    client = as_role("operator")
    answer = client.post(reverse("console:marketing_new"), campaign_form())
    campaign = Campaign.objects.get()
    assert answer.url == campaign.get_absolute_url()
    assert campaign.names == {"zh-hans": "春季特惠"}
    assert campaign.owner.username.startswith("m-operator")

    offer_page = reverse("console:marketing_offer_new", args=[campaign.pk])
    answer = client.post(offer_page, {"kind": "percent"})
    assert answer.status_code == 400
    assert answer.context["form"].errors["percent"]
    client.post(offer_page, {"kind": "percent", "percent": "15", "products": [product.pk], "category": "Camping/Tents"})
    offer = Offer.objects.get()
    assert (offer.percent, list(offer.products.all())) == (Decimal("15"), [product])

    placement_page = reverse("console:marketing_placement_new", args=[campaign.pk])
    sent = {
        "key": "search", "ad_slot": "google_ads.search", "variants": "2", "budget_share": "60", "paths": "tents\nsale",
        "landing_url": "https://shop.example/tents", "utm_term": "tent",
    }  # fmt: skip
    client.post(placement_page, sent)
    placement = Placement.objects.get()
    assert (placement.paths, placement.utm) == (["tents", "sale"], {"utm_term": "tent"})
    assert CopyVariant.objects.count() == 2
    page = client.get(campaign.get_absolute_url())
    assert page.status_code == 200
    assert "15% off" in page.content.decode()

    edited = client.post(
        reverse("console:marketing_placement", args=[placement.pk]), sent | {"budget_share": "150", "key": "x"}
    )
    assert edited.status_code == 400
    variants = reverse("console:marketing_variants", args=[placement.pk])
    client.post(variants, {"split": "1", "split-A": "70", "split-B": "30"})
    client.post(variants, {"split": "1", "split-A": "70", "split-B": "x"})
    assert list(CopyVariant.objects.values_list("split", flat=True)) == [70, 30]
    client.post(variants, {"add": "1"})
    client.post(variants, {"remove": "C"})
    assert list(CopyVariant.objects.values_list("label", flat=True)) == ["A", "B"]

    client.post(reverse("console:marketing_offer", args=[offer.pk]), {"remove": "1"})
    assert not Offer.objects.exists()
    client.post(reverse("console:marketing_delete", args=[campaign.pk]))
    assert not Campaign.objects.exists()


def test_what_was_wrong_stands_beside_its_field(as_role, campaign):
    client = as_role("operator")
    page = reverse("console:marketing_edit", args=[campaign.pk])
    answer = client.post(page, campaign_form(ends_at="2027-02-01T09:00", version=campaign.version))
    assert answer.status_code == 400
    assert answer.context["form"].errors["ends_at"]
    assert "2027-02-01T09:00" in answer.content.decode(), "what was typed stays"
    services.update_campaign(SYSTEM, campaign, audience="hikers")
    late = client.post(page, campaign_form(version=campaign.version - 1))
    assert late.status_code == 400
    assert Campaign.objects.get().audience == "hikers"


def test_a_viewer_looks_and_cannot_change(as_role, campaign, offer, placement):
    client = as_role("viewer")
    page = client.get(campaign.get_absolute_url()).content.decode()
    assert reverse("console:marketing_edit", args=[campaign.pk]) not in page
    for name, pk in (
        ("marketing_edit", campaign.pk),
        ("marketing_offer_new", campaign.pk),
        ("marketing_offer", offer.pk),
        ("marketing_placement", placement.pk),
    ):
        assert client.get(reverse(f"console:{name}", args=[pk])).status_code == 403
    assert client.post(reverse("console:marketing_delete", args=[campaign.pk])).status_code == 403
    client.post(reverse("console:marketing_move", args=[campaign.pk, "submit"]))
    assert Campaign.objects.get().status == "plan"
    assert client.post(reverse("console:marketing_move", args=[campaign.pk, "launch"])).status_code == 404


def test_products_are_found_and_ticked_ones_stay(as_role, make_product):
    tent, mug = make_product(), make_product("mug", name="Tin Mug")
    client = as_role("operator")
    answer = client.get(reverse("console:marketing_products"), {"find": "mug", "products": [tent.pk]})
    page = answer.content.decode()
    assert f'value="{tent.pk}" checked' in page
    assert f'value="{mug.pk}">' in page


def many(number: int, product) -> None:
    """So many campaigns, each with two placements."""
    begins = timezone.now() + timedelta(days=1)
    for index in range(number):
        made = services.create_campaign(
            SYSTEM,
            key=f"many-{Campaign.objects.count()}-{index}",
            name=f"Campaign {index}",
            starts_at=begins,
            ends_at=begins + timedelta(days=3),
        )
        services.add_offer(SYSTEM, made, kind="percent", percent=Decimal("10"), products=[product])
        for key in ("one", "two"):
            services.add_placement(SYSTEM, made, key=key, ad_slot="google_ads.search", variants=2)


@pytest.mark.parametrize("address", ["marketing_campaigns", "marketing_month"])
def test_lists_cost_the_same_at_any_size(as_role, product, address, django_assert_max_num_queries):
    client = as_role("operator")
    many(2, product)
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        assert client.get(reverse(f"console:{address}")).status_code == 200
    many(6, product)
    with django_assert_max_num_queries(len(few)):
        client.get(reverse(f"console:{address}"))


def test_the_list_is_narrowed_and_says_what_to_do_when_empty(as_role, campaign):
    client = as_role("operator")
    page = reverse("console:marketing_campaigns")
    assert client.get(page, {"status": "live"}).context["rows"] == []
    assert len(client.get(page, {"q": "autumn"}).context["rows"]) == 1
    Campaign.objects.all().delete()
    assert reverse("console:marketing_new") in client.get(page).content.decode()


def test_a_month_shows_each_week_its_part_of_a_campaign(db):
    zone = timezone.get_current_timezone()

    def plan(key, first, last):
        return services.create_campaign(
            SYSTEM,
            key=key,
            name=key,
            starts_at=timezone.datetime(2026, 11, first, tzinfo=zone),
            ends_at=timezone.datetime(2026, 11, last, tzinfo=zone),
        )

    plan("long", 5, 19)
    plan("short", 6, 8)
    plan("later", 10, 12)
    services.create_campaign(SYSTEM, key="someday", name="someday")
    found = calendar.month(calendar.month_of("2026-11"))
    assert [campaign.key for campaign in found.campaigns] == ["long", "short", "later"]
    assert [campaign.key for campaign in found.undated] == ["someday"]
    bars = [[[(bar.campaign.key, bar.first, bar.span) for bar in lane] for lane in week.lanes] for week in found.weeks]
    assert bars == [
        [],
        [[("long", 4, 4)], [("short", 5, 2)]],
        [[("long", 1, 7)], [("later", 2, 2)]],
        [[("long", 1, 3)]],
        [],
        [],
    ]
    assert (found.previous.month, found.following.month) == (10, 12)
    assert calendar.month_of("nonsense") == timezone.localdate().replace(day=1)


def test_limits_are_shown_and_corrected_in_the_console(as_role, placement):
    client = as_role("operator")
    page = reverse("console:marketing_limits")
    assert "Google Ads Help" in client.get(page).content.decode()
    values = {
        "maximum": "28",
        "unit": "google_ads_width",
        "hard": "on",
        "source": "our account manager",
        "checked_on": "2026-11-20",
    }
    add = reverse("admin:marketing_fieldlimit_add")
    assert client.post(add, values | {"place": "google_ads.search:title"}).status_code == 200
    assert client.post(add, values | {"place": "google_ads.search:headline"}).status_code == 302
    limit = FieldLimit.objects.get()
    assert (limit.ad_slot, limit.field, limit.maximum) == ("google_ads.search", "headline", 28)
    assert "our account manager" in client.get(page).content.decode()
    change = reverse("admin:marketing_fieldlimit_change", args=[limit.pk])
    client.post(change, values | {"maximum": "25"})
    assert FieldLimit.objects.get().maximum == 25
    client.post(reverse("admin:marketing_fieldlimit_delete", args=[limit.pk]), {"post": "yes"})
    assert not FieldLimit.objects.exists()
    kinds = list(Event.objects.filter(kind__startswith="limit.").order_by("id").values_list("kind", flat=True))
    assert kinds == ["limit.corrected", "limit.corrected", "limit.restored"]
    assert as_role("viewer").post(add, values).status_code == 403
