"""How names, lists and measures of a brief are said in prose, and where a sentence of the shop's own stands."""

from __future__ import annotations

import pytest

from generation.engine.contract import Brief, Fact
from generation.engine.pointers.mend import Filling, fill_pointers
from generation.engine.pointers.plan import plan_for, planned_facts
from generation.engine.pointers.prompt import Plan, PlannedFact
from generation.engine.pointers.statement import stated
from generation.engine.pointers.tighten import tighten
from generation.engine.pointers.wording import joined_sides, short_name, spoken_list, spoken_value


@pytest.mark.parametrize(
    ("title", "brand", "language", "said"),
    [
        ("青禾15 Pro 星光版 超清影像处理器平台 5000万像素 67W快充", "青禾", "zh", "青禾15 Pro 星光版"),
        ("Qinghe P14 (A1188) 128GB 支持移动联通电信5G 双卡双待手机", "Qinghe", "zh", "Qinghe P14"),
        ("青禾（QINGHE）500GB 移动固态硬盘 高速读写版", "青禾", "zh", "青禾（QINGHE）500GB 移动固态硬盘 高速读写版"),
        ("棉麻圆领短袖T恤", "", "zh", "棉麻圆领短袖T恤"),
        ("Semi-Automatic Espresso Machine", "", "zh", "Semi-Automatic Espresso Machine"),
        ("青禾QINGHE 男子 休闲鞋 RIVER RUN 运动鞋 511-010黑色41码", "青禾", "zh", "青禾QINGHE 男子 休闲鞋"),
        ("Norvik - Foldable No. 3 Daypack, Fits 15 Inch Laptops", "", "en", "Norvik - Foldable No. 3 Daypack"),
        ("Walnut Serving Board", "", "en", "Walnut Serving Board"),
    ],
)
def test_a_title_full_of_search_words_is_cut_to_the_name(title, brand, language, said):
    assert short_name(title, brand, language) == said


@pytest.mark.parametrize(
    ("value", "kind", "language", "said"),
    [
        ("Black, White", "colour_options", "en", "Black and White"),
        ("S, M, L", "size_range", "en", "S, M and L"),
        ("Blue and White, Grey", "colour_options", "en", "Blue and White, and Grey"),
        ("lamp, adapter and cable", "box_contents", "en", "lamp, adapter and cable"),
        ("USB-A, and HDMI", "connectivity", "en", "USB-A, and HDMI"),
        ("2 years, parts only", "unknown_list", "en", "2 years, parts only"),
        ("oak, ash, beech", "unknown_list", "en", "oak, ash and beech"),
        ("holds 1,500 sheets", "box_contents", "en", "holds 1,500 sheets"),
        ("米白色,浅黄色", "colour_options", "zh", "米白色、浅黄色"),
        ("Folds flat, even when wet", "selling_point", "en", "Folds flat, even when wet"),
    ],
)
def test_lists_are_said_as_the_language_says_them(value, kind, language, said):
    assert spoken_list(value, kind, language) == said


def test_symbols_take_their_usual_capitals():
    assert spoken_value(Fact("额定功率", "30", "w")) == "30 W"
    assert spoken_value(Fact("Weight", "30", "g")) == "30 g"


def test_sides_of_one_measure_are_said_together():
    sides = [Fact("Height", "15.7", "in"), Fact("Width", "13.8", "in"), Fact("Depth", "11.8", "in")]
    told = joined_sides(list(zip(("height", "width", "depth"), sides, strict=True)), "en")
    assert told == ("Dimensions", "13.8 × 11.8 × 15.7 in (W × D × H)")
    assert joined_sides([("height", sides[0])], "en") is None
    assert joined_sides([("height", sides[0]), ("width", Fact("Width", "35", "cm"))], "en") is None
    assert joined_sides([("height", sides[0]), ("width", Fact("Width", "9", "in", part="strap"))], "en") is None
    brief = Brief(
        "products.description", "en", "Kettle", facts=(*sides, Fact("Color", "Black, White", data_type="choice"))
    )
    assert [planned.kind for _, planned in planned_facts(brief, "en")] == ["dimensions", "colour_options"]


def test_a_yes_keeps_its_condition():
    fact = PlannedFact("heart_rate", "Heart rate", "yes", "not a medical device", polarity="yes")
    filling = Filling("en", "Loro Band", "band", "", (fact,))
    assert fill_pointers("It tracks heart rate<v1>.", filling) == "It tracks heart rate (not a medical device)."
    zh = Filling("zh", "手环", "手环", "", (PlannedFact("heart_rate", "心率", "yes", "仅供参考", polarity="yes"),))
    assert fill_pointers("可测心率<v1>。", zh) == "可测心率（仅供参考）。"
    assert fill_pointers("可测心率，<c1><v1>。", zh) == "可测心率，仅供参考。"


def test_a_word_is_not_said_twice_where_the_value_has_it():
    blue = PlannedFact("bluetooth", "Bluetooth", "Bluetooth 5.3")
    assert fill_pointers("Bluetooth <v1>", Filling("en", "Loro", "band", "", (blue,))) == "Bluetooth 5.3"
    zh = PlannedFact("bluetooth", "蓝牙", "蓝牙5.3")
    assert fill_pointers("连接靠蓝牙<v1>。", Filling("zh", "手环", "手环", "", (zh,))) == "连接靠蓝牙5.3。"


SHIRT = PlannedFact("weight", "Weight", "200 g")


@pytest.mark.parametrize(
    ("kind", "written", "said"),
    [
        ("description", "<n>, at a glance\n\n<weight>At <v1>.", "River Shirt: blue cotton shirt.\n\n<weight>At <v1>."),
        ("description", "<weight><n> at <v1>\n\n<t>It is.", "<weight><n> at <v1>\n\nBlue cotton shirt. <t>It is."),
        ("description", "<weight>It weighs <v1>. Ask us.", "<weight>It weighs <v1>. Blue cotton shirt. Ask us."),
        ("description", "<weight>At <v1>\n\n- **A:** b", "<weight>At <v1>\n\nBlue cotton shirt.\n\n- **A:** b"),
        ("highlights", "<weight>Weight <v1>", "Blue cotton shirt\n<weight>Weight <v1>"),
    ],
)  # fmt: skip
def test_a_statement_stands_behind_the_opening_or_in_place_of_one_without_a_fact(kind, written, said):
    plan = Plan("en", kind, "River Shirt", facts=(SHIRT,), statement="Blue cotton shirt")
    assert stated(written, plan) == said


def test_a_plan_takes_up_a_statement_but_not_in_a_title_or_a_shorter_text():
    facts = (Fact("Weight", "200", "g"), Fact("Description", "Blue cotton shirt", kind="statement"))
    brief = Brief("products.description", "en", "River Shirt", facts=facts)
    assert plan_for(brief, 1).statement == "Blue cotton shirt"
    assert all(fact.value != "Blue cotton shirt" for fact in plan_for(brief, 1).facts)
    assert plan_for(brief, 1, fewer=1).statement == ""
    title = Brief("products.seo_title", "en", "River Shirt", facts=facts)
    assert plan_for(title, 1).statement == ""
    same = Brief("products.description", "en", "Blue cotton shirt", facts=facts)
    assert plan_for(same, 1).statement == ""


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("zh", "- **<k1>**：<v1>，和要用的人数对一对", "- **<k1>**：<v1>"),
        ("zh", "- **<k1>**：<v1>，自己拆过的，先来问", "- **<k1>**：<v1>"),
        ("zh", "- **颜色**：<v1>，下单时点选", "- **颜色**：<v1>，下单时点选"),
        ("zh", "<season>看季节挑<t>，适合<v1>。", "<season>看季节挑<t>，适合<v1>。"),
        ("zh", "<n>。<season>手里捏一捏更清楚，<k1>是<v1>。", "<n>。<season><k1>是<v1>。"),
        ("zh", "<n>，<v1>，做成<v2>。", "<n>，<v1>，做成<v2>。"),
        ("en", "- **Size:** <v1>, so check it against your needs", "- **Size:** <v1>"),
        ("en", "- **In practice:** in practice: <v1> (<c1>)", "- **In practice:** <v1> (<c1>)"),
        ("en", "It weighs <v1>, and comes in <v2>.", "It weighs <v1>, and comes in <v2>."),
        ("en", "- **Warranty:** <v1>; keep your receipt", "- **Warranty:** <v1>; keep your receipt"),
    ],
)
def test_padding_is_cut_and_what_helps_stays(language, written, said):
    assert tighten(written, language) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- **The <k1>:** weighs <v1>", "- **Weight:** 2 kg"),
        ("It smells of <v2>.", "It is unscented."),
        ("A <t> with a scent of <v2>.", "A bowl that is unscented."),
        ("<n> weighs <v1>. Its scent is <v2>.", "Loro weighs 2 kg. It is unscented."),
        ("<n>, with notes of <v2>", "Loro, unscented"),
        ("With a scent of <v2>, it weighs <v1>.", "Unscented, it weighs 2 kg."),
        ("<n> carries a scent of <v2> and is scented with <v2>.", "Loro is unscented and is unscented."),
        ("The <k3> is <v3>.", "The sizes are S and M."),
        ("One line.\n\n. It <v1>", "One line.\n\nIt 2 kg"),
    ],
)
def test_headings_scents_and_keys_are_said_once_and_in_agreement(text, said):
    facts = (
        PlannedFact("weight", "Weight", "2 kg"),
        PlannedFact("scent", "Scent", "unscented"),
        PlannedFact("size_range", "Sizes", "S and M"),
    )
    assert fill_pointers(text, Filling("en", "Loro", "bowl", "", facts)) == said


def test_a_thing_and_its_size_are_no_list():
    assert spoken_list("freshwater pearls, 5–6 mm", "stone", "en") == "freshwater pearls, 5–6 mm"
    assert spoken_list("black, white", "colour_options", "en") == "black and white"


def test_a_search_title_says_nothing_that_means_little_there():
    facts = (
        Fact("Flavor", "Apple"),
        Fact("Warranty", "2", unit="years"),
        Fact("Voltage", "220-240V"),
        Fact("Screen size", "5.0"),
        Fact("Weight", "300", unit="g"),
    )
    for seed in range(6):
        assert plan_for(Brief("products.seo_title", "en", "Apple Juice", facts=facts), seed).facts == ()


def test_a_measure_without_its_unit_is_told_last():
    known = {"材质": "玻璃", "颜色": "黑色", "产地": "杭州", "重量": "190克", "系统": "Android", "功率": "20 W"}
    facts = (Fact("屏幕尺寸", "5.0"), *(Fact(key, value) for key, value in known.items()))
    for seed in range(6):
        told = plan_for(Brief("products.description", "zh-hans", "青禾手机", facts=facts, length="short"), seed).facts
        assert "5.0" not in {fact.value for fact in told}
