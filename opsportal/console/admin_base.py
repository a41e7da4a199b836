"""``BaseAdmin``: the one base of all admin pages; nothing else imports Unfold's."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin, StackedInline, TabularInline

from opsportal.access import Actor
from opsportal.console.navigation import actor_of

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


class BaseAdmin(ModelAdmin):
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


class BaseTabularInline(TabularInline):
    """Rows of a child model as a table."""

    extra = 0


class BaseStackedInline(StackedInline):
    """Rows of a child model one below the other."""

    extra = 0


__all__ = ["BaseAdmin", "BaseStackedInline", "BaseTabularInline", "CappedPaginator", "ReadOnlyAdmin"]
