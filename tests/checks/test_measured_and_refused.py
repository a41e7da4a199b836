"""Measures in other words, and what the copy itself refuses: what is true of it, and false neighbours."""

import pytest

from generation.engine import Fact as F
from tests.checks.products import context, rules_of

BOWL = F("单碗尺寸", "口径 11.5 × 高 6 × 底径 5 cm")
CAMERA = F("Operating temperature", "-10 to 40", "°C")
CHARGER = (F("Input", "USB-C, 9 V / 3 A"), F("In the box", "charger, 1.5 m braided USB-C cable, guide"))
MOUSE = (F("电池", "AA 电池 1 节，不附送"),)
NECKLACE = (
    F("Pendant", "925 sterling silver, plated with 18 ct yellow gold"),
    F("Warranty", "24", "months", condition="covers clasp and setting; plating wear from normal use is not covered"),
    F("Returns", "30 days", condition="unworn; engraved pieces cannot be returned"),
)
PLANTER = F("Returns", "28 days", condition="unused, in original packaging")
PILLS = (F("售后", "破损包补发", condition="签收后48小时内拍照联系客服"), F("净含量", "270 g（9 g×30丸）"))
SCALE = (F("称重范围", "5–180", "kg"), F("保修", "1年", condition="进水、玻璃摔碎除外"))
SHORTS = F("Waist sizes", "30, 32, 34, 36, 38, 40", "in")

TWO_LACES = (F("鞋带", "2副：白色扁带、浅灰圆带，各长 120 cm"), F("包装", "鞋1双、备用鞋带1副"))
ONE_LACE = (F("鞋带", "1副：白色扁带，长 120 cm"), F("包装", "鞋1双、鞋带1副"))

TRUE_TEXTS = [
    ("zh-hans", "碗身只有6厘米高，上口11.5厘米。", (BOWL,)),
    ("zh-hans", "每平方米 240 克的料子。", (F("克重", "240", "g/㎡"),)),
    ("zh-hans", "一分钟出水5.8升。", (F("流量", "5.8", "L/min"),)),
    ("zh-hans", "两副鞋带都是一米二长。", TWO_LACES),
    ("zh-hans", "要自备一节 5 号电池（AA）。", MOUSE),
    ("zh-hans", "每丸单独一袋，揣两丸进口袋。", PILLS),
    ("zh-hans", "签收超过两天才反映破损，就不在包补范围里了。", PILLS),
    ("zh-hans", "不足5公斤的东西不在称重范围内。", SCALE),
    ("zh-hans", "保修一年。进了水、摔碎了玻璃的，不在保修之内。", SCALE),
    ("zh-hans", "不合心意，七天之内没用过就能退。", (F("售后", "7天无理由退货", condition="退货须未使用"),)),
    ("en", "It keeps running from 14 to 104 °F.", (CAMERA,)),
    ("en", "Power goes in at 9 volts and 3 amps.", CHARGER),
    ("en", "The braided cable is a metre and a half long.", CHARGER),
    ("en", "There is a quarter-inch thread for your tripod.", (F("1/4 in tripod thread", "yes", data_type="boolean"),)),
    ("en", "320 grams per square metre, or 9.4 ounces per square yard.", (F("Fabric weight", "320", "gsm"),)),
    ("en", "The layer is two and a half thousandths of a millimetre.", (F("Plating thickness", "2.5", "microns"),)),
    ("en", "Sterling silver under 18 ct yellow gold.", NECKLACE),
    ("en", "Our warranty doesn't cover gold plating that has worn down through normal use.", NECKLACE),
    ("en", "Waists 30 to 40.", (SHORTS,)),
    ("en", "Return it within four weeks if it hasn't been used and it's in its original packaging.", (PLANTER,)),
    ("en", "We mend it free of charge for a year.", (F("Seam repair", "free, 12 months"),)),
    ("en", "Living rent-free on my bedside table.", CHARGER),
    ("en", "Over 2 kg? Nope.", (F("Weight", "2", "kg"),)),
    ("en", "Yes, within 28 days, unused and in the original packaging. All the best, the shop", (PLANTER,)),
]  # fmt: skip
FALSE_TEXTS = [
    ("zh-hans", "碗身只有8厘米高。", (BOWL,), "unsupported_number"),
    ("zh-hans", "一分钟出水8.5升。", (F("流量", "5.8", "L/min"),), "unsupported_number"),
    ("zh-hans", "两副鞋带都是一米二长。", ONE_LACE, "unsupported_number"),
    ("zh-hans", "要自备一节7号电池。", MOUSE, "unsupported_number"),
    ("zh-hans", "一罐三十六丸。", PILLS, "unsupported_number"),
    ("zh-hans", "进了水、摔碎了玻璃的，也在保修之内。", SCALE, "contradicted_fact"),
    ("en", "It keeps running from 4 to 104 °F.", (CAMERA,), "unsupported_number"),
    ("en", "Power goes in at 9 volts and 5 amps.", CHARGER, "unsupported_number"),
    ("en", "The warranty covers the plating when it wears down.", NECKLACE, "contradicted_fact"),
    ("en", "Waists 30 to 44.", (SHORTS,), "unsupported_number"),
    ("en", "Return it within four weeks, used or not.", (PLANTER,), "wrong_condition"),
    ("en", "Our makers in Vietnam sew it.", (F("Made in", "Portugal"),), "unsupported_origin"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "facts"), TRUE_TEXTS)
def test_what_follows_from_the_facts_is_left_alone(language, text, facts):
    assert rules_of(text, context(language, facts=facts)) == set()


@pytest.mark.parametrize(("language", "text", "facts", "rule"), FALSE_TEXTS)
def test_and_its_false_neighbours_are_found(language, text, facts, rule):
    assert rule in rules_of(text, context(language, facts=facts))
