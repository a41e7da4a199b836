"""A digest of everything a product's facts are made from: one query tells whether they can have changed.

Whole rows go in, not single fields: a column added to a model is covered without anybody thinking of it here. Left out
is only what no fact is ever made from (prices, stock, times).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from functools import lru_cache
from importlib import resources
from typing import Any

from django.db import connection
from django.db.models import CharField, Exists, ExpressionWrapper, F, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from opsportal.database import JSONRows, row_object
from products.models import (
    AttributeDefinition,
    AttributeValue,
    Benefit,
    Brand,
    Category,
    CategoryAttribute,
    LiveCopy,
    Product,
    SellingPoint,
    SourceText,
    Variant,
)
from products.models.catalogue import PATH_SEPARATOR

#: Bump when ``products.facts`` makes other facts from the same rows: nothing counts as unchanged then.
FACTS_SCHEMA = 1
_NEVER_A_FACT = {
    Product: {"status", "tags", "image", "useful_facts", "completeness", "created_at", "updated_at"},
    Variant: {"sku", "barcode", "price", "compare_at", "cost", "currency", "stock", "stock_synced_at", "image"},
    SourceText: {"imported_at"},
    SellingPoint: {"approved_by_id"},
    Benefit: {"approved_by_id", "approved_at"},
}
_DATA = ("lexicon.toml", "units.toml")
#: Stand for what is asked in the statement that is kept; no such value is ever asked.
_SLOT, _LANGUAGE, _CHANNEL = "<slot>", "<language>", "<channel>"


def digests(product_ids: Collection[int], slot: str, language: str, channel: str) -> dict[int, str]:
    """A digest for every product that exists: of its facts' sources in ``language`` and of what is live at the address."""
    ids = sorted(set(product_ids))
    sql, places = _statement(connection.vendor, len(ids))
    given = {_SLOT: slot, _LANGUAGE: language, _CHANNEL: channel} | dict(zip(_numbers(len(ids)), ids, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(sql, [given.get(place, place) for place in places])
        return {pk: _digest(rest) for pk, *rest in cursor.fetchall()}


@lru_cache(maxsize=8)
def _statement(vendor: str, size: int) -> tuple[str, tuple[Any, ...]]:
    """The query for ``size`` products with placeholders for what is asked, and these in the order they are wanted.

    Kept: the ORM takes several times longer to write a statement of so many columns than a database to answer it.
    """
    live = LiveCopy.objects.filter(product=OuterRef("pk"), slot=_SLOT, language=_LANGUAGE, channel=_CHANNEL)
    rows = Product.objects.filter(pk__in=_numbers(size)).order_by()
    told = rows.values_list(
        "pk",
        Subquery(live.values("content_hash")[:1]),
        row_object(Product, *_columns(Product)),
        *_belongings(_LANGUAGE),
    )
    return told.query.sql_with_params()


def _numbers(size: int) -> list[int]:
    return [-place for place in range(1, size + 1)]


def _belongings(language: str) -> list[JSONRows]:
    product = OuterRef("pk")
    values = AttributeValue.objects.filter(product=product)
    used = Exists(AttributeValue.objects.filter(product=OuterRef(product), attribute=OuterRef("attribute_id")))
    whole = ExpressionWrapper(OuterRef("category__path"), output_field=CharField())
    above = Q(whole=F("category__path")) | Q(whole__startswith=Concat(F("category__path"), Value(PATH_SEPARATOR)))
    return [
        _rows(values, ("attribute", AttributeDefinition)),
        _rows(Variant.objects.filter(product=product)),
        _rows(SellingPoint.objects.filter(product=product, approved_at__isnull=False, language=language)),
        _rows(SourceText.objects.filter(product=product, field="description").exclude(text="")),
        _rows(Benefit.objects.filter(used, approved_at__isnull=False, language=language), ("category", Category)),
        _rows(Brand.objects.filter(products=product)),
        _rows(Category.objects.filter(products=product)),
        _rows(CategoryAttribute.objects.alias(whole=whole).filter(above)),
    ]


def _rows(queryset: QuerySet[Any], *along: tuple[str, type[Model]]) -> JSONRows:
    columns = _columns(queryset.model)
    columns += [f"{name}__{column}" for name, model in along for column in _columns(model)]
    return JSONRows(queryset.order_by("pk"), *columns)


def _columns(model: type[Model]) -> list[str]:
    left_out = _NEVER_A_FACT.get(model, set())
    return [field.attname for field in model._meta.concrete_fields if field.attname not in left_out]


def _digest(rows: list[Any]) -> str:
    content = json.dumps([_data_version(), rows], ensure_ascii=False, default=str)
    return hashlib.sha256(content.encode()).hexdigest()


@lru_cache(maxsize=1)
def _data_version() -> str:
    """Names and units come from our own data files, which an upgrade may change."""
    folder = resources.files("products") / "data"
    texts = "".join((folder / name).read_text(encoding="utf-8") for name in _DATA)
    return f"{FACTS_SCHEMA}:{hashlib.sha256(texts.encode()).hexdigest()}"
