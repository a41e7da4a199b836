"""Admin pages of plugins' models: the conventional module ``admin``, isolated like every other one."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model

from opsportal.plugins import ExtensionPoint
from opsportal.plugins.points import plugin_of


class ModelPages(ExtensionPoint):
    """Plugins use Django's ``@admin.register``; this point loads their modules and reads the admin site's registry."""

    def by_plugin(self) -> dict[str, list[str]]:
        """Models with an admin page, by the plugin that wrote the page."""
        found: dict[str, list[str]] = {}
        for model, page in _registry().items():
            found.setdefault(plugin_of(type(page).__module__), []).append(model._meta.label_lower)
        return found

    def withdraw(self, plugin: str) -> None:
        """Take the pages of a plugin that failed off the site."""
        for model, page in list(_registry().items()):
            if plugin_of(type(page).__module__) == plugin:
                admin.site.unregister(model)


def _registry() -> dict[type[Model], Any]:
    return admin.site._registry


model_pages = ModelPages("console.model_pages", module="admin", doc="Admin pages of models.")
