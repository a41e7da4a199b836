"""What happens to campaigns, in words."""

from django.utils.translation import gettext_lazy as _

from opsportal.events import EventTitle, event_titles

TITLES = {
    "campaign.created": _("campaign created"),
    "campaign.deleted": _("campaign deleted"),
    "campaign.facts_changed": _("campaign changed"),
    "campaign.exported": _("campaign exported"),
    "variant.promoted": _("winning variant chosen"),
    "results.recorded": _("campaign results recorded"),
    "limit.corrected": _("channel limit corrected"),
    "limit.restored": _("channel limit restored"),
}

for kind, title in TITLES.items():
    event_titles.register(EventTitle(kind, title))
