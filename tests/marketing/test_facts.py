"""What copy of a campaign may say: offers in both languages, prices, pre-sales, the EU's lowest price."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from generation.slots import get_slot
from marketing import services, shelf
from marketing.conflicts import conflicts
from marketing.facts import reduced_price
from marketing.models import Campaign, CopyText, Offer
from marketing.wording import moment, money, percent
from products import services as catalogue

from .conftest import SYSTEM


def facts_of(slot="marketing.headline", language="zh-hans"):
    texts = list(CopyText.objects.filter(slot=slot, language=language)[:1])
    sheet = get_slot(slot).facts(texts, language, "")[texts[0].pk]
    return sheet, {fact.key: fact.display for fact in sheet.facts}


@pytest.mark.parametrize(
    ("values", "zh", "en"),
    [
        ({"kind": "percent", "percent": Decimal("20")}, "8折", "20% off"),
        ({"kind": "percent", "percent": Decimal("15")}, "8.5折", "15% off"),
        ({"kind": "amount", "amount": Decimal("50")}, "立减50元", "¥50 off"),
        (
            {"kind": "threshold", "threshold": Decimal("300"), "amount": Decimal("50")},
            "满300元减50元",
            "¥50 off orders over ¥300",
        ),
        (
            {"kind": "gift", "gift": "a tote", "gifts": {"zh-hans": "帆布袋"}, "threshold": Decimal("200")},
            "满200元送帆布袋",
            "a tote with orders over ¥200",
        ),
        ({"kind": "bundle", "quantity": 3, "bundle_price": Decimal("99.9")}, "3件99.90元", "3 for ¥99.90"),
    ],
)
def test_an_offer_is_said_in_both_languages(campaign, product, values, zh, en):
    services.add_offer(SYSTEM, campaign, products=[product], **values)
    services.add_placement(SYSTEM, campaign, key="search", ad_slot="google_ads.search")
    assert facts_of()[1]["优惠"] == zh
    sheet, said = facts_of(language="en")
    assert said["Offer"] == en
    assert sheet.name == "Alder Two Tent"
    assert sheet.limit.maximum == 30


def test_a_pre_sale_tells_its_terms(campaign, product):
    services.add_offer(
        SYSTEM, campaign, kind="amount", amount=Decimal("30"), products=[product], deposit=Decimal("50"),
        deposit_counts=Decimal("100"), presale_ends_at=datetime(2027, 6, 5, 12, tzinfo=UTC),
    )  # fmt: skip
    services.add_placement(SYSTEM, campaign, key="search", ad_slot="google_ads.search")
    said = facts_of()[1]
    assert said["优惠"] == "预售立减30元"
    assert said["定金"] == "50元抵100元"
    assert said["截止"].startswith("6月5日")
    # Copy with room tells the deposit with the saving.
    assert facts_of("marketing.ad_description")[1]["优惠"] == "预售立减30元，定金50元抵100元"
    # In a pre-sale stock does not matter.
    catalogue.update_product(SYSTEM, product, variants=[{"sku": "TENT", "stock": 0}])
    assert facts_of()[0].name == "桤木双人帐篷"


def test_only_an_sms_names_its_sender(campaign, offer):
    services.add_placement(SYSTEM, campaign, key="text", ad_slot="sms.message")
    services.add_placement(SYSTEM, campaign, key="search", ad_slot="google_ads.search")
    assert facts_of("marketing.sms")[1]["签名"] == "桤木户外"
    assert "签名" not in facts_of()[1]


def test_an_sms_has_its_form_whoever_wrote_it(campaign, offer):
    services.add_placement(SYSTEM, campaign, key="text", ad_slot="sms.message")
    slot = get_slot("marketing.sms")
    sheet = facts_of("marketing.sms")[0]
    for written in (
        "双人帐篷8折，到6月5日",
        "【桤木户外】双人帐篷8折，到6月5日。拒收请回复R",
        "双人帐篷8折，到6月5日 退订回复TD",
    ):
        assert slot.compose(written, sheet, "zh-hans") == "【桤木户外】双人帐篷8折，到6月5日。拒收请回复R"
    english = facts_of("marketing.sms", "en")[0]
    assert slot.compose("20% off\nuntil June 5.", english, "en") == (
        "Alder: 20% off until June 5. Reply STOP to opt out."
    )


def test_prices_are_facts_only_where_copy_may_quote_them(campaign, offer, placement):
    assert "活动价" not in facts_of()[1]
    services.update_offer(SYSTEM, offer, quotes_price=True)
    said = facts_of()[1]
    assert (said["活动价"], said["日常价"]) == ("319.20元", "399元")


def test_in_the_eu_a_price_cut_shows_the_lowest_price_before_it(campaign, offer, placement, product):
    services.update_offer(SYSTEM, offer, quotes_price=True)
    services.update_campaign(SYSTEM, Campaign.objects.get(), lowest_price_rule=True)
    catalogue.update_product(SYSTEM, product, variants=[{"sku": "TENT", "price": "349.00"}])
    catalogue.update_product(SYSTEM, product, variants=[{"sku": "TENT", "price": "399.00"}])
    said = facts_of()[1]
    assert (said["活动价"], said["近30天最低价"]) == ("319.20元", "349元")
    assert "日常价" not in said


def test_the_lowest_price_is_that_in_force_in_the_thirty_days_before(product):
    start = datetime(2027, 6, 30, tzinfo=UTC)
    prices = [(-90, "300"), (-60, "280"), (-20, "350"), (-5, "320"), (1, "200")]
    for days, price in prices:
        with time_machine.travel(start + timedelta(days=days), tick=False):
            catalogue.update_product(SYSTEM, product, variants=[{"sku": "TENT", "price": price}])
    # 280 was in force when the thirty days began; 300 was over by then, 200 came later.
    assert shelf.lowest_prices([product.pk], "CNY", start) == {product.pk: Decimal("280")}
    assert shelf.lowest_prices([product.pk], "EUR", start) == {}


def test_what_is_sold_out(make_product):
    full, empty, unknown = make_product("full"), make_product("empty", stock=0), make_product("unknown", stock=None)
    assert shelf.sold_out([full.pk, empty.pk, unknown.pk]) == {empty.pk}


def test_several_products_speak_for_the_campaign(campaign, offer, make_product):
    others = [make_product(f"p{number}", name=f"Stove {number}") for number in range(4)]
    services.add_placement(SYSTEM, campaign, key="search", ad_slot="google_ads.search", products=others)
    sheet, said = facts_of(language="en")
    assert sheet.name == "Autumn Camp"
    assert said["In this offer"] == "Stove 0, Stove 1, Stove 2"


def test_facts_cost_the_same_for_one_text_and_for_many(placement, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    slot = get_slot("marketing.headline")
    texts = list(CopyText.objects.filter(slot="marketing.headline", language="en"))
    with CaptureQueriesContext(connection) as queries:
        slot.facts(texts[:1], "en", "")
    with django_assert_num_queries(len(queries)):
        slot.facts(texts, "en", "")


@given(st.decimals(min_value=1, max_value=99, places=1))
def test_a_discount_in_chinese_and_english_is_the_same(off):
    left = Decimal(percent(off, "zh-hans").removesuffix("折")) * 10
    assert left + Decimal(percent(off, "en").removesuffix("% off")) == 100


@given(st.decimals(min_value="0.01", max_value="100000", places=2), st.decimals(min_value=1, max_value=99, places=2))
def test_a_reduced_price_is_lower_and_never_below_nothing(price, off):
    reduced = reduced_price(price, Offer(kind="percent", percent=off))
    assert 0 <= reduced <= price


@pytest.mark.parametrize(
    ("when", "zh", "en"),
    [
        (datetime(2027, 12, 12, 0, 0), "12月11日", "December 11"),
        (datetime(2027, 12, 11, 23, 59), "12月11日", "December 11"),
        (datetime(2027, 12, 11, 20, 0), "12月11日20:00", "December 11 at 8 pm"),
        (datetime(2027, 12, 11, 9, 30), "12月11日9:30", "December 11 at 9:30 am"),
    ],
)
def test_moments(settings, when, zh, en):
    from django.utils import timezone

    aware = timezone.make_aware(when)
    assert moment(aware, "zh-hans") == zh
    assert moment(aware, "en") == en


def test_money():
    assert money(Decimal("50.00"), "CNY", "zh-hans") == "50元"
    assert money(Decimal("319.20"), "EUR", "en") == "€319.20"
    assert money(Decimal("5"), "CHF", "en") == "5 CHF"


def _campaign(key, product_list=(), product_filter=None, days=(1, 10), status="scheduled", kind="percent"):
    from django.utils import timezone

    now = timezone.now()
    made = services.create_campaign(
        SYSTEM, key=key, name=key, starts_at=now + timedelta(days=days[0]), ends_at=now + timedelta(days=days[1])
    )
    values = {"percent": Decimal("10")} if kind == "percent" else {"gift": "a cup"}
    services.add_offer(SYSTEM, made, kind=kind, products=product_list, product_filter=product_filter or {}, **values)
    Campaign.objects.filter(pk=made.pk).update(status=status)
    return made


def test_one_product_in_two_price_offers_at_one_time_is_a_conflict(make_product):
    tent, lamp = make_product("tent"), make_product("lamp", name="Lamp")
    mine = _campaign("mine", [tent, lamp], status="review")
    _campaign("listed", [tent])
    _campaign("filtered", product_filter={"category": "Camping"})
    _campaign("later", [tent], days=(10, 12))
    _campaign("gift", [tent], kind="gift")
    _campaign("plan", [tent], status="plan")
    _campaign("elsewhere", product_filter={"category": "Kitchen"})
    found = {conflict.other.campaign.key: conflict.products for conflict in conflicts(mine)}
    assert found == {"listed": 1, "filtered": 2}


def test_two_offers_of_one_campaign_on_one_product_conflict(campaign, offer, product, django_assert_max_num_queries):
    services.add_offer(SYSTEM, campaign, kind="amount", amount=Decimal("10"), product_filter={"q": "Alder"})
    with django_assert_max_num_queries(4):
        (conflict,) = conflicts(campaign)
    assert (conflict.products, conflict.example) == (1, "tent")
