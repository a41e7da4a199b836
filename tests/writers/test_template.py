"""The template writer says every chosen fact as it is, in both languages, within the limits."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.engine import Brief, Fact, Limit, Sampling, WriteRequest, WriterError
from generation.engine.counting import count
from generation.engine.writers.template import TemplateWriter

BAND = Brief(
    copy_kind="products.description",
    language="zh-hans",
    name="翎羽智能手环 S1",
    noun="手环",
    brand="翎羽",
    facts=(
        Fact("屏幕", "1.47英寸AMOLED"),
        Fact("续航", "7", "天", condition="典型使用", is_key=True),
        Fact("续航", "大约一周充一次电", kind="benefit"),
        Fact("重量", "19", "克", condition="不含腕带"),
        Fact("心率监测", "yes", data_type="boolean", condition="非医疗用途"),
        Fact("包装清单", "手环、充电线"),
        Fact("不包含", "充电头"),
    ),
)


def write(brief: Brief, seed: int = 0) -> str:
    request = WriteRequest(tag="1", brief=brief, sampling=Sampling(seed=seed))
    (completion,) = TemplateWriter().write([request])
    return completion.text


def with_kind(brief: Brief, copy_kind: str, limit: Limit | None = None) -> Brief:
    return Brief.from_json({**brief.to_json(), "copy_kind": copy_kind, "limit": limit and {**_json(limit)}})


def _json(limit: Limit) -> dict:
    return {"maximum": limit.maximum, "unit": limit.unit, "hard": limit.hard}


def test_a_condition_is_never_dropped():
    text = write(BAND)
    assert "7天（典型使用）" in text
    assert "19克（不含腕带）" in text


def test_a_benefit_follows_the_fact_it_explains():
    text = write(BAND)
    assert text.index("7天") < text.index("大约一周充一次电")


def test_what_is_missing_from_the_box_is_said_last():
    assert write(BAND).splitlines()[-1] == "- **不包含**：充电头"


def test_a_yes_or_no_is_said_in_words():
    assert "心率监测**：支持（非医疗用途）" in write(BAND)
    english = Brief("products.highlights", "en", "Mug", facts=(Fact("Dishwasher safe", "no", data_type="boolean"),))
    assert write(english) == "Dishwasher safe: no"


def test_a_title_takes_no_fact_with_a_condition_and_nothing_that_is_not_included():
    title = write(with_kind(BAND, "products.title"))
    assert title == "翎羽智能手环 S1 1.47英寸AMOLED"


@pytest.mark.parametrize(
    ("language", "facts", "title"),
    [
        ("en", (Fact("Fit", "slim"), Fact("Sleeve", "long"), Fact("Care", "hand wash")), "Kite, slim fit, long sleeve"),
        ("en", (Fact("Bluetooth version", "5.3"), Fact("Warranty", "2", "years")), "Kite, Bluetooth 5.3"),
        ("en", (Fact("Suitable for", "cats"), Fact("Material", "mesh")), "Kite, for cats, mesh"),
        ("zh-hans", (Fact("蓝牙版本", "5.3"), Fact("质保", "2", "年"), Fact("版型", "宽松")), "Kite 蓝牙 5.3 宽松版型"),
        (
            "en",
            (Fact("Handle", "beech wood"), Fact("Strap material", "silicone")),
            "Kite, beech wood handle, silicone strap",
        ),
        ("zh-hans", (Fact("手柄", "榉木"), Fact("表带材质", "硅胶")), "Kite 榉木手柄 硅胶表带"),
        ("zh-hans", (Fact("洗护", "冷水手洗"), Fact("贮存", "阴凉处"), Fact("材质", "硅胶")), "Kite 硅胶"),
    ],
)
def test_a_title_says_what_means_something_without_its_key_and_adds_the_key_where_it_does_not(language, facts, title):
    assert write(Brief("products.title", language, "Kite", facts=facts)) == title


def test_another_seed_orders_the_facts_another_way():
    assert len({write(BAND, seed) for seed in range(6)}) > 1


def test_an_unknown_key_is_said_as_key_and_value():
    brief = Brief("generic", "en", "Zorb", facts=(Fact("Qwx", "17zz"),))
    assert "Qwx: 17zz." in write(brief)


def test_a_brief_without_facts_gives_the_name_and_nothing_else():
    assert write(Brief("products.description", "zh-hans", "布袋")) == "布袋。"


def test_free_text_is_refused_with_the_remedy():
    with pytest.raises(WriterError, match="choose a writer with a model"):
        list(TemplateWriter().write([WriteRequest(tag="1", prompt="这是")]))


TEXT = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30)


@given(
    name=TEXT,
    facts=st.lists(st.builds(Fact, key=TEXT, value=TEXT, condition=st.just("") | TEXT), max_size=6),
    kind=st.sampled_from(["products.title", "products.seo_title", "products.seo_description"]),
    language=st.sampled_from(["en", "zh-hans"]),
    maximum=st.integers(20, 160),
)
def test_limits_hold_for_any_product(name, facts, kind, language, maximum):
    brief = Brief(kind, language, name, facts=tuple(facts), limit=Limit(maximum, "seo_width"))
    assert count(write(brief), "seo_width") <= maximum


@given(facts=st.lists(st.builds(Fact, key=TEXT, value=TEXT, unit=st.sampled_from(["", "g", "克"])), max_size=5))
def test_every_value_of_a_description_stands_as_the_shop_wrote_it(facts):
    text = write(Brief("products.description", "en", "Thing", facts=tuple(facts)))
    for fact in facts:
        if fact.value.casefold() not in ("yes", "no"):
            assert fact.display in text


SALE = (
    Fact("优惠", "8折", kind="offer"),
    Fact("截止", "12月7日", kind="offer"),
    Fact("优惠码", "AUTUMN20", kind="offer"),
    Fact("签名", "松石生活", kind="offer"),
)
CAMPAIGN_KINDS = ["headline", "ad_description", "email_subject", "email_body", "sms", "social"]


@pytest.mark.parametrize("kind", CAMPAIGN_KINDS)
def test_campaign_copy_tells_the_offer_first(kind):
    brief = replace(BAND, copy_kind=f"marketing.{kind}", facts=SALE + BAND.facts)
    text = write(brief)
    assert "8折" in text
    assert "{" not in text.replace("{{customer}}", "")
    assert write(brief) == text
    if kind == "sms":
        assert text.startswith("【松石生活】")
        assert text.endswith("拒收请回复R")


@given(st.sampled_from(CAMPAIGN_KINDS), st.integers(0, 50), st.integers(20, 90))
def test_campaign_copy_keeps_within_the_limit(kind, seed, maximum):
    limit = Limit(maximum, "google_ads_width")
    offer = (Fact("Offer", "20% off", kind="offer"), Fact("Until", "December 7", kind="offer"))
    brief = Brief(f"marketing.{kind}", "en", "Linnet H8 Over-Ear Headphones", brand="Linnet", facts=offer, limit=limit)
    text = write(brief, seed)
    assert text
    assert count(text, limit.unit) <= limit.maximum


def test_campaign_copy_differs_by_seed():
    brief = replace(BAND, copy_kind="marketing.headline", facts=SALE + BAND.facts)
    assert len({write(brief, seed) for seed in range(3)}) == 3


def test_campaign_copy_without_an_offer_tells_a_fact():
    assert write(replace(BAND, copy_kind="marketing.headline")).startswith("翎羽智能手环 S1，续航7天（典型使用）")
