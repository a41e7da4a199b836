"""Admin pages of campaigns: records to look through; limits to correct. Plans are edited on the campaign's own page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from marketing import services
from marketing.ad_slots import ad_slots
from marketing.models import Campaign, CopyText, DailyResult, FieldLimit, Offer, Placement
from marketing.services.placements import LIMIT_FIELDS
from opsportal.console.admin_base import BaseAdmin, ReadOnlyAdmin


class OnBoardAdmin(ReadOnlyAdmin):
    """Rows of a campaign's plan, with the way to its board."""

    @admin.display(description=_("board"))
    def board(self, row: Any) -> str:
        """A link to the campaign."""
        campaign = row if isinstance(row, Campaign) else row.campaign
        return format_html('<a class="ops-link" href="{}">{}</a>', campaign.get_absolute_url(), _("open"))


@admin.register(Campaign)
class CampaignAdmin(OnBoardAdmin):
    """Campaigns."""

    list_display = ("name", "status", "goal", "starts_at", "ends_at", "budget", "currency", "board")
    list_filter = ("status", "goal")
    search_fields = ("key", "name")


@admin.register(Offer)
class OfferAdmin(OnBoardAdmin):
    """Offers of all campaigns."""

    list_display = ("campaign", "kind", "percent", "amount", "threshold", "code", "board")
    list_filter = ("kind",)
    list_select_related = ("campaign",)


@admin.register(Placement)
class PlacementAdmin(OnBoardAdmin):
    """Placements of all campaigns."""

    list_display = ("key", "campaign", "ad_slot", "budget_share", "board")
    list_filter = ("channel",)
    list_select_related = ("campaign",)
    search_fields = ("key",)


@admin.register(CopyText)
class CopyTextAdmin(OnBoardAdmin):
    """Texts of all campaigns and what was published for each."""

    list_display = ("key", "slot", "language", "published_at", "board")
    list_filter = ("slot", "language")
    list_select_related = ("campaign",)
    search_fields = ("key",)


@admin.register(DailyResult)
class DailyResultAdmin(ReadOnlyAdmin):
    """Results as channels reported them."""

    list_display = ("variant", "day", "language", "impressions", "clicks", "conversions", "spend", "revenue")
    list_select_related = ("variant__placement__campaign",)


class NewLimitForm(forms.ModelForm):
    """A correction of a shipped limit; which field it is of is chosen once."""

    place = forms.ChoiceField(label=_("Field"))

    class Meta:
        model = FieldLimit
        fields = LIMIT_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)
        place.choices = [
            (f"{slot.key}:{spec.key}", f"{slot.name} · {spec.name}")
            for slot in ad_slots().values()
            for spec in slot.fields.values()
        ]


@admin.register(FieldLimit)
class FieldLimitAdmin(BaseAdmin):
    """Channel limits a shop corrected."""

    list_display = ("ad_slot", "field", "maximum", "unit", "hard", "source", "checked_on")
    list_filter = ("ad_slot",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A new one also asks which field it is of."""
        return super().get_form(request, obj, change, **({"form": NewLimitForm} if obj is None else {}), **kwargs)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Which field it is of stands first, and stays."""
        return [*(("place",) if obj is None else ("ad_slot", "field")), *LIMIT_FIELDS]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Which field it is of stays."""
        return () if obj is None else ("ad_slot", "field")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever may correct limits."""
        return self.actor(request).can("marketing.change_fieldlimit")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whoever may correct limits may take a correction back."""
        return self.has_add_permission(request)

    def save_model(self, request: HttpRequest, obj: FieldLimit, form: forms.ModelForm, change: bool) -> None:
        """Through the service, which compares drafts of open campaigns again."""
        values = {name: form.cleaned_data[name] for name in LIMIT_FIELDS}
        ad_slot, field = (obj.ad_slot, obj.field) if change else form.cleaned_data["place"].split(":")
        saved = services.correct_limit(self.actor(request), ad_slot=ad_slot, field=field, **values)
        obj.pk, obj.ad_slot, obj.field = saved.pk, saved.ad_slot, saved.field

    def delete_model(self, request: HttpRequest, obj: FieldLimit) -> None:
        """The shipped limit holds again."""
        services.restore_limit(self.actor(request), obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Several at once, each through the service."""
        for limit in queryset:
            services.restore_limit(self.actor(request), limit)
