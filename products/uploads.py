"""Files people upload: kept below the data folder under names of ours. Other trades keep theirs the same way."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from opsportal.plugins.errors import Invalid

__all__ = ["Upload", "keep", "path_of"]

_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xml")


class Upload(Protocol):
    """A file as Django receives it."""

    @property
    def name(self) -> str | None:
        """What it was called where it came from."""
        ...

    @property
    def size(self) -> int | None:
        """Its size in bytes."""
        ...

    def chunks(self) -> Iterator[bytes]:
        """Its content, piece by piece."""
        ...


def path_of(stored: str) -> Path:
    """Where a stored file lies; "" is an error of the caller."""
    return Path(settings.DATA_DIR) / stored


def keep(upload: Upload, folder: str) -> str:
    """Store an upload under a name of ours; returns its path below the data folder. Raises ``Invalid``."""
    ending = Path(upload.name or "").suffix.lower()
    if ending not in _SUFFIXES:
        raise Invalid(_("Upload a CSV or XLSX file."), "unknown_file")
    if (upload.size or 0) > settings.UPLOAD_MAX_BYTES:
        raise Invalid(
            _("The file is larger than %(limit)s MB. Split it into smaller files.")
            % {"limit": settings.UPLOAD_MAX_BYTES // (1024 * 1024)},
            "too_large",
        )
    stored = f"{folder}/{uuid.uuid4().hex}{ending}"
    target = path_of(stored)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        for piece in upload.chunks():
            file.write(piece)
    return stored
