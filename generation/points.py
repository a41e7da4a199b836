"""What other plugins may add beside slots: rules, kinds of writers, what customers did. No models here: read before apps
are ready."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

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


@dataclass(frozen=True, slots=True)
class Response:
    """How often published copy of one copy type by one writer (``Draft.writer_used``) was shown, and acted on."""

    slot: str
    writer: str
    shown: int
    acted: int


class ResponseSource(ABC):
    """A plugin that knows what customers did with published copy: clicks of ads, answers to a mail."""

    key: ClassVar[str]

    @abstractmethod
    def responses(self, since: datetime) -> Iterable[Response]:
        """What was counted since then, summed up by copy type and writer, in a few queries."""


response_sources: ExtensionPoint = ExtensionPoint(
    "generation.responses", module="responses", base=ResponseSource, doc="What customers did with published copy."
)
