"""What happens to the catalogue, in words."""

from django.utils.translation import gettext_lazy as _

from opsportal.events import EventTitle, event_titles

TITLES = {
    "product.created": _("product created"),
    "product.updated": _("product changed"),
    "product.deleted": _("product deleted"),
    "product.facts_changed": _("product facts changed"),
    "product.price_changed": _("price changed"),
    "category.facts_changed": _("category changed"),
    "brand.facts_changed": _("brand changed"),
    "benefit.approved": _("benefit approved"),
    "products.import_started": _("product import started"),
    "products.imported": _("products imported"),
    "products.exported": _("products exported"),
}

for kind, title in TITLES.items():
    event_titles.register(EventTitle(kind, title))
