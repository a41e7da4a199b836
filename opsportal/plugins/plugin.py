"""``PortalPlugin``: the declaration of an app that joins the portal, and the loading of its conventional modules."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import ClassVar

from django.apps import AppConfig, apps
from django.conf import settings
from django.utils.functional import Promise

from opsportal.plugins.points import ExtensionPoint, declared


@dataclass(frozen=True, slots=True)
class BrokenModule:
    """A conventional module of a plugin that could not be loaded; the plugin's contributions were dropped."""

    plugin: str
    module: str
    error: str


#: What went wrong while loading, for ``manage.py plugins``, ``doctor`` and the console.
broken: list[BrokenModule] = []


class PortalPlugin(AppConfig):
    """An app of the portal. ``requires`` names the labels it cannot work without.

    ``extension_points`` are those it declares; what it adds to others stands in modules of its package with the
    points' conventional names, which are loaded when they exist.
    """

    #: Django looks for one AppConfig in ``apps.py``; this base class, imported there, is never the one.
    default = False
    summary: ClassVar[str | Promise] = ""
    version: ClassVar[str] = ""
    requires: ClassVar[tuple[str, ...]] = ()
    extension_points: ClassVar[tuple[ExtensionPoint, ...]] = ()
    default_auto_field = "django.db.models.BigAutoField"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.default = True

    def ready(self) -> None:
        """Load everything once the last app is there: a point declared late must still find early contributions."""
        if self is _last_config():
            load_contributions()


def _last_config() -> AppConfig:
    return [config for config in apps.get_app_configs() if isinstance(config, PortalPlugin)][-1]


def load_contributions() -> None:
    """Import the conventional modules of every plugin, point by point.

    A module that fails is recorded in ``broken`` and takes the plugin's contributions with it; with
    ``PLUGIN_ERRORS=strict`` its error is raised. A module that merely does not exist is no error.
    """
    plugins = [config for config in apps.get_app_configs() if isinstance(config, PortalPlugin)]
    failed: set[str] = set()
    for module in dict.fromkeys(point.module for point in declared.values()):
        for plugin in plugins:
            if plugin.label in failed:
                continue
            try:
                if find_spec(f"{plugin.name}.{module}") is not None:
                    import_module(f"{plugin.name}.{module}")
            except Exception as error:
                if settings.PLUGIN_ERRORS == "strict":
                    raise
                failed.add(plugin.label)
                broken.append(BrokenModule(plugin.label, module, f"{type(error).__name__}: {error}"))
                for point in declared.values():
                    point.withdraw(plugin.label)
