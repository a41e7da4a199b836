"""Law, channel and hygiene rules."""

# ruff: noqa: E501
import random

import pytest

from generation.checks.base import Check
from generation.checks.registry import all_checks, register
from generation.checks.service import Ruleset, blocking, coverage, default_ruleset, ruleset_version, run_checks
from generation.checks.similarity import BANDS, ROWS, bands
from generation.engine import Fact, Limit
from tests.checks.products import BAND, context, rules_of, warnings_of


@pytest.mark.parametrize(
    "text",
    ["最后检查一遍", "最近上新", "第一次使用", "第一步打开盖子", "最佳食用方法见包装", "最大承重以标签为准", "第一时间回复", "Best before end of year", "For best results, rinse first."],
)  # fmt: skip
def test_lawful_words_pass(text):
    assert not rules_of(text) & {"absolute_words", "testimonial", "pressure", "medical_words"}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("全网第一", "absolute_words"),
        ("国家级品质", "absolute_words"),
        ("极品", "absolute_words"),
        ("100%有效", "absolute_words"),
        ("全网蕞低价", "absolute_words"),
        ("国 家 级的用料", "absolute_words"),
        ("顶j工艺", "absolute_words"),
        ("最佳选择", "absolute_words"),
        ("可以治疗失眠", "medical_words"),
        ("顾客都说好", "testimonial"),
        ("The best band you can buy", "absolute_words"),
        ("Our #1 choice", "absolute_words"),
        ("Results guaranteed", "absolute_words"),
        ("Customers love it", "testimonial"),
        ("It cures insomnia", "medical_words"),
        ("稳赚不赔", "finance_promise"),
    ],
)
def test_unlawful_words_are_found(text, rule):
    assert rule in rules_of(text)


def test_a_fact_is_evidence():
    award = (Fact("Award", "award-winning design, as seen on TV"),)
    assert "absolute_words" not in rules_of("An award-winning design", context("en", award))


def test_length_is_counted_the_channels_way():
    short = context(limit=Limit(60, "gbk_bytes"))
    (finding,) = [f for f in run_checks("字" * 31, "plain", short) if f.rule == "length"]
    assert (finding.start, finding.end, finding.severity) == (30, 31, "error")
    soft = context(limit=Limit(10, "characters", hard=False))
    assert "length" in warnings_of("一二三四五六七八九十甲乙", soft)


def test_a_chinese_marketing_sms_needs_sender_and_opt_out():
    sms = context(channel="sms", facts=())
    assert "sms_form" in rules_of("明天见", sms)
    assert "sms_form" not in rules_of("【星语】明天见，拒收请回复R", sms)
    assert "sms_parts" in warnings_of(
        "【星语】" + "见面聊聊新鲜事" * 3 + "明月几时有把酒问青天" * 15 + "拒收请回复R", sms
    )


@pytest.mark.parametrize(
    "text",
    [
        "{name} 轻便",
        "以下是为您准备的文案",
        "Sure, here is the copy",
        "undefined",
        "<|im_end|>",
        "[Brand Name] mug",
        "<v3>",
        "___",
    ],
)
def test_leftovers_are_found(text):
    assert "placeholder_leak" in rules_of(text)


def test_a_placeholder_bound_when_sending_may_stay():
    assert "placeholder_leak" not in rules_of("{{customer}}您好")


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("This is all in English and nothing else.", "zh-hans", True),
        ("这是中文", "en", True),
        ("Diese Lampe ist für das Büro und mit einem Kabel von der Firma nicht zu haben", "en", True),
        ("支持AMOLED屏", "zh-hans", False),
        ("A plain cup for tea and coffee with a handle that you can hold.", "en", False),
        ("タオルです", "zh-hans", True),
    ],
)
def test_language(text, language, found):
    assert ("wrong_language" in rules_of(text, context(language, ()))) is found


def test_repetition():
    assert "repetition" in rules_of("很好用很好用很好用很好用。")
    assert "repetition" in rules_of("It is easy to hold in one hand. It is easy to hold in one hand.")
    assert "repetition" not in rules_of("S码衣长合适。M码衣长合适。")


def test_truncation():
    assert "truncated" in rules_of("重量合适，而且")
    assert "truncated" in rules_of("A cup for tea and")
    assert "truncated" not in rules_of("杯身好握")
    assert "truncated" not in rules_of("青禾（QINGHE)热水器")
    assert "truncated" in rules_of("青禾（QINGHE热水器")


def test_markup():
    assert "unsafe_html" in rules_of('<p onclick="x()">好</p>', value_type="html")
    assert "unsafe_html" in rules_of("<script>alert</script>")
    assert "unsafe_html" not in rules_of("<p><strong>轻</strong></p><ul><li>好</li></ul>", value_type="html")
    assert "invisible_characters" in rules_of("好\u202e用")


def test_glossary_offers_the_preferred_word():
    about = context("en", (), glossary={"wristband": "band", "cheap": ""}, keywords_avoid=("trendy",))
    found = [f for f in run_checks("A cheap trendy wristband", "plain", about) if f.rule == "glossary"]
    assert [f.fix for f in found] == [None, None, "band"]


@pytest.mark.parametrize("changed", [1, 3, 8])
def test_bands_are_shared_as_often_as_texts_overlap(changed):
    """Broder's estimate: each row of a signature agrees with the probability that a piece is of both texts."""
    chance = random.Random(changed)
    words = [first + last for first in "bcdfghjklm" for last in ("ano", "eli", "iru", "oke", "uma", "ast")]
    expected, missed, shared, none = 0.0, 0.0, 0, 0
    for _pair in range(300):
        one = chance.choices(words, k=60)
        other = list(one)
        for place in chance.sample(range(60), changed):
            other[place] = chance.choice(words)
        pieces = [{tuple(text[at : at + 3]) for at in range(58)} for text in (one, other)]
        agrees = (len(pieces[0] & pieces[1]) / len(pieces[0] | pieces[1])) ** ROWS
        expected, missed = expected + agrees, missed + (1 - agrees) ** BANDS
        common = len(set(bands(" ".join(one))) & set(bands(" ".join(other))))
        shared, none = shared + common, none + (common == 0)
    assert shared / 300 / BANDS == pytest.approx(expected / 300, abs=0.05)
    assert none / 300 == pytest.approx(missed / 300, abs=0.05)


def test_near_duplicates():
    text = "一只轻便的手环，硅胶表带，戴着舒服，日常够用，出门不用带线，放在哪里都行，洗手也不用摘，随时能看时间。"
    twin = text.replace("舒服", "合适")
    assert "near_duplicate" in warnings_of(text, context(neighbours=(("A2", twin),)))
    assert "near_duplicate" not in warnings_of(
        text, context(neighbours=(("A2", "一张结实的书桌，桌面宽，抽屉深。" * 3),))
    )
    assert set(bands(text)) & set(bands(twin))
    assert not set(bands(text, "en")) & set(bands(twin, "zh-hans"))
    assert not set(bands(text)) & set(bands("An oak desk with a deep drawer, steel legs and a lamp on it."))


def test_coverage_knows_units_and_synonyms():
    facts = (
        Fact("重量", "500", "g"),
        Fact("材质", "不锈钢"),
        Fact("质保", "24", "个月"),
        Fact("洗碗机", "可用"),
        Fact("颜色", "红色,蓝色"),
    )
    assert coverage("Stainless steel, half a kilo, two-year warranty, in 2 colors", facts, "en") == [
        True,
        True,
        True,
        False,
        True,
    ]
    assert coverage("可放洗碗机", facts, "zh-hans")[3]


def test_a_missing_key_fact_is_asked_for():
    assert "missing_key_fact" in warnings_of("重19克（不含腕带）。", context())
    assert "missing_key_fact" not in warnings_of("一周一充。", context())
    assert "missing_key_fact" not in warnings_of("重19克（不含腕带）。", context(copy_kind="title"))


def test_a_shop_grades_rules():
    rules = default_ruleset()
    lenient = Ruleset(rules.checks, {"unsupported_number": "warning", "missing_key_fact": "off"})
    findings = run_checks("续航10天", "plain", context(), lenient)
    assert not blocking(findings)
    assert blocking(run_checks("续航10天", "plain", context()))
    assert ruleset_version(rules) != ruleset_version(lenient)
    assert ruleset_version(rules) == ruleset_version(default_ruleset())


def test_keys_are_unique_and_a_plugin_cannot_take_one():
    keys = [check.key for check in all_checks()]
    assert len(keys) == len(set(keys))

    class Impostor(Check):
        key = "length"

        def check(self, text, context):
            return ()

    with pytest.raises(ValueError, match="length"):
        register(Impostor)


def test_every_rule_survives_hostile_text():
    for text in (
        "<script>" * 200,
        "a" * 50_000,
        "\u202e" * 500,
        "{{" * 500,
        "1" * 400,
        "，" * 2000,
        "最" * 500,
        "半" * 300,
    ):
        run_checks(text, "plain", context(facts=BAND))
        run_checks(text, "html", context("en"))


def test_a_space_of_the_products_own_name_is_no_fault():
    named = context(name="轻户外双肩包 木朴")
    assert "punctuation" not in {f.rule for f in run_checks("轻户外双肩包 木朴上架了。", "plain", named)}
    assert "punctuation" in {f.rule for f in run_checks("轻户外 双肩包上架了。", "plain", named)}
