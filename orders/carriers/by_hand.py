"""A carrier nobody has a plugin for: people enter its parcels and what becomes of them."""

from django.utils.translation import gettext_lazy as _

from orders.carrier import Carrier, carriers


@carriers.register
class ByHand(Carrier):
    """Own van, bike messenger, collection by the customer."""

    key = "manual"
    title = _("Other carrier")
    names = ("other", "其他")
