"""What can be drafted about a product: description, title, highlights and the two search texts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

import django_filters
from django.db.models import Model, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generation.engine import Limit
from generation.slots import ApplyResult, Change, FactSheet, Shown, Slot, TargetInfo, slots
from generation.values import Value, content_hash
from opsportal.plugins.errors import Conflict
from products.digests import digests
from products.facts import fact_sheets
from products.filters import ProductFilter
from products.models import Category, Channel, LiveCopy, Product
from products.services.catalogue import AttributeInput, update_product

if TYPE_CHECKING:
    from opsportal.access import Actor


class ProductSlot(Slot):
    """A place for copy of a product, kept as ``LiveCopy`` per language and channel."""

    target_model = "products.product"
    #: The field of a shop's file that holds this copy.
    copy_field: ClassVar[str] = ""

    def channels(self) -> list[tuple[str, str]]:
        """The shops this company sells in."""
        return list(Channel.objects.order_by("name").values_list("code", "name"))

    def queryset(self) -> QuerySet[Product]:
        """All products."""
        return Product.objects.all()

    def filterset(self) -> type[django_filters.FilterSet]:
        """The filters of the product list."""
        return ProductFilter

    def facts(self, targets: Iterable[Model], language: str, channel: str) -> dict[int, FactSheet]:
        """Everything known about each product, and the hash of what is live at this address."""
        products = cast("list[Product]", list(targets))
        hashes = dict(self._rows(products, language, channel).values_list("product_id", "content_hash"))
        sheets = fact_sheets(products, language)
        return {pk: replace(sheet, live_hash=hashes.get(pk, "")) for pk, sheet in sheets.items()}

    def live(self, targets: Iterable[Model], language: str, channel: str) -> dict[int, Value]:
        """What is live at exactly this language and channel."""
        return dict(self._rows(targets, language, channel).values_list("product_id", "value"))

    def shown(self, target_ids: Collection[int], language: str, channel: str) -> dict[int, Shown]:
        """Name, category, image, console page and live copy in one query."""
        live = LiveCopy.objects.filter(product=OuterRef("pk"), slot=self.key, language=language, channel=channel)
        rows = Product.objects.filter(pk__in=target_ids).annotate(live=Subquery(live.values("value")[:1]))
        products = list(rows.select_related("category").order_by())
        return {
            product.pk: Shown(_info(product, product.category.path if product.category else ""), product.live)
            for product in products
        }

    def digests(self, target_ids: Collection[int], language: str, channel: str) -> dict[int, str]:
        """Of every row a product's facts are made from, and of what is live."""
        return digests(target_ids, self.key, language, channel)

    def add_fact(self, actor: Actor, target_id: int, language: str, key: str, value: str, source: str) -> None:
        """Set an attribute of the product; an attribute the shop does not have yet is created as text."""
        product = Product.objects.filter(pk=target_id).first()
        if product is None:
            raise Conflict(_("The product no longer exists."), "target_gone")
        told = AttributeInput(key, value, source=source[:200], as_of=timezone.localdate())
        update_product(actor, product, attributes=[told])

    def _rows(self, targets: Iterable[Model], language: str, channel: str) -> QuerySet[LiveCopy]:
        ids = [target.pk for target in targets]
        return LiveCopy.objects.filter(product_id__in=ids, slot=self.key, language=language, channel=channel)

    def describe(self, targets: Iterable[Model]) -> dict[int, TargetInfo]:
        """Key, name, category, image and console page."""
        products = cast("list[Product]", list(targets))
        wanted = {product.category_id for product in products if product.category_id}
        paths = dict(Category.objects.filter(pk__in=wanted).values_list("pk", "path"))
        return {product.pk: _info(product, paths.get(product.category_id or 0, "")) for product in products}

    def apply(self, changes: Sequence[Change], actor: Actor) -> list[ApplyResult]:
        """Write live copy where what is live now is what was expected. The publishing service records the events."""
        addresses = Q(pk__in=[])
        for language, channel in {(change.language, change.channel) for change in changes}:
            ids = [c.target_id for c in changes if (c.language, c.channel) == (language, channel)]
            addresses |= Q(product_id__in=ids, language=language, channel=channel)
        held = LiveCopy.objects.select_for_update(of=("self",)).filter(addresses, slot=self.key)
        rows = {(row.product_id, row.language, row.channel): row for row in held}
        known = set(
            Product.objects.filter(pk__in=[change.target_id for change in changes]).values_list("pk", flat=True)
        )
        results: list[ApplyResult] = []
        added: list[LiveCopy] = []
        changed: list[LiveCopy] = []
        removed: list[int] = []
        for change in changes:
            row = rows.get((change.target_id, change.language, change.channel))
            before: Value = row.value if row else None
            if change.target_id not in known:
                results.append(ApplyResult(change.target_id, False, message=_("The product no longer exists.")))
                continue
            if (row.content_hash if row else "") != (change.expected or ""):
                results.append(ApplyResult(change.target_id, False, current=before))
                continue
            results.append(ApplyResult(change.target_id, True, before=before))
            if change.value is None:
                removed += [row.pk] if row else []
                continue
            written = row or LiveCopy(
                product_id=change.target_id, slot=self.key, language=change.language, channel=change.channel
            )
            written.value = change.value
            written.content_hash = content_hash(change.value)
            written.draft_number = change.draft_id
            written.updated_at = timezone.now()
            (changed if row else added).append(written)
        LiveCopy.objects.bulk_create(added)
        LiveCopy.objects.bulk_update(changed, ["value", "content_hash", "draft_number", "updated_at"])
        LiveCopy.objects.filter(pk__in=removed).delete()
        return results


def _info(product: Product, category: str) -> TargetInfo:
    url = product.get_absolute_url()
    return TargetInfo(
        type="products.product",
        id=product.pk,
        key=product.key,
        label=product.name,
        category=category,
        image=product.image,
        admin_url=url,
        facts_url=f"{url}#attribute_values-group" if url else "",
    )


@slots.register
class Description(ProductSlot):
    """The body of the product page: prose, bullets and a table of the facts."""

    key = "products.description"
    title = gettext_lazy("Description")
    value_type = "html"
    copy_kind = "products.description"
    copy_field = "description"
    order = 10


@slots.register
class Title(ProductSlot):
    """Brand, name, keywords and key attributes, put together by rule."""

    key = "products.title"
    title = gettext_lazy("Title")
    copy_kind = "products.title"
    copy_field = "name"
    writer = "template"
    limit = Limit(60, "gbk_bytes", hard=False)
    order = 20


@slots.register
class Highlights(ProductSlot):
    """Short bullet points."""

    key = "products.highlights"
    title = gettext_lazy("Highlights")
    value_type = "list"
    copy_kind = "products.highlights"
    copy_field = "highlights"
    order = 30


@slots.register
class SeoTitle(ProductSlot):
    """The title search engines show."""

    key = "products.seo_title"
    title = gettext_lazy("Search title")
    copy_kind = "products.seo_title"
    copy_field = "seo_title"
    limit = Limit(60, "seo_width", hard=False)
    order = 40


@slots.register
class SeoDescription(ProductSlot):
    """The two lines search engines show below the title."""

    key = "products.seo_description"
    title = gettext_lazy("Search description")
    copy_kind = "products.seo_description"
    copy_field = "seo_description"
    limit = Limit(155, "seo_width", hard=False)
    order = 50


#: The slot of each copy column a shop's file may have.
SLOT_OF_FIELD: Mapping[str, str] = {
    slot.copy_field: slot.key for slot in (Description, Title, Highlights, SeoTitle, SeoDescription)
}
