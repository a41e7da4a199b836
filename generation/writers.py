"""Which writers this shop has: profiles in the database, kinds of the engine, and kinds plugins add."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from generation.engine import Writer
from generation.engine.writers import registry
from generation.models import WriterProfile
from generation.points import WriterKind, writers
from opsportal.plugins.errors import Invalid

__all__ = ["WriterChoice", "WriterKind", "default_name", "kinds", "open_named", "resolve", "warm", "writers"]

#: The writer that needs no model: what is used when another one's candidates all have errors.
TEMPLATE = "template"
BUNDLED = "bundled"
_BUNDLED_FOLDER = Path(__file__).parent / "bundled"


@dataclass(frozen=True, slots=True)
class WriterChoice:
    """A writer by the name drafts store, with what opening it takes."""

    name: str
    kind: str
    settings: dict[str, Any]

    @property
    def digest(self) -> str:
        """Changes when another writer would be opened under the same name."""
        return hashlib.sha256(json.dumps([self.kind, self.settings], sort_keys=True).encode()).hexdigest()


def kinds() -> list[str]:
    """Every kind a profile may have."""
    _announce()
    return sorted(registry.writer_classes())


def default_name() -> str:
    """The shop's default writer; without a choice the bundled one, where its weights are there, else the template."""
    chosen = WriterProfile.objects.filter(is_default=True, is_active=True).values_list("name", flat=True).first()
    if chosen:
        return chosen
    return BUNDLED if (_BUNDLED_FOLDER / "config.json").exists() else TEMPLATE


def resolve(name: str = "") -> WriterChoice:
    """The writer called ``name`` (blank: the default). Raises ``Invalid`` when there is none or it is switched off."""
    name = name or default_name()
    profile = WriterProfile.objects.filter(name=name).first()
    if profile is None:
        if name not in kinds():
            known = sorted({*kinds(), *WriterProfile.objects.filter(is_active=True).values_list("name", flat=True)})
            raise Invalid(
                _("There is no writer “%(name)s”. Known writers: %(known)s.")
                % {"name": name, "known": ", ".join(known)},
                "unknown_writer",
            )
        return WriterChoice(name, name, {})
    if not profile.is_active:
        raise Invalid(_("The writer “%(name)s” is switched off.") % {"name": name}, "writer_off")
    return WriterChoice(name, profile.kind, profile.settings)


def open_named(name: str = "") -> Writer:
    """A new writer; the caller closes it. Raises ``Invalid`` or ``WriterError``, both saying the remedy."""
    choice = resolve(name)
    _announce()
    return registry.open_writer(choice.kind, choice.settings)


class _Warm:
    """Writers kept open in this process, at most two: a model is loaded once, not once a chunk."""

    most = 2

    def __init__(self) -> None:
        self._open: dict[str, tuple[str, Writer]] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> Writer:
        """The open writer called ``name``; opened, or opened again when its profile changed."""
        choice = resolve(name)
        with self._lock:
            digest, writer = self._open.pop(choice.name, ("", None))
            if writer is None or digest != choice.digest:
                if writer is not None:
                    writer.close()
                while len(self._open) >= self.most:
                    self._open.pop(next(iter(self._open)))[1].close()
                _announce()
                writer = registry.open_apart(choice.kind, choice.settings)
            self._open[choice.name] = (choice.digest, writer)
            return writer

    def close(self) -> None:
        """Close all of them."""
        with self._lock:
            while self._open:
                self._open.popitem()[1][1].close()


warm = _Warm()


def _announce() -> None:
    """Tell the engine about the kinds plugins brought; harmless when repeated."""
    for kind in writers.all():
        registry.register(kind.key, kind.dotted_path)
