"""A catalogue of any size for benchmarks: plausible products with seven attributes each, written in bulk."""

from __future__ import annotations

import random

from products.models import AttributeDefinition, AttributeValue, Brand, Category, Product, Variant

CHUNK = 2000
NOUNS = ("kettle", "backpack", "desk lamp", "bath towel", "wool sweater", "storage box", "power bank", "mug")
#: name, unit, values
ATTRIBUTES = (
    ("Material", "", ("stainless steel", "cotton", "oak", "aluminum", "merino wool", "glass")),
    ("Weight", "g", tuple(str(grams) for grams in range(80, 2400, 35))),
    ("Color", "", ("black", "white", "sage green", "navy", "sand")),
    ("Capacity", "L", ("0.5", "0.75", "1", "1.7", "20")),
    ("Warranty", "", ("1 year", "2 years", "18 months")),
    ("Width", "cm", tuple(str(size) for size in range(8, 90, 3))),
    ("In the box", "", ("item, manual", "item, cable, manual", "item, pouch")),
)


def make_products(size: int, seed: int = 1) -> None:
    """Write ``size`` products with variants and attribute values; the same seed gives the same catalogue."""
    chance = random.Random(seed)
    brand = Brand.objects.create(name="Norvane")
    categories = [Category.objects.create(name=noun, path=noun, nouns={"en": noun}) for noun in NOUNS]
    definitions = [
        AttributeDefinition.objects.create(code=name.lower().replace(" ", "-"), name=name, unit=unit)
        for name, unit, _values in ATTRIBUTES
    ]
    for start in range(0, size, CHUNK):
        rows = []
        for number in range(start, min(start + CHUNK, size)):
            category = categories[number % len(categories)]
            name = f"Norvane {category.name.title()} {number:05d}"
            rows.append(Product(key=f"bench-{number}", name=name, brand=brand, category=category, useful_facts=7))
        made = Product.objects.bulk_create(rows)
        Variant.objects.bulk_create(Variant(product=row, identity=row.key, sku=row.key) for row in made)
        AttributeValue.objects.bulk_create(
            AttributeValue(product=row, attribute=definition, value=chance.choice(values))
            for row in made
            for definition, (_name, _unit, values) in zip(definitions, ATTRIBUTES, strict=True)
        )
