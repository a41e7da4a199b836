"""The first page: cards from plugins, and for a newcomer what to do next."""

from __future__ import annotations

import logging
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from opsportal.console.navigation import actor_of
from opsportal.plugins import ExtensionPoint
from opsportal.plugins.discovery import plan
from opsportal.plugins.plugin import broken

logger = logging.getLogger(__name__)


class Card:
    """A card of the first page. ``wide`` cards take the whole row."""

    key: ClassVar[str]
    title: ClassVar[str | Promise]
    template: ClassVar[str]
    permission: ClassVar[str] = ""
    order: ClassVar[int] = 100
    wide: ClassVar[bool] = False

    def context(self, request: HttpRequest) -> dict[str, Any] | None:
        """What the template shows; None leaves the card out."""
        return {}


dashboard: ExtensionPoint = ExtensionPoint(
    "console.dashboard", module="dashboard", base=Card, doc="Cards on the first page."
)


def dashboard_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's dashboard callback: the cards this person may see, rendered."""
    actor = actor_of(request)
    cards: list[dict[str, Any]] = []
    for card_class in sorted(dashboard.all(), key=lambda card: card.order):
        if card_class.permission and not actor.can(card_class.permission):
            continue
        card = card_class()
        try:
            content = _content(card, request)
        except Exception:
            if settings.PLUGIN_ERRORS == "strict":
                raise
            # One plugin's slip must not close the first page to everybody.
            logger.exception("the first page leaves out %s", card.key)
            continue
        if content is not None:
            cards.append({"key": card.key, "title": card.title, "wide": card.wide, "content": content})
    return {**context, "cards": cards}


def _content(card: Card, request: HttpRequest) -> SafeString | None:
    values = card.context(request)
    return None if values is None else render_to_string(card.template, {**values, "card": card}, request)


@dashboard.register
class Attention(Card):
    """For administrators: what does not work. Absent while all is well."""

    key = "system.attention"
    title = _("Needs attention")
    template = "console/cards/attention.html"
    permission = "access.view_user"
    order = 5
    wide = True

    def context(self, request: HttpRequest) -> dict[str, Any] | None:
        """Missing workers, failed jobs, broken plugins."""
        from opsportal.jobs.health import health

        now = health()
        off = [found for found in plan().found if found.reason]
        trouble = (now.idle_clusters and (now.waiting or now.undelivered)) or now.late or now.failed or broken or off
        return {"health": now, "broken": broken, "off": off} if trouble else None


@dashboard.register
class MyJobs(Card):
    """The person's own background jobs that are not over, and how far they are."""

    key = "system.my_jobs"
    title = _("My background jobs")
    template = "console/cards/my_jobs.html"
    order = 60

    def context(self, request: HttpRequest) -> dict[str, Any] | None:
        """Up to five; None without any."""
        from opsportal.jobs import job_kinds
        from opsportal.jobs.models import Job, JobState

        alive = Job.objects.filter(requested_by_id=request.user.pk, state__in=(JobState.QUEUED, JobState.RUNNING))
        jobs = [
            {"job": job, "title": job_kinds.get(job.kind).title if job.kind in job_kinds else job.kind}
            for job in alive.order_by("-id")[:5]
        ]
        return {"jobs": jobs} if jobs else None
