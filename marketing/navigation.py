"""Campaigns in the sidebar."""

from django.utils.translation import gettext_lazy as _

from opsportal.console import NavItem, navigation

for item in (
    NavItem("campaigns", _("Campaigns"), "campaign", "console:marketing_campaigns", "marketing.view_campaign", 10),
    NavItem("campaigns", _("Month view"), "calendar_month", "console:marketing_month", "marketing.view_campaign", 20),
    NavItem(
        "campaigns",
        _("Import results"),
        "query_stats",
        "console:marketing_import_results",
        "marketing.import_results",
        30,
    ),
    NavItem(
        "setup",
        _("Channel limits"),
        "straighten",
        "console:marketing_limits",
        "marketing.view_fieldlimit",
        60,
    ),
):
    navigation.register(item)
