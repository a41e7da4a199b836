"""Comparing records with the catalogue: what would have to be written. Reads the database, writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from generation.models import Revision
from generation.values import content_hash
from opsportal.plugins.errors import Invalid
from products.imports.comparing import shows, without_block
from products.imports.result import ImportResult
from products.imports.shapes import ProductRecord, VariantRecord
from products.models import AttributeDefinition, AttributeValue, LiveCopy, Product, SellingPoint, SourceText, Variant
from products.models.variants import variant_identity
from products.services.catalogue import attribute_code, category_path, matching_variant, value_of
from products.slots import SLOT_OF_FIELD

PRODUCT_FIELDS = ("status", "product_type", "tags")


@dataclass(slots=True)
class ProductPlan:
    """What one product's record changes. ``brand`` and ``category`` (names) are resolved when written."""

    product: Product
    is_new: bool
    changed: bool = False
    brand: str | None = None
    category: tuple[str, ...] | None = None
    texts: list[SourceText] = field(default_factory=list)
    cleared_texts: list[int] = field(default_factory=list)
    values: list[AttributeValue] = field(default_factory=list)
    cleared_values: list[int] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)
    images: list[tuple[str, str]] | None = None
    selling_points: list[SellingPoint] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        """Whether anything at all has to be written."""
        return self.is_new or self.changed or bool(self.variants or self.values or self.cleared_values)


@dataclass(slots=True)
class Stored:
    """What the catalogue holds about the products of some records."""

    products: dict[str, Product] = field(default_factory=dict)
    variants: dict[int, list[Variant]] = field(default_factory=lambda: defaultdict(list))
    values: dict[int, list[AttributeValue]] = field(default_factory=lambda: defaultdict(list))
    texts: dict[int, dict[tuple[str, str, str], SourceText]] = field(default_factory=lambda: defaultdict(dict))
    live: dict[int, list[LiveCopy]] = field(default_factory=lambda: defaultdict(list))
    images: dict[int, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    points: dict[int, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    #: Hashes of everything ever published, by product.
    published: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))


def read_stored(keys: Sequence[str]) -> Stored:
    """Everything to compare with, in a fixed number of queries."""
    stored = Stored()
    products = Product.objects.filter(key__in=keys).select_related("brand", "category")
    stored.products = {product.key: product for product in products}
    ids = [product.pk for product in stored.products.values()]
    if not ids:
        return stored
    for variant in Variant.objects.filter(product_id__in=ids).order_by("position", "id"):
        stored.variants[variant.product_id].append(variant)
    for value in AttributeValue.objects.filter(product_id__in=ids).select_related("attribute").order_by("id"):
        stored.values[value.product_id].append(value)
    for text in SourceText.objects.filter(product_id__in=ids):
        stored.texts[text.product_id][(text.field, text.language, text.channel)] = text
    for live in LiveCopy.objects.filter(product_id__in=ids):
        stored.live[live.product_id].append(live)
    for product in Product.objects.filter(pk__in=ids).prefetch_related("images"):
        stored.images[product.pk] = [(image.url, image.alt) for image in product.images.all()]
    revisions = Revision.objects.filter(target_type="products.product", target_id__in=ids)
    for product_id, after in revisions.values_list("target_id", "after_hash"):
        stored.published[product_id].add(after)
    for point in SellingPoint.objects.filter(product_id__in=ids):
        stored.points[point.product_id].add((point.language, point.text))
    return stored


class Planner:
    """Turns records into plans, noting errors, conflicts and differences in ``result``.

    ``confirmed`` collects live copy the file shows: (slot, language, channel) to product ids and hashes.
    """

    def __init__(self, result: ImportResult, channel: str) -> None:
        self.result = result
        self.channel = channel
        self.definitions = {row.code: row for row in AttributeDefinition.objects.all()}
        for definition in list(self.definitions.values()):
            self.definitions.setdefault(attribute_code(definition.name), definition)
        self.confirmed: dict[tuple[str, str, str], dict[int, str]] = defaultdict(dict)

    def plan(self, record: ProductRecord, stored: Stored) -> ProductPlan | None:
        """What ``record`` changes; None when it was refused. A new product is added to ``stored``."""
        product = stored.products.get(record.key)
        is_new = product is None
        if product is None:
            if not record.values.get("name") or record.translation:
                self.result.refuse(record.row, self.result.mapped.get("name", "name"), _("A new product needs a name."))
                return None
            product = Product(key=record.key, language=record.language)
        elif record.values.get("name") == "" and not record.translation:
            self.result.refuse(record.row, self.result.mapped.get("name", "name"), _("A product needs a name."))
            return None
        plan = ProductPlan(product, is_new)
        try:
            self._attributes(plan, record, stored)
        except _Refused as refused:
            self.result.refuse(refused.row, refused.column, refused.message)
            return None
        self._product(plan, record, stored)
        self._texts(plan, record, stored)
        if record.images is not None and record.images != stored.images[product.pk or 0]:
            self._differs(plan, "images", len(stored.images[product.pk or 0]), len(record.images))
            plan.images = record.images
        for text in record.selling_points or ():
            if (record.language, text) not in stored.points[product.pk or 0]:
                plan.selling_points.append(SellingPoint(product=product, language=record.language, text=text))
                self._differs(plan, "selling points", "", text)
        stored.products[record.key] = product
        return plan

    def _differs(self, plan: ProductPlan, name: str, before: Any, after: Any) -> None:
        plan.changed = True
        if not plan.is_new:
            self.result.change(plan.product.key, name, before, after)

    def _product(self, plan: ProductPlan, record: ProductRecord, stored: Stored) -> None:
        product, values = plan.product, record.values
        if values.get("name") and not self._is_live(product, "name", record, stored):
            if product.language == record.language:
                self._set(plan, "name", values["name"])
            else:
                self._set(plan, "names", {**product.names, record.language: values["name"]})
        for name in PRODUCT_FIELDS:
            if name in values:
                self._set(plan, name, values[name])
        if values.get("noun"):
            self._set(plan, "nouns", {**product.nouns, record.language: values["noun"]})
        if "keywords" in values:
            self._set(plan, "keywords_use", values["keywords"])
        if "brand" in values and values["brand"] != (product.brand.name if product.brand else ""):
            self._differs(plan, "brand", product.brand, values["brand"])
            plan.brand = values["brand"]
        if "category" in values:
            before = product.category.path if product.category else ""
            if category_path(values["category"]) != before:
                self._differs(plan, "category", before, category_path(values["category"]))
                plan.category = values["category"]

    def _set(self, plan: ProductPlan, name: str, value: Any) -> None:
        before = getattr(plan.product, name)
        if before != value:
            self._differs(plan, name, before, value)
            setattr(plan.product, name, value)

    def _texts(self, plan: ProductPlan, record: ProductRecord, stored: Stored) -> None:
        product = plan.product
        known = stored.texts[product.pk or 0]
        for name, text in record.texts.items():
            if text and self._is_ours(product, name, text, record, stored):
                # Copy made here is no news about the product: taken for the shop's words it would become its own proof.
                continue
            text = without_block(text)
            row = known.get((name, record.language, self.channel))
            if not text:
                if row is not None:
                    self._differs(plan, name, row.text, "")
                    plan.cleared_texts.append(row.pk)
            elif row is None:
                self._differs(plan, name, "", text)
                plan.texts.append(
                    SourceText(product=product, field=name, language=record.language, channel=self.channel, text=text)
                )
            elif row.text != text:
                self._differs(plan, name, row.text, text)
                row.text, row.imported_at = text, timezone.now()
                plan.texts.append(row)

    def _live(self, product: Product, name: str, language: str, stored: Stored) -> LiveCopy | None:
        """Live copy for a column: of the import's channel, else of no channel."""
        found = {
            row.channel: row
            for row in stored.live[product.pk or 0]
            if row.slot == SLOT_OF_FIELD.get(name) and row.language == language
        }
        return found.get(self.channel) or found.get("")

    def _is_live(self, product: Product, name: str, record: ProductRecord, stored: Stored) -> bool:
        """Whether the file's name is the title published here: then it is no news about the product."""
        live = self._live(product, name, record.language, stored)
        if live is None or not shows(record.values["name"], live.value):
            return False
        self.confirmed[(live.slot, live.language, live.channel)][live.product_id] = live.content_hash
        return True

    def _is_ours(self, product: Product, name: str, text: str, record: ProductRecord, stored: Stored) -> bool:
        """Whether the file's text is copy published here, now or once; notes confirmations and conflicts."""
        once = {content_hash(text), content_hash(text.split("\n"))} & stored.published[product.pk or 0]
        live = self._live(product, name, record.language, stored)
        if live is None:
            return bool(once)
        if shows(text, live.value):
            self.confirmed[(live.slot, live.language, live.channel)][live.product_id] = live.content_hash
            return True
        self.result.conflict(
            row=record.row,
            column=record.columns.get(name, name),
            key=product.key,
            slot=live.slot,
            language=live.language,
            message=_("The file's text differs from the copy published here. The published copy was kept."),
        )
        return bool(once)

    def _attributes(self, plan: ProductPlan, record: ProductRecord, stored: Stored) -> None:
        product = plan.product
        known = stored.values[product.pk or 0]
        for name, text in record.attributes.items():
            self._attribute(plan, record.row, name, text, None, [v for v in known if v.variant_id is None])
        variants = list(stored.variants[product.pk or 0])
        for variant_record in record.variants:
            variant = self._variant(plan, variant_record, variants, len(record.variants))
            for name, text in variant_record.attributes.items():
                own = [v for v in known if variant.pk and v.variant_id == variant.pk]
                self._attribute(plan, variant_record.row, name, text, variant, own)

    def _attribute(
        self, plan: ProductPlan, row: int, name: str, text: str, variant: Variant | None, known: list[AttributeValue]
    ) -> None:
        code = attribute_code(name)
        definition = self.definitions.get(code)
        mine = [value for value in known if definition is not None and value.attribute_id == definition.pk]
        if not text:
            for value in mine:
                self._differs(plan, name, value.value, "")
                plan.cleared_values.append(value.pk)
            return
        if definition is None:
            definition = AttributeDefinition(code=code, name=name[:120], per_variant=variant is not None)
            self.definitions[code] = definition
        try:
            content, number, unit = value_of(definition, text)
        except Invalid as error:
            raise _Refused(row, self.result.mapped.get(f"attr:{name}", name), error.message) from error
        for value in mine:
            same_number = number is not None and value.number == number
            if value.value == content or (
                same_number and (value.unit or definition.unit).casefold() == unit.casefold()
            ):
                return
        plain = next((v for v in mine if not v.condition and not v.part), None)
        kept = mine[0] if len(mine) == 1 else plain
        self._differs(plan, name, kept.value if kept else "", content)
        value = kept or AttributeValue(product=plan.product, variant=variant, attribute=definition, source="file")
        value.value, value.number, value.unit, value.values = content, number, unit, {}
        plan.values.append(value)

    def _variant(self, plan: ProductPlan, record: VariantRecord, existing: list[Variant], given: int) -> Variant:
        """The variant a record is, with its changes; appended to the plan when anything has to be written."""
        sku = record.values.get("sku", "")
        identity = variant_identity("" if record.options else sku, record.options)
        variant = matching_variant(existing, identity, sku, bool(record.options), given)
        is_new = variant is None
        if variant is None:
            variant = Variant(product=plan.product, position=len(existing) + 1)
            existing.append(variant)
        changed = [name for name, value in record.values.items() if getattr(variant, name) != value]
        options = [dict(option) for option in record.options]
        if [(o["name"], o["value"]) for o in variant.options] != [(o["name"], o["value"]) for o in options]:
            changed.append("options")
            variant.options = options
        if not is_new:
            for name in changed:
                self.result.change(
                    f"{plan.product.key} · {identity}", name, getattr(variant, name), record.values.get(name)
                )
        for name in record.values:
            setattr(variant, name, record.values[name])
        if "stock" in record.values and (is_new or "stock" in changed):
            variant.stock_synced_at = timezone.now()
        if is_new or changed or variant.identity != identity:
            variant.identity = identity
            plan.variants.append(variant)
        self.result.variants["created" if is_new else "updated" if changed else "unchanged"] += 1
        return variant


class _Refused(Exception):
    def __init__(self, row: int, column: str, message: str) -> None:
        super().__init__(message)
        self.row, self.column, self.message = row, column, message
