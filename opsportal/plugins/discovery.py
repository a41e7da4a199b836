"""Which plugins an installation runs, decided before Django loads any app.

Our own trade apps and every installed distribution with an entry point in the group ``opsportal.plugins`` are found;
``OPSPORTAL_PLUGINS_OFF`` switches some off, and whatever requires one that is off is off with it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Literal

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from opsportal.plugins.plugin import PortalPlugin

GROUP = "opsportal.plugins"
#: Our own trade apps, lowest layer first.
TRADES = ("products.apps.ProductsPlugin", "orders.apps.OrdersPlugin", "marketing.apps.MarketingPlugin")
#: Labels that are always there, so that ``requires`` may name them.
HOST = ("plugins", "events", "access", "jobs", "api", "console", "maintenance", "generation")


Cause = Literal["", "switched_off", "missing", "cycle", "name_taken", "error"]
#: Said when somebody asks, not while settings are read: nothing can be translated then.
_REASONS: dict[str, str | Promise] = {
    "switched_off": _("switched off"),
    "missing": _("requires %(detail)s, which is off or not installed"),
    "cycle": _("requires %(detail)s, which in turn requires it"),
    "name_taken": _("another plugin is called %(detail)s"),
    "error": _("cannot be loaded: %(detail)s"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A plugin that is installed: where its class is, and the cause of its being off ("" when it is on)."""

    label: str
    path: str
    requires: tuple[str, ...]
    cause: Cause = ""
    detail: str = ""

    @property
    def reason(self) -> str:
        """Why the plugin is off, for people; "" when it is on."""
        return str(_REASONS[self.cause]) % {"detail": self.detail} if self.cause else ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The decision: which plugins are on, which are off and why."""

    found: tuple[Found, ...] = field(default=())

    def apps(self) -> list[str]:
        """Dotted paths for INSTALLED_APPS, in order."""
        return [plugin.path for plugin in self.found if not plugin.cause]

    def off(self) -> list[Found]:
        """Plugins that are installed but do not run."""
        return [plugin for plugin in self.found if plugin.cause]

    def reason_off(self, label: str) -> str:
        """Why the plugin is off; "" when it is on or unknown."""
        return next((plugin.reason for plugin in self.found if plugin.label == label), "")


def enabled_apps() -> list[str]:
    """The plugins of this installation, for INSTALLED_APPS."""
    return plan().apps()


def error_policy() -> str:
    """``PLUGIN_ERRORS``: "isolate" (a broken plugin is left out) or "strict" (it ends the start). Raises on others."""
    policy = os.environ.get("PLUGIN_ERRORS") or "isolate"
    if policy not in ("isolate", "strict"):
        raise ImproperlyConfigured(f"PLUGIN_ERRORS is {policy!r}; it may be isolate or strict")
    return policy


@lru_cache(maxsize=1)
def plan() -> Plan:
    """Find plugins and decide, once a process."""
    paths = [*TRADES, *sorted(point.value.replace(":", ".") for point in entry_points(group=GROUP))]
    paths += [path.strip() for path in os.environ.get("OPSPORTAL_PLUGINS", "").split(",") if path.strip()]
    off = {label.strip() for label in os.environ.get("OPSPORTAL_PLUGINS_OFF", "").split(",") if label.strip()}
    return decide([inspect(path) for path in dict.fromkeys(paths)], off)


def inspect(path: str) -> Found:
    """What a plugin class says of itself; a class that cannot be used is off, with its error as the reason."""
    module, _dot, name = path.rpartition(".")
    try:
        plugin = getattr(import_module(module), name)
        if not (isinstance(plugin, type) and issubclass(plugin, PortalPlugin)):
            raise TypeError(f"{path} is not a PortalPlugin")
        return Found(getattr(plugin, "label", None) or plugin.name.rpartition(".")[2], path, tuple(plugin.requires))
    except Exception as error:
        if error_policy() == "strict":
            raise
        label = module.removesuffix(".apps").rpartition(".")[2] or path
        return Found(label, path, (), "error", f"{type(error).__name__}: {error}")


def decide(found: Iterable[Found], off: Iterable[str]) -> Plan:
    """Order plugins so that each stands after what it requires, and switch off what cannot work."""
    unwanted, taken = set(off), set(HOST)
    candidates: list[Found] = []
    ordered: list[Found] = []
    for plugin in found:
        if plugin.label in taken:
            ordered.append(_off(plugin, "name_taken", plugin.label))
            continue
        taken.add(plugin.label)
        plugin = _off(plugin, "switched_off") if plugin.label in unwanted else plugin
        (ordered if plugin.cause else candidates).append(plugin)
    on = set(HOST)
    while candidates:
        ready = [plugin for plugin in candidates if set(plugin.requires) <= on]
        if not ready:
            break
        for plugin in ready:
            on.add(plugin.label)
            ordered.append(plugin)
            candidates.remove(plugin)
    return Plan((*ordered, *_unmet(candidates, on)))


def _unmet(plugins: list[Found], on: set[str]) -> Iterator[Found]:
    """What is left requires something that is not there, or stands in a circle of requirements."""
    there = on | {plugin.label for plugin in plugins}
    while doomed := [plugin for plugin in plugins if not set(plugin.requires) <= there]:
        for plugin in doomed:
            yield _off(plugin, "missing", ", ".join(sorted(set(plugin.requires) - there)))
            plugins.remove(plugin)
        there = on | {plugin.label for plugin in plugins}
    for plugin in plugins:
        yield _off(plugin, "cycle", ", ".join(sorted(set(plugin.requires) - on)))


def _off(plugin: Found, cause: Cause, detail: str = "") -> Found:
    return replace(plugin, cause=plugin.cause or cause, detail=plugin.detail or detail)
