"""Export in the console: what of a campaign can go out to a channel, where each text comes from, and the file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from marketing import services
from marketing.ad_slots import ad_slots
from marketing.console.base import CampaignView, complain
from marketing.exports import FORMATS
from marketing.exports.selection import select
from marketing.services.exporting import EXPORT, file_name
from opsportal.plugins import DomainError

#: Ads shown on the page; the file has them all.
MOST_SHOWN = 50


class ExportPage(CampaignView):
    """Choose a channel, look at what goes out, download it."""

    permission = EXPORT
    template_name = "marketing/export.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The campaign's channels and what can go out to the chosen one."""
        campaign = self.campaign
        used = list(dict.fromkeys(campaign.placements.order_by("position").values_list("channel", flat=True)))
        names = {slot.channel: slot.name.partition(" · ")[0] for slot in ad_slots().values()}
        formats = [(name, names.get(name, name)) for name in FORMATS if name in used]
        told = self.request.GET.get("format", "")
        chosen = told if told in dict(formats) else (formats[0][0] if formats else "")
        selection = select(campaign, FORMATS[chosen].channel) if chosen else None
        return super().get_context_data(
            title=_("Export “%(name)s”") % {"name": campaign.name},
            campaign=campaign,
            formats=formats,
            chosen=chosen,
            ads=selection.ads[:MOST_SHOWN] if selection else [],
            count=len(selection.ads) if selection else 0,
            left_out=selection.left_out if selection else [],
            file_name=file_name(campaign, chosen) if chosen else "",
            **kwargs,
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The file, and a delivery for every text in it."""
        name = request.POST.get("format", "")
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "export"
            try:
                services.export_campaign(self.actor, self.campaign, name, target)
            except DomainError as error:
                complain(request, error)
                return redirect(reverse("console:marketing_export", args=[pk]))
            # Opened before the folder goes: the file lives until it is sent.
            return FileResponse(target.open("rb"), as_attachment=True, filename=file_name(self.campaign, name))
