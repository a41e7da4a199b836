"""Products in the console: list, form, and the copy they have."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from generation.console import texts
from generation.console.panel import history_panel
from generation.console.selection import MOST_IDS, draft_copy_url
from generation.models import Delivery
from generation.slots import all_slots
from opsportal.console.admin_base import BaseAdmin, BaseTabularInline
from opsportal.plugins.errors import DomainError, Invalid
from products import services
from products.admin.lists import (
    SHARED,
    BrandFilter,
    CategoryFilter,
    ChannelFilter,
    DraftStateFilter,
    HasCopyFilter,
    IncompleteFilter,
    LacksCopyFilter,
    NeedsDataFilter,
)
from products.admin.variants import VariantInline
from products.completeness import missing
from products.exports.selection import text_of
from products.filters import MAIN_SLOT, searched
from products.languages import CODES
from products.models import AttributeValue, LiveCopy, Product, ProductImage, SellingPoint, Variant
from products.models.variants import variant_identity
from products.services.catalogue import value_of
from products.services.recording import begin, finish


class AttributeValueForm(forms.ModelForm):
    """A value that fits its attribute's type; number and unit are read from what was written."""

    class Meta:
        model = AttributeValue
        fields = (
            "attribute",
            "value",
            "values",
            "unit",
            "condition",
            "conditions",
            "part",
            "parts",
            "variant",
            "source",
            "as_of",
        )

    def clean(self) -> dict[str, Any]:
        """Refuse what does not fit the type."""
        data = super().clean() or {}
        if data.get("attribute") and data.get("value"):
            try:
                data["value"], self.instance.number, unit = value_of(data["attribute"], data["value"])
            except Invalid as error:
                raise forms.ValidationError({"value": error.message}) from error
            data["unit"] = data.get("unit") or unit
        return data


class AttributeInline(BaseTabularInline):
    """What is known about the product."""

    model = AttributeValue
    form = AttributeValueForm
    per_language = ("values", "conditions", "parts")
    autocomplete_fields = ("attribute",)
    verbose_name_plural = _("attributes")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AttributeValue]:
        """With attribute and variant, in the same query."""
        return super().get_queryset(request).select_related("attribute", "variant")

    def formfield_for_foreignkey(self, field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only the product's own variants."""
        if field.name == "variant":
            product = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
            kwargs["queryset"] = Variant.objects.filter(product_id=product) if product else Variant.objects.none()
        return super().formfield_for_foreignkey(field, request, **kwargs)


class SellingPointInline(BaseTabularInline):
    """Selling points; approving them is a right of its own."""

    model = SellingPoint
    fields = ("language", "text", "position", "approved_by", "approved_at")
    readonly_fields = ("approved_by", "approved_at")


class ImageInline(BaseTabularInline):
    """Images by address."""

    model = ProductImage
    fields = ("url", "alt", "position")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """An address without a scheme is one of https."""
        if db_field.name == "url":
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(Product)
class ProductAdmin(BaseAdmin):
    """The product list and form."""

    list_display = ("thumb", "name", "key", "category", "brand", "status", "useful_facts", "complete", "copy_in")
    list_display_links = ("name",)
    per_language = ("names", "nouns")
    word_lists = ("tags", "keywords_use", "keywords_avoid")
    list_select_related = ("category", "brand")
    list_filter = (
        CategoryFilter,
        BrandFilter,
        ChannelFilter,
        "status",
        NeedsDataFilter,
        IncompleteFilter,
        HasCopyFilter,
        LacksCopyFilter,
        DraftStateFilter,
    )
    search_fields = ("name", "key")
    search_help_text = _("name, key, SKU or barcode")
    ordering = ("-id",)
    actions = ("draft_copy", "approve_points")
    autocomplete_fields = ("brand", "category")
    readonly_fields = ("still_missing", "created_at", "updated_at")
    inlines = (AttributeInline, VariantInline, SellingPointInline, ImageInline)
    change_form_outer_before_template = "products/copy_panel.html"
    fieldsets = (
        (None, {"fields": ("key", "name", "language", "names", "nouns", "status", "still_missing")}),
        (_("Place"), {"fields": ("category", "brand", "channels", "product_type", "tags")}),
        (_("Words"), {"fields": ("keywords_use", "keywords_avoid"), "classes": ("collapse",)}),
        (_("Dates"), {"fields": ("created_at", "updated_at"), "classes": ("collapse",)}),
    )

    class Media:
        css = {"all": ("products/products.css",)}

    def formfield_for_manytomany(self, field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A shop has few channels: boxes to tick beat a list to search."""
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        return super().formfield_for_manytomany(field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """With the published descriptions of the page's rows, in one further query."""
        live = LiveCopy.objects.filter(slot=MAIN_SLOT).only("product_id", "language", "slot")
        return super().get_queryset(request).prefetch_related(Prefetch("live_copy", live, "descriptions"))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By key, SKU or barcode from its beginning, or by a part of the name."""
        return (searched(queryset, search_term) if search_term.strip() else queryset), False

    @admin.display(description="")
    def thumb(self, product: Product) -> str:
        """A placeholder: images of other hosts are not loaded into the console."""
        return format_html('<span class="products-thumb" aria-hidden="true">{}</span>', product.name[:1].upper())

    @admin.display(description=_("complete"))
    def complete(self, product: Product) -> str:
        """Share of known data per language."""
        return " · ".join(f"{code} {product.completeness.get(code, 0)} %" for code in CODES)

    @admin.display(description=_("live copy"))
    def copy_in(self, product: Any) -> str:
        """Languages that have a published description."""
        return ", ".join(sorted({row.language for row in product.descriptions})) or "–"

    @admin.display(description=_("still missing"))
    def still_missing(self, product: Product) -> str:
        """What copy would need, per language."""
        if product.pk is None:
            return "–"
        told = [(code, missing(product, code)) for code in CODES]
        return "; ".join(f"{code}: {', '.join(map(str, labels))}" for code, labels in told if labels) or "–"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Product | None = None, **kwargs: Any
    ) -> HttpResponse:
        """The product's copy stands above its form, since undoing a version is a form of its own."""
        if obj is not None:
            context["live_copy"] = _live_copy(obj)
            context["copy_history"] = history_panel(request, "products.product", obj.pk)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @admin.action(description=_("Draft copy…"), permissions=["draft_copy"])
    def draft_copy(self, request: HttpRequest, queryset: QuerySet[Product]) -> HttpResponse:
        """Ask for copy for the chosen rows, or for all that match the list's filters."""
        back = request.get_full_path()
        if request.POST.get("select_across") == "1":
            chosen = {name: str(text) for name, text in request.GET.items() if name in SHARED and text}
            if "status__exact" in request.GET:
                chosen["status"] = str(request.GET["status__exact"])
            return redirect(draft_copy_url(request, "products.product", filter=chosen, back=back))
        ids = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST_IDS + 1])
        if len(ids) > MOST_IDS:
            self.message_user(request, _("Choose fewer rows, or all that match."), messages.ERROR)
            return redirect(back)
        return redirect(draft_copy_url(request, "products.product", ids=ids, back=back))

    def has_draft_copy_permission(self, request: HttpRequest) -> bool:
        """Who may ask for copy."""
        return self.actor(request).can("generation.draft_copy")

    @admin.action(description=_("Approve selling points"), permissions=["approve_points"])
    def approve_points(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        """Let copy use the selling points of the chosen products."""
        ids = SellingPoint.objects.filter(product__in=queryset, approved_at__isnull=True).values_list("pk", flat=True)
        count = services.approve_selling_points(self.actor(request), ids)
        self.message_user(request, _("%(count)s selling points approved.") % {"count": count})

    def has_approve_points_permission(self, request: HttpRequest) -> bool:
        """Who may vouch for selling points."""
        return self.actor(request).can("products.approve_sellingpoint")

    def save_model(self, request: HttpRequest, obj: Product, form: forms.ModelForm, change: bool) -> None:
        """Remember what stood before; the comparison follows when the inlines are saved."""
        changing = begin([obj.pk] if change else [])
        super().save_model(request, obj, form, change)
        if not change:
            changing.created.append(obj)
        request._products_changing = changing  # type: ignore[attr-defined]

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset: Any, change: bool) -> None:
        """Variants get their identity before they are saved."""
        if formset.model is Variant:
            for row in formset.forms:
                if row.has_changed() and not (formset.can_delete and row.cleaned_data.get("DELETE")):
                    row.instance.identity = variant_identity(
                        "" if row.instance.options else row.instance.sku, row.instance.options
                    )
        super().save_formset(request, form, formset, change)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        """Inlines, then the record of all that changed."""
        super().save_related(request, form, formsets, change)
        finish(self.actor(request), request._products_changing)  # type: ignore[attr-defined]

    def delete_model(self, request: HttpRequest, obj: Product) -> None:
        """Recorded; drafts and versions stay."""
        try:
            services.delete_product(self.actor(request), obj)
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        """Several at once, each recorded."""
        for product in queryset:
            self.delete_model(request, product)


def _live_copy(product: Product) -> list[dict[str, Any]]:
    """Each live text as a person reads it, as it goes into a shop's file, and whether the shop confirmed it."""
    slots = {slot.key: slot for slot in all_slots()}
    delivered = set(
        Delivery.objects.filter(
            target_type="products.product", target_id=product.pk, state=Delivery.State.CONFIRMED
        ).values_list("content_hash", flat=True)
    )
    return [
        {
            "row": row,
            "title": slots[row.slot].title if row.slot in slots else row.slot,
            "lines": texts.lines(row.value, slots[row.slot].value_type if row.slot in slots else "plain"),
            "code": text_of(row.value),
            "in_shop": row.content_hash in delivered,
        }
        for row in LiveCopy.objects.filter(product=product)
    ]
