"""What of the catalogue a campaign needs to know: which products an offer covers, what they cost, what is sold out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from marketing.models import Offer
from products.filters import ProductFilter
from products.models import PriceChange, Product, Variant

#: The period before a price cut whose lowest price is shown: Directive 98/6/EC, Article 6a.
LOWEST_PRICE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Price:
    """The lowest price among a product's variants, and whether they all cost the same."""

    amount: Decimal
    currency: str
    uniform: bool


def products_of(offer: Offer) -> QuerySet[Product]:
    """The products an offer covers: those listed, else those its filter matches, else all that are on sale."""
    listed = offer.products.all()
    return Product.objects.filter(pk__in=listed.values("pk")) if listed.exists() else matching(offer)


def matching(offer: Offer) -> QuerySet[Product]:
    """The products on sale that an offer's filter matches; a blank filter matches all."""
    on_sale = Product.objects.filter(status=Product.Status.ACTIVE)
    return ProductFilter(data=dict(offer.product_filter), queryset=on_sale).qs


def sold_out(product_ids: Collection[int]) -> set[int]:
    """Products of which nothing is left: every variant's stock is known and together they have none. One query."""
    rows = (
        Variant.objects.filter(product_id__in=product_ids)
        .values("product_id")
        .annotate(left=Sum("stock"), unknown=Count("pk", filter=Q(stock__isnull=True)))
        .order_by()
    )
    return {row["product_id"] for row in rows if not row["unknown"] and (row["left"] or 0) <= 0}


def prices(product_ids: Collection[int], currency: str) -> dict[int, Price]:
    """The present price of products in ``currency``; those without one, or with a variant in another, are absent."""
    found: dict[int, list[Decimal]] = defaultdict(list)
    foreign: set[int] = set()
    rows = Variant.objects.filter(product_id__in=product_ids).values_list("product_id", "price", "currency")
    for product_id, price, money in rows:
        if price is None or (money and money != currency):
            foreign.add(product_id)
        else:
            found[product_id].append(price)
    return {
        pk: Price(min(amounts), currency, len(set(amounts)) == 1) for pk, amounts in found.items() if pk not in foreign
    }


def lowest_prices(product_ids: Iterable[int], currency: str, before: datetime) -> dict[int, Decimal]:
    """The lowest price of each product in the 30 days before ``before``; absent where nothing is known.

    A price holds from its moment until the next, so the one in force when the period began counts as well. Of several
    variants the lowest counts.
    """
    begin = before - timedelta(days=LOWEST_PRICE_DAYS)
    rows = PriceChange.objects.filter(variant__product_id__in=list(product_ids), since__lt=before)
    at_begin: dict[int, tuple[int, Decimal | None]] = {}
    found: dict[int, list[Decimal]] = defaultdict(list)
    listed = rows.order_by("since", "id").values_list("variant_id", "variant__product_id", "price", "currency", "since")
    for variant_id, product_id, price, money, since in listed:
        if money and money != currency:
            continue
        if since <= begin:
            at_begin[variant_id] = (product_id, price)
        elif price is not None:
            found[product_id].append(price)
    for product_id, price in at_begin.values():
        if price is not None:
            found[product_id].append(price)
    return {pk: min(amounts) for pk, amounts in found.items() if amounts}
