"""Values told as those of another fact: under its heading, beside its name, behind a verb, offered as a choice."""

import pytest

from generation.engine import Fact as F
from tests.checks.products import context, rules_of

FRYER = (
    F("功率", "1500 W"),
    F("容量", "8 L"),
    F("重量", "7.7 lb"),
    F("质保", "2年"),
    F("颜色", "黑色、白色"),
    F("系统", "鸿蒙"),
)
SHAVER = (
    F("Wattage", "5 W"),
    F("Runtime", "90 minutes"),
    F("Warranty", "3 years"),
    F("Colors", "chrome, matte black"),
    F("Operating system", "Linux"),
    F("Battery capacity", "800 mAh"),
    F("Pattern", "solid"),
)
CHARTED = (F("尺码", "M：肩宽45/胸围104/袖长62cm；L：肩宽47/胸围108/袖长63cm"),)
MEASURED = (F("Measurements", "Bust 92, Waist 74, Length 110 cm"),)

TRUE_TEXTS = [
    ("zh-hans", "功率规格：1500 W\n容积：可装8 L\n售后：享2年质保\n颜色选择：黑色、白色任选", FRYER),
    ("zh-hans", "系统用的是鸿蒙，能装下8 L，重7.7 lb。", FRYER),
    (
        "en",
        "Runtime: runs for 90 minutes\nWarranty term: covered for 3 years\nColors: in chrome and matte black",
        SHAVER,
    ),
    ("en", "It is rated at 5 W and runs Linux. Sold in solid colours.", SHAVER),
    ("en", "Weight: a shade under 250 g.", (F("Weight", "248 g"), F("Shades", "black, tan"))),
    ("zh-hans", "肩宽47厘米，袖长63厘米，胸围108厘米。", CHARTED),
    ("en", "Bust 92 cm, and the waist is 74 cm.", MEASURED),
    (
        "en",
        "The top is 140 by 70 cm and takes up to 100 °C.",
        (F("Top", "140 cm wide × 70 cm deep"), F("Heat", "100 °C")),
    ),
    ("en", "For people between 60 and 80 kg.", (F("Recommended weight", "60 to 80 kg"),)),
    ("zh-hans", "2024年5月采收，最快每小时18公里。", (F("采收时间", "2024年5月"), F("最高速度", "18 km/h"))),
    ("zh-hans", "保质期36个月。", (F("保质期", "3年"),)),
    ("zh-hans", "在1320摄氏度里烧成。", (F("烧成温度", "1320℃"),)),
    ("en", "36% protein and 16% fat.", (F("Crude protein", "36%"), F("Crude fat", "16%"))),
    ("zh-hans", "材质：尼龙\n扣件材质：锌合金", (F("材质", "尼龙"), F("扣件材质", "锌合金"))),
    ("en", "Material: nylon\nClip material: zinc alloy", (F("Material", "nylon"), F("Clip material", "zinc alloy"))),
    ("zh-hans", "没有涂层的精铁锅。", (F("涂层", "无"), F("材质", "精铁"))),
]
FALSE_TEXTS = [
    ("zh-hans", "功率规格：2年", FRYER, "wrong_attribute"),
    ("zh-hans", "颜色可选1500 W", FRYER, "wrong_attribute"),
    ("zh-hans", "1500 W可选", FRYER, "wrong_attribute"),
    ("zh-hans", "整机重黑色、白色。", FRYER, "wrong_attribute"),
    ("zh-hans", "黑色、白色功率", FRYER, "wrong_attribute"),
    ("zh-hans", "能装下1500 W", FRYER, "wrong_attribute"),
    ("zh-hans", "能装下80 L", FRYER, "unsupported_number"),
    ("en", "Runtime: runs for 3 years", SHAVER, "wrong_attribute"),
    ("en", "Warranty term: covered for 5 W", SHAVER, "wrong_attribute"),
    ("en", "It is rated at 3 years.", SHAVER, "wrong_attribute"),
    ("en", "It has a battery capacity of Linux.", SHAVER, "wrong_attribute"),
    ("en", "It runs 800 mAh.", SHAVER, "wrong_attribute"),
    ("en", "The top is 140 by 78 cm.", (F("Top", "140 cm wide × 70 cm deep"), F("Drawer", "78 cm")), "wrong_attribute"),
    ("en", "It is 5 by 5 mm.", (F("Stone size", "7 × 5 mm"),), "wrong_attribute"),
    ("en", "For people between 61 and 80 kg.", (F("Recommended weight", "60 to 80 kg"),), "unsupported_number"),
    ("en", "475 kcal per 100 g.", (F("Energy", "476 kcal per 100 g"),), "unsupported_number"),
    (
        "en",
        "Ten strings end to end are 481 ft.",
        (F("Length", "48 ft"), F("Linkable", "10 strings")),
        "unsupported_number",
    ),
    ("en", "37 mm high.", (F("Laptop sleeve", "up to 14 inches"),), "unsupported_number"),
    ("en", "Down to 45 °C at the low end.", (F("Temperature range", "40 to 100 °C"),), "unsupported_number"),
    ("en", "16% protein and 36% fat.", (F("Crude protein", "36%"), F("Crude fat", "16%")), "wrong_attribute"),
    ("zh-hans", "2024年1月采收。", (F("采收时间", "2024年5月"),), "unsupported_number"),
    ("zh-hans", "备案编号2023118211。", (F("备案编号", "粤G妆网备字2023118207"),), "unsupported_number"),
    ("zh-hans", "保质期35个月。", (F("保质期", "3年"),), "unsupported_number"),
    ("zh-hans", "在1325摄氏度里烧成。", (F("烧成温度", "1320℃"),), "unsupported_number"),
    ("zh-hans", "高88厘米。", (F("收纳尺寸", "58×15×15 cm"),), "unsupported_number"),
    ("zh-hans", "肩宽104厘米，袖长62厘米。", CHARTED, "wrong_attribute"),
    ("en", "Bust 74 cm, waist 92 cm.", MEASURED, "wrong_attribute"),
]


@pytest.mark.parametrize(("language", "text", "facts"), TRUE_TEXTS)
def test_a_value_under_its_own_name_is_left_alone(language, text, facts):
    assert rules_of(text, context(language, facts, name="青禾" if language == "zh-hans" else "Tor")) == set()


@pytest.mark.parametrize(("language", "text", "facts", "rule"), FALSE_TEXTS)
def test_and_under_that_of_another_it_is_found(language, text, facts, rule):
    assert rule in rules_of(text, context(language, facts, name="青禾" if language == "zh-hans" else "Tor"))


def test_figures_laid_out_in_a_way_unknown_are_asked_about():
    from generation.checks.service import run_checks

    facts = (F("尺寸", "壶嘴 3.5（内径）/ 壶底 9 cm"),)
    found = run_checks("壶嘴内径3.5厘米。", "plain", context("zh-hans", facts, name="青禾"))
    assert {finding.severity for finding in found if finding.rule == "unsupported_number"} <= {"warning"}
