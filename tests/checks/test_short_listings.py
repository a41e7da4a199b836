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
LIGHT = (F("Weight, front light", "115", "g"), F("Charging time", "90", "min"), F("Rear light output", "60", "lm"))
CHINOS = (F("Fit", "slim"), F("Care", "machine wash at 30°C, do not tumble dry"), F("Colour", "stone"))
EARBUDS = (
    F("Battery Life", "7", "h", condition="noise cancelling off"),
    F("Driver Size", "10", "mm"),
    F("Active Noise Cancelling", "yes", data_type="boolean"),
    F("In the Box", "earbuds, charging case, ear tips S/M/L"),
)
TIPS = (F("In the Box", "earbuds, charging case, ear tips"), F("Driver Size", "10", "mm"))
RINGS = (
    F("Material", "14K gold filled"),
    F("Pieces", "3"),
    F("Band Width", "1.5", "mm", condition="each ring"),
    F("Nickel Free", "yes", data_type="boolean"),
    F("Origin", "handmade in Rhode Island, USA"),
)
STUDS = (
    F("Material", "925 sterling silver"),
    F("Plating", "18 ct gold"),
    F("Plating thickness", "2.5", "µm"),
    F("Hallmark", "Birmingham Assay Office"),
    F("Country of origin", "Thailand"),
)
LAMP = (F("色温", "3000K/4000K/5000K"), F("电池容量", "4000", "mAh"), F("灯臂材质", "铝合金"), F("充电接口", "USB-C"))
LOAFER = (F("鞋面材质", "头层牛皮"), F("防水", "否", data_type="boolean"), F("尺码", "34-40"), F("鞋底材质", "橡胶"))
MOP = (
    F("桶身材质", "PP"),
    F("可伸缩杆长", "75-125", "cm"),
    F("水桶容量", "6", "L"),
    F("套装内容", "拖把×1、水桶×1、拖布×4"),
    F("质保", "12个月", condition="拖布除外"),
)
SCARF = (
    F("材质", "100%桑蚕丝"),
    F("尺寸(长×宽)", "180×65", "cm"),
    F("印花工艺", "双面数码印花"),
    F("包边", "手工卷边"),
)
TEA = (F("采摘时间", "2024年春季"), F("执行标准", "GB/T 18745-2006"), F("品种", "肉桂"))
SPEAKER = (F("额定功率", "20", "W"), F("充电接口", "Type-C"), F("防水等级", "IPX7"), F("续航时间", "12小时"))
CUP = (F("内胆材质", "316不锈钢"), F("容量", "310", "ml"))
PENS = (F("支数", "12支"), F("笔尖", "0.5", "mm"))
LUNCH_BOX = (F("可进微波炉", "否", data_type="boolean"), F("容量", "600", "ml"))
VACUUM = (
    F("Suction power", "4,000", "Pa"),
    F("Battery", "lithium-ion, 5,200 mAh"),
    F("Dustbin capacity", "450", "ml"),
    F("Height", "9.6", "cm"),
    F("Main brush", "silicone"),
)
DRESS_EN = (F("Material", "70% linen, 30% cotton"), F("Care", "machine wash 30 °C"))

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
    ("en", "LIGHT IN BOTH SENSES: it weighs less than an eighth of a kilo.", LIGHT),
    ("en", "Machine wash at 30°C, then give the tumble dryer a miss.", CHINOS),
    ("en", "Cut slim, relaxed enough for the pub, in a stone tone that plays nicely with navy and olive.", CHINOS),
    ("en", "They play through 10 mm drivers and come with active noise cancelling on board.", EARBUDS),
    ("en", "They come with ear tips in small, medium and large.", EARBUDS),
    ("en", "In the box: earbuds, charging case and ear tips in three sizes.", EARBUDS),
    ("en", "Each one is 1.5 mm wide, so 4.5 mm for the three bands together.", RINGS),
    ("en", "The gold-plated silver studs: wear them with a linen shirt.", STUDS),
    ("en", "925 sterling silver, that's 92.5% silver.", STUDS),
    ("en", "18 ct gold plating (2.5 µm).", STUDS),
    ("zh-hans", "灯臂选用铝合金，搭配得干净利落，用完顺手一折。", LAMP),
    ("zh-hans", "充电台灯 三档色温 4000mAh USB-C充电口 铝合金灯臂", LAMP),
    ("zh-hans", "三种光色：三千开尔文的暖，五千开尔文的白，还有居中的四千开尔文。", LAMP),
    ("zh-hans", "41码不在尺码范围内，实在不好意思啦。", LOAFER),
    ("zh-hans", "拖把套装：1拖1桶4布，质保12个月（拖布除外）。", MOP),
    ("zh-hans", "拖把和水桶质保一年，拖布不在质保范围内。", MOP),
    ("zh-hans", "6升容量的PP水桶。", MOP),
    ("zh-hans", "最短0.75米，最长1.25米，一伸一缩差出整整半米。", MOP),
    ("zh-hans", "展开却有180厘米长。", SCARF),
    ("zh-hans", "二〇二四年的春天，鲜叶采自枝头。", TEA),
    ("zh-hans", "泳池边、露台上，带着它更安心。接口是Type-C。", SPEAKER),
    ("zh-hans", "音箱 20W额定功率 IPX7防水 12小时续航", SPEAKER),
    ("zh-hans", "不能放进微波炉哦，请先把饭菜倒进微波炉适用的碗里再加热。", LUNCH_BOX),
    ("en", "At 9.6 cm high, it slips under furniture with 10 cm of clearance.", VACUUM),
    ("en", "It runs on a lithium-ion battery with a capacity of 5.2 Ah. Four kilopascals of pull.", VACUUM),
    ("en", "Cut from a blend of linen and cotton. Wash it at no more than 30 °C.", DRESS_EN),
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
    ("en", "It weighs less than a tenth of a kilo.", LIGHT, "unsupported_number"),
    ("en", "Charging takes half an hour.", LIGHT, "unsupported_number"),
    ("en", "The rear light brightens by itself when you brake.", LIGHT, "unsupported_capability"),
    ("en", "Ear tips in four sizes.", EARBUDS, "unsupported_number"),
    ("en", "It comes with a free matching bracelet this week.", RINGS, "unsupported_offer"),
    ("en", "Nickel-free and handmade in Bali.", RINGS, "unsupported_origin"),
    ("en", "It comes with its own GIA certificate.", RINGS, "unsupported_certificate"),
    ("en", "Made in England.", STUDS, "unsupported_origin"),
    ("zh-hans", "圆圆的鞋头，获真皮标志认证。", LOAFER, "unsupported_certificate"),
    ("zh-hans", "踩水坑也不会湿脚。", LOAFER, "unsupported_capability"),
    ("zh-hans", "鞋底是聚氨酯。", LOAFER, "unsupported_material"),
    ("zh-hans", "这款尺码为36到40码。", LOAFER, "unsupported_number"),
    ("zh-hans", "材质为100%柞蚕丝。", SCARF, "unsupported_material"),
    ("zh-hans", "双面手工印花配手工卷边。", SCARF, "other_choice"),
    ("zh-hans", "还能阻隔紫外线。", SCARF, "unsupported_capability"),
    ("zh-hans", "2006年春季采摘。", TEA, "unsupported_number"),
    ("en", "Six kilopascals of pull.", VACUUM, "unsupported_number"),
    ("en", "It uses 30% less energy than others.", DRESS_EN, "unsupported_eco"),
    ("en", "It weighs just over 1.6 lb.", BLENDER, "unsupported_number"),
    ("zh-hans", "内胆用的是310不锈钢。", CUP, "wrong_attribute"),
    ("zh-hans", "这是微波炉适用的碗。", LUNCH_BOX, "unsupported_capability"),
    ("zh-hans", "一盒十支。", PENS, "unsupported_number"),
    ("en", "They come with ear tips in small, medium and large.", TIPS, "unsupported_box_contents"),
    ("en", "It has a boar-bristle main brush.", VACUUM, "unsupported_material"),
    ("en", "It shrugs off wrinkles on the journey.", DRESS_EN, "unsupported_capability"),
    ("zh-hans", "用冷水也能即冲即溶。", TEA, "unsupported_capability"),
]


@pytest.mark.parametrize(("language", "text", "facts"), TRUE_TEXTS)
def test_what_follows_from_a_short_table_is_left_alone(language, text, facts):
    assert rules_of(text, context(language, facts=facts)) == set()


@pytest.mark.parametrize(("language", "text", "facts", "rule"), FALSE_TEXTS)
def test_and_what_does_not_is_found(language, text, facts, rule):
    assert rule in rules_of(text, context(language, facts=facts))


def test_the_power_of_a_power_bank_is_no_attribute():
    assert rules_of("A 10,000 mAh power bank.", context("en", facts=POWER_BANK, noun="power bank")) == set()


def test_the_number_of_a_set_is_that_of_its_pieces():
    rings = context("en", facts=RINGS, noun="ring set", name="Stacking Ring Set")
    assert rules_of("Inside are three rings.", rings) == set()
    assert rules_of("Inside are four rings.", rings) == {"unsupported_number"}


def test_a_material_before_the_products_own_noun_is_the_products():
    earbuds = context("en", facts=EARBUDS, noun="earbuds")
    assert "unsupported_material" in rules_of("It packs a lot into titanium earbuds.", earbuds)


def test_what_the_name_says_is_no_circumstance():
    blender = context("en", facts=(F("Weight", "7.7", "lb"),), noun="blender", name="High Speed Blender")
    assert rules_of("High Speed Blender weighs 7.7 lb.", blender) == set()


def test_a_food_processor_is_no_processor():
    facts = (F("Wattage", "1000", "W"), F("Processor", "S-blade"))
    assert rules_of("The food processor is 1000 W.", context("en", facts=facts, noun="food processor")) == set()
