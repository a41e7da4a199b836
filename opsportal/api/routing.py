"""Where plugins add endpoints: a prefix and a viewset each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from opsportal.plugins import ExtensionPoint


@dataclass(frozen=True, slots=True)
class Route:
    """``/api/v1/<prefix>/`` served by ``viewset``."""

    prefix: str
    viewset: Any

    @property
    def key(self) -> str:
        """Unique name at the extension point: the prefix."""
        return self.prefix


routes: ExtensionPoint = ExtensionPoint("api.routes", module="api", base=Route, doc="Endpoints under /api/v1/.")
