"""Changes of products as events: what stood before, what stands after, and what follows from it.

Every service writes inside ``recorded``; so does the console's form. Whatever way a change came, the record, the price
history, completeness and the staleness of drafts follow from comparing two snapshots.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction

from opsportal import events
from opsportal.access import Actor
from opsportal.events import NewEvent
from products.completeness import measure
from products.models import AttributeValue, PriceChange, Product, ProductImage, SellingPoint, SourceText, Variant

#: Parts of a snapshot that can appear in a brief. Price and stock are not among them.
FACT_PARTS = frozenset(
    {
        "name",
        "names",
        "nouns",
        "language",
        "brand",
        "category",
        "product_type",
        "keywords_use",
        "keywords_avoid",
        "attributes",
        "options",
        "selling_points",
        "description",
    }
)
_FIELDS = (
    "key", "name", "language", "names", "nouns", "status", "product_type", "tags", "keywords_use", "keywords_avoid",
)  # fmt: skip


@dataclass(slots=True)
class Changing:
    """What a block of writes is about; ``created`` products are added by the writer."""

    ids: list[int]
    created: list[Product] = field(default_factory=list)
    before: dict[int, dict[str, Any]] = field(default_factory=dict)
    prices_before: dict[int, dict[str, Any]] = field(default_factory=dict)


@contextmanager
def recorded(actor: Actor, products: Collection[Product | int] = ()) -> Iterator[Changing]:
    """Run writes to ``products`` in one transaction and record what they changed.

    Events: ``product.created``, ``product.updated`` (only the changed parts), ``product.facts_changed`` and one
    ``product.price_changed`` a variant. A changed stock alone is no event: it is a mirror of the shop's.
    """
    with transaction.atomic():
        changing = begin([product if isinstance(product, int) else product.pk for product in products])
        yield changing
        finish(actor, changing)


def begin(ids: Collection[int]) -> Changing:
    """Lock products and take the snapshot of before; ``finish`` must follow in the same transaction."""
    changing = Changing(sorted(ids))
    # Locked first: two people changing one product must not both compare with the same "before".
    rows = Product.objects.select_for_update(of=("self",)).filter(pk__in=changing.ids)
    list(rows.order_by("pk").values_list("pk"))
    changing.before, changing.prices_before = snapshots(changing.ids)
    return changing


def finish(actor: Actor, changing: Changing) -> None:
    """Compare with the snapshot of before; write derived values, price history and events."""
    created = [product.pk for product in changing.created]
    refresh([*changing.ids, *created])
    after, prices_after = snapshots(changing.ids)
    made = _events(changing, changing.before, after)
    made += _price_events(changing.prices_before, prices_after | prices_of(created), after)
    events.record_many(made, actor=actor)


def snapshots(ids: Collection[int]) -> tuple[dict[int, dict[str, Any]], dict[int, dict[str, Any]]]:
    """(products by id, variants' prices by variant id) as plain JSON, in a fixed number of queries."""
    if not ids:
        return {}, {}
    found: dict[int, dict[str, Any]] = {}
    for product in Product.objects.filter(pk__in=ids).select_related("brand", "category"):
        found[product.pk] = {name: getattr(product, name) for name in _FIELDS} | {
            "brand": product.brand.name if product.brand else "",
            "category": product.category.path if product.category else "",
            "attributes": [],
            "options": [],
            "variants": [],
            "images": [],
            "selling_points": [],
            "description": [],
        }
    for variant in Variant.objects.filter(product_id__in=ids).order_by("position", "id"):
        row = found[variant.product_id]
        row["variants"].append([variant.identity, variant.sku, variant.barcode, _amount(variant.cost), variant.image])
        row["options"].append(variant.options)
    values = AttributeValue.objects.filter(product_id__in=ids).select_related("attribute", "variant").order_by("id")
    for value in values:
        found[value.product_id]["attributes"].append(_value(value))
    for image in ProductImage.objects.filter(product_id__in=ids).order_by("position", "id"):
        found[image.product_id]["images"].append(image.url)
    points = SellingPoint.objects.filter(product_id__in=ids).order_by("language", "position", "id")
    for point in points:
        found[point.product_id]["selling_points"].append([point.language, point.text, point.approved_at is not None])
    texts = SourceText.objects.filter(product_id__in=ids, field="description").order_by("language", "channel")
    for text in texts:
        found[text.product_id]["description"].append([text.language, text.channel, text.text])
    return found, prices_of(ids)


def prices_of(product_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The prices of the products' variants, by variant id."""
    columns = ("pk", "product_id", "identity", "price", "compare_at", "currency")
    return {
        pk: {
            "product": product_id,
            "variant": identity,
            "price": _amount(price),
            "compare_at": _amount(compare_at),
            "currency": currency,
        }
        for pk, product_id, identity, price, compare_at, currency in Variant.objects.filter(
            product_id__in=product_ids
        ).values_list(*columns)
    }


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _value(value: AttributeValue) -> dict[str, Any]:
    told = {
        "attribute": value.attribute.code,
        "value": value.value,
        "values": value.values,
        "unit": value.unit,
        "condition": value.condition,
        "conditions": value.conditions,
        "part": value.part,
        "parts": value.parts,
        "variant": value.variant.identity if value.variant else "",
    }
    return {name: content for name, content in told.items() if content}


def refresh(ids: Collection[int]) -> None:
    """Recompute what is derived from a product's data: first image, useful facts, completeness."""
    listed = list(Product.objects.filter(pk__in=ids))
    first: dict[int, str] = {}
    for product_id, url in (
        ProductImage.objects.filter(product_id__in=ids).order_by("position", "id").values_list("product_id", "url")
    ):
        first.setdefault(product_id, url)
    changed = {}
    for product in listed:
        if product.image != first.get(product.pk, ""):
            product.image = first.get(product.pk, "")
            changed[product.pk] = product
    changed.update({product.pk: product for product in measure(listed)})
    overwrite(Product, list(changed.values()), ("image", "useful_facts", "completeness"))


def overwrite(model: Any, rows: Sequence[Any], columns: Sequence[str]) -> None:
    """Write ``columns`` of stored rows in one statement a few hundred rows (several times faster than bulk_update)."""
    if rows:
        model.objects.bulk_create(
            rows, batch_size=500, update_conflicts=True, unique_fields=["id"], update_fields=list(columns)
        )


def _events(changing: Changing, before: dict[int, dict[str, Any]], after: dict[int, dict[str, Any]]) -> list[NewEvent]:
    made = [
        NewEvent(kind="product.created", target=product, after={"key": product.key, "name": product.name})
        for product in changing.created
    ]
    for pk in changing.ids:
        if pk not in before or pk not in after:
            continue
        parts = [name for name, content in after[pk].items() if before[pk][name] != content]
        if not parts:
            continue
        named: dict[str, Any] = {
            "target_type": "products.product",
            "target_id": pk,
            "target_key": after[pk]["key"],
            "target_label": after[pk]["name"],
        }
        made.append(
            NewEvent(
                kind="product.updated",
                before={name: _short(before[pk][name]) for name in parts},
                after={name: _short(after[pk][name]) for name in parts},
                **named,
            )
        )
        if FACT_PARTS & set(parts):
            made.append(
                NewEvent(kind="product.facts_changed", data={"parts": sorted(FACT_PARTS & set(parts))}, **named)
            )
    return made


def _short(content: Any) -> Any:
    """Long shop texts are told by their beginning: the record says that they changed, not all they said."""
    if isinstance(content, str):
        return content if len(content) <= 500 else content[:500] + "…"
    return [_short(item) for item in content] if isinstance(content, list) else content


def _price_events(
    before: dict[int, dict[str, Any]],
    after: dict[int, dict[str, Any]],
    products: dict[int, dict[str, Any]],
) -> list[NewEvent]:
    """Events and history rows of changed prices; the first price of a variant is history, too, but no event."""
    made: list[NewEvent] = []
    history: list[PriceChange] = []
    for variant_id, now in after.items():
        then = before.get(variant_id)
        if then == now or (then is None and now["price"] is None):
            continue
        history.append(
            PriceChange(
                variant_id=variant_id, price=now["price"], compare_at=now["compare_at"], currency=now["currency"]
            )
        )
        if then is None:
            continue
        made.append(
            NewEvent(
                kind="product.price_changed",
                target_type="products.product",
                target_id=now["product"],
                target_key=products[now["product"]]["key"],
                target_label=products[now["product"]]["name"],
                before={name: then[name] for name in ("price", "compare_at", "currency")},
                after={name: now[name] for name in ("price", "compare_at", "currency")},
                data={"variant": now["variant"]},
            )
        )
    PriceChange.objects.bulk_create(history, batch_size=500)
    return made
