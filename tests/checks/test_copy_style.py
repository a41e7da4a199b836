"""The examples of our style guide: what is true must pass, what is false must not."""

import pytest

from generation.engine import Fact
from tests.checks.products import context, rules_of, warnings_of

TRUE = [
    "一周充一次就够，出门几天不用带线。",
    "机身19克（不含腕带），1.47英寸AMOLED屏，心率全天都在记录。",
    "5ATM防水，泳池可戴，潜水、热水浴请摘下。随盒附充电线，充电头需自备。",
    "曜石黑、雾蓝，两色可选。第一次使用请先充满电。",
    "百搭，一键开启，十分轻。",
    "数据仅供参考，不作诊断。潜水不行。",
    "硅胶表带配不锈钢表壳，安卓8、iOS 12及以上可用。",
    "Charge it about once a week. At 19 g without the strap it is easy to forget.",
    "Rated 5 ATM; take it off for diving or hot baths.",
    "It lasts all week and is under an inch and a half wide.",
    "In the box: band and charging cable; bring your own plug.",
]
FALSE = {
    "可下潜50米": "unsupported_capability",
    "含腕带仅19克": "wrong_condition",
    "重度使用也有7天": "wrong_condition",
    "附充电头": "unsupported_box_contents",
    "可测血压": "unsupported_capability",
    "全天血氧": "unsupported_capability",
    "不锈钢表带": "wrong_part",
    "dive without taking it off": "unsupported_capability",
    "19 g, strap included": "wrong_condition",
    "at least 7 days": "wrong_condition",
    "works with any phone": "unsupported_compatibility",
    "keeps your heart healthy": "unsupported_health",
    "重量为7天": "wrong_attribute",
    "产地：雾蓝": "wrong_attribute",
    "续航10天": "unsupported_number",
    "型号XR-900": "foreign_code",
    "表带是不锈钢": "wrong_part",
}


@pytest.mark.parametrize("text", TRUE)
def test_true_copy_passes(text):
    assert rules_of(text) == set()


@pytest.mark.parametrize(("text", "rule"), FALSE.items())
def test_false_copy_is_found(text, rule):
    assert rule in rules_of(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("米白色杯身，法式的样子。", "米白色"),
        ("A gold-tone clasp on a steel-blue strap.", "gold-tone, steel-blue"),
        ("A Turkish-style towel in ivory. Best before: see base.", "ivory"),
    ],
)
def test_colours_and_manners_are_no_measures_materials_or_origins(text, value):
    language = "en" if text.isascii() else "zh-hans"
    key = "Color" if language == "en" else "颜色"
    assert rules_of(text, context(language, (Fact(key, value),), name="X")) == set()


def test_a_finding_names_the_nearest_fact_and_offers_it():
    from generation.checks.service import run_checks

    (finding,) = [f for f in run_checks("续航10天", "plain", context()) if f.rule == "unsupported_number"]
    assert (finding.start, finding.end, finding.fix) == (2, 5, "7天")
    assert "7天" in finding.text()


def test_cliches_are_warnings():
    assert "cliche" in warnings_of("匠心打造，不二之选。", context())
    assert "cliche" in warnings_of("The perfect blend of style and function.", context("en"))
    assert "cliche" in warnings_of("无论上班族还是学生，都合适。", context())
