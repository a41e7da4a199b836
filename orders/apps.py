"""The orders plugin: what it declares to the portal."""

from django.utils.translation import gettext_lazy as _

from opsportal.plugins import PortalPlugin
from orders.carrier import carriers
from orders.messenger import messengers
from orders.review import review_rules


class OrdersPlugin(PortalPlugin):
    """Orders, parcels and returns."""

    name = "orders"
    label = "orders"
    verbose_name = _("Orders")
    summary = _("Order review, parcels, returns and notices to customers; the shop's own system stays the owner.")
    version = "1.0"
    requires = ("products",)
    extension_points = (review_rules, carriers, messengers)
