"""A rule of this trade: a story must not promise what no store can keep."""

import re
from collections.abc import Iterable

from generation.checks.base import Check, Context, Finding
from generation.points import draft_checks

ALWAYS_OPEN = re.compile(r"24/7|around the clock|never closes?|全天营业|24小时营业", re.IGNORECASE)


@draft_checks.register
class AlwaysOpen(Check):
    """“Open 24/7” stays out of stories: opening hours are a fact of their own."""

    key = "stores.always_open"
    severity = "error"
    title = "Open at all hours"
    explanation = "Say the opening hours of the store instead."

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """One finding a claim."""
        if context.slot == "stores.story":
            for found in ALWAYS_OPEN.finditer(text):
                yield self.finding("No store is open at all hours.", found.start(), found.end())
