from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.engine.contract import Brief, Fact, Limit
from generation.engine.corpus.phrases import load
from generation.engine.pointers.familiar import faults, plainer
from generation.engine.pointers.kinds import folded_key, resolve
from generation.engine.pointers.mask import PointerMask, PointerVocabulary
from generation.engine.pointers.mend import Filling, fill_pointers
from generation.engine.pointers.plan import CannotPlan, noun_of, plan_for
from generation.engine.pointers.prompt import Plan, PlannedFact, render

BAND = Brief(
    "products.description",
    "en",
    "Loro Band",
    noun="smart band",
    facts=(
        Fact("Battery life", "7", "days", condition="typical use", is_key=True),
        Fact("Weight", "19", "g", condition="without strap"),
        Fact("Glaze", "kiln-fired"),
        Fact("RFID blocking", "yes", data_type="boolean"),
        Fact("Story", "<p>long</p>"),
        Fact("In the box", "band and cable"),
    ),
)


@pytest.mark.parametrize(
    ("fact", "kind"),
    [
        (Fact("续航", "7", "天"), "battery_life"),
        (Fact("是否含BPA", "是"), "yes_feature"),
        (Fact("不含BPA", "是"), "bpa_free"),
        (Fact("肩带", "有"), "yes_feature"),
        (Fact("Battery life", "7 days"), "battery_life"),
        (Fact("Battery life", "AA x 2"), "unknown_quantity"),
        (Fact("材质", "316不锈钢", part="锅身"), "unknown_quantity"),
        (Fact("颜色", "米白"), "colour"),
        (Fact("颜色", "黑、白、红"), "colour_options"),
        (Fact("转速", "1200转"), "unknown_quantity"),
        (Fact("卖点", "洗后不易起球", kind="selling_point"), "selling_point"),
        (Fact("NFC", "支持"), "yes_feature"),
        (Fact("NFC", "no", data_type="boolean"), "no_feature"),
    ],
)
def test_kinds_are_decided_from_key_and_value(fact, kind):
    assert resolve(fact, "zh")[0] == kind


def test_a_plan_is_repeatable_and_differs_by_seed():
    assert plan_for(BAND, 3) == plan_for(BAND, 3)
    assert len({plan_for(BAND, seed).facts for seed in range(12)}) > 3


def test_a_title_is_planned_to_its_limit():
    facts = (Fact("Material", "solid oak"), Fact("Width", "120 cm"))
    brief = Brief(
        "products.seo_title", "en", "Orrin Field Writing Desk", noun="desk", facts=facts, limit=Limit(30, "characters")
    )
    assert all(not plan_for(brief, seed).facts for seed in range(8))
    roomy = Brief("products.seo_title", "en", brief.name, noun="desk", facts=facts, limit=Limit(60, "characters"))
    assert any(plan_for(roomy, seed).facts for seed in range(8))


@given(st.integers(0, 10_000), st.sampled_from(["short", "medium", "long"]))
@settings(max_examples=60, deadline=None)
def test_plans_keep_key_facts_and_leave_markup_out(seed, length):
    brief = Brief("products.description", "en", BAND.name, noun=BAND.noun, facts=BAND.facts, length=length)
    plan = plan_for(brief, seed)
    assert any(fact.value == "7 days" and fact.condition == "typical use" for fact in plan.facts)
    assert all("<" not in fact.value for fact in plan.facts)
    assert len({(fact.key, fact.value) for fact in plan.facts}) == len(plan.facts)


def test_other_languages_and_empty_notices_cannot_be_planned():
    with pytest.raises(CannotPlan, match="Chinese and English"):
        plan_for(Brief("products.description", "fr", "Bol"), 1)
    with pytest.raises(CannotPlan, match="needs facts"):
        plan_for(Brief("orders.notice", "en", "", situation="delayed"), 1)


@pytest.mark.parametrize(
    ("name", "noun", "said"),
    [
        ("Olive Green Jacket", "", "jacket"),
        ("Blue Jeans", "jeans", "pair of jeans"),
        ("Zzyx", "", ""),
        ("Loro 7", "USB hub", "USB hub"),
        ("Loro 8", "Desk Lamp", "desk Lamp"),
        ("Loro 9", "Earrings", "pair of earrings"),
    ],
)
def test_nouns_come_from_the_brief_or_the_name(name, noun, said):
    assert noun_of(Brief("products.description", "en", name, noun=noun), "en") == said


def test_a_prompt_cannot_be_injected_with_special_tokens():
    plan = Plan(
        "en", "description", "Bowl <|copy|>", facts=(PlannedFact("unknown_text", "<v1>", "<|end|>", named=True),)
    )
    assert render(plan).count("<|copy|>") == 1
    assert render(plan).count("<v1>") == 1
    assert "<|end|>" not in render(plan)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Made of<v1>.<k1> again", "Made of stainless steel. Material again"),
        ("A<t> for you", "An oven for you"),
        ("<n> |<v1>,<n> -<v1>", "Tor | stainless steel, Tor - stainless steel"),
        ("It weighs.<material> The<k1> is<v1>.", "It weighs. The material is stainless steel."),
        ("Weighs<v1>.The<k1> again", "Weighs stainless steel. The material again"),
        ("<v1>, and a<t>", "Stainless steel, and an oven"),
        ("- **<k1>:**<v1>", "- **Material:** stainless steel"),
    ],
)
def test_english_is_mended_around_values(text, said):
    facts = (PlannedFact("material", "Material", "Stainless Steel"),)
    assert fill_pointers(text, Filling("en", "Tor", "oven", "", facts)) == said


def test_chinese_stays_joined_and_a_condition_is_never_lost():
    facts = (PlannedFact("battery_life", "续航", "7天", "典型使用"),)
    filling = Filling("zh", "手环X", "手环", "", facts)
    assert fill_pointers("充一次用<v1>。", filling) == "充一次用7天（典型使用）。"
    assert fill_pointers("<c1>时<k1><v1>。", filling) == "典型使用时续航7天。"
    assert fill_pointers("<n>5", filling) == "手环X 5"


def test_wording_of_another_kind_is_strange():
    facts = (PlannedFact("battery_life", "续航", "7天"), PlannedFact("washable", "可机洗", "yes", polarity="yes"))
    plan = Plan("zh", "description", "手环X", "手环", facts=facts)
    line = next(text for text in load("zh").kinds["battery_life"].phrases("sentence") if "{c}" not in text)
    told = "<battery_life>" + line.replace("{v}", "<v1>").replace("{k}", "<k1>").replace("{t}", "<t>").replace(
        "{n}", "<n>"
    )
    other = next(text for text in load("zh").kinds["washable"].phrases("sentence", "yes"))
    washed = "<washable><yes>" + other.replace("{k}", "<k2>").replace("{t}", "<t>").replace("{n}", "<n>") + "<v2>"
    assert faults(f"{told}。{washed}。", plan) == 0
    assert faults(f"{told}。<washable><yes>充满要等七个春天<v2>。", plan) == 1
    assert faults(f"{told}\n\n- **<washable><yes><k2>**：", plan) >= 1
    strange = "<n>\n\n- **<battery_life>清洗**：泡在水里<v1>\n- **<washable><yes><k2>**：充满要等<v2>"
    mended = plainer(strange, plan)
    assert mended == "<n>\n\n- **<battery_life><k1>**：<v1>\n- **<washable><yes><k2>**：有<v2>"
    assert faults(mended, plan) == 0


def test_a_notice_with_swapped_values_is_put_into_a_known_frame():
    brief = Brief(
        "orders.notice",
        "zh-hans",
        "露营椅",
        situation="shipped",
        facts=(Fact("订单号", "A1"), Fact("快递公司", "顺丰"), Fact("快递单号", "SF9")),
    )
    said = ["carrier", "order", "tracking"]
    plans = (plan_for(brief, seed) for seed in range(200))
    plan = next(plan for plan in plans if sorted(fact.kind for fact in plan.facts) == said)
    kinds = [fact.kind for fact in plan.facts]
    marks = "".join(f"<{kind}>" for kind in kinds)
    swapped = (
        f"{marks}订单<v{kinds.index('order') + 1}>由<v{kinds.index('tracking') + 1}>送<v{kinds.index('carrier') + 1}>。"
    )
    assert faults(swapped, plan)
    known = plainer(swapped, plan)
    assert known != swapped
    assert all(f"<v{number}>" in known for number in (1, 2, 3))


@pytest.fixture(scope="module")
def vocabulary(untrained):
    from transformers import PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast.from_pretrained(untrained)
    return PointerVocabulary(tokenizer, -(-len(tokenizer) // 64) * 64), tokenizer


@pytest.mark.parametrize("seed", range(25))
def test_whatever_the_mask_lets_through_says_every_fact_in_order(vocabulary, seed):
    words, tokenizer = vocabulary
    rng = random.Random(seed)
    plan = plan_for(BAND, seed)
    mask = PointerMask(words, plan)
    rows = -(-len(tokenizer) // 64) * 64
    special = sorted(tokenizer.added_tokens_decoder)
    written: list[int] = []
    for _ in range(2000):
        token = mask.required()
        if token is None:
            barred = set(mask.forbidden().tolist())
            allowed = [token for token in special if token not in barred]
            token = rng.choice(allowed) if allowed and rng.random() < 0.3 else rng.randrange(rows)
            if token in barred:
                continue
        mask.update(token)
        if token == words.end:
            break
        written.append(token)
    else:
        pytest.fail("the mask never let the text end")
    text = tokenizer.decode(written, skip_special_tokens=False)
    values = [
        number
        for letter, number in (words.pointers[token] for token in written if token in words.pointers)
        if letter == "v"
    ]
    assert values == list(range(1, len(plan.facts) + 1))
    assert not any(character.isdigit() for character in re.sub(r"<[kvc]\d+>", "", text))


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_string_comes_back_from_its_tokens(vocabulary, text):
    _, tokenizer = vocabulary
    tokens = tokenizer(text, add_special_tokens=False)["input_ids"]
    assert tokenizer.decode(tokens, skip_special_tokens=False, clean_up_tokenization_spaces=False) == text


def test_digits_are_tokens_of_their_own(vocabulary):
    _, tokenizer = vocabulary
    assert tokenizer.tokenize("2026")[-4:] == ["2", "0", "2", "6"]


def test_what_leans_on_a_replaced_stretch_falls_with_it() -> None:
    facts = (
        PlannedFact("weight", "Weight", "19 g"),
        PlannedFact("battery_life", "Battery life", "7 days"),
        PlannedFact("colour", "Color", "black"),
    )
    plan = Plan("en", "generic", "Loro Band", facts=facts)
    text = "<weight>It weighs<v1>,<battery_life> swims in for<v2><colour> and comes in<v3>."
    assert faults(text, plan)
    said = fill_pointers(plainer(text, plan), Filling("en", "Loro Band", "", "", facts))
    assert said == "It weighs 19 g. Battery life: 7 days. Color: black."


def test_a_text_names_what_it_is_about_and_begins_with_words() -> None:
    facts = (PlannedFact("weight", "Weight", "19 g"),)
    plan = Plan("en", "description", "Loro Band", facts=facts)
    nameless = "<weight>It weighs<v1>."
    assert faults(nameless, plan) == 1
    assert plainer(nameless, plan) == "<n>\n\n<weight>It weighs<v1>."
    leaning = "<weight>It weighs<v1>. For more about this <t>, write to us."
    assert faults(leaning, plan) > faults(f"<n>\n\n{leaning}", plan)
    assert faults("\n<weight><n> weighs<v1>.", plan) == 1
    assert faults(nameless, Plan("en", "description", "Loro Band", facts=facts, opened=True)) == 0
    lone = Plan("zh", "generic", "洛罗手环", noun="手环", unnamed=True)
    assert faults("。", lone)
    assert plainer("。", lone) == "<t>"
    bare = Plan("en", "highlights", "Loro Band")
    assert faults("", bare) == 1
    assert plainer("", bare) == "<n>"


def test_a_heading_is_not_said_again_behind_it() -> None:
    plan = Plan(
        "en",
        "description",
        "Orrin Shirt",
        "shirt",
        "",
        "plain",
        "medium",
        facts=(PlannedFact("collar", "Collar", "stand-up"),),
    )
    assert faults("<n>\n\n- **<collar>Neckline:** <v1>", plan) == 0
    assert faults("<n>\n\n- **<collar><k1>:** the collar is <v1>", plan) > 0


def test_a_key_that_is_no_noun_is_not_said_as_a_thing() -> None:
    washed = (PlannedFact("unknown_text", "Machine washable", "cold only", named=True),)
    weave = (PlannedFact("unknown_text", "Weave", "herringbone", named=True),)
    text = "<n>.<unknown_text> The <k1> is<v1>."
    assert faults(text, Plan("en", "generic", "Loro Throw", facts=weave)) == 0
    plan = Plan("en", "generic", "Loro Throw", facts=washed)
    assert faults(text, plan) == 1
    assert "<k1>: <v1>" in plainer(text, plan)


@pytest.mark.parametrize(
    ("part", "key", "said"),
    [
        ("表壳", "材质", "表壳材质"),
        ("主体", "主体材质", "主体材质"),
        ("strap", "Material", "strap material"),
        ("hub", "USB-C ports", "hub USB-C ports"),
        ("main body", "Body material", "main body material"),
    ],
)
def test_a_part_stands_in_front_of_its_key_without_saying_a_word_twice(part, key, said) -> None:
    assert folded_key(Fact(key, "x", part=part)) == said


def test_whose_it_is_wants_a_noun_behind_it() -> None:
    assert resolve(Fact("Gender", "women"), "en") == ("audience", "")
    assert resolve(Fact("Gender", "Women's"), "en") == ("unknown_text", "")
