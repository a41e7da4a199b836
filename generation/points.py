"""What other plugins may add beside slots: rules and kinds of writers. No models here: read before apps are ready."""

from __future__ import annotations

from dataclasses import dataclass

from generation.checks.base import Check
from opsportal.plugins import ExtensionPoint


@dataclass(frozen=True, slots=True)
class WriterKind:
    """A kind of writer a plugin brings: ``dotted_path`` names a class taking a settings mapping."""

    key: str
    dotted_path: str
    title: str = ""


writers: ExtensionPoint = ExtensionPoint(
    "generation.writers", module="writers", base=WriterKind, doc="Kinds of writers: a WriterKind each."
)
draft_checks: ExtensionPoint = ExtensionPoint(
    "generation.checks", module="draft_checks", base=Check, doc="Rules a draft is checked by: a Check subclass each."
)
