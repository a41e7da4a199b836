"""The portal's own table: everything the import reads, so that a file can go out, be edited and come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from products.exports.selection import Copy, has_live_copy, in_chunks, read_copy, text_of
from products.imports.shapes import TEXT_FIELDS
from products.languages import CODES
from products.models import AttributeValue, LiveCopy, Product, Variant
from products.models.catalogue import PATH_SEPARATOR
from products.slots import SLOT_OF_FIELD

COPY_HEADER = ["handle", "sku", "name", "language", *TEXT_FIELDS]
HEADER = [
    "handle", "sku", "name", "category", "brand", "status", "product_type", "tags", "option1_name", "option1_value",
    "option2_name", "option2_value", "option3_name", "option3_value", "price", "compare_at", "cost", "currency", "stock",
    "barcode", "language", *TEXT_FIELDS, "image",
]  # fmt: skip


class PortalTable:
    """Header and rows of an export; ``carried`` fills with the live copy that went into the rows."""

    def __init__(self, rows: QuerySet[Product], channel: str, language: str, copy_only: bool) -> None:
        self.channel, self.language, self.copy_only = channel, language, copy_only
        languages = [language] if language else CODES
        self.products = has_live_copy(rows, languages, channel) if copy_only else rows
        self.carried: list[LiveCopy] = []
        self.count = 0
        self.attributes: list[str] = []
        if not copy_only:
            named = AttributeValue.objects.filter(product__in=rows.order_by(), part="")
            self.attributes = sorted(set(named.values_list("attribute__name", flat=True)))

    @property
    def header(self) -> list[str]:
        """The columns of this export."""
        return list(COPY_HEADER) if self.copy_only else [*HEADER, *(f"attr:{name}" for name in self.attributes)]

    def rows(self) -> Iterator[Sequence[str]]:
        """One row a product and language for copy, one a variant otherwise."""
        for chunk in in_chunks(self.products.select_related("brand", "category")):
            ids = [product.pk for product in chunk]
            copy = read_copy(ids, self.channel, [self.language] if self.language else CODES)
            variants: dict[int, list[Variant]] = {pk: [] for pk in ids}
            for variant in Variant.objects.filter(product_id__in=ids).order_by("position", "id"):
                variants[variant.product_id].append(variant)
            values = self._values(ids)
            images: dict[int, list[str]] = {pk: [] for pk in ids}
            for pk, url in Product.objects.filter(pk__in=ids, images__isnull=False).values_list("pk", "images__url"):
                images[pk].append(url)
            for product in chunk:
                self.count += 1
                if self.copy_only:
                    yield from self._copy_rows(product, variants[product.pk], copy)
                else:
                    yield from self._full_rows(product, variants[product.pk], copy, values, images[product.pk])

    def _values(self, ids: list[int]) -> dict[tuple[int, int | None, str], str]:
        if self.copy_only:
            return {}
        found: dict[tuple[int, int | None, str], str] = {}
        rows = AttributeValue.objects.filter(product_id__in=ids, part="").select_related("attribute").order_by("id")
        for row in rows:
            unit = row.unit or (row.attribute.unit if row.number is not None else "")
            text = row.value if not unit or row.value.casefold().endswith(unit.casefold()) else f"{row.value} {unit}"
            found.setdefault((row.product_id, row.variant_id, row.attribute.name), text)
        return found

    def _copy_rows(self, product: Product, variants: list[Variant], copy: Copy) -> Iterator[list[str]]:
        for language in [self.language] if self.language else CODES:
            texts = self._texts(product, language, copy, live_only=True)
            if texts is not None:
                sku = variants[0].sku if variants else ""
                yield [product.key, sku, self._name(product, language, copy), language, *texts]

    def _full_rows(
        self,
        product: Product,
        variants: list[Variant],
        copy: Copy,
        values: dict[tuple[int, int | None, str], str],
        images: list[str],
    ) -> Iterator[list[str]]:
        language = self.language or product.language
        texts = self._texts(product, language, copy, live_only=False) or []
        lead = [
            product.key, "", self._name(product, language, copy),
            product.category.path.replace(PATH_SEPARATOR, " > ") if product.category else "",
            product.brand.name if product.brand else "", product.status, product.product_type, ", ".join(product.tags),
        ]  # fmt: skip
        shared = [values.get((product.pk, None, name), "") for name in self.attributes]
        for place, variant in enumerate(variants or [Variant(product=product)]):
            first = place == 0
            options = [text for option in variant.options[:3] for text in (option["name"], option["value"])]
            numbers = [_number(variant.price), _number(variant.compare_at), _number(variant.cost)]
            stock = "" if variant.stock is None else str(variant.stock)
            own = [values.get((product.pk, variant.pk, name), "") for name in self.attributes]
            row = [*(lead if first else [product.key, *[""] * 7]), *options, *[""] * (6 - len(options)), *numbers]
            row += [variant.currency, stock, variant.barcode, *([language, *texts] if first else [""] * 5)]
            row.append(", ".join(images) if first else "")
            row += [mine or (common if first else "") for mine, common in zip(own, shared, strict=True)]
            row[1] = variant.sku
            yield row

    def _name(self, product: Product, language: str, copy: Copy) -> str:
        row = copy.live.get((product.pk, language, SLOT_OF_FIELD["name"]))
        if row is not None:
            self.carried.append(row)
            return text_of(row.value)
        return product.name_in(language)

    def _texts(self, product: Product, language: str, copy: Copy, live_only: bool) -> list[str] | None:
        """The copy cells of a product; None when only live copy counts and there is none."""
        cells, found = [], False
        for name in TEXT_FIELDS:
            row = copy.live.get((product.pk, language, SLOT_OF_FIELD[name]))
            if row is not None:
                found = True
                self.carried.append(row)
                cells.append(text_of(row.value))
            else:
                cells.append(copy.source.get((product.pk, language, name), ""))
        title = copy.live.get((product.pk, language, SLOT_OF_FIELD["name"]))
        return cells if found or title is not None or not live_only else None


def _number(value: object) -> str:
    return "" if value is None else f"{value.normalize():f}"  # type: ignore[attr-defined]
