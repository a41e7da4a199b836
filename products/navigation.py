"""The catalogue in the sidebar."""

from django.utils.translation import gettext_lazy as _

from opsportal.console import NavItem, navigation

for item in (
    NavItem(
        "catalogue", _("Products"), "inventory_2", "admin:products_product_changelist", "products.view_product", 10
    ),
    NavItem("catalogue", _("Needs data"), "rule", "console:products_needs_data", "products.view_product", 20),
    NavItem("catalogue", _("Import"), "upload_file", "console:products_import", "products.import_products", 30),
    NavItem("catalogue", _("Export"), "download", "console:products_export", "products.export_products", 40),
    NavItem(
        "catalogue", _("Categories"), "account_tree", "admin:products_category_changelist", "products.view_category", 50
    ),
    NavItem(
        "catalogue",
        _("Attributes"),
        "tune",
        "admin:products_attributedefinition_changelist",
        "products.view_attributedefinition",
        60,
    ),
    NavItem(
        "catalogue",
        _("Selling points"),
        "campaign",
        "admin:products_sellingpoint_changelist",
        "products.view_sellingpoint",
        70,
    ),
    NavItem("setup", _("Channels"), "storefront", "admin:products_channel_changelist", "products.view_channel", 50),
):
    navigation.register(item)
