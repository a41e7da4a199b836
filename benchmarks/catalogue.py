"""A catalogue of any size for benchmarks: plausible bilingual products with seven attributes each, written in bulk."""

from __future__ import annotations

import random

from products.models import AttributeDefinition, AttributeValue, Brand, Category, Product, Variant

CHUNK = 2000
CHINESE = "zh-hans"
#: What the products are, in English and Chinese.
NOUNS = (
    ("kettle", "电水壶"),
    ("backpack", "双肩包"),
    ("desk lamp", "台灯"),
    ("bath towel", "浴巾"),
    ("wool sweater", "羊毛衫"),
    ("storage box", "收纳箱"),
    ("power bank", "充电宝"),
    ("mug", "马克杯"),
)
#: name, name in Chinese, unit, values with the Chinese word where there is one
ATTRIBUTES: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Material", "材质", "",
        (
            ("stainless steel", "不锈钢"), ("cotton", "棉"), ("oak", "橡木"), ("aluminum", "铝"),
            ("merino wool", "美利奴羊毛"), ("glass", "玻璃"),
        ),
    ),
    ("Weight", "重量", "g", tuple((str(grams), "") for grams in range(80, 2400, 35))),
    (
        "Color", "颜色", "",
        (("black", "黑色"), ("white", "白色"), ("sage green", "鼠尾草绿"), ("navy", "藏青"), ("sand", "沙色")),
    ),
    ("Capacity", "容量", "L", tuple((litres, "") for litres in ("0.5", "0.75", "1", "1.7", "20"))),
    ("Warranty", "保修", "", (("1 year", "1年"), ("2 years", "2年"), ("18 months", "18个月"))),
    ("Width", "宽度", "cm", tuple((str(size), "") for size in range(8, 90, 3))),
    (
        "In the box", "包装清单", "",
        (("item, manual", "商品、说明书"), ("item, cable, manual", "商品、数据线、说明书"), ("item, pouch", "商品、收纳袋")),
    ),
)  # fmt: skip


def make_products(size: int, seed: int = 1) -> None:
    """Write ``size`` products with variants and attribute values; the same seed gives the same catalogue."""
    chance = random.Random(seed)
    brand = Brand.objects.create(name="Norvane")
    categories = [
        Category.objects.create(name=noun, path=noun, names={CHINESE: chinese}, nouns={"en": noun, CHINESE: chinese})
        for noun, chinese in NOUNS
    ]
    definitions = [
        AttributeDefinition.objects.create(
            code=name.lower().replace(" ", "-"),
            name=name,
            names={CHINESE: chinese},
            unit=unit,
            data_type="choice" if any(word for _value, word in values) else "text",
            choices=[{"value": value, "names": {CHINESE: word}} for value, word in values if word],
        )
        for name, chinese, unit, values in ATTRIBUTES
    ]
    for start in range(0, size, CHUNK):
        rows = []
        for number in range(start, min(start + CHUNK, size)):
            category = categories[number % len(categories)]
            name = f"Norvane {category.name.title()} {number:05d}"
            names = {CHINESE: f"Norvane {category.name_in(CHINESE)} {number:05d}"}
            rows.append(
                Product(key=f"bench-{number}", name=name, names=names, brand=brand, category=category, useful_facts=7)
            )
        made = Product.objects.bulk_create(rows)
        Variant.objects.bulk_create(Variant(product=row, identity=row.key, sku=row.key) for row in made)
        AttributeValue.objects.bulk_create(
            AttributeValue(product=row, attribute=definition, value=chance.choice(values)[0])
            for row in made
            for definition, (_name, _chinese, _unit, values) in zip(definitions, ATTRIBUTES, strict=True)
        )
