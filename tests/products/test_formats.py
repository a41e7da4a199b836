"""WooCommerce and Google files."""

from decimal import Decimal

import pytest

from products.imports.reading import UnreadableFile
from products.models import Product

pytestmark = pytest.mark.django_db

WOO = [
    ["ID", "Type", "SKU", "Name", "Published", "Short description", "Description", "Stock", "Sale price", "Regular price",
     "Categories", "Tags", "Images", "Parent", "Weight (kg)", "Attribute 1 name", "Attribute 1 value(s)",
     "Attribute 2 name", "Attribute 2 value(s)"],
    ["1", "simple", "MUG", "Mug", "1", "", "Clay mug", "4", "8", "10", "Kitchen > Mugs, Gifts", "a, b",
     "https://x.example/1.jpg, https://x.example/2.jpg", "", "0.3", "Material", "clay", "", ""],
    ["2", "variable", "TEE", "Tee", "-1", "", "", "", "", "", "Clothing", "", "", "", "", "Size", "S, M", "Fabric", "linen"],
    ["3", "variation", "TEE-S", "Tee - S", "1", "", "", "2", "", "30", "", "", "", "TEE", "", "Size", "S", "", ""],
    ["4", "variation", "TEE-M", "Tee - M", "1", "", "", "2", "", "30", "", "", "", "id:2", "", "Size", "M", "", ""],
    ["5", "grouped", "SET", "Set", "1", "", "", "", "", "", "", "", "", "", "", "", "", "", ""],
]  # fmt: skip
FEED = """<?xml version="1.0"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>
<item><g:id>T-S</g:id><g:title>Tee</g:title><g:item_group_id>tee</g:item_group_id><g:size>S</g:size>
<g:price>35.00 EUR</g:price><g:brand>Moss</g:brand><g:product_type>Clothing &gt; Tees</g:product_type></item>
<item><g:id>T-M</g:id><g:title>Tee</g:title><g:item_group_id>tee</g:item_group_id><g:size>M</g:size>
<g:price>35.00 EUR</g:price></item>
<item><g:id>MUG</g:id><g:structured_title><g:digital_source_type>trained_algorithmic_media</g:digital_source_type>
<g:content>Mug</g:content></g:structured_title><g:price>9 EUR</g:price><g:material>clay</g:material></item>
</channel></rss>"""


def test_woocommerce_products_variations_and_attributes(run_import):
    result = run_import(WOO)
    assert (result.format, result.error_count) == ("woocommerce", 0), result.errors
    assert result.to_json()["products"]["created"] == 2
    mug, tee = Product.objects.get(key="MUG"), Product.objects.get(key="TEE")
    variant = mug.variants.get()
    assert (variant.price, variant.compare_at, mug.category.path, mug.images.count()) == (8, 10, "Kitchen/Mugs", 2)
    assert set(mug.attribute_values.values_list("attribute__name", "value")) == {
        ("Material", "clay"),
        ("Weight", "0.3 kg"),
    }
    assert [variant.label for variant in tee.variants.all()] == ["S", "M"]
    assert (tee.status, tee.attribute_values.get().value) == ("draft", "linen")
    assert run_import(WOO).products == {"unchanged": 2}


def test_a_google_feed_in_xml(run_import, tmp_path):
    path = tmp_path / "feed.xml"
    path.write_text(FEED, encoding="utf-8")
    result = run_import(path)
    assert (result.format, result.error_count) == ("google", 0), result.errors
    tee = Product.objects.get(key="tee")
    assert (tee.variants.count(), tee.brand.name, tee.category.path) == (2, "Moss", "Clothing/Tees")
    assert tee.variants.first().price == Decimal(35)
    assert tee.variants.first().currency == "EUR"
    assert Product.objects.get(key="MUG").name == "Mug"
    assert run_import(path).products == {"unchanged": 2}


def test_xml_with_entities_or_without_products_is_refused(run_import, tmp_path):
    for text in (
        '<!DOCTYPE a [<!ENTITY x "y">]><rss><item><id>&x;</id></item></rss>',
        "<rss><channel><title>none</title></channel></rss>",
        "<rss><item>",
    ):
        path = tmp_path / "bad.xml"
        path.write_text(text)
        with pytest.raises(UnreadableFile):
            run_import(path)


def test_a_google_table(run_import):
    rows = [
        ["id", "title", "link", "price", "sale_price", "availability", "product_highlight", "color"],
        ["A", "Mug", "https://x.example", "10.00 EUR", "8.00 EUR", "in_stock", "Big", "blue"],
    ]
    assert run_import(rows).format == "google"
    variant = Product.objects.get().variants.get()
    assert (variant.price, variant.compare_at) == (8, 10)
