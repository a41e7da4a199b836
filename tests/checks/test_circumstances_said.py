"""Circumstances, periods, limits, parts and devices: one set of facts with what follows from it and what does not."""

import pytest

from generation.engine import Fact as F
from tests.checks.products import context, rules_of

TRIPOD = (
    F("Weight", "1.25", "kg", condition="with ball head"),
    F("Noise", "72", "dB", condition="lowest speed"),
    F("Phone mount", "sold separately"),
    F("Warranty", "5 years", condition="on legs only"),
    F("Supplied with", "carry bag, hex key"),
    F("Leg locks", "twist lock"),
    F("Load", "8", "kg", condition="maximum"),
    F("Massage", "2-3 times a week"),
)
MASK = (
    F("使用频率", "每周2-3次"),
    F("规格", "25ml×10片"),
    F("产地", "浙江嘉兴"),
    F("最大承重", "15kg"),
    F("清洗", "机洗、手洗"),
    F("座布", "牛津布，可拆洗"),
    F("质保", "车架2年"),
)
CASES = [
    (
        "en",
        "Loro Tripod",
        TRIPOD,
        False,
        [
            "It weighs 1.25 kg without the ball head.",
            "Just 72 dB on its highest speed.",
            "Comes with a carry bag, a hex key and a phone mount.",
            "The five-year warranty covers everything.",
            "The flip lock opens with one thumb.",
            "It bears loads of 8 kg or more.",
            "Massage 2-3 times a day.",
        ],
    ),
    (
        "en",
        "Loro Tripod",
        TRIPOD,
        True,
        [
            "With the ball head it weighs 1.25 kg (2 lb 12 oz).",
            "On its lowest speed it hums at 72 dB.",
            "The legs are covered for five years.",
            "Comes with a carry bag and a hex key.",
            "Massage 2-3 times a week.",
        ],
    ),
    (
        "zh-hans",
        "珂诺面膜",
        MASK,
        False,
        [
            "每天敷2-3次。",
            "嘉兴产的不假，可这款是杭州产的。",
            "载重15公斤以上都稳。",
            "只能机洗。",
            "座布不可拆。",
            "整车质保两年。",
            "用上两周，痘痘都不见了。",
        ],
    ),
    (
        "zh-hans",
        "珂诺面膜",
        MASK,
        True,
        [
            "一周敷两三回就行。",
            "一盒十片，每片25毫升。",
            "浙江嘉兴产的面膜。",
            "最多承重15公斤。",
            "机洗、手洗都行。",
            "座布可拆。",
            "车架质保两年。",
        ],
    ),
    (
        "zh-hans",
        "珂诺手机壳",
        (F("适用机型", "iPhone 15 Pro/15 Pro Max"),),
        True,
        ["适用iPhone 15 Pro。", "iPhone 15 Pro、15 Pro Max都合适。"],
    ),
    (
        "zh-hans",
        "珂诺手机壳",
        (F("适用机型", "iPhone 15 Pro/15 Pro Max"),),
        False,
        ["适用iPhone 15。", "iPhone 15和15 Pro都合适。"],
    ),
    ("en", "Loro Case", (F("Fits", "iPhone 12 and later"),), True, ["Fits the iPhone 12 and later."]),
    ("en", "Loro Case", (F("Fits", "iPhone 15"),), False, ["Fits the iPhone 15 Pro."]),
]


@pytest.mark.parametrize(
    ("language", "name", "facts", "is_true", "text"),
    [(language, name, facts, is_true, text) for language, name, facts, is_true, texts in CASES for text in texts],
)
def test_statement(language, name, facts, is_true, text):
    assert bool(rules_of(text, context(language, facts, name=name))) is not is_true
