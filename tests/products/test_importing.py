"""Files into the catalogue: what lands, what is refused, what a second run does."""

from decimal import Decimal

import pytest

from generation.values import content_hash
from opsportal.access import Actor, Forbidden
from opsportal.events.models import Event
from opsportal.plugins.errors import Invalid
from products.imports.columns import detect_format, map_columns, parse_mapping
from products.imports.reading import UnreadableFile
from products.models import (
    AttributeDefinition,
    AttributeValue,
    Channel,
    LiveCopy,
    PriceChange,
    Product,
    SourceText,
    Variant,
)
from products.services.importing import ImportSpec, import_products

PORTAL = [
    ["sku", "name", "category", "brand", "price", "currency", "stock", "description", "attr:Weight", "属性:材质"],
    ["B1", "智能手环 S1", "数码 > 手环", "翎羽", "199", "CNY", "5", "<p>一周一充</p>", "19 g", "硅胶"],
    ["B2", "Desk lamp", "Home/Lamps", "", "29.90", "EUR", "", "", "1.2 kg", ""],
]
LEGACY = [
    ["Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Name", "Option1 Value",
     "Variant SKU", "Variant Grams", "Variant Inventory Qty", "Variant Price", "Variant Compare At Price", "Image Src",
     "Image Position", "SEO Title"],
    ["tee", "Linen Tee", "<ul><li>Material: linen</li><li>Fit: relaxed</li></ul>", "Moss", "Shirts", "a, b", "TRUE",
     "Size", "S", "T-S", "180", "3", "35.00", "0", "https://cdn.example.com/1.jpg", "1", "Linen Tee"],
    ["tee", "", "", "", "", "", "", "", "M", "T-M", "190", "4", "35.00", "", "https://cdn.example.com/2.jpg", "2", ""],
    ["tee", "", "", "", "", "", "", "", "", "", "", "", "", "", "https://cdn.example.com/3.jpg", "3", ""],
    ["mug", "Mug", "", "Moss", "Mugs", "", "", "Title", "Default Title", "", "0", "", "nine", "", "", "", ""],
    ["cup", "Cup", "", "Moss", "Mugs", "", "false", "Title", "Default Title", "", "", "", "9", "12", "", "", ""],
]  # fmt: skip
CURRENT = [
    ["Title", "URL handle", "Description", "Vendor", "Status", "SKU", "Option1 name", "Option1 value", "Price",
     "Inventory quantity", "Fabric (product.metafields.custom.fabric)", "Product image URL"],
    ["Linen Tee", "tee", "Soft.", "Moss", "Active", "T-S", "Size", "S", "35", "3", "linen", ""],
]  # fmt: skip


def test_a_portal_file_lands_completely(run_import):
    result = run_import(PORTAL)
    assert result.to_json()["products"] == {"created": 2, "updated": 0, "unchanged": 0}
    band = Product.objects.get(key="B1")
    assert (band.name, band.language, band.brand.name, band.category.path) == (
        "智能手环 S1",
        "zh-hans",
        "翎羽",
        "数码/手环",
    )
    variant = band.variants.get()
    assert (variant.price, variant.currency, variant.stock) == (Decimal(199), "CNY", 5)
    weight = band.attribute_values.get(attribute__name="Weight")
    assert (weight.value, weight.number, weight.unit) == ("19 g", Decimal(19), "g")
    assert AttributeDefinition.objects.get(name="材质").data_type == "text"
    assert SourceText.objects.get(product=band).text == "<p>一周一充</p>"
    assert Event.objects.filter(kind="product.created").count() == 2


@pytest.mark.parametrize("rows", [PORTAL, LEGACY, CURRENT])
def test_the_second_run_changes_nothing(run_import, rows):
    first = run_import(rows)
    events = Event.objects.count()
    second = run_import(rows)
    assert second.products == {"unchanged": sum(first.products.values())}
    assert second.variants == {"unchanged": sum(first.variants.values())}
    assert Event.objects.count() == events


def test_shopify_rows_become_products_variants_and_images(run_import):
    result = run_import(LEGACY)
    assert result.format == "shopify"
    assert result.rows == 5
    assert result.to_json()["products"]["created"] == 2
    assert result.to_json()["variants"]["created"] == 3
    assert [error.to_json() for error in result.errors] == [
        {"row": 5, "column": "Variant Price", "message": "“nine” is not a number. Write it like 19.90."}
    ]
    tee = Product.objects.get(key="tee")
    assert [variant.label for variant in tee.variants.all()] == ["S", "M"]
    assert tee.images.count() == 3
    assert tee.variants.first().compare_at is None
    assert Product.objects.get(key="cup").status == "draft"
    assert Product.objects.get(key="cup").variants.get().options == []
    weights = AttributeValue.objects.filter(product=tee, attribute__name="Weight").values_list("value", "variant__sku")
    assert sorted(weights) == [("180 g", "T-S"), ("190 g", "T-M")]


def test_the_current_shopify_header_with_a_metafield(run_import):
    result = run_import(CURRENT)
    assert (result.format, result.error_count) == ("shopify", 0)
    assert AttributeValue.objects.get(attribute__name="Fabric").value == "linen"


def test_blank_clears_and_absent_leaves(run_import):
    run_import([["sku", "name", "brand", "attr:Material", "stock"], ["A", "Mug", "Moss", "clay", "3"]])
    run_import([["sku", "name"], ["A", "Mug"]])
    product = Product.objects.get(key="A")
    assert (product.brand.name, product.attribute_values.count(), product.variants.get().stock) == ("Moss", 1, 3)
    result = run_import([["sku", "name", "brand", "attr:Material", "stock"], ["A", "Mug", "", "", ""]])
    product.refresh_from_db()
    assert (product.brand, product.attribute_values.count(), product.variants.get().stock) == (None, 0, None)
    assert result.products == {"updated": 1}


def test_a_dry_run_tells_the_difference_and_writes_nothing(run_import):
    run_import([["sku", "name", "price"], ["A", "Mug", "3"]])
    result = run_import([["sku", "name", "price"], ["A", "Cup", "4"], ["B", "New", "1"]], dry_run=True)
    assert result.to_json()["products"] == {"created": 1, "updated": 1, "unchanged": 0}
    assert {"key": "A", "field": "name", "before": "Mug", "after": "Cup"} in result.changes
    assert {"key": "A", "field": "price", "before": "3.0000", "after": "4.0000"} in [
        {**change, "key": change["key"].split(" ")[0]} for change in result.changes
    ]
    assert Product.objects.get().name == "Mug"


def test_bad_rows_stay_out_and_good_ones_land(run_import):
    result = run_import(
        [
            ["sku", "name", "price", "stock", "language"],
            ["A", "Good", "1", "1", ""],
            ["", "Nobody", "1", "1", ""],
            ["B", "", "1", "1", ""],
            ["C", "Bad stock", "1", "many", ""],
            ["D", "Unknown", "1", "1", "fr"],
            ["A", "Twice", "1", "1", ""],
        ]
    )
    assert list(Product.objects.values_list("key", flat=True)) == ["A"]
    assert [(error.row, error.column) for error in sorted(result.errors, key=lambda e: e.row)] == [
        (3, "sku"),
        (4, "name"),
        (5, "stock"),
        (6, "language"),
        (7, "sku"),
    ]
    assert all(error.message for error in result.errors)


def test_rows_in_further_languages_are_names_of_the_same_product(run_import):
    rows = [
        ["sku", "name", "language", "description"],
        ["A", "Mug", "en", "Holds tea."],
        ["B", "Cup", "en", ""],
        ["A", "马克杯", "zh-CN", "可泡茶。"],
    ]
    assert run_import(rows).to_json()["products"]["created"] == 2
    product = Product.objects.get(key="A")
    assert (product.name, product.names) == ("Mug", {"zh-hans": "马克杯"})
    assert set(product.source_texts.values_list("language", "text")) == {("en", "Holds tea."), ("zh-hans", "可泡茶。")}
    assert run_import(rows).to_json()["products"]["unchanged"] == 2


def test_rows_of_a_product_that_stand_apart_are_one_product(run_import):
    rows = [
        ["handle", "sku", "name", "option1_name", "option1_value", "image"],
        ["tee", "S", "Tee", "Size", "S", "https://x.example/1.jpg"],
        ["mug", "MUG", "Mug", "", "", ""],
        ["tee", "M", "", "Size", "M", "https://x.example/2.jpg"],
    ]
    run_import(rows)
    assert Product.objects.get(key="tee").variants.count() == 2
    assert Product.objects.get(key="tee").images.count() == 2
    assert run_import(rows).products == {"unchanged": 2}


def test_a_changed_price_is_history_and_event_but_no_changed_fact(run_import):
    run_import([["sku", "name", "price"], ["A", "Mug", "3"]])
    run_import([["sku", "name", "price"], ["A", "Mug", "4"]])
    assert list(PriceChange.objects.order_by("id").values_list("price", flat=True)) == [Decimal(3), Decimal(4)]
    assert Event.objects.filter(kind="product.price_changed").count() == 1
    assert not Event.objects.filter(kind="product.facts_changed").exists()


def test_a_tick_of_stock_is_no_event(run_import):
    run_import([["sku", "name", "stock"], ["A", "Mug", "3"]])
    before = Event.objects.count()
    assert run_import([["sku", "name", "stock"], ["A", "Mug", "2"]]).variants == {"updated": 1}
    assert Event.objects.count() == before


def publish(product, text, slot="products.description"):
    return LiveCopy.objects.create(
        product=product, slot=slot, language="en", value=text, content_hash=content_hash(text)
    )


def test_an_old_file_never_overwrites_copy_published_here(run_import):
    rows = [["sku", "name", "description"], ["A", "Mug", "<p>Old words</p>"]]
    run_import(rows)
    live = publish(Product.objects.get(), "<p>New words</p>")
    result = run_import(rows)
    live.refresh_from_db()
    assert live.value == "<p>New words</p>"
    assert [(told["row"], told["column"], told["key"]) for told in result.conflicts] == [(2, "description", "A")]
    assert result.error_count == 0


def test_published_copy_that_comes_back_is_not_taken_for_the_shops_own_words(run_import):
    run_import([["sku", "name", "description"], ["A", "Mug", "<p>Material: clay</p>"]])
    product = Product.objects.get()
    publish(product, "<p>Weight: 300 g</p>")
    publish(product, "Moss Mug clay", slot="products.title")
    result = run_import([["sku", "name", "description"], ["A", "Moss Mug clay", "<p>\n Weight:&nbsp;300 g</p>"]])
    product.refresh_from_db()
    assert (product.name, product.source_texts.get().text) == ("Mug", "<p>Material: clay</p>")
    assert result.products == {"unchanged": 1}
    assert result.conflict_count == 0


def test_mapping_and_what_cannot_be_mapped(run_import, write_csv):
    rows = [["Artikel", "Bezeichnung", "Leistung", "x_a"], ["1", "Föhn", "1400W", "blue"]]
    with pytest.raises(UnreadableFile, match="Artikel"):
        run_import(rows)
    mapping = parse_mapping(["Artikel=sku", "Bezeichnung=name", "Leistung=attr:Wattage", "x_*=attr:*"])
    assert run_import(rows, mapping=mapping).error_count == 0
    assert set(AttributeValue.objects.values_list("attribute__name", "value")) == {
        ("Wattage", "1400W"),
        ("X a", "blue"),
    }
    for pair in ("nonsense", "a=unknown_field", "=sku", "a=attr:"):
        with pytest.raises(UnreadableFile):
            parse_mapping([pair])
    with pytest.raises(UnreadableFile, match="no column"):
        map_columns(["sku", "name"], "portal", {"missing": "brand"})


def test_custom_fields_are_attributes_and_a_network_is_no_weight(run_import):
    run_import([["sku", "name", "custom_field.custom.wattage", "metafields.specs.room_size", "attr:Network"],
                ["1", "Fan", "45W", "20 m²", "5G"]])  # fmt: skip
    found = AttributeValue.objects.values_list("attribute__name", "value", "unit")
    assert set(found) == {("Wattage", "45W", "W"), ("Room size", "20 m²", "m²"), ("Network", "5G", "")}


def test_formats_are_told_apart():
    assert detect_format(LEGACY[0]) == detect_format(CURRENT[0]) == "shopify"
    assert detect_format(PORTAL[0]) == "portal"
    assert detect_format(["ID", "Type", "SKU", "Name", "Regular price"]) == "woocommerce"
    assert detect_format(["id", "title", "link", "price", "availability"]) == "google"


def test_a_typed_attribute_refuses_what_does_not_fit(run_import):
    AttributeDefinition.objects.create(code="weight", name="Weight", data_type="number", unit="g")
    result = run_import([["sku", "name", "attr:Weight"], ["A", "Mug", "heavy"], ["B", "Cup", "300"]])
    assert [(error.row, error.column) for error in result.errors] == [(2, "attr:Weight")]
    assert AttributeValue.objects.get().number == 300


def test_channels_and_rights(run_import, person, write_csv):
    Channel.objects.create(code="eu", name="EU shop")
    run_import([["sku", "name"], ["A", "Mug"]], channel="eu")
    assert Product.objects.get().channels.get().code == "eu"
    with pytest.raises(Invalid, match="no channel"):
        run_import([["sku", "name"], ["A", "Mug"]], channel="us")
    with pytest.raises(Forbidden, match="import_products"):
        import_products(person("viewer"), ImportSpec(write_csv([["sku", "name"], ["A", "Mug"]])))


def test_formulas_and_markup_in_cells_are_data(run_import):
    run_import([["sku", "name", "attr:Note"], ["A", "'=1+1", "<script>alert(1)</script>"]])
    assert Product.objects.get().name == "=1+1"
    assert AttributeValue.objects.get().value == "<script>alert(1)</script>"


def test_the_number_of_queries_does_not_grow_with_the_rows(run_import, django_assert_max_num_queries):
    few = [["sku", "name", "price", "attr:Weight"], *([f"A{n}", f"Mug {n}", "3", f"{n} g"] for n in range(5))]
    many = [["sku", "name", "price", "attr:Weight"], *([f"B{n}", f"Cup {n}", "3", f"{n} g"] for n in range(200))]
    run_import(few)
    with django_assert_max_num_queries(60):
        run_import(many)
    assert Variant.objects.count() == 205


def test_an_import_may_act_for_a_person(person, write_csv):
    actor = person("operator")
    import_products(actor, ImportSpec(write_csv([["sku", "name"], ["A", "Mug"]])))
    assert Event.objects.get(kind="product.created").actor == actor.user
    assert Actor.system().can("products.import_products")
