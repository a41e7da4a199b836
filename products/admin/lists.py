"""Filters of the product list. Their names in the address are those of ``ProductFilter``, so that "all that match" is
the same selection for a batch."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from generation.models.drafts import State
from generation.slots import all_slots
from products.facts import FEWEST_USEFUL
from products.filters import in_category, with_copy, with_draft
from products.models import Brand, Category, Channel, Product

#: Values a filter offers at most; further ones are found by search.
MOST_CHOICES = 200
#: Names in the list's address that ``ProductFilter`` understands, too.
SHARED = frozenset(
    ("q", "category", "brand", "channel", "status", "needs_data", "incomplete", "has_copy", "lacks_copy", "draft_state")
)


class _Filter(admin.SimpleListFilter):
    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        """Narrow by the chosen value."""
        value = self.value()
        return self.narrow(queryset, value) if value else queryset

    def narrow(self, rows: QuerySet[Product], value: str) -> QuerySet[Product]:
        raise NotImplementedError


class CategoryFilter(_Filter):
    """A category and those below it."""

    title = _("category")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The tree, as paths."""
        return [(path, path) for path in Category.objects.values_list("path", flat=True)[:MOST_CHOICES]]

    def narrow(self, rows: QuerySet[Product], value: str) -> QuerySet[Product]:
        """In the category or below."""
        return in_category(rows, value)


class BrandFilter(_Filter):
    """A brand."""

    title = _("brand")
    parameter_name = "brand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Brands by name."""
        return [(name, name) for name in Brand.objects.values_list("name", flat=True)[:MOST_CHOICES]]

    def narrow(self, rows: QuerySet[Product], value: str) -> QuerySet[Product]:
        """Of the brand."""
        return rows.filter(brand__name=value)


class ChannelFilter(_Filter):
    """Sold in a channel."""

    title = _("channel")
    parameter_name = "channel"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All channels."""
        return list(Channel.objects.values_list("code", "name"))

    def narrow(self, rows: QuerySet[Product], value: str) -> QuerySet[Product]:
        """In the channel."""
        return rows.filter(channels__code=value)


class NeedsDataFilter(_Filter):
    """Enough facts for copy, or too few."""

    title = _("needs data")
    parameter_name = "needs_data"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Yes and no."""
        return [("true", _("too few facts")), ("false", _("enough facts"))]

    def narrow(self, rows: QuerySet[Product], value: str) -> QuerySet[Product]:
        """By the number of useful facts."""
        few = value == "true"
        return rows.filter(useful_facts__lt=FEWEST_USEFUL) if few else rows.filter(useful_facts__gte=FEWEST_USEFUL)


class IncompleteFilter(_Filter):
    """Data missing in a language."""

    title = _("incomplete in")
    parameter_name = "incomplete"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The languages."""
        return list(settings.LANGUAGES)

    def narrow(self, rows: QuerySet[Product], value: str) -> QuerySet[Product]:
        """Below 100 %."""
        return rows.filter(**{f"completeness__{value}__lt": 100}) if value in dict(settings.LANGUAGES) else rows


class _CopyFilter(_Filter):
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every copy type in every language."""
        slots = [slot for slot in all_slots() if slot.key.startswith("products.")]
        return [(f"{slot.key}:{code}", f"{slot.title} · {name}") for slot in slots for code, name in settings.LANGUAGES]


class HasCopyFilter(_CopyFilter):
    """Published copy exists."""

    title = _("has copy")
    parameter_name = "has_copy"

    def narrow(self, rows: QuerySet[Product], value: str) -> QuerySet[Product]:
        """With it."""
        return with_copy(rows, value, True)


class LacksCopyFilter(_CopyFilter):
    """Published copy is missing."""

    title = _("lacks copy")
    parameter_name = "lacks_copy"

    def narrow(self, rows: QuerySet[Product], value: str) -> QuerySet[Product]:
        """Without it."""
        return with_copy(rows, value, False)


class DraftStateFilter(_Filter):
    """Where drafts of the product are."""

    title = _("draft")
    parameter_name = "draft_state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The states, and none."""
        return [*State.choices, ("none", _("none"))]

    def narrow(self, rows: QuerySet[Product], value: str) -> QuerySet[Product]:
        """With a draft in that state."""
        return with_draft(rows, value)
