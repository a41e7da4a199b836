"""Where plugins add endpoints: a prefix and a viewset each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from opsportal.plugins import ExtensionPoint


@dataclass(frozen=True, slots=True)
class Route:
    """``/api/v1/<prefix>/`` served by ``viewset``.

    ``enums`` names sets of choices in the schema ({"DoorStateEnum": Door.State}) where fields of one name hold several.
    """

    prefix: str
    viewset: Any
    enums: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def key(self) -> str:
        """Unique name at the extension point: the prefix."""
        return self.prefix


routes: ExtensionPoint = ExtensionPoint("api.routes", module="api", base=Route, doc="Endpoints under /api/v1/.")
