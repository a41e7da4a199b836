"""Extension points: named places where plugins add classes or objects, in modules loaded by convention."""

from __future__ import annotations

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
        self._entries[key] = (entry, plugin_of(entry))
        return entry

    def _fits(self, entry: object) -> bool:
        assert self.base is not None
        return issubclass(entry, self.base) if isinstance(entry, type) else isinstance(entry, self.base)

    def all(self) -> list[Any]:
        """Everything registered, in order of registration."""
        return [entry for entry, _plugin in self._entries.values()]

    def get(self, key: str) -> Any:
        """The entry with that key. Raises ``UnknownContribution`` with what is known instead."""
        if key in self._entries:
            return self._entries[key][0]
        from opsportal.plugins.discovery import plan

        label = key.split(".")[0]
        reason = plan().reason_off(label)
        if reason:
            raise UnknownContribution(
                _("“%(key)s” is not available: the plugin “%(plugin)s” is off (%(reason)s).")
                % {"key": key, "plugin": label, "reason": reason}
            )
        known = ", ".join(sorted(self._entries)) or "–"
        raise UnknownContribution(_("There is no “%(key)s”; known: %(known)s.") % {"key": key, "known": known})

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[Any]:
        return iter(self.all())

    def by_plugin(self) -> dict[str, list[str]]:
        """Keys by the label of the plugin that registered them."""
        found: dict[str, list[str]] = {}
        for key, (_entry, plugin) in self._entries.items():
            found.setdefault(plugin, []).append(key)
        return found

    def withdraw(self, plugin: str) -> None:
        """Forget everything a plugin registered (it failed halfway through)."""
        self._entries = {key: pair for key, pair in self._entries.items() if pair[1] != plugin}

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


def plugin_of(entry: object) -> str:
    """Label of the app whose package contains the entry's code; "" for code outside every app."""
    module = entry.__module__ if isinstance(entry, type) or hasattr(entry, "__name__") else ""
    if not module:
        from opsportal.plugins.plugin import loading

        return loading.get("")
    config = apps.get_containing_app_config(module) if apps.apps_ready else None
    return config.label if config else module.split(".")[0]
