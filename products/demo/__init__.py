"""The demo shop's catalogue: about sixty products of our own writing, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product as combinations
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext as _

from generation.models import Batch
from generation.services import BatchSpec, start_batch
from opsportal import jobs
from opsportal.access import Actor
from opsportal.maintenance.points import Demo, demos
from products.demo import reading
from products.models import (
    AttributeDefinition,
    Benefit,
    Category,
    CategoryAttribute,
    Channel,
    Product,
)
from products.services import catalogue

CHINESE = "zh-hans"
SOURCE = "demo data sheet"
CHANNELS = (("web", "Web shop", Channel.Kind.SHOPIFY), ("taobao", "淘宝店", Channel.Kind.TAOBAO))
#: Each further variant has so many fewer in stock.
STOCK_STEP = 7


@demos.register
class Catalogue(Demo):
    """Categories with attribute sets, the fact→benefit library, two channels, products."""

    key = "products"
    order = 10

    def load(self, actor: Actor) -> Iterable[str]:
        """Load what is not there yet."""
        for code, name, kind in CHANNELS:
            Channel.objects.get_or_create(code=code, defaults={"name": name, "kind": kind})
        attributes = _attributes()
        paths = _categories(attributes)
        _benefits(actor, attributes)
        made = 0
        for item in reading.products():
            if not Product.objects.filter(key=item.key).exists():
                _product(actor, item, paths[item.category], attributes)
                made += 1
        total = Product.objects.count()
        yield _("%(made)d products loaded, %(total)d in the catalogue") % {"made": made, "total": total}


def _attributes() -> dict[str, AttributeDefinition]:
    found = {}
    for row in reading.attributes():
        found[row.key], _created = AttributeDefinition.objects.get_or_create(
            code=f"demo-{row.key}",
            defaults={
                "name": row.label[0],
                "names": {CHINESE: row.label[1]},
                "data_type": row.data_type,
                "unit": row.unit[0],
                "units": {CHINESE: row.unit[1]} if row.unit[1] else {},
                "is_key": row.is_key,
            },
        )
    return found


def _categories(attributes: dict[str, AttributeDefinition]) -> dict[str, list[str]]:
    """Make the tree; returns the path of names of each category by its id in the data."""
    labels: dict[str, str] = {}
    paths = {}
    for row in reading.categories():
        labels[row.path] = row.label[0]
        parts = row.path.split(".")
        path = [labels[".".join(parts[:size])] for size in range(1, len(parts) + 1)]
        category = catalogue.ensure_category(path)
        assert category is not None
        nouns = {"en": row.noun[0], CHINESE: row.noun[1]} if row.noun[0] else {}
        sensitive = row.sensitive or next(
            (other.sensitive for other in reading.categories() if other.path == parts[0]), ""
        )
        Category.objects.filter(pk=category.pk).update(names={CHINESE: row.label[1]}, nouns=nouns, sensitive=sensitive)
        for position, key in enumerate(row.attributes, 1):
            CategoryAttribute.objects.get_or_create(
                category=category,
                attribute=attributes[key],
                defaults={"position": position, "is_key": attributes[key].is_key},
            )
        paths[row.path] = path
    return paths


def _benefits(actor: Actor, attributes: dict[str, AttributeDefinition]) -> None:
    for row in reading.benefits():
        for language, text in zip(("en", CHINESE), row.text, strict=True):
            Benefit.objects.get_or_create(
                attribute=attributes[row.attribute],
                language=language,
                text=text,
                defaults={
                    "minimum": row.minimum,
                    "maximum": row.maximum,
                    "approved_by": actor.user,
                    "approved_at": timezone.now(),
                },
            )


def _product(
    actor: Actor, item: reading.DemoProduct, path: list[str], attributes: dict[str, AttributeDefinition]
) -> None:
    catalogue.ensure_brand(item.brand[0], {CHINESE: item.brand[1]})
    made = catalogue.create_product(
        actor,
        key=item.key,
        name=item.name[0],
        names={CHINESE: item.name[1]},
        nouns={"en": item.noun[0], CHINESE: item.noun[1]} if item.noun[0] else {},
        language="en",
        brand=item.brand[0],
        category=path,
        variants=_variants(item),
        attributes=[
            catalogue.AttributeInput(
                attribute=attributes[fact.attribute].code,
                value=fact.value[0],
                values={CHINESE: fact.value[1]},
                condition=fact.condition[0],
                conditions={CHINESE: fact.condition[1]} if fact.condition[1] else {},
                part=fact.part[0],
                parts={CHINESE: fact.part[1]} if fact.part[1] else {},
                source=SOURCE,
            )
            for fact in item.facts
        ],
        channels=[code for code, _name, _kind in CHANNELS],
    )
    for position, language in enumerate(("en", CHINESE)):
        texts = [point[position] for point in item.selling_points]
        if texts:
            catalogue.set_selling_points(actor, made, language, texts, approve=True)


def _variants(item: reading.DemoProduct) -> list[dict[str, Any]]:
    """One variant a combination of options; stock is shared out unevenly, as in a real shop."""
    rows = []
    axes = [[(name, value) for value in values] for name, values in item.options]
    for number, chosen in enumerate(combinations(*axes)):
        options = [
            {"name": name[0], "names": {CHINESE: name[1]}, "value": value[0], "values": {CHINESE: value[1]}}
            for name, value in chosen
        ]
        rows.append(
            {
                "sku": f"{item.key}-{number + 1}" if options else item.key,
                "options": options,
                "price": item.price,
                "compare_at": item.compare_at,
                "currency": "CNY",
                "stock": max(item.stock // max(len(axes) * 3, 1) - number * STOCK_STEP, 0),
            }
        )
    return rows


@demos.register
class FirstBatch(Demo):
    """Descriptions in both languages for the whole catalogue, drafted and checked, waiting for a reviewer."""

    key = "products-first-batch"
    order = 90

    def load(self, actor: Actor) -> Iterable[str]:
        """Draft in this process, unless something was drafted before."""
        if Batch.objects.exists():
            yield _("Drafts are there already.")
            return
        operator = get_user_model().objects.filter(username="demo-operator").first()
        asking = Actor(operator, "command") if operator else actor
        spec = BatchSpec(slots=["products.description", "products.title"], languages=["zh-hans", "en"])
        batch = start_batch(asking, spec)
        yield _("Drafting descriptions and titles in Chinese and English…")
        jobs.drain_all()
        batch.refresh_from_db()
        yield _("%(written)d drafts wait for review (%(failed)d failed)") % {
            "written": batch.written,
            "failed": batch.failed,
        }
