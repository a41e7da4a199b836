"""Law rules: families of unlawful words, disguises, and what looks like them and is lawful."""

import pytest

from generation.checks.law import find
from generation.checks.normalise import fold
from tests.checks.unseen_law import figures, judge, law_findings


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("论轻便，它说第二没人敢说第一。", "absolute_words"),
        ("中国女排指定饮用水，天然弱碱。", "absolute_words"),
        ("国家药监局点名表扬的洗手液，泡沫丰富。", "absolute_words"),
        ("北大教授研发推荐，学龄前益智积木。", "absolute_words"),
        ("百分百祛痘，无效全额退款。", "absolute_words"),
        ("一个月学会英语，学不会全额退款。", "absolute_words"),
        ("每天贴一贴，颈椎病从此远离你。", "medical_words"),
        ("吃了它，高血压药就可以慢慢停了。", "medical_words"),
        ("坚持吃三个月，比吃药还管用。", "medical_words"),
        ("本品不含任何副作用，孕妇也可放心长期服用。", "absolute_words"),
        ("医美级修护面膜，敷一次等于做一次水光针。", "medical_words"),
        ("激活干细胞，逆转肌龄十岁。", "medical_words"),
        ("收藏级老酒，只涨不跌，错过后悔一辈子。", "finance_promise"),
        ("张教授说：“我的病人用了之后都好了。”", "testimonial"),
        ("限时抢购，倒计时归零后自动重新开始。", "pressure"),
        ("0元领取，只需支付29元运费。", "price_trick"),
        ("市场价12999元，今天498元抱回家。", "price_trick"),
        ("新品第一天上架，划线价3999，立减3600。", "price_trick"),
        ("同行的锅用两个月就掉涂层，都是骗钱货。", "unfair_comparison"),
        ("本命年戴它，化解太岁，保平安。", "superstition"),
        ("小朋友，快叫妈妈给你下单吧！", "child_pressure"),
        ("零排放零污染，对地球没有任何伤害。", "green_claim"),
        ("You will not find a warmer coat at any price, full stop.", "absolute_words"),
        ("Nothing on the shelves today even begins to compare.", "absolute_words"),
        ("The choice of the Ministry of Health.", "absolute_words"),
        ("Midwives up and down the country insist on this swaddle.", "absolute_words"),
        ("Works on every skin type, every time, with zero exceptions.", "absolute_words"),
        ("Nobody has ever failed with our revision guide.", "absolute_words"),
        ("Say goodbye to arthritis pain with these gloves.", "medical_words"),
        ("Make your inhaler a thing of the past with our salt lamp.", "medical_words"),
        ("One capsule a day keeps diabetes at bay.", "medical_words"),
        ("Get the results of a facelift from a jar.", "medical_words"),
        ("Turn £100 into £10,000 in a month with our signals.", "finance_promise"),
        ("These coins only ever go up in price.", "finance_promise"),
        ("Our GP says, “My patients sleep better with it.”", "testimonial"),
        ("Final hours! (We extend it every Friday.)", "pressure"),
        ("Free gift! Just pay £9.99 handling.", "price_trick"),
        ("Recommended retail price £1,200, today only £29.", "price_trick"),
        ("New design, first day on sale: £20, was £200!", "price_trick"),
        ("Unlike the junk our competitors sell, ours is real leather.", "unfair_comparison"),
        ("Brand X bags fall apart after a week; ours don't.", "unfair_comparison"),
        ("Wards off the evil eye and brings good fortune.", "superstition"),
        ("All your friends have one already. Beg Dad for yours.", "child_pressure"),
        ("Our bottled water has absolutely no impact on the environment.", "green_claim"),
    ],
)
def test_unlawful_families_are_found(text, rule):
    language = "en" if text.isascii() or "£" in text or "“My" in text else "zh-hans"
    assert rule in {finding.rule for finding in law_findings(text, language) if finding.severity == "error"}


@pytest.mark.parametrize(
    "text",
    [
        "第一次使用前请用清水冲洗内胆。",
        "唯一的缺点是充电口朝下，插线要翻过来。",
        "产地在中国最北的漠河，冬天采收。",
        "首选冷水手洗，不能烘干。",
        "中国科学院植物研究所旁边的门店可以自提。",
        "我们不能保证每块木纹都一样，天然木料各有不同。",
        "本品不能代替药物，保健食品请按说明食用。",
        "医生开的处方药请原瓶保存，分药盒只作提醒。",
        "高血压人群食用前请咨询医师。",
        "护膝只起保暖和支撑作用，不能治疗关节炎。",
        "理财有风险，本书内容不构成投资建议。",
        "学习机不承诺提高分数，只提供同步课程。",
        "免费样品一人限领一份，运费由我们出。",
        "划线价为建议零售价，不是原价，仅供参考。",
        "别家的滤芯尺寸不一样，不能混用。",
        "谨防假冒，防伪码在瓶盖内侧。",
        "招财猫摆件，陶瓷材质，右手可晃动。",
        "转运中心已揽收，预计后天送达。",
        "和爸爸妈妈一起做饼干，模具有四种形状。",
        "外箱用的是再生纸，纸箱可回收。",
        "醉蟹要冷藏，开封后两天内吃完。",
        "《世界第一简单统计学》漫画版，平装，168页。",
        "Best stored upright in a cool cupboard.",
        "Brew at around 85°C for the best cup.",
        "At 780 g it isn't the lightest bag you'll own.",
        "Number one on the drawing is the hinge, number two the latch.",
        "Tall units can tip over, and that's a risk no one should take.",
        "The guarantee card is in the box; register within 30 days.",
        "We can't guarantee delivery before Christmas.",
        "Cure the resin for 24 hours before sanding.",
        "A cure for scratchy necks? No, just fewer labels.",
        "This product is not a substitute for medication.",
        "If you have a heart condition, speak to your doctor before use.",
        "It won't cure a cold, but a hot drink is a comfort.",
        "The value of investments can go down as well as up.",
        "Free 14-day trial, then £4.99 a month. Cancel any time in settings.",
        "Was £40, now £32 until 30 November.",
        "Lowest price in the last 30 days: £35.",
        "Unlike the first edition, this one has an index.",
        "Your pair may show a ripple or a freckle that ours don't.",
        "A four-leaf clover pendant, often given for luck.",
        "Ask an adult to cut the cardboard.",
        "Made from 60% recycled polyester; the zip is not recyclable.",
    ],
)
def test_lawful_look_alikes_pass(text):
    assert not law_findings(text, "en" if text.isascii() or "£" in text or "°" in text else "zh-hans")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("我们家Zui好的一件", "Zui好"),
        ("全網蕞低", "全網蕞低"),
        ("全国销量N0.1", "N0.1"),
        ("仝网第壹", "仝网第壹"),
        ("自家的国*级蜜橘", "国*级"),
        ("最.好的扣头", "最.好"),
        ("世#界#第#一的防晒霜", "世#界#第#一"),
        ("the b3st bag", "b3st"),
        ("our g-u-a-r-a-n-t-e-e-d fit", "g-u-a-r-a-n-t-e-e-d"),
        ("Cl1nically pr0ven to work", "Cl1nically pr0ven"),
        ("the #0ne maker", "#0ne"),
        ("a bеst deal", "bеst"),  # with a Cyrillic е
    ],
)
def test_disguises_are_seen_through_and_underlined_whole(text, said):
    chinese = any("一" <= char <= "鿿" for char in text)
    spans = [text[hit.start : hit.end] for hit in find(fold(text), chinese)]
    assert any(span.startswith(said) or (said.startswith(span) and len(span) > 2) for span in spans), spans


@pytest.mark.parametrize("name", ["zh", "en"])
def test_texts_of_a_stranger(name):
    of = figures(judge(name))
    assert of.flags >= 100
    assert of.clean >= 100
    assert of.recall >= 0.95
    assert of.false_alarms <= 0.02
