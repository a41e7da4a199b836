"""The products plugin: what it declares to the portal."""

from django.utils.translation import gettext_lazy as _

from opsportal.plugins import PortalPlugin


class ProductsPlugin(PortalPlugin):
    """The catalogue and its copy."""

    name = "products"
    label = "products"
    verbose_name = _("Products")
    summary = _("The catalogue: facts, variants, prices, live copy; import from and export to a shop's files.")
    version = "1.0"
    requires = ("generation",)
