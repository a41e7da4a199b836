"""The allow-listed filters of campaign texts: one set for console, API, commands and bulk jobs."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from marketing.models import CopyText


class CopyTextFilter(django_filters.FilterSet):
    """Everything campaign texts can be narrowed by."""

    campaign = django_filters.CharFilter(label=_("Campaign"), field_name="campaign__key")
    placement = django_filters.CharFilter(label=_("Placement"), field_name="variant__placement__key")
    variant = django_filters.CharFilter(label=_("Variant"), field_name="variant__label")
    channel = django_filters.CharFilter(label=_("Channel"), field_name="variant__placement__channel")
    field = django_filters.CharFilter(label=_("Field"))
    language = django_filters.CharFilter(label=_("Language"))
    key = django_filters.CharFilter(label=_("Key"), method="has_key", help_text=_("one or several, comma separated"))

    class Meta:
        model = CopyText
        fields = ("campaign", "placement", "variant", "channel", "field", "language", "key")

    def has_key(self, rows, name: str, value: str):  # type: ignore[no-untyped-def]  # a QuerySet of texts
        """Exactly these keys."""
        return rows.filter(key__in=[part.strip() for part in value.split(",") if part.strip()])
