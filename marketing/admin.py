"""Admin pages of campaigns."""

from __future__ import annotations

from django.contrib import admin

from marketing.models import Campaign, CopyText, DailyResult, FieldLimit, Offer, Placement
from opsportal.console.admin_base import ReadOnlyAdmin


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyAdmin):
    """Campaigns."""

    list_display = ("name", "status", "goal", "starts_at", "ends_at", "budget", "currency")
    list_filter = ("status", "goal")
    search_fields = ("key", "name")


@admin.register(Offer)
class OfferAdmin(ReadOnlyAdmin):
    """Offers of all campaigns."""

    list_display = ("campaign", "kind", "percent", "amount", "threshold", "code")
    list_filter = ("kind",)
    list_select_related = ("campaign",)


@admin.register(Placement)
class PlacementAdmin(ReadOnlyAdmin):
    """Placements of all campaigns."""

    list_display = ("key", "campaign", "ad_slot", "budget_share")
    list_filter = ("channel",)
    list_select_related = ("campaign",)
    search_fields = ("key",)


@admin.register(CopyText)
class CopyTextAdmin(ReadOnlyAdmin):
    """Texts of all campaigns and what was published for each."""

    list_display = ("key", "slot", "language", "published_at")
    list_filter = ("slot", "language")
    search_fields = ("key",)


@admin.register(DailyResult)
class DailyResultAdmin(ReadOnlyAdmin):
    """Results as channels reported them."""

    list_display = ("variant", "day", "language", "impressions", "clicks", "conversions", "spend", "revenue")
    list_select_related = ("variant__placement__campaign",)


@admin.register(FieldLimit)
class FieldLimitAdmin(ReadOnlyAdmin):
    """Channel limits a shop corrected."""

    list_display = ("ad_slot", "field", "maximum", "unit", "hard", "source", "checked_on")
    list_filter = ("ad_slot",)
