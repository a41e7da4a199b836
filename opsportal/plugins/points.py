"""Extension points: named places where plugins add classes or objects, in modules loaded by convention."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.apps import apps
from django.utils.translation import gettext as _

from opsportal.plugins.errors import UnknownContribution

T = TypeVar("T")

#: Every extension point there is, by key, in the order of declaration.
declared: dict[str, ExtensionPoint] = {}


class ExtensionPoint:
    """A registry with an owner. ``module`` is the conventional module in which plugins register ("slots").

    ``base``: what is registered must be (a subclass or instance of) it. ``doc`` is one line for ``manage.py plugins``.
    """

    def __init__(self, key: str, module: str, base: type | None = None, doc: str = "") -> None:
        if key in declared:
            raise ValueError(f"extension point {key!r} is declared twice")
        self.key, self.module, self.base, self.doc = key, module, base, doc
        self._entries: dict[str, tuple[Any, str]] = {}
        declared[key] = self

    def register(self, entry: T) -> T:
        """Add a class or object (usable as a decorator). Raises ``TypeError`` or ``ValueError`` saying what is wrong."""
        if self.base is not None and not self._fits(entry):
            raise TypeError(f"{self.key} takes {self.base.__name__}; {entry!r} is none")
        key = entry_key(entry)
        if key in self._entries and self._entries[key][0] is not entry:
            raise ValueError(f"{self.key} already has {key!r}, from {self._entries[key][1]}")
        # Objects, unlike classes, do not know where they were made; the code that registers them does.
        self._entries[key] = (entry, sys._getframe(1).f_globals.get("__name__", ""))
        return entry

    def _fits(self, entry: object) -> bool:
        assert self.base is not None
        return issubclass(entry, self.base) if isinstance(entry, type) else isinstance(entry, self.base)

    def all(self) -> list[Any]:
        """Everything registered, in order of registration."""
        return [entry for entry, _module in self._entries.values()]

    def get(self, key: str) -> Any:
        """The entry with that key. Raises ``UnknownContribution`` with what is known instead."""
        if key in self._entries:
            return self._entries[key][0]
        reason = _why_missing(key.split(".")[0])
        if reason:
            raise UnknownContribution(_("“%(key)s” is not available: %(reason)s") % {"key": key, "reason": reason})
        known = ", ".join(sorted(self._entries)) or "–"
        raise UnknownContribution(_("There is no “%(key)s”; known: %(known)s.") % {"key": key, "known": known})

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[Any]:
        return iter(self.all())

    def by_plugin(self) -> dict[str, list[str]]:
        """Keys by the label of the plugin that registered them."""
        found: dict[str, list[str]] = {}
        for key, (_entry, module) in self._entries.items():
            found.setdefault(plugin_of(module), []).append(key)
        return found

    def withdraw(self, plugin: str) -> None:
        """Forget everything a plugin registered (it failed halfway through)."""
        self._entries = {key: pair for key, pair in self._entries.items() if plugin_of(pair[1]) != plugin}

    def snapshot(self) -> Callable[[], None]:
        """Remember the present entries; calling the result restores them (for tests)."""
        kept = dict(self._entries)

        def restore() -> None:
            self._entries = kept

        return restore


def entry_key(entry: object) -> str:
    """``key`` of an entry, else its class or function name."""
    key = getattr(entry, "key", None)
    return str(key) if key else getattr(entry, "__name__", type(entry).__name__)


def plugin_of(module: str) -> str:
    """Label of the app whose package contains the module; its outermost package for code outside every app."""
    config = apps.get_containing_app_config(module)
    return config.label if config else module.split(".")[0]


def _why_missing(label: str) -> str:
    """What happened to the plugin of that label; "" when nothing did, or nobody knows it."""
    from opsportal.plugins.discovery import plan
    from opsportal.plugins.plugin import broken

    for entry in broken:
        if entry.plugin == label:
            return _("the plugin “%(plugin)s” is broken (%(reason)s).") % {"plugin": label, "reason": entry.error}
    reason = plan().reason_off(label)
    return _("the plugin “%(plugin)s” is off (%(reason)s).") % {"plugin": label, "reason": reason} if reason else ""
