"""Which column of a file is which of our fields, and whose file it is."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from django.utils.translation import gettext as _

from products.imports import UnreadableFile, normalise

FORMATS = ("auto", "portal", "shopify", "lines")
IGNORE = "ignore"
_NEEDED = ("number", "quantity")


@dataclass(frozen=True, slots=True)
class Columns:
    """A header understood: ``fields`` is the index of each of our fields, ``ignored`` the headers left out."""

    format: str
    header: tuple[str, ...]
    fields: Mapping[str, int]
    ignored: tuple[str, ...]

    def label(self, field: str) -> str:
        """The file's own header for our field, else the field's name."""
        index = self.fields.get(field)
        return field if index is None else self.header[index]


@lru_cache(maxsize=1)
def known_columns() -> dict[str, dict[str, list[str]]]:
    """Per format, the headers that mean each of our fields (data/columns.toml), normalised."""
    data = tomllib.loads(resources.files("orders.data").joinpath("columns.toml").read_text("utf-8"))
    return {
        name: {our: [normalise(alias) for alias in aliases] for our, aliases in fields.items()}
        for name, fields in data.items()
    }


def our_fields() -> list[str]:
    """Every field a column may be mapped to by hand, besides ``ignore``."""
    return sorted({field for fields in known_columns().values() for field in fields})


def parse_mapping(pairs: Iterable[str]) -> dict[str, str]:
    """``["their header=our field", …]`` as a dict. Raises ``UnreadableFile`` for a pair that makes no sense."""
    mapping = {}
    for pair in pairs:
        theirs, equals, ours = (part.strip() for part in pair.rpartition("="))
        if not equals or not theirs or not ours:
            raise UnreadableFile(
                _("“%(pair)s” is not a mapping. Write it as: their header=our field.") % {"pair": pair}
            )
        if ours not in our_fields() and ours != IGNORE:
            raise UnreadableFile(
                _("“%(field)s” is not a field of ours. Known: %(known)s.")
                % {"field": ours, "known": ", ".join([*our_fields(), IGNORE])}
            )
        mapping[theirs] = ours
    return mapping


def detect_format(header: Sequence[str]) -> str:
    """The format a header belongs to; "portal" when it is none of the others."""
    names = {normalise(cell) for cell in header}
    if "lineitem quantity" in names or {"lineitem name", "financial status"} <= names:
        return "shopify"
    lines = known_columns()["lines"]
    if names & set(lines["sku"]) and names & set(lines["number"]):
        return "lines"
    return "portal"


def map_columns(header: Sequence[str], format: str, mapping: Mapping[str, str]) -> Columns:
    """Understand a header. Raises ``UnreadableFile`` for a mapping that fits no column or when a needed field has none."""
    if format not in FORMATS:
        raise UnreadableFile(
            _("“%(format)s” is not a known format. Known: %(known)s.") % {"format": format, "known": ", ".join(FORMATS)}
        )
    if format == "auto":
        format = detect_format(header)
    names = [normalise(cell) for cell in header]
    fields: dict[str, int] = {}
    taken: set[int] = set()
    for theirs, ours in mapping.items():
        if normalise(theirs) not in names:
            raise UnreadableFile(
                _("The file has no column “%(column)s”. It has: %(found)s.")
                % {"column": theirs, "found": ", ".join(cell for cell in header[:30] if cell)}
            )
        index = names.index(normalise(theirs))
        taken.add(index)
        if ours != IGNORE:
            fields[ours] = index
    for ours, aliases in known_columns()[format].items():
        if ours in fields:
            continue
        index = next((names.index(a) for a in aliases if a in names and names.index(a) not in taken), -1)
        if index >= 0:
            fields[ours] = index
            taken.add(index)
    missing = [field for field in _NEEDED if field not in fields]
    if not missing and "sku" not in fields and "description" not in fields:
        missing = ["sku"]
    if missing:
        raise UnreadableFile(
            _(
                "No column holds the “%(field)s” of an order line. Map one: --map '%(header)s=%(field)s'. Found: %(found)s."
            )
            % {
                "field": missing[0],
                "header": next((cell for i, cell in enumerate(header) if i not in taken and cell), header[0]),
                "found": ", ".join(cell for cell in header[:20] if cell),
            }
        )
    ignored = tuple(cell for index, cell in enumerate(header) if cell and index not in set(fields.values()))
    return Columns(format, tuple(header), fields, ignored)
