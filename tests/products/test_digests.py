"""The digest of a product's sources: equal digests must mean equal facts, however the data were changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from generation import briefs
from opsportal.access import Actor
from products import services
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
from products.slots import Description

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
SLOT = Description()
NOW = timezone.now()


@pytest.fixture
def product(db):
    """A product that has something in every table facts are made from."""
    made = services.create_product(
        Actor.system(),
        key="band-1",
        name="Tide Band",
        brand="Tide",
        category=["Bands", "Smart bands"],
        variants=[{"sku": "B", "options": [{"name": "Color", "value": "Black"}], "price": "19.90"}],
        attributes=[services.AttributeInput("Battery life", "7", unit="days")],
    )
    SellingPoint.objects.create(product=made, language="en", text="Light on the wrist", approved_at=NOW)
    SourceText.objects.create(product=made, field="description", language="en", text="Material: silicone")
    attribute = AttributeDefinition.objects.get(values__product=made)
    Benefit.objects.create(
        attribute=attribute, minimum=5, language="en", text="charge about once a week", approved_at=NOW
    )
    CategoryAttribute.objects.create(category=Category.objects.get(path="Bands"), attribute=attribute)
    return made


def digest(product) -> str:
    return SLOT.digests([product.pk], "en", "")[product.pk]


def fingerprint(product) -> str:
    return briefs.fingerprint(SLOT.facts([Product.objects.get(pk=product.pk)], "en", "")[product.pk])


#: What somebody writes past every service, by what it concerns.
CHANGES = {
    "name": lambda p: Product.objects.filter(pk=p.pk).update(name="Tide Band 2"),
    "noun": lambda p: Product.objects.filter(pk=p.pk).update(nouns={"en": "wristband"}),
    "value": lambda p: AttributeValue.objects.filter(product=p).update(value="9", number=9),
    "condition": lambda p: AttributeValue.objects.filter(product=p).update(condition="typical use"),
    "value gone": lambda p: AttributeValue.objects.filter(product=p).delete(),
    "attribute renamed": lambda p: AttributeDefinition.objects.update(names={"en": "Runtime"}),
    "attribute kept out": lambda p: AttributeDefinition.objects.update(in_copy=False),
    "option": lambda p: Variant.objects.filter(product=p).update(options=[{"name": "Color", "value": "Blue"}]),
    "another option": lambda p: Variant.objects.create(
        product=p, identity="x", options=[{"name": "Color", "value": "Red"}], position=2
    ),
    "selling point": lambda p: SellingPoint.objects.filter(product=p).update(text="Heavy on the wrist"),
    "approval withdrawn": lambda p: SellingPoint.objects.filter(product=p).update(approved_at=None),
    "shop text": lambda p: SourceText.objects.filter(product=p).update(text="Material: leather"),
    "benefit": lambda p: Benefit.objects.update(text="charge every Sunday"),
    "benefit elsewhere": lambda p: Benefit.objects.update(category=Category.objects.create(name="Hats", path="Hats")),
    "brand": lambda p: Brand.objects.update(names={"en": "Tide Co"}),
    "category noun": lambda p: Category.objects.filter(products=p).update(nouns={"en": "band"}),
    "key attribute above": lambda p: CategoryAttribute.objects.update(is_key=True),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_fact_is_another_digest(product, change) -> None:
    before = digest(product), fingerprint(product)
    CHANGES[change](product)
    after = digest(product), fingerprint(product)
    assert before[1] != after[1], "the change was to change a fact"
    assert before[0] != after[0]


def test_live_copy_counts_where_it_is_live(product) -> None:
    before = digest(product)
    LiveCopy.objects.create(product=product, slot=SLOT.key, language="zh-hans", value="x", content_hash="x")
    assert digest(product) == before
    LiveCopy.objects.create(product=product, slot=SLOT.key, language="en", value="x", content_hash="x")
    assert digest(product) != before


def test_price_stock_and_times_are_no_facts(product) -> None:
    before = digest(product)
    Variant.objects.filter(product=product).update(price="1", stock=3, stock_synced_at=NOW)
    Product.objects.filter(pk=product.pk).update(updated_at=NOW + timedelta(days=1), completeness={"en": 3}, tags=["x"])
    SourceText.objects.update(imported_at=NOW + timedelta(days=1))
    assert digest(product) == before


def test_many_take_one_query_and_a_deleted_one_has_none(product, django_assert_num_queries) -> None:
    other = services.create_product(Actor.system(), key="band-2", name="Tide Band")
    with django_assert_num_queries(1):
        found = SLOT.digests([product.pk, other.pk, 999_999], "en", "")
    assert set(found) == {product.pk, other.pk}
    assert found[product.pk] != found[other.pk]


def test_shown_tells_what_describe_and_live_tell(product, django_assert_num_queries) -> None:
    LiveCopy.objects.create(product=product, slot=SLOT.key, language="en", value="<p>x</p>", content_hash="x")
    with django_assert_num_queries(1):
        shown = SLOT.shown([product.pk], "en", "")[product.pk]
    assert shown.info == SLOT.describe([product])[product.pk]
    assert shown.live == SLOT.live([product], "en", "")[product.pk]
