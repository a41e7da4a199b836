"""What the short attribute tables of ordinary listings leave to reckon, and what they give to a thing they name."""

from __future__ import annotations

import pytest

from generation.engine import Fact as F
from tests.checks.products import context, rules_of

SET = (F("面料", "100%棉"), F("被套尺寸", "220×240", "cm"), F("床单尺寸", "245×250", "cm"), F("支数", "60", "支"))
DRESS = (F("面料", "55%亚麻 45%棉"), F("裙长", "112", "cm", condition="M码"), F("内衬", "否", data_type="boolean"))
LAPTOP = (
    F("CPU型号", "R5 6600H"),
    F("屏幕分辨率", "3200*2000"),
    F("颜色", "新小米Pro 14英寸 2.8K屏,新Redmi Pro 15英寸 3.2K屏"),
    F("上市时间", "2018年夏"),
    F("商品编号", "HNTBJ2E080A"),
)
FLASK = (F("保温效能", "≥60℃", condition="95℃热水,6小时"), F("容量", "750", "ml"))
PHONE = (F("存储", "128GB"), F("颜色", "鸢尾紫,晴空蓝"))
JACKET = (F("Shell", "100% waxed cotton"), F("Pockets", "5 (4 outer, 1 inner)"))
NECKLACE = (
    F("Material", "925 sterling silver"),
    F("Plating", "18K gold, 2.5 microns"),
    F("Stone", "Natural moonstone, 6 mm round"),
    F("Pendant size", "14 x 10 mm"),
    F("Chain length", "45 cm + 5 cm extender"),
    F("Made in", "Thailand"),
)
POWER_BANK = (
    F("Capacity", "10000", "mAh"),
    F("Ports", "1 x USB-C, 1 x USB-A"),
    F("Recharge time", "4", "h", condition="with 18 W charger"),
    F("Wireless charging", "no", data_type="boolean"),
    F("In the box", "USB-C cable (30 cm), manual"),
    F("Made in", "Vietnam"),
)
SHAVER = (F("Runtime", "60", "minutes"), F("Width", "2.8", "in"), F("Height", "5.5", "in"), F("Depth", "2.4", "in"))
BLENDER = (F("Weight", "2", "lb"), F("Wattage", "30", "W"), F("Warranty", "2", "years"), F("Capacity", "4.0", "L"))

TRUE_TEXTS = [
    ("zh-hans", "约5.3平方米的被套。", SET),
    ("zh-hans", "一家人都爱往这张床上凑。", SET),
    ("zh-hans", "一麻一棉，凑成百分之百的朴素。", DRESS),
    ("zh-hans", "横向3200像素、纵向2000像素，一屏共640万像素。", LAPTOP),
    ("zh-hans", "选项有两个：新小米Pro 14英寸 2.8K屏，新Redmi Pro 15英寸 3.2K屏。", LAPTOP),
    ("zh-hans", "货号HNTBJ2E080A。", LAPTOP),
    ("zh-hans", "95℃热水放六小时，水温在60℃以上。", FLASK),
    ("zh-hans", "选紫还是选蓝，看你今天的心情。", PHONE),
    ("en", "The outer is pure cotton, waxed.", JACKET),
    ("en", "It has four outer pockets for the everyday bits and one inner pocket for your wallet.", JACKET),
    ("en", "The metal is 925 sterling silver with a plating of 18K gold.", NECKLACE),
    ("en", "The plating is 18-karat gold, 2.5 microns thick.", NECKLACE),
    ("en", "You can lengthen the chain from 45 to 50 centimeters.", NECKLACE),
    ("en", "1% battery and a front-row spot? Been there.", POWER_BANK),
    ("en", "Top it up over four hours with an 18 W charger.", POWER_BANK),
    ("en", "When it needs a refill, an 18 W charger sees to that in four hours.", POWER_BANK),
    ("en", "60 minutes of runtime: time enough for a dozen five-minute shaves.", SHAVER),
    ("en", "It is about 14 cm tall, 7 cm wide and 6 cm deep (5.5 × 2.8 × 2.4 in).", SHAVER),
    ("en", "A sensible pick for first-timers and old hands alike.", SHAVER),
    ("en", "30 watts: half of what an old-school 60 W light bulb draws.", BLENDER),
    ("en", "You get a 4 L capacity behind you and two years of warranty cover.", BLENDER),
    ("en", "It weighs just over 1.9 lb.", BLENDER),
]
FALSE_TEXTS = [
    ("zh-hans", "约6.3平方米的被套。", SET, "unsupported_number"),
    ("zh-hans", "床单是220×240cm。", SET, "wrong_attribute"),
    ("zh-hans", "亚麻55%，棉55%。", DRESS, "wrong_attribute"),
    ("zh-hans", "M码的胸围是112cm。", DRESS, "wrong_attribute"),
    ("zh-hans", "还有姑娘们念念不忘的内衬。", DRESS, "unsupported_capability"),
    ("zh-hans", "显卡R5 6600H。", LAPTOP, "wrong_attribute"),
    ("zh-hans", "我们创立于2018年夏季。", LAPTOP, "wrong_attribute"),
    ("zh-hans", "型号为HNTBJ2E080A。", LAPTOP, "wrong_attribute"),
    ("zh-hans", "杯盖能显示水温。", FLASK, "unsupported_capability"),
    ("zh-hans", "亲，您问的存储是256GB。", PHONE, "unsupported_number"),
    ("en", "The outer is pure linen.", JACKET, "unsupported_material"),
    ("en", "It has three outer pockets.", JACKET, "unsupported_number"),
    ("en", "It is plated in 925 sterling silver.", NECKLACE, "wrong_part"),
    ("en", "It is plated with rhodium.", NECKLACE, "unsupported_material"),
    ("en", "The plating is 14-karat gold.", NECKLACE, "unsupported_material"),
    ("en", "The round moonstone in it is 10 mm.", NECKLACE, "wrong_attribute"),
    ("en", "A natural moonstone from Sri Lanka.", NECKLACE, "unsupported_origin"),
    ("en", "Lengthen the chain from 45 to 55 centimeters.", NECKLACE, "unsupported_number"),
    ("en", "Inside the box you'll find a USB-A cable.", POWER_BANK, "wrong_attribute"),
    ("en", "We make this power bank in South Korea.", POWER_BANK, "unsupported_origin"),
    ("en", "Order today: the gift box is free this month.", POWER_BANK, "unsupported_offer"),
    ("en", "It weighs 2 lb, which is a little over 600 grams.", BLENDER, "unsupported_number"),
    ("en", "It keeps your drink cold for hours.", BLENDER, "unsupported_capability"),
    ("en", "A second cup is yours for free.", BLENDER, "unsupported_offer"),
]


@pytest.mark.parametrize(("language", "text", "facts"), TRUE_TEXTS)
def test_what_follows_from_a_short_table_is_left_alone(language, text, facts):
    assert rules_of(text, context(language, facts=facts)) == set()


@pytest.mark.parametrize(("language", "text", "facts", "rule"), FALSE_TEXTS)
def test_and_what_does_not_is_found(language, text, facts, rule):
    assert rule in rules_of(text, context(language, facts=facts))


def test_the_power_of_a_power_bank_is_no_attribute():
    assert rules_of("A 10,000 mAh power bank.", context("en", facts=POWER_BANK, noun="power bank")) == set()
