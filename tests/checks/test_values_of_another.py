"""Facts that give several things a value each, and conditions that are said not to matter."""

import pytest

from generation.engine import Fact as F
from tests.checks.products import context, rules_of

BOWLS = (F("产地", "饭碗：江西景德镇；筷子、碗架：福建"), F("外壳", "ABS 塑料；滚轮橡胶"))
CHARGER = (
    F("Materials", "aluminium base, polycarbonate arm, silicone phone pad"),
    F("Origin", "designed in Rotterdam, made in Vietnam"),
    F("Battery", "1,350 mAh, removable"),
    F("In the box", "charger, 1 battery, cable"),
)
SHORTS = (
    F("Sewn in", "Portugal"),
    F("Fabric woven in", "Turkey"),
    F("Fabric", "70% lambswool, 30% cotton"),
    F("Returns", "30 days", condition="unworn, with tags attached"),
    F("Water resistance", "100 m", condition="crown screwed down"),
)
KETTLE = (F("容量", "1.7升"), F("内胆材质", "304不锈钢"), F("手柄", "PP塑料，双层"), F("功率", "1800瓦"))
COVER = (F("退货", "7 天无理由", condition="未洗、未用"),)

TRUE_TEXTS = [
    ("zh-hans", "饭碗来自江西景德镇，筷子和碗架来自福建。", BOWLS),
    ("en", "Made in Vietnam and designed in Rotterdam.", CHARGER),
    ("en", "A silicone pad on a polycarbonate arm, an aluminium base below.", CHARGER),
    ("en", "The removable battery comes out in a second. There is a single battery in the box.", CHARGER),
    ("en", "Sewn in Portugal from cloth that was woven in Turkey.", SHORTS),
    ("en", "Lambswool and cotton, and no polyester at all.", SHORTS),
    ("en", "Send them back within 30 days, unworn and with the tags attached.", SHORTS),
    ("zh-hans", "电水壶1.7升 304不锈钢内胆 PP塑料，双层 1800瓦", KETTLE),
    ("zh-hans", "电水壶1.7升 304不锈钢内胆 PP塑料手柄", KETTLE),
    ("zh-hans", "沙发套未洗未用的，7 天内可无理由退货。", COVER),
]
FALSE_TEXTS = [
    ("zh-hans", "筷子来自江西景德镇。", BOWLS, "wrong_part"),
    ("en", "The arm is aluminium.", CHARGER, "wrong_part"),
    ("en", "Sewn from cloth that was woven in Portugal.", SHORTS, "wrong_part"),
    ("en", "Send them back within 30 days, even if you've worn them all week.", SHORTS, "contradicted_fact"),
    ("en", "Water resistant to 100 m, whether or not the crown is screwed down.", SHORTS, "dropped_condition"),
    ("zh-hans", "电水壶1.7升，内胆PP塑料", KETTLE, "wrong_part"),
    ("zh-hans", "7 天无理由退货，洗过也没关系。", COVER, "contradicted_fact"),
]


@pytest.mark.parametrize(("language", "text", "facts"), TRUE_TEXTS)
def test_what_is_said_of_its_own_thing_is_left_alone(language, text, facts):
    assert rules_of(text, context(language, facts=facts)) == set()


@pytest.mark.parametrize(("language", "text", "facts", "rule"), FALSE_TEXTS)
def test_and_what_is_said_of_another_is_found(language, text, facts, rule):
    assert rule in rules_of(text, context(language, facts=facts))
