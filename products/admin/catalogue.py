"""Categories, attributes, brands, channels, benefits and selling points in the console."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from opsportal import events
from opsportal.console.admin_base import BaseAdmin, BaseTabularInline
from products import services
from products.models import AttributeDefinition, Benefit, Brand, Category, CategoryAttribute, Channel, SellingPoint
from products.services.catalogue import attribute_code
from products.services.setup import approve_benefits, brand_saved, category_saved


class RecordedAdmin(BaseAdmin):
    """Every save of these small tables is an event."""

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        """Save, then record which fields were written."""
        super().save_related(request, form, formsets, change)
        row = form.instance
        kind = f"{row._meta.model_name}.{'changed' if change else 'created'}"
        after = {name: str(form.cleaned_data.get(name)) for name in form.changed_data}
        events.record(kind, actor=self.actor(request), target=row, after=after)


class AttributeSetInline(BaseTabularInline):
    """The category's attribute set."""

    model = CategoryAttribute
    autocomplete_fields = ("attribute",)
    verbose_name_plural = _("attribute set (categories below inherit it)")


@admin.register(Category)
class CategoryAdmin(RecordedAdmin):
    """The category tree."""

    list_display = ("path", "nouns", "sensitive")
    per_language = ("names", "nouns")
    list_filter = ("sensitive",)
    search_fields = ("path",)
    autocomplete_fields = ("parent",)
    inlines = (AttributeSetInline,)

    def save_model(self, request: HttpRequest, obj: Category, form: forms.ModelForm, change: bool) -> None:
        """A new category needs a path of its own before its set can be saved."""
        if not change:
            obj.path = "/".join(part for part in (obj.parent.path if obj.parent else "", obj.name) if part)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        """Paths below follow; drafts are compared again."""
        super().save_related(request, form, formsets, change)
        category_saved(self.actor(request), form.instance)


class BenefitInline(BaseTabularInline):
    """What values of the attribute mean to a customer."""

    model = Benefit
    fields = ("category", "minimum", "maximum", "equals", "language", "text", "approved_at")
    readonly_fields = ("approved_at",)
    autocomplete_fields = ("category",)


@admin.register(AttributeDefinition)
class AttributeDefinitionAdmin(RecordedAdmin):
    """Attributes."""

    list_display = ("name", "code", "data_type", "unit", "is_key", "in_copy")
    per_language = ("names", "units")
    list_filter = ("data_type", "is_key", "in_copy")
    search_fields = ("name", "code")
    inlines = (BenefitInline,)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A code from the name, when one is given in the address."""
        return {"code": attribute_code(request.GET["name"])} if "name" in request.GET else {}


@admin.register(Brand)
class BrandAdmin(RecordedAdmin):
    """Brands."""

    list_display = ("name", "names")
    per_language = ("names",)
    search_fields = ("name",)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        """Drafts of its products are compared again."""
        super().save_related(request, form, formsets, change)
        brand_saved(self.actor(request), form.instance)


@admin.register(Channel)
class ChannelAdmin(RecordedAdmin):
    """Channels."""

    list_display = ("name", "code", "kind", "stock_owned")
    search_fields = ("name", "code")


@admin.register(Benefit)
class BenefitAdmin(RecordedAdmin):
    """The fact→benefit library."""

    list_display = ("text", "attribute", "minimum", "maximum", "equals", "language", "approved_at")
    list_filter = ("language",)
    list_select_related = ("attribute",)
    search_fields = ("text", "attribute__name")
    autocomplete_fields = ("attribute", "category")
    readonly_fields = ("approved_by", "approved_at")
    actions = ("approve",)

    @admin.action(description=_("Approve"), permissions=["approve"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Benefit]) -> None:
        """Let copy say them."""
        count = approve_benefits(self.actor(request), list(queryset.values_list("pk", flat=True)))
        self.message_user(request, _("%(count)s benefits approved.") % {"count": count})

    def has_approve_permission(self, request: HttpRequest) -> bool:
        """Who may vouch for benefits."""
        return self.actor(request).can("products.approve_benefit")


@admin.register(SellingPoint)
class SellingPointAdmin(BaseAdmin):
    """Selling points of all products; new ones are added on the product's page."""

    list_display = ("text", "product", "language", "approved_by", "approved_at")
    list_filter = ("language", ("approved_at", admin.EmptyFieldListFilter))
    list_select_related = ("product", "approved_by")
    search_fields = ("text", "product__name", "product__key")
    actions = ("approve",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """On the product's page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """On the product's page."""
        return False

    @admin.action(description=_("Approve"), permissions=["approve"])
    def approve(self, request: HttpRequest, queryset: QuerySet[SellingPoint]) -> None:
        """Let copy use them."""
        count = services.approve_selling_points(self.actor(request), queryset.values_list("pk", flat=True))
        self.message_user(request, _("%(count)s selling points approved.") % {"count": count})

    def has_approve_permission(self, request: HttpRequest) -> bool:
        """Who may vouch for selling points."""
        return self.actor(request).can("products.approve_sellingpoint")
