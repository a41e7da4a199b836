"""The plugin's card on the first page."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from opsportal.console import Card, dashboard


@dashboard.register
class StoreStories(Card):
    """How many stores still lack a story."""

    key = "stores.stories"
    title = _("Stores without a story")
    template = "stores/card.html"
    permission = "stores.view_store"
    order = 80

    def context(self, request: HttpRequest) -> dict[str, Any] | None:
        """The number; no card when every store has its story."""
        from .models import Store

        lacking = Store.objects.filter(story="").count()
        return {"lacking": lacking} if lacking else None
