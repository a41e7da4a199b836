"""What the facts affirm, said the other way round; what they count, list or limit, said otherwise."""

import pytest

from generation.engine import Fact as F
from tests.checks.products import context, rules_of

CARRIER = (
    F("Sun hood", "removable"),
    F("Infant insert needed", "no", data_type="boolean"),
    F("Carry positions", "facing parent, hip, back"),
    F("Suitable for pregnancy", "yes", data_type="boolean"),
    F("Privacy shutter", "yes", data_type="boolean"),
    F("Resizable", "no", data_type="boolean"),
    F("Guarantee", "3 years", condition="with online registration"),
    F("Returns", "accepted only with hygiene liner in place"),
    F("Battery", "3,000 mAh", condition="Wi-Fi off"),
)
SHIRT = (
    F("Material", "95% cotton, 5% elastane"),
    F("Buttons", "3, mother-of-pearl"),
    F("Available sizes", "S, M, L, XL"),
    F("Shrinkage", "up to 3%", condition="after first wash"),
    F("Ring sizes (US)", "5, 6, 7, 8, 9"),
    F("Stone size", "4", "mm"),
    F("Ports", "1x USB-C, 2x USB-A"),
    F("Stones", "7 cubic zirconia per earring"),
    F("Use", "2 to 3 drops, morning and evening"),
    F("Skin type", "oily, combination"),
    F("Model", "175 cm tall, wears size S"),
)
BOOTS = (
    F("Guarantee", "2 years on the sole"),
    F("In the box", "boots, spare laces"),
    F("Upper", "leather"),
)
PHONE = (
    F("存储", "3GB+64GB", condition="运行内存+机身存储"),
    F("前置摄像头", "1600万像素"),
    F("后置主摄", "5000万像素"),
    F("包装清单", "手机1台、80W充电器1个、数据线1根"),
    F("远场语音", "是", data_type="boolean"),
    F("胸前口袋", "否", data_type="boolean"),
    F("适用炉灶", "燃气灶、电磁炉"),
    F("首次使用需开锅", "是", data_type="boolean"),
    F("双设备连接", "是", data_type="boolean"),
)
COAT = (
    F("充绒量", "165", "g", condition="M码"),
    F("尺码", "39、40、41、42"),
    F("坚果与果干比例", "6:4"),
    F("容量", "480", "ml"),
    F("保温效能", "6小时后不低于58℃", condition="初始水温95℃"),
    F("人仔", "4", "个"),
    F("链长", "40", "cm"),
    F("延长链", "5", "cm"),
    F("纱支", "80", "支"),
    F("重量", "1.55", "kg", condition="不含锅盖"),
    F("锅盖", "钢化玻璃盖1个"),
    F("降噪模式续航", "20", "小时", condition="降噪开启"),
)
CASES = [
    ("en", "Nest Carrier", CARRIER, False, [
        "It has a fixed sun hood.",
        "The sun hood is fixed.",
        "An infant insert is required for newborns.",
        "There's no privacy shutter on it.",
        "Carry it on your front, but not on the hip.",
        "Not suitable during pregnancy.",
        "The band can be resized by a jeweller.",
        "Guaranteed for three years, with no need to register.",
        "We take it back even without the hygiene liner.",
    ]),
    ("en", "Nest Carrier", CARRIER, True, [
        "The sun hood comes off.",
        "No infant insert needed.",
        "No privacy shutter on your old one? This one has it.",
        "It rides on the hip and on the back.",
        "Three years of guarantee once you register online.",
    ]),
    ("en", "Harbour Polo", SHIRT, False, [
        "Four mother-of-pearl buttons finish the neck.",
        "It runs from XS to XL.",
        "After the first wash it may shrink by up to 5%.",
        "It shrinks by up to 3% with every wash.",
        "Made in six ring sizes.",
        "A 6 mm stone sits on top.",
        "There are two USB-C ports.",
        "Nine cubic zirconia in each earring.",
        "Use 2 to 3 drops once a week.",
        "Made for dry and sensitive skin.",
        "Our model is 5 ft 6 tall.",
    ]),
    ("en", "Harbour Polo", SHIRT, True, [
        "Three mother-of-pearl buttons finish the neck.",
        "Between two sizes? It comes in S, M, L and XL.",
        "Made in five ring sizes.",
        "There are three ports, two of them USB-A.",
        "Seven cubic zirconia in each earring.",
        "Two or three drops, morning and evening.",
        "For oily and combination skin.",
        "Our model is about 5 ft 9 tall.",
    ]),
    ("en", "Hadley Boots", BOOTS, False, [
        "A two-year guarantee on the whole boot.",
        "They arrive in a shoe bag.",
        "In the box there's a pair of boots, spare laces and a polishing cloth.",
    ]),
    ("en", "Hadley Boots", BOOTS, True, [
        "A two-year guarantee on the sole.",
        "In the box there's a pair of boots and spare laces.",
    ]),
    ("zh-hans", "澄光手机", PHONE, False, [
        "运行内存64GB。",
        "前置5000万像素，自拍清楚。",
        "盒里不附充电器。",
        "不支持语音控制。",
        "胸前缝了一个小口袋。",
        "电磁炉上不能用。",
        "不必开锅，洗净即用。",
        "手机、数据线、手提袋都给您配好了。",
        "还配一架救援直升机。",
    ]),
    ("zh-hans", "澄光手机", PHONE, True, [
        "内存3G。",
        "运行内存3G，机身存储64G。",
        "前置1600万像素。",
        "胸前没有口袋。",
        "电磁炉上能用，燃气灶也行。",
        "能同时连两台设备。",
    ]),
    ("zh-hans", "北岸羽绒服", COAT, False, [
        "XL码充绒量165克。",
        "38到42码都有。",
        "六小时后水温仍不低于68℃。",
        "六个人仔各就各位。",
        "链长45厘米。",
        "续航20小时，降噪关闭时测得。",
    ]),
    ("zh-hans", "北岸羽绒服", COAT, True, [
        "M码充绒量165克。",
        "39到42码都有。",
        "坚果占六成，果干占四成。",
        "480毫升，差不多一斤水。",
        "四个人仔各就各位。",
        "80支纱织的。",
        "不算锅盖三斤一两。",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "name", "facts", "is_true", "text"),
    [(language, name, facts, is_true, text) for language, name, facts, is_true, texts in CASES for text in texts],
)
def test_statement(language, name, facts, is_true, text):
    assert bool(rules_of(text, context(language, facts, name=name))) is not is_true


TRUE_TEXTS = [
    ("en", "Blade length: 19.9 mm.", (F("Cord length", "8 feet"), F("Blade length", "19.9 mm"))),
    (
        "en",
        "Primary material: 304 stainless steel.",
        (F("Primary material", "304 stainless steel"), F("Inner material", "ceramic coating", condition="sleeves")),
    ),
    ("en", "A bag, laptop size: 15 inches.", (F("Fits laptop", "15 inches"),)),
    ("en", "It comes with a herringbone pattern.", (F("Design", "herringbone"),)),
    (
        "en",
        "The deposit is $34. The modes are warm, cool and natural (some need the app).",
        (F("Deposit", "$34"), F("Modes", "warm, cool, natural", condition="some need the app")),
    ),
    (
        "zh-hans",
        "订单67172438因地址缺少门牌号暂停处理，需要您核对一下。",
        (F("订单", "67172438"), F("原因", "地址缺少门牌号")),
    ),
    (
        "zh-hans",
        "订单67172438已退款¥809.43，抱歉给您添了麻烦。",
        (F("订单", "67172438"), F("退款金额", "¥809.43"), F("材料", "硼硅玻璃")),
    ),
    (
        "zh-hans",
        "预计周五送到，单号426884299951。",
        (F("订单号", "#2933"), F("运单", "426884299951"), F("送达时间", "周五")),
    ),
    ("zh-hans", "最高刷新率为60Hz。", (F("最高刷新率", "60Hz"),)),
    ("zh-hans", "配有夜光（需手动开启）。", (F("夜光", "yes", data_type="boolean", condition="需手动开启"),)),
    ("zh-hans", "填充青朴，有深灰和藏青可以选。", (F("颜色分类", "深灰/藏青"), F("被芯", "青朴"))),
    ("zh-hans", "请自备支架，不附支架。", (F("需自备", "支架"),)),
    ("zh-hans", "长宽高167×89×82毫米的书包。", (F("长宽高", "167×89×82毫米"),)),
    ("en", "Your return under 412077369676 is on its way.", (F("Tracking no", "412077369676"),)),
    (
        "en",
        "It is offered in red, black and blue and closes with a magnetic snap.",
        (F("Choice of colors", "red / black / blue"), F("Fastening", "magnetic snap")),
    ),
    ("en", "Programs: warm, cool and natural to pick from", (F("Programs", "warm, cool, natural"),)),
    ("en", "It comes in the color rose gold.", (F("Shade", "rose gold"),)),
    (
        "en",
        "Inlet Bar Necklace spring ring clasp 45 cm",
        (F("Clasp", "spring ring clasp"), F("Chain length", "45 cm")),
    ),
    ("en", "Edition: A", (F("Edition", "A"),)),
    ("zh-hans", "支持手机操作。", (F("APP控制", "yes", data_type="boolean"),)),
]
FALSE_TEXTS = [
    ("en", "It comes with a glossy finish.", (F("Design", "herringbone"),), "unsupported_box_contents"),
    ("en", "Cord length: 19.9 mm.", (F("Cord length", "8 feet"), F("Blade length", "19.9 mm")), "wrong_attribute"),
    ("en", "It comes with a lid. A", (F("Contents", "lid"),), "truncated"),
    ("en", "It comes in the color navy.", (F("Shade", "rose gold"),), "unsupported_colour"),
    ("zh-hans", "工艺达到最高水准。", (F("最高刷新率", "60Hz"),), "absolute_words"),
    ("zh-hans", "订单号426884299951。", (F("订单号", "#2933"), F("运单", "426884299951")), "wrong_attribute"),
]


@pytest.mark.parametrize(("language", "text", "facts"), TRUE_TEXTS)
def test_what_a_writer_says_as_the_facts_have_it_is_left_alone(language, text, facts):
    assert rules_of(text, context(language, facts=facts)) == set()


@pytest.mark.parametrize(("language", "text", "facts", "rule"), FALSE_TEXTS)
def test_and_its_false_neighbours_are_caught(language, text, facts, rule):
    assert rule in rules_of(text, context(language, facts=facts))
