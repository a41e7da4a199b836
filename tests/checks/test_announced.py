"""Whole values of the facts behind words that announce another sort of value."""

from __future__ import annotations

import pytest

from generation.engine import Fact as F
from tests.checks.products import context, rules_of

FLASK = (F("执行标准", "GB/T 29606-2013"), F("产地", "浙江永康"), F("净重", "390", "g"), F("外壳材质", "304不锈钢"))
VEST = (F("填充物", "白鸭绒"), F("含绒量", "90%"), F("产地", "浙江平湖"), F("面料", "锦纶"))
SCARF = (F("面料克重", "12", "姆米"), F("印花工艺", "双面数码印花"), F("包边", "手工卷边"), F("产地", "浙江杭州"))
TEA = (F("采摘时间", "2024年春季"), F("保质期", "36", "个月"), F("茶类", "乌龙茶"))
BAG = (F("面料", "600D牛津布"), F("里料", "210D涤纶"), F("产地", "福建泉州"))
CHINOS = (
    F("Inside leg", "81", "cm"),
    F("Certification", "OEKO-TEX Standard 100"),
    F("Made in", "Portugal"),
    F("Finish", "stonewashed"),
    F("Colour", "stone"),
)
WATCH = (
    F("Water resistance", "10 ATM"),
    F("Strap colour", "moss green"),
    F("Noise", "under 35 dB"),
    F("Bowl", "ceramic"),
)
PAINT = (F("Lightfastness", "ASTM I or II"), F("Colours", "12"))

TRUE_TEXTS = [
    ("zh-hans", "执行GB/T 29606-2013标准，产自浙江永康。", FLASK),
    ("zh-hans", "填充白鸭绒，含绒量90%，浙江平湖产。", VEST),
    ("zh-hans", "面料克重12姆米，双面数码印花，手工卷边，产地浙江杭州。", SCARF),
    ("zh-hans", "2024年春季采摘，保质期36个月。", TEA),
    ("zh-hans", "600D牛津布做面料，210D涤纶做里料。", BAG),
    ("en", "Made in Portugal and certified to OEKO-TEX Standard 100. The inside leg measures 81 cm.", CHINOS),
    ("en", "OEKO-TEX Standard 100 certified, and stonewashed.", CHINOS),
    ("en", "All twelve are rated ASTM I or II for lightfastness.", PAINT),
]
FALSE_TEXTS = [
    ("zh-hans", "执行浙江永康标准。", FLASK),
    ("zh-hans", "产自GB/T 29606-2013。", FLASK),
    ("zh-hans", "304不锈钢产，放心。", FLASK),
    ("zh-hans", "净重浙江永康。", FLASK),
    ("zh-hans", "填充90%，含绒量白鸭绒。", VEST),
    ("zh-hans", "产地白鸭绒。", VEST),
    ("zh-hans", "克重双面数码印花。", SCARF),
    ("zh-hans", "产地手工卷边。", SCARF),
    ("zh-hans", "保质期2024年春季。", TEA),
    ("zh-hans", "210D涤纶做面料，600D牛津布做里料。", BAG),
    ("en", "Made in 81 cm.", CHINOS),
    ("en", "Certified to Portugal.", CHINOS),
    ("en", "Portugal certified.", CHINOS),
    ("en", "The inside leg measures Portugal.", CHINOS),
    ("en", "Sewn in OEKO-TEX Standard 100.", CHINOS),
    ("en", "Rated to moss green.", WATCH),
    ("en", "It hums along at ceramic.", WATCH),
]


@pytest.mark.parametrize(("language", "text", "facts"), TRUE_TEXTS)
def test_a_value_in_its_place_is_left_alone(language, text, facts):
    assert rules_of(text, context(language, facts=facts)) == set()


@pytest.mark.parametrize(("language", "text", "facts"), FALSE_TEXTS)
def test_a_value_announced_as_another_is_found(language, text, facts):
    found = rules_of(text, context(language, facts=facts))
    assert found & {"wrong_attribute", "wrong_part", "unsupported_origin", "unsupported_certificate"}
