"""Facts of a campaign's texts: the offer, the products shown, the price where copy may quote it.

A product that is sold out or no longer sold is not shown any more, so the sheet changes and copy that speaks of it
becomes stale; a price is volatile: only copy that says it becomes stale by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from django.utils import timezone

from generation.engine import Fact
from generation.slots import FactSheet
from marketing import shelf
from marketing.ad_slots import corrections, limit_of
from marketing.models import Campaign, CopyText, Offer, OfferKind, Placement
from marketing.shown import Shown, shown_in
from marketing.wording import moment, money, percent, words
from products.facts import fact_sheets

#: Of the product shown a text gets this many facts at most: ads are short.
MOST_PRODUCT_FACTS = 12
#: Of several products this many are named.
MOST_NAMED = 3
#: The copy type that is signed by its sender.
SIGNED = "marketing.sms"
#: Copy types with room for the terms of an offer; a headline only leads to them.
ROOMY = ("marketing.ad_description", "marketing.email_body", "marketing.sms", "marketing.social")

#: Prices that copy of a placement may quote: (word of the fact, amount).
Quotable = list[tuple[str, Decimal]]


def sheets(texts: Collection[CopyText], slot: str, language: str) -> dict[int, FactSheet]:
    """The fact sheet of every text of ``slot`` in ``language``, by id, with its own limit and what is live.

    The number of queries grows with the campaigns among them, not with the texts.
    """
    placement_of = dict(
        CopyText.objects.filter(pk__in=[text.pk for text in texts]).values_list("pk", "variant__placement_id")
    )
    shown = shown_in(Placement.objects.filter(pk__in=set(placement_of.values())))
    singles = {one.single.pk: one.single for one in shown.values() if one.single is not None}
    products = fact_sheets(singles.values(), language) if singles else {}
    quotable = _quotable(shown.values())
    made = {
        pk: _sheet(one, slot, language, products.get(one.single.pk if one.single else 0), quotable.get(pk, []))
        for pk, one in shown.items()
    }
    corrected = corrections()
    found = {}
    for text in texts:
        placement = shown[placement_of[text.pk]].placement
        limit = limit_of(placement.ad_slot, text.field, corrected)
        found[text.pk] = replace(made[placement.pk], limit=limit, live_hash=text.content_hash)
    return found


def reduced_price(price: Decimal, offer: Offer) -> Decimal | None:
    """What one piece costs under the offer; None where that depends on the rest of the order."""
    if offer.kind == OfferKind.PERCENT and offer.percent is not None:
        return (price * (100 - offer.percent) / 100).quantize(Decimal("0.01"))
    if offer.kind == OfferKind.AMOUNT and offer.amount is not None and offer.amount < price:
        return price - offer.amount
    return None


def _sheet(one: Shown, slot: str, language: str, product: FactSheet | None, quotable: Quotable) -> FactSheet:
    campaign = one.campaign
    said = words(language)
    facts: list[Fact] = []
    if slot == SIGNED and (sender := campaign.signatures.get(language)):
        facts.append(Fact(said["sign"], sender, kind="offer", source="campaign"))
    if one.offer is not None:
        facts += _offer_facts(one.offer, campaign, language, said, roomy=slot in ROOMY)
    facts += [
        Fact(said[name], money(amount, campaign.currency, language), kind="offer", source="prices", volatile=True)
        for name, amount in quotable
    ]
    sources = [("marketing.campaign", campaign.pk), *(("products.product", shown.pk) for shown in one.products)]
    if product is not None:
        facts += product.facts[:MOST_PRODUCT_FACTS]
        return replace(
            product, facts=tuple(facts), spec_rows=(), sources=tuple(dict.fromkeys([*sources, *product.sources]))
        )
    if one.products:
        named = said["joiner"].join(shown.name_in(language) for shown in one.products[:MOST_NAMED])
        facts.append(Fact(said["items"], named, data_type="choice", source="campaign"))
    return FactSheet(name=campaign.name_in(language), facts=tuple(facts), sources=tuple(sources))


def _offer_facts(
    offer: Offer, campaign: Campaign, language: str, said: Mapping[str, str], *, roomy: bool
) -> list[Fact]:
    """The offer as facts; their keys are wordings that writers and checks know.

    The saving of a pre-sale says that it is one, and in ``roomy`` copy the deposit, so that neither can be left out.
    """

    def fact(key: str, value: str) -> Fact:
        return Fact(said[key], value, kind="offer", source="campaign")

    def amount(value: Decimal | None) -> str:
        return money(value, campaign.currency, language) if value is not None else ""

    gift = offer.gift_in(language)
    saving = _offer_said(offer, campaign, language, said)
    deposit = ""
    if offer.deposit is not None:
        pattern = said["deposit_counts" if offer.deposit_counts is not None else "deposit"]
        deposit = pattern.format(deposit=amount(offer.deposit), counts=amount(offer.deposit_counts))
        saving = said["presale_terms" if roomy else "presale"].format(offer=saving, deposit=deposit)
    facts = [fact("offer", saving)]
    ends = offer.presale_ends_at or offer.period()[1]
    if ends is not None:
        facts.append(fact("until", moment(ends, language)))
    if offer.threshold is not None:
        facts.append(fact("threshold_key", amount(offer.threshold)))
    if gift:
        facts.append(fact("gift_key", gift))
    if offer.code:
        facts.append(fact("code", offer.code))
    if deposit:
        facts.append(fact("deposit_key", deposit))
    return facts


def _offer_said(offer: Offer, campaign: Campaign, language: str, said: Mapping[str, str]) -> str:
    """The saving in a few words: "8折", "满300元减50元", "$20 off"."""
    if offer.kind == OfferKind.PERCENT:
        assert offer.percent is not None
        return percent(offer.percent, language)
    values = {
        name: money(value, campaign.currency, language)
        for name, value in (("amount", offer.amount), ("threshold", offer.threshold), ("price", offer.bundle_price))
        if value is not None
    }
    pattern = said["threshold_gift" if offer.kind == OfferKind.GIFT and offer.threshold is not None else offer.kind]
    return pattern.format(gift=offer.gift_in(language), quantity=offer.quantity, **values)


def _quotable(shown: Iterable[Shown]) -> dict[int, Quotable]:
    """Prices that copy may quote, by placement id. In the EU none without a known price of the 30 days before."""
    by_campaign: dict[int, list[Shown]] = defaultdict(list)
    for one in shown:
        if one.single is not None and one.offer is not None and one.offer.quotes_price:
            by_campaign[one.campaign.pk].append(one)
    found: dict[int, Quotable] = {}
    for group in by_campaign.values():
        campaign = group[0].campaign
        ids = {one.single.pk for one in group if one.single is not None}
        prices = shelf.prices(ids, campaign.currency)
        lowest: dict[int, Decimal] = {}
        if campaign.lowest_price_rule:
            lowest = shelf.lowest_prices(ids, campaign.currency, campaign.starts_at or timezone.now())
        for one in group:
            assert one.single is not None
            assert one.offer is not None
            price = prices.get(one.single.pk)
            if price is None or not price.uniform:
                continue
            reduced = reduced_price(price.amount, one.offer)
            if reduced is None:
                found[one.placement.pk] = [("usual_price", price.amount)]
            elif not campaign.lowest_price_rule:
                found[one.placement.pk] = [("sale_price", reduced), ("usual_price", price.amount)]
            elif one.single.pk in lowest:
                found[one.placement.pk] = [("sale_price", reduced), ("lowest_price", lowest[one.single.pk])]
    return found
