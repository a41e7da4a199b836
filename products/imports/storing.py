"""Writing what was planned: one transaction a chunk, bulk statements, the record of what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from generation.services import confirm_matching
from opsportal.access import Actor
from products.imports.planning import Planner, ProductPlan, Stored, read_stored
from products.imports.result import MOST_CHANGES_SHOWN, MOST_KEPT, ImportResult
from products.imports.shapes import ProductRecord
from products.models import (
    AttributeDefinition,
    AttributeValue,
    Channel,
    Product,
    ProductImage,
    SellingPoint,
    SourceText,
    Variant,
)
from products.services.catalogue import ensure_brand, ensure_category
from products.services.recording import overwrite, recorded

#: Products a transaction.
CHUNK = 500
_PRODUCT_COLUMNS = (
    "name", "names", "nouns", "status", "product_type", "tags", "keywords_use", "brand", "category", "updated_at",
)  # fmt: skip
_VARIANT_COLUMNS = (
    "identity", "sku", "barcode", "options", "price", "compare_at", "cost", "currency", "stock", "stock_synced_at", "image",
)  # fmt: skip


def chunks(records: Iterable[ProductRecord], size: int = CHUNK) -> Iterator[list[ProductRecord]]:
    """Records in lists of about ``size``; translations stay with their product."""
    chunk: list[ProductRecord] = []
    for record in records:
        if len(chunk) >= size and not record.translation:
            yield chunk
            chunk = []
        chunk.append(record)
    if chunk:
        yield chunk


def store_chunk(actor: Actor, records: Sequence[ProductRecord], result: ImportResult, channel: Channel | None) -> None:
    """Compare a chunk with the catalogue and, unless ``result.dry_run``, write what differs."""
    for attempt in range(2):
        trial = ImportResult(dry_run=result.dry_run, mapped=result.mapped)
        planner = Planner(trial, channel.code if channel else "")
        try:
            with transaction.atomic():
                _store(actor, records, trial, planner, channel)
            break
        except IntegrityError:
            # Someone else created one of these meanwhile: compare again with what is there now.
            if attempt:
                raise
    _add(result, trial)


def _store(
    actor: Actor, records: Sequence[ProductRecord], result: ImportResult, planner: Planner, channel: Channel | None
) -> None:
    stored = read_stored([record.key for record in records])
    outcomes: dict[str, str] = {}
    for translations in (False, True):
        plans: list[ProductPlan] = []
        for record in records:
            if record.translation != translations:
                continue
            plan = planner.plan(record, stored)
            if plan is None:
                continue
            plans.append(plan)
            outcome = "created" if plan.is_new else "updated" if plan.changed else "unchanged"
            if outcomes.get(record.key, "unchanged") == "unchanged":
                outcomes[record.key] = outcome
        if result.dry_run:
            continue
        _write(actor, plans, channel)
        if not translations:
            # What was just written is what translations of the same products compare with.
            stored = _reread(records, stored)
    result.products.update(outcomes.values())
    if not result.dry_run:
        for (slot, language, code), found in planner.confirmed.items():
            result.confirmed += confirm_matching(actor, "products.product", slot, language, code, found)


def _reread(records: Sequence[ProductRecord], stored: Stored) -> Stored:
    keys = [record.key for record in records if record.translation]
    return read_stored(keys) if keys else stored


def _write(actor: Actor, plans: Sequence[ProductPlan], channel: Channel | None) -> None:
    writing = [plan for plan in plans if plan.writes]
    if writing:
        _write_plans(actor, writing)
    if channel is not None and plans:
        link = Product.channels.through
        link.objects.bulk_create(
            [link(product_id=plan.product.pk, channel_id=channel.pk) for plan in plans], ignore_conflicts=True
        )


def _write_plans(actor: Actor, writing: Sequence[ProductPlan]) -> None:
    brands = {name: ensure_brand(name) for name in {plan.brand for plan in writing} if name is not None}
    categories = {path: ensure_category(path) for path in {plan.category for plan in writing} if path is not None}
    for plan in writing:
        if plan.brand is not None:
            plan.product.brand = brands[plan.brand]
        if plan.category is not None:
            plan.product.category = categories[plan.category]
        plan.product.updated_at = timezone.now()
    old = [plan for plan in writing if not plan.is_new]
    with recorded(actor, [plan.product.pk for plan in old]) as changing:
        new = [plan.product for plan in writing if plan.is_new]
        Product.objects.bulk_create(new)
        changing.created += new
        overwrite(Product, [plan.product for plan in old if plan.changed], _PRODUCT_COLUMNS)
        _save(Variant, [variant for plan in writing for variant in plan.variants], _VARIANT_COLUMNS)
        _write_values(writing)
        SourceText.objects.filter(pk__in=[pk for plan in writing for pk in plan.cleared_texts]).delete()
        _save(SourceText, [text for plan in writing for text in plan.texts], ("text", "imported_at"))
        imaged = [plan for plan in writing if plan.images is not None]
        ProductImage.objects.filter(product__in=[plan.product for plan in imaged if not plan.is_new]).delete()
        ProductImage.objects.bulk_create(
            ProductImage(product=plan.product, url=url, alt=alt, position=place)
            for plan in imaged
            for place, (url, alt) in enumerate(plan.images or (), 1)
        )
        SellingPoint.objects.bulk_create([point for plan in writing for point in plan.selling_points])


def _write_values(plans: Sequence[ProductPlan]) -> None:
    AttributeValue.objects.filter(pk__in=[pk for plan in plans for pk in plan.cleared_values]).delete()
    values = [value for plan in plans for value in plan.values]
    fresh = {value.attribute.code: value.attribute for value in values if value.attribute.pk is None}
    if fresh:
        AttributeDefinition.objects.bulk_create(fresh.values(), ignore_conflicts=True)
        stored = {row.code: row for row in AttributeDefinition.objects.filter(code__in=fresh)}
        for value in values:
            if value.attribute.code in stored:
                value.attribute = stored[value.attribute.code]
    for value in values:
        value.variant = value.variant  # takes over the id a new variant got meanwhile
    _save(AttributeValue, values, ("value", "values", "number", "unit"))


def _save(model: Any, rows: Sequence[Any], columns: Sequence[str]) -> None:
    new = [row for row in rows if row.pk is None]
    old = [row for row in rows if row.pk is not None]
    for row in new:
        row.product = row.product  # takes over the id its new product got meanwhile
    model.objects.bulk_create(new, batch_size=CHUNK)
    overwrite(model, old, columns)


def _add(result: ImportResult, chunk: ImportResult) -> None:
    result.products.update(chunk.products)
    result.variants.update(chunk.variants)
    result.error_count += chunk.error_count
    result.conflict_count += chunk.conflict_count
    result.confirmed += chunk.confirmed
    for name, most in (("errors", MOST_KEPT), ("conflicts", MOST_KEPT), ("changes", MOST_CHANGES_SHOWN)):
        kept = getattr(result, name)
        kept += getattr(chunk, name)
        del kept[most:]
