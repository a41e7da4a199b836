"""Which rules exist: the built-in ones, and those that plugins register."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module

from generation.checks.base import Check

_BUILT_IN = (
    "leaks",
    "markup",
    "language",
    "repetition",
    "wording",
    "length",
    "numbers",
    "names",
    "claims",
    "binding",
    "contradictions",
    "conditions",
    "coverage",
    "law",
    "channel",
    "catalogue",
)
_registered: dict[str, type[Check]] = {}


def register(check: type[Check]) -> type[Check]:
    """Add a rule (usable as a class decorator). Raises ``ValueError`` when another class has its key already."""
    known = _registered.get(check.key)
    if known is not None and known is not check:
        raise ValueError(
            f"a check with the key {check.key!r} is registered already: {known.__module__}.{known.__name__}"
        )
    _registered[check.key] = check
    return check


def all_checks() -> tuple[type[Check], ...]:
    """Every rule: built-in ones first, in the order in which they are run and documented, then those of plugins."""
    _load_built_in()
    return tuple(_registered.values())


@lru_cache(maxsize=1)
def _load_built_in() -> None:
    earlier = dict(_registered)
    _registered.clear()
    for name in _BUILT_IN:
        import_module(f"generation.checks.rules.{name}")
    _registered.update(earlier)
