"""``BaseAdmin``: the one base of all admin pages; nothing else imports Unfold's."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.admin.options import InlineModelAdmin
from django.core.paginator import Paginator
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.text import capfirst
from unfold.admin import ModelAdmin, StackedInline, TabularInline

from opsportal.access import Actor
from opsportal.console.form_fields import PerLanguageField, WordListField
from opsportal.console.navigation import actor_of
from opsportal.console.read_text import ReadText, read_text

#: Lists of big tables count no further than this and say "more than".
COUNT_LIMIT = 10_000


class CappedPaginator(Paginator):
    """Counts at most ``COUNT_LIMIT`` rows: a list of millions opens as fast as one of hundreds."""

    @cached_property
    def count(self) -> int:
        """Rows, capped."""
        if isinstance(self.object_list, QuerySet):
            return self.object_list.order_by()[:COUNT_LIMIT].values("pk").count()
        return len(self.object_list)


class FriendlyJsonMixin:
    """Names the JSON fields people edit: ``per_language`` as a text a language, ``word_lists`` as lines."""

    per_language: ClassVar[tuple[str, ...]] = ()
    word_lists: ClassVar[tuple[str, ...]] = ()

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Our fields for the named ones, Unfold's for the rest."""
        if db_field.name in self.per_language or db_field.name in self.word_lists:
            made = PerLanguageField if db_field.name in self.per_language else WordListField
            options: dict[str, Any] = {"label": capfirst(db_field.verbose_name), "required": not db_field.blank}
            if db_field.help_text:
                options["help_text"] = db_field.help_text
            return made(**options)
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Where nothing can be changed, the named fields as people read them instead of as JSON."""
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc]
        shown = self._shown(request, obj)
        if not shown:
            return fieldsets
        extra = set(shown.values())  # Django adds what is read-only at the end when a class names no fieldsets.
        return [
            (
                title,
                {**options, "fields": [_swapped(entry, shown) for entry in options["fields"] if entry not in extra]},
            )
            for title, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """With what stands for the named fields where nothing can be changed."""
        fields = super().get_readonly_fields(request, obj)  # type: ignore[misc]
        return [*fields, *self._shown(request, obj).values()]

    def _shown(self, request: HttpRequest, obj: Model | None) -> dict[str, ReadText]:
        admin: Any = self
        if admin.has_change_permission(request, obj) or (obj is None and admin.has_add_permission(request)):
            return {}
        if isinstance(self, InlineModelAdmin) and self.has_add_permission(request, obj):
            return {}
        names = (*self.per_language, *self.word_lists)
        return {name: read_text(admin.model, name) for name in names}


def _swapped(entry: Any, shown: dict[str, ReadText]) -> Any:
    if isinstance(entry, list | tuple):
        return [_swapped(one, shown) for one in entry]
    return shown.get(entry, entry)


class BaseAdmin(FriendlyJsonMixin, ModelAdmin):
    """Sane lists, capped counts, and the actor services ask for. Writes of governed fields go through services."""

    list_per_page = 50
    show_full_result_count = False
    paginator = CappedPaginator
    compressed_fields = True
    warn_unsaved_form = True
    list_filter_submit = True
    list_fullwidth = True

    def actor(self, request: HttpRequest) -> Actor:
        """Whoever is logged in."""
        return actor_of(request)


class ReadOnlyAdmin(BaseAdmin):
    """For rows only services write: look, search, filter."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False


class BaseTabularInline(FriendlyJsonMixin, TabularInline):
    """Rows of a child model as a table."""

    extra = 0


class BaseStackedInline(FriendlyJsonMixin, StackedInline):
    """Rows of a child model one below the other."""

    extra = 0


__all__ = ["BaseAdmin", "BaseStackedInline", "BaseTabularInline", "CappedPaginator", "ReadOnlyAdmin"]
