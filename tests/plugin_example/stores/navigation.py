"""The plugin's link in the sidebar."""

from django.utils.translation import gettext_lazy as _

from opsportal.console import NavItem, navigation

navigation.register(
    NavItem("catalogue", _("Stores"), "storefront", "admin:stores_store_changelist", "stores.view_store", order=80)
)
