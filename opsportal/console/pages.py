"""Console pages of plugins that are no model admin: an address under /console/ and a view each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from opsportal.plugins import ExtensionPoint


@dataclass(frozen=True, slots=True)
class Page:
    """``/console/<route>`` served by ``view`` (a view function), reversible as ``console:<name>``."""

    route: str
    view: Any
    name: str

    @property
    def key(self) -> str:
        """Unique name at the extension point."""
        return self.name


pages: ExtensionPoint = ExtensionPoint("console.pages", module="pages", base=Page, doc="Pages of the console.")
