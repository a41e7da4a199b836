"""Which plugins an installation runs, decided before Django loads any app.

Our own trade apps and every installed distribution with an entry point in the group ``opsportal.plugins`` are found;
``OPSPORTAL_PLUGINS_OFF`` switches some off, and whatever requires one that is off is off with it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points

GROUP = "opsportal.plugins"
#: Our own trade apps, lowest layer first.
TRADES = ("products.apps.ProductsPlugin",)
#: Labels that are always there, so that ``requires`` may name them.
HOST = ("plugins", "events", "access", "jobs", "api", "console", "maintenance", "generation")


@dataclass(frozen=True, slots=True)
class Found:
    """A plugin that is installed: where its class is, and why it is off ("" when it is on)."""

    label: str
    path: str
    requires: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The decision: which plugins are on, which are off and why."""

    found: tuple[Found, ...] = field(default=())

    def apps(self) -> list[str]:
        """Dotted paths for INSTALLED_APPS, in order."""
        return [plugin.path for plugin in self.found if not plugin.reason]

    def reason_off(self, label: str) -> str:
        """Why the plugin is off; "" when it is on or unknown."""
        return next((plugin.reason for plugin in self.found if plugin.label == label), "")


def enabled_apps() -> list[str]:
    """The plugins of this installation, for INSTALLED_APPS."""
    return plan().apps()


@lru_cache(maxsize=1)
def plan() -> Plan:
    """Find plugins and decide, once a process."""
    paths = [*TRADES, *sorted(point.value.replace(":", ".") for point in entry_points(group=GROUP))]
    paths += [path for path in os.environ.get("OPSPORTAL_PLUGINS", "").split(",") if path]
    off = {label.strip() for label in os.environ.get("OPSPORTAL_PLUGINS_OFF", "").split(",") if label.strip()}
    return decide([inspect(path) for path in dict.fromkeys(paths)], off)


def inspect(path: str) -> Found:
    """What a plugin class says of itself; a class that cannot be imported is off, with its error as the reason."""
    module, _, name = path.rpartition(".")
    fallback = module.split(".")[-2] if "." in module else module
    try:
        plugin = getattr(import_module(module), name)
    except Exception as error:
        if os.environ.get("PLUGIN_ERRORS") == "strict":
            raise
        return Found(fallback, path, (), f"{type(error).__name__}: {error}")
    label = getattr(plugin, "label", None) or plugin.name.rpartition(".")[2]
    return Found(label, path, tuple(plugin.requires))


def decide(found: Iterable[Found], off: Iterable[str]) -> Plan:
    """Order plugins so that each stands after what it requires, and switch off what cannot work."""
    waiting = [_off(plugin, "switched off") if plugin.label in set(off) else plugin for plugin in found]
    ordered: list[Found] = []
    on = set(HOST)
    while waiting:
        missing = {plugin.label for plugin in waiting if not plugin.reason}
        ready = [plugin for plugin in waiting if plugin.reason or set(plugin.requires) <= on]
        if not ready:
            ordered += [_off(p, "requires " + ", ".join(sorted(set(p.requires) - on))) for p in waiting]
            break
        for plugin in ready:
            waiting.remove(plugin)
            if plugin.label in {other.label for other in ordered}:
                plugin = _off(plugin, f"another plugin is called {plugin.label}")
            elif not plugin.reason:
                on.add(plugin.label)
            ordered.append(plugin)
        waiting = [
            p if p.reason or set(p.requires) <= on | missing else _off(p, _lacking(p, on | missing)) for p in waiting
        ]
    return Plan(tuple(ordered))


def _off(plugin: Found, reason: str) -> Found:
    return Found(plugin.label, plugin.path, plugin.requires, plugin.reason or reason)


def _lacking(plugin: Found, there: set[str]) -> str:
    return "requires " + ", ".join(sorted(set(plugin.requires) - there)) + ", which is off or not installed"
