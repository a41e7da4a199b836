"""Chinese titles string their pieces together with spaces: what stands behind a space may be the next piece's."""

from __future__ import annotations

from collections.abc import Callable

from generation.checks import polarity
from generation.checks.normalise import has_cjk


def closes_piece(text: str, start: int, end: int) -> bool:
    """Whether a Chinese noun has its own modifier, so that what follows a space is the next piece: "304不锈钢内胆 PP手柄"."""
    return has_cjk(text[start:end]) and text[end : end + 1] == " " and text[start - 1 : start].isalnum()


def next_piece(text: str, end: int, start: int, family: str, families: Callable[[], set[str]]) -> bool:
    """Whether a space parts the Chinese name of an attribute, which ends at ``end`` and has figures of ``families``, from a
    figure of another ``family`` at ``start``: "三档色温 4000mAh USB-C充电口"."""
    if text[end:start] != " " or not has_cjk(text[end - 1 : end]) or family in families():
        return False
    return text.count(" ", *polarity.sentence(text, end - 1, start)) > 1
