"""Terms that must be told with an offer."""

from __future__ import annotations

import pytest

from generation.checks.base import Context
from generation.engine import Fact
from marketing.draft_checks import LowestPrice, PresaleTerms

EU = (Fact("Sale price", "€79.20", kind="offer"), Fact("Lowest price of the last 30 days", "€89", kind="offer"))
PRESALE = (Fact("定金", "50元抵100元", kind="offer"), Fact("截止", "6月5日20:00", kind="offer"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Now €79.20.", 1),
        ("Now €79.20, lowest price of the last 30 days €89.", 0),
        ("20% off until June 5.", 0),
        ("Now €79.20 instead of €99.", 1),
    ],
)
def test_a_price_cut_in_the_eu_tells_the_lowest_price_before(text, found):
    context = Context(slot="marketing.ad_description", language="en", facts=EU)
    assert len(list(LowestPrice().check(text, context))) == found


def test_without_the_rule_nothing_is_asked():
    context = Context(slot="marketing.ad_description", language="en", facts=EU[:1])
    assert not list(LowestPrice().check("Now €79.20.", context))


@pytest.mark.parametrize(
    ("slot", "text", "found"),
    [
        ("marketing.sms", "双人帐篷预售，付定金50元可订，到6月5日20:00。", 0),
        ("marketing.sms", "双人帐篷预售，付定金50元可订。", 1),
        ("marketing.email_body", "双人帐篷预售了。", 2),
        ("marketing.headline", "双人帐篷预售了", 0),
    ],
)
def test_a_pre_sale_tells_its_terms_where_there_is_room(slot, text, found):
    context = Context(slot=slot, language="zh-hans", facts=PRESALE)
    assert len(list(PresaleTerms().check(text, context))) == found
