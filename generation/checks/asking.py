"""Sentences that ask: what a customer is said to want to know is no statement about the product."""

from __future__ import annotations

import re

_MARK = re.compile(r"[?？]")
_BEGIN = re.compile(r"[。！!?？;；\n\t\u2600-\u27bf\U0001f300-\U0001faff]|\.(?=\s)|(?:^|(?<=\s))(?:q|问|a|答) ?[:：]")
_ASKS_EN = re.compile(
    r"[\s\"'“(-]*(?:(?:and|but|so|or|q:|psst,?) )?(?:is|are|was|were|does|do|did|can|could|will|would|may|might"
    r"|should|has|have|what|what's|which|how|how's|where|where's|when|why|who|who's|whose|any)(?![a-z])"
)
_ASKS_ZH = re.compile(
    r"[吗么呢]\s*$|(?<!不)是不是|能不能|可不可以|会不会|有没有|要不要|好不好|行不行|是否|能否|可否|有无|多少|多久|多大|多重|多长|多高|多宽|多厚"
    r"|几[个只支件年天种款度]|哪|怎么|怎样|如何|什么"
)


def asked(text: str, start: int, end: int) -> bool:
    """Whether the span lies in a sentence of ``text`` (folded) that asks ("Is it dishwasher safe?", "能机洗吗?").

    "Looking for a waterproof watch?" and "想要防水的?" ask nothing: they say what the product is.
    """
    mark = _MARK.search(text, end)
    if mark is None:
        return False
    begin = 0
    for match in _BEGIN.finditer(text, 0, mark.start()):
        if match.start() >= end:
            return False  # the sentence of the span ends before the mark
        begin = match.end()
    if begin > start:
        return False
    sentence = text[begin : mark.start()]
    return _ASKS_EN.match(sentence) is not None or _ASKS_ZH.search(sentence) is not None
