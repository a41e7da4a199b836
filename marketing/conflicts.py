"""Price conflicts: one product in two price offers that run at the same time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from django.db.models import Aggregate, Count, Min, Q

from marketing import shelf
from marketing.models import Campaign, Offer, Status
from products.models import Product

#: Campaigns that will run: two plans are no conflict yet.
RUNNING = (Status.SCHEDULED, Status.LIVE, Status.PAUSED)
#: Pairs of offers looked at in one statement.
_PAIRS = 50


@dataclass(frozen=True, slots=True)
class PriceConflict:
    """``offer`` of the campaign and ``other`` lower the price of the same ``products`` (how many, one of them)."""

    offer: Offer
    other: Offer
    products: int
    example: str


def conflicts(campaign: Campaign) -> list[PriceConflict]:
    """Conflicts of a campaign's offers with each other and with those of campaigns that run at the same time.

    Reads the catalogue once for every 50 pairs of offers that overlap in time.
    """
    own = [offer for offer in campaign.offers.order_by("position", "id") if offer.changes_price]
    for offer in own:
        offer.campaign = campaign
    others = [
        offer
        for offer in Offer.objects.filter(campaign__status__in=RUNNING)
        .exclude(campaign=campaign)
        .select_related("campaign")
        .order_by("pk")
        if offer.changes_price
    ]
    pairs = [
        (offer, other)
        for place, offer in enumerate(own)
        for other in [*own[place + 1 :], *others]
        if overlap(offer, other)
    ]
    return _between(pairs)


def conflicts_among(campaigns: Iterable[Campaign], most_pairs: int) -> list[PriceConflict]:
    """Conflicts between the offers of ``campaigns``, planned ones too; looks at ``most_pairs`` overlapping pairs at most.

    Reads the catalogue once for every 50 pairs.
    """
    by_id = {campaign.pk: campaign for campaign in campaigns}
    offers = [offer for offer in Offer.objects.filter(campaign__in=by_id).order_by("pk") if offer.changes_price]
    for offer in offers:
        offer.campaign = by_id[offer.campaign_id]
    pairs = ((one, other) for one, other in combinations(offers, 2) if overlap(one, other))
    return _between(list(islice(pairs, most_pairs)))


def overlap(one: Offer, other: Offer) -> bool:
    """Whether two offers run at the same time; an open end lasts for ever."""
    (begins, ends), (others_begins, others_ends) = one.period(), other.period()
    after = begins is not None and others_ends is not None and others_ends <= begins
    before = ends is not None and others_begins is not None and ends <= others_begins
    return not (after or before)


def _between(pairs: Sequence[tuple[Offer, Offer]]) -> list[PriceConflict]:
    covered = _covered({offer for pair in pairs for offer in pair})
    found: list[PriceConflict] = []
    rest = iter(pairs)
    while chunk := list(islice(rest, _PAIRS)):
        found += _shared(chunk, covered)
    return found


def _covered(offers: Iterable[Offer]) -> dict[int, Q]:
    """What each offer covers, as a condition on products; one query for those with a list of their own."""
    by_id = {offer.pk: offer for offer in offers}
    through = Offer.products.through._default_manager
    listing = set(through.filter(offer_id__in=by_id).values_list("offer_id", flat=True).distinct())
    found = {}
    for pk, offer in by_id.items():
        if pk in listing:
            found[pk] = Q(pk__in=through.filter(offer_id=pk).values("product_id"))
        else:
            found[pk] = Q(pk__in=shelf.matching(offer).values("pk"))
    return found


def _shared(pairs: list[tuple[Offer, Offer]], covered: dict[int, Q]) -> list[PriceConflict]:
    sums: dict[str, Aggregate] = {}
    for place, (offer, other) in enumerate(pairs):
        both = covered[offer.pk] & covered[other.pk]
        sums[f"n{place}"] = Count("pk", filter=both)
        sums[f"key{place}"] = Min("key", filter=both)
    row = Product.objects.aggregate(**sums)
    return [
        PriceConflict(offer, other, row[f"n{place}"], row[f"key{place}"])
        for place, (offer, other) in enumerate(pairs)
        if row[f"n{place}"]
    ]
