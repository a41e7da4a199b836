"""The catalogue on the first page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from opsportal.console import Card, dashboard
from products.facts import FEWEST_USEFUL
from products.filters import MAIN_SLOT
from products.models import LiveCopy, Product

#: Numbers on the first page stop here and say "more than": counting millions would slow the page down.
MOST_COUNTED = 10_000


@dashboard.register
class Catalogue(Card):
    """How many products there are, how many lack data, how many have copy."""

    key = "products.catalogue"
    title = _("Catalogue")
    template = "products/cards/catalogue.html"
    permission = "products.view_product"
    order = 30

    def context(self, request: HttpRequest) -> dict[str, Any] | None:
        """Three capped counts."""
        thin = Product.objects.filter(useful_facts__lt=FEWEST_USEFUL)
        written = LiveCopy.objects.filter(slot=MAIN_SLOT)
        return {
            "products": Product.objects.order_by()[:MOST_COUNTED].count(),
            "needs_data": thin.order_by()[:MOST_COUNTED].count(),
            "live_copy": written.order_by()[:MOST_COUNTED].count(),
            "most": MOST_COUNTED,
        }
