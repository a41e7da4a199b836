"""What each placement shows: its offer and the products that can be bought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Model, QuerySet

from marketing import shelf
from marketing.models import Campaign, Offer, Placement
from products.models import Product


@dataclass(frozen=True, slots=True)
class Shown:
    """What one placement shows: its offer and the products that can be bought; ``has_sold_out``: others cannot."""

    placement: Placement
    offer: Offer | None
    products: tuple[Product, ...]
    has_sold_out: bool = False

    @property
    def campaign(self) -> Campaign:
        """The campaign it belongs to."""
        return self.placement.campaign

    @property
    def single(self) -> Product | None:
        """The product, where it is one."""
        return self.products[0] if len(self.products) == 1 else None


def shown_in(placements: QuerySet[Placement]) -> dict[int, Shown]:
    """What placements show, by their id, in a fixed number of queries.

    A placement without products of its own shows the only one its offer lists. Products that are sold out or no longer
    sold are left out; in a pre-sale stock does not matter.
    """
    listed = {placement.pk: placement for placement in placements.select_related("campaign", "offer")}
    offers = _first_offers({placement.campaign_id for placement in listed.values()})
    chosen = {pk: placement.offer or offers.get(placement.campaign_id) for pk, placement in listed.items()}
    links = _links(Placement.products.through, "placement_id", listed)
    by_offer = _links(Offer.products.through, "offer_id", {offer.pk for offer in chosen.values() if offer})
    product_ids: dict[int, list[int]] = {}
    for pk, offer in chosen.items():
        own = links.get(pk, [])
        offered = by_offer.get(offer.pk, []) if offer else []
        product_ids[pk] = own or (offered if len(offered) == 1 else [])
    everything = {product_id for ids in product_ids.values() for product_id in ids}
    products = Product.objects.in_bulk(everything)
    gone = shelf.sold_out(everything) if everything else set()
    found = {}
    for pk, placement in listed.items():
        offer = chosen[pk]
        waits = offer is not None and offer.deposit is not None
        buyable = [
            products[product_id]
            for product_id in product_ids[pk]
            if product_id in products
            and products[product_id].status == Product.Status.ACTIVE
            and (waits or product_id not in gone)
        ]
        found[pk] = Shown(placement, offer, tuple(buyable), len(buyable) < len(product_ids[pk]))
    return found


def _first_offers(campaign_ids: Collection[int]) -> dict[int, Offer]:
    found: dict[int, Offer] = {}
    for offer in Offer.objects.filter(campaign_id__in=campaign_ids).order_by("position", "id"):
        found.setdefault(offer.campaign_id, offer)
    return found


def _links(through: type[Model], column: str, ids: Iterable[int]) -> dict[int, list[int]]:
    """Product ids by the id of what they are linked to, in the order they were chosen."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = through._default_manager.filter(**{f"{column}__in": list(ids)}).order_by("pk")
    for owner, product_id in rows.values_list(column, "product_id"):
        found[owner].append(product_id)
    return found
