"""Writing the catalogue by hand, from the API and from other programs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from opsportal import events
from opsportal.access import Actor
from opsportal.plugins.errors import Conflict, FieldProblem, Invalid
from products.imports.cells import amount
from products.lexicon import fold
from products.models import (
    AttributeDefinition,
    AttributeValue,
    Brand,
    Category,
    Channel,
    Product,
    ProductImage,
    SellingPoint,
    Variant,
)
from products.models.attributes import DataType
from products.models.catalogue import PATH_SEPARATOR
from products.models.variants import variant_identity
from products.services.recording import recorded

CHANGE = "products.change_product"
_PLAIN_FIELDS = (
    "name",
    "language",
    "names",
    "nouns",
    "status",
    "product_type",
    "tags",
    "keywords_use",
    "keywords_avoid",
)
_VARIANT_FIELDS = ("sku", "barcode", "options", "price", "compare_at", "cost", "currency", "stock", "image")


@dataclass(frozen=True, slots=True)
class AttributeInput:
    """One value to set; ``attribute`` is a code or name (an unknown one is created as text). Blank ``value`` clears.

    ``variant`` is the identity of a variant ("" for all). ``values``, ``conditions``, ``parts``: other languages.
    """

    attribute: str
    value: str
    values: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    condition: str = ""
    conditions: Mapping[str, str] = field(default_factory=dict)
    part: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    variant: str = ""
    source: str = ""
    as_of: date | None = None


def create_product(
    actor: Actor,
    *,
    key: str,
    name: str,
    brand: str = "",
    category: Sequence[str] = (),
    variants: Sequence[Mapping[str, Any]] = (),
    attributes: Sequence[AttributeInput] = (),
    images: Sequence[str] = (),
    channels: Sequence[str] = (),
    **fields: Any,
) -> Product:
    """Create a product. ``category`` holds names from the root down; ``variants`` fields of ``Variant``.

    Raises ``Conflict`` when the key is taken, ``Invalid`` for unusable values.
    """
    actor.require("products.add_product")
    if Product.objects.filter(key=key).exists():
        raise _key_taken(key)
    try:
        with recorded(actor) as changing:
            product = Product(key=key, name=name)
            _assign(product, fields)
            product.brand = ensure_brand(brand)
            product.category = ensure_category(category)
            _clean(product)
            product.save()
            changing.created.append(product)
            _write_variants(product, variants or [{}])
            _write_attributes(product, attributes)
            _write_images(product, images)
            if channels:
                product.channels.set(Channel.objects.filter(code__in=channels))
    except IntegrityError as error:
        raise _key_taken(key) from error
    product.refresh_from_db()
    return product


def update_product(
    actor: Actor,
    product: Product,
    *,
    brand: str | None = None,
    category: Sequence[str] | None = None,
    variants: Sequence[Mapping[str, Any]] | None = None,
    attributes: Sequence[AttributeInput] | None = None,
    images: Sequence[str] | None = None,
    channels: Sequence[str] | None = None,
    **fields: Any,
) -> Product:
    """Change the parts that are given; ``variants`` are matched by SKU or options and never removed."""
    actor.require(CHANGE)
    with recorded(actor, [product]):
        product = Product.objects.get(pk=product.pk)
        _assign(product, fields)
        if brand is not None:
            product.brand = ensure_brand(brand)
        if category is not None:
            product.category = ensure_category(category)
        _clean(product)
        product.save()
        if variants is not None:
            _write_variants(product, variants)
        if attributes is not None:
            _write_attributes(product, attributes)
        if images is not None:
            _write_images(product, images)
        if channels is not None:
            product.channels.set(Channel.objects.filter(code__in=channels))
    product.refresh_from_db()
    return product


def delete_product(actor: Actor, product: Product) -> None:
    """Delete a product with everything of its own; drafts and revisions of it stay on record."""
    actor.require("products.delete_product")
    with transaction.atomic():
        events.record("product.deleted", actor=actor, target=product, before={"key": product.key, "name": product.name})
        product.delete()


def set_attributes(actor: Actor, product: Product, values: Sequence[AttributeInput]) -> None:
    """Set (or with a blank value clear) attributes; those not named stay."""
    actor.require(CHANGE)
    with recorded(actor, [product]):
        _write_attributes(product, values)


def set_selling_points(
    actor: Actor, product: Product, language: str, texts: Sequence[str], approve: bool = False
) -> None:
    """Replace the selling points in one language. Texts that stay keep their approval."""
    actor.require(CHANGE)
    if approve:
        actor.require("products.approve_sellingpoint")
    with recorded(actor, [product]):
        kept = {point.text: point for point in product.selling_points.filter(language=language)}
        for position, text in enumerate(dict.fromkeys(text.strip() for text in texts if text.strip()), 1):
            point = kept.pop(text, None) or SellingPoint(product=product, language=language, text=text)
            point.position = position
            if approve and point.approved_at is None:
                point.approved_by, point.approved_at = actor.user, timezone.now()
            point.full_clean(exclude=["product", "approved_by"], validate_unique=False)
            point.save()
        SellingPoint.objects.filter(pk__in=[point.pk for point in kept.values()]).delete()


def approve_selling_points(actor: Actor, ids: Iterable[int]) -> int:
    """Approve selling points so that copy may use them; returns how many were not approved before."""
    actor.require("products.approve_sellingpoint")
    waiting = list(SellingPoint.objects.filter(pk__in=list(ids), approved_at__isnull=True))
    with recorded(actor, {point.product_id for point in waiting}):
        return SellingPoint.objects.filter(pk__in=[point.pk for point in waiting], approved_at__isnull=True).update(
            approved_by=actor.user, approved_at=timezone.now()
        )


def ensure_brand(name: str, names: Mapping[str, str] | None = None) -> Brand | None:
    """The brand of that name, made when new; None for a blank name."""
    if not name.strip():
        return None
    brand, created = Brand.objects.get_or_create(name=name.strip(), defaults={"names": dict(names or {})})
    if names and not created and brand.names != {**brand.names, **names}:
        brand.names = {**brand.names, **names}
        brand.save()
    return brand


def ensure_category(path: Sequence[str]) -> Category | None:
    """The category at the end of ``path`` (names from the root down), made with those above it; None for no path."""
    category: Category | None = None
    for size in range(1, len(path) + 1):
        joined = category_path(path[:size])
        category, _created = Category.objects.get_or_create(
            path=joined, defaults={"name": path[size - 1].strip(), "parent": category}
        )
    return category


def category_path(names: Sequence[str]) -> str:
    """The stored path of category names; a separator inside a name becomes a dash."""
    return PATH_SEPARATOR.join(name.strip().replace(PATH_SEPARATOR, "-") for name in names)[:500]


def attribute_code(name: str) -> str:
    """The code an attribute gets from its name: "Battery life" is "battery-life"."""
    return re.sub(r"[^\w]+", "-", fold(name)).strip("-")[:120] or "attribute"


def ensure_attribute(name: str, **fields: Any) -> AttributeDefinition:
    """The attribute with that code or name, made as text when new."""
    code = attribute_code(name)
    found = AttributeDefinition.objects.filter(code__in=(code, name)).first()
    if found is None:
        found = AttributeDefinition.objects.filter(name__iexact=name).first()
    return found or AttributeDefinition.objects.create(code=code, name=name[:120], **fields)


def value_of(attribute: AttributeDefinition, text: str) -> tuple[str, Decimal | None, str]:
    """(value, number, unit) to store for a text as written; raises ``Invalid`` when it does not fit the attribute's type."""
    text = text.strip()
    parsed = amount(text)
    if attribute.data_type == DataType.NUMBER:
        if parsed is None:
            raise Invalid(
                _("%(attribute)s takes a number, not “%(text)s”.") % {"attribute": attribute.name, "text": text[:60]}
            )
        return text, parsed.number, "" if parsed.unit == "" else parsed.unit
    if attribute.data_type == DataType.BOOLEAN:
        from products.imports.cells import BadCell, yes

        try:
            return ("yes" if yes(text) else "no"), None, ""
        except BadCell as error:
            raise Invalid(str(error)) from error
    if attribute.data_type == DataType.CHOICE and attribute.choices:
        for choice in attribute.choices:
            if text.casefold() in {
                choice["value"].casefold(),
                *(n.casefold() for n in choice.get("names", {}).values()),
            }:
                return choice["value"], None, ""
        known = ", ".join(choice["value"] for choice in attribute.choices)
        raise Invalid(
            _("“%(text)s” is no choice of %(attribute)s. Known: %(known)s.")
            % {"text": text[:60], "attribute": attribute.name, "known": known}
        )
    if parsed is not None:
        return text, parsed.number, parsed.unit
    return text, None, ""


def _write_attributes(product: Product, values: Sequence[AttributeInput]) -> None:
    variants = {variant.identity: variant for variant in product.variants.all()} if values else {}
    for given in values:
        attribute = ensure_attribute(given.attribute)
        variant = None
        if given.variant:
            variant = variants.get(given.variant)
            if variant is None:
                raise Invalid(_("There is no variant “%(variant)s”.") % {"variant": given.variant}, "unknown_variant")
        address = {
            "product": product,
            "variant": variant,
            "attribute": attribute,
            "condition": given.condition,
            "part": given.part,
        }
        if not given.value.strip():
            AttributeValue.objects.filter(**address).delete()
            continue
        text, number, unit = value_of(attribute, given.value)
        row = AttributeValue.objects.filter(**address).first() or AttributeValue(**address)
        row.value, row.number, row.unit = text[:1000], number, given.unit or unit
        row.values, row.conditions, row.parts = dict(given.values), dict(given.conditions), dict(given.parts)
        row.source, row.as_of = given.source, given.as_of
        row.save()


def _write_variants(product: Product, given: Sequence[Mapping[str, Any]]) -> None:
    existing = list(product.variants.all())
    for position, fields in enumerate(given, 1):
        unknown = set(fields) - set(_VARIANT_FIELDS)
        if unknown:
            raise Invalid(_("A variant has no “%(name)s”.") % {"name": ", ".join(sorted(unknown))}, "unknown_field")
        options = list(fields.get("options", []))
        identity = variant_identity("" if options else str(fields.get("sku", "")), options)
        variant = matching_variant(existing, identity, str(fields.get("sku", "")), bool(options), len(given))
        if variant is None:
            variant = Variant(product=product, position=position)
            existing.append(variant)
        for name, content in fields.items():
            setattr(variant, name, content)
        if "stock" in fields:
            variant.stock_synced_at = timezone.now()
        variant.identity = identity
        try:
            variant.clean_fields(exclude=["product", "identity"])
        except ValidationError as error:
            raise _invalid(error) from error
        variant.save()


def matching_variant(
    existing: Sequence[Variant], identity: str, sku: str, has_options: bool, given: int
) -> Variant | None:
    """The stored variant a given one is: same options, else same SKU, else the only one where none has options."""
    for variant in existing:
        if variant.identity == identity:
            return variant
    for variant in existing:
        if sku and variant.sku == sku:
            return variant
    if not has_options and given == 1 and len(existing) == 1 and not existing[0].options:
        return existing[0]
    return None


def _write_images(product: Product, urls: Sequence[str]) -> None:
    if list(product.images.values_list("url", flat=True)) == list(urls):
        return
    product.images.all().delete()
    images = [ProductImage(product=product, url=url, position=place) for place, url in enumerate(urls, 1)]
    for image in images:
        try:
            image.clean_fields(exclude=["product"])
        except ValidationError as error:
            raise _invalid(error) from error
    ProductImage.objects.bulk_create(images)


def _assign(product: Product, fields: Mapping[str, Any]) -> None:
    unknown = set(fields) - set(_PLAIN_FIELDS)
    if unknown:
        raise Invalid(_("A product has no “%(name)s”.") % {"name": ", ".join(sorted(unknown))}, "unknown_field")
    for name, content in fields.items():
        setattr(product, name, content)


def _clean(product: Product) -> None:
    try:
        product.clean_fields(exclude=["brand", "category"])
    except ValidationError as error:
        raise _invalid(error) from error


def _invalid(error: ValidationError) -> Invalid:
    problems = [
        FieldProblem(message, field=name) for name, messages in error.message_dict.items() for message in messages
    ]
    return Invalid(_("Some values cannot be used."), "invalid", problems)


def _key_taken(key: str) -> Conflict:
    return Conflict(
        _("There already is a product with the key “%(key)s”.") % {"key": key},
        "key_taken",
        [FieldProblem(_("already used"), field="key")],
    )
