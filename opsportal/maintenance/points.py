"""Extension points of maintenance: what a plugin adds to ``demo`` and to ``doctor``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

from django.utils.functional import Promise

from opsportal.access import Actor
from opsportal.plugins import ExtensionPoint

Level = Literal["error", "warning"]


class Demo(ABC):
    """One plugin's part of the demo shop. Loaders run by ``order``; each must be harmless when run again."""

    key: ClassVar[str]
    order: ClassVar[int]

    @abstractmethod
    def load(self, actor: Actor) -> Iterable[str]:
        """Load the data as ``actor``; yields a line for the person watching after each step."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with this installation, and what to do about it."""

    level: Level
    message: str
    remedy: str


class Diagnostic(ABC):
    """One question ``doctor`` asks."""

    key: ClassVar[str]
    title: ClassVar[str | Promise]

    @abstractmethod
    def problems(self) -> Iterable[Problem]:
        """What is wrong; nothing when all is well."""


demos: ExtensionPoint = ExtensionPoint(
    "maintenance.demos", module="demo", base=Demo, doc="Data a plugin adds to the demo shop."
)
diagnostics: ExtensionPoint = ExtensionPoint(
    "maintenance.diagnostics",
    module="diagnostics",
    base=Diagnostic,
    doc="Questions a plugin adds to `doctor`.",
)
