"""A rule about notices: they must not say more than the order's state."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from django.utils.translation import gettext_noop

from generation.checks.base import Check, Context, Finding
from generation.points import draft_checks


@lru_cache(maxsize=1)
def wordings() -> dict[str, re.Pattern[str]]:
    """What a notice must not say, by situation (data/notice_words.toml)."""
    rows = tomllib.loads(resources.files("orders.data").joinpath("notice_words.toml").read_text("utf-8"))
    return {key: re.compile("|".join(row["never"]), re.IGNORECASE) for key, row in rows.items()}


@draft_checks.register
class NotSo(Check):
    """ "Thank you for sending it back" for a parcel the buyer never took."""

    key = "orders.notice_not_so"
    severity = "error"
    title = gettext_noop("Says more than the order's state")
    explanation = gettext_noop("A notice says only what holds for this order: who cancelled it, where the goods are.")

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """Every wording that does not fit."""
        pattern = wordings().get(context.category) if context.slot == "orders.notice" else None
        for match in pattern.finditer(text) if pattern else ():
            yield self.finding(
                gettext_noop("“%(said)s” does not hold for this order"),
                *match.span(),
                params={"said": match.group()},
            )
