"""The first page: cards from plugins, and for a newcomer what to do next."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from opsportal.console.navigation import actor_of
from opsportal.plugins import ExtensionPoint


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
        values = card.context(request)
        if values is not None:
            content: SafeString = render_to_string(card.template, {**values, "card": card}, request)
            cards.append({"key": card.key, "title": card.title, "wide": card.wide, "content": content})
    return {**context, "cards": cards}
