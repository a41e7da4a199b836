"""Which column of a file is which of our fields: known headers, the operator's own mapping, and the format itself."""

from __future__ import annotations

import fnmatch
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from django.utils.translation import gettext as _

from products.imports.reading import UnreadableFile

FORMATS = ("auto", "portal", "shopify", "woocommerce", "google")
ATTRIBUTE = "attr:"
ATTRIBUTE_PREFIXES = ("attr:", "attribute:", "属性:", "属性：")
IGNORE = "ignore"
#: "custom_field.custom.wattage", "metafields.specs.wattage": an attribute named by its last word.
_CUSTOM_FIELD = re.compile(r"^(?:custom_?fields?|meta_?fields?)[./][^./].*$", re.IGNORECASE)
_METAFIELD = re.compile(r"^(?P<name>.+?) \((?:product|variant)\.metafields\.[^)]+\)$", re.IGNORECASE)
_WOO_ATTRIBUTE = re.compile(r"^attribute (?P<number>\d+) (?P<what>name|value\(s\))$")
_WOO_MEASURE = re.compile(r"^(?P<name>weight|length|width|height) \((?P<unit>[^)]+)\)$")


@dataclass(frozen=True, slots=True)
class Columns:
    """A header understood: ``fields`` is our field for each column index, ``ignored`` the headers left out."""

    format: str
    header: tuple[str, ...]
    fields: Mapping[int, str]
    ignored: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=dict)

    def column(self, name: str) -> str:
        """The file's own header for our field ``name``, else the field's name."""
        return self.labels.get(name, name)

    def has(self, *names: str) -> bool:
        """Whether the file has a column for any of our fields ``names``."""
        return any(name in self.labels for name in names)

    def indexes(self, name: str) -> list[int]:
        """Positions of the column that holds our field ``name``."""
        return [index for index, mapped in self.fields.items() if mapped == name]


@lru_cache(maxsize=1)
def known_columns() -> dict[str, dict[str, list[str]]]:
    """Per format, the headers that mean each of our fields (data/columns.toml), normalised."""
    data = tomllib.loads(resources.files("products.data").joinpath("columns.toml").read_text("utf-8"))
    return {
        name: {our: [normalise(alias) for alias in aliases] for our, aliases in fields.items()}
        for name, fields in data.items()
    }


def our_fields() -> set[str]:
    """Every field a column may be mapped to by hand (besides ``attr:NAME`` and ``ignore``)."""
    return set(known_columns()["portal"]) | {"image_position", "variant_image", "published", "grams"}


def normalise(header: str) -> str:
    """A header as it is compared: case-folded, single spaces, "_" like a space, without "*" and a Google prefix."""
    text = re.sub(r"[\s_]+", " ", header.replace("*", "")).strip().casefold()
    return text.removeprefix("g:")


def parse_mapping(pairs: Iterable[str]) -> dict[str, str]:
    """``["their header=our field", …]`` as a dict. Raises ``UnreadableFile`` for a pair that makes no sense."""
    mapping: dict[str, str] = {}
    known = our_fields()
    for pair in pairs:
        theirs, equals, ours = pair.rpartition("=")
        theirs, ours = theirs.strip(), ours.strip()
        if not equals or not theirs or not ours:
            raise UnreadableFile(
                _("“%(pair)s” is not a mapping. Write it as: their header=our field.") % {"pair": pair}
            )
        if ours not in known and ours != IGNORE and not (ours.startswith(ATTRIBUTE) and ours[len(ATTRIBUTE) :].strip()):
            raise UnreadableFile(
                _("“%(field)s” is not a field of ours. Known: %(known)s, attr:NAME, attr:*, ignore.")
                % {"field": ours, "known": ", ".join(sorted(known))}
            )
        mapping[theirs] = ours
    return mapping


def is_field(name: str) -> bool:
    """Whether a column may be mapped to ``name``."""
    special = name.startswith(("woo_", "google_")) and name.replace("_", "").replace(":", "").replace(" ", "").isalnum()
    return name in our_fields() or name in (IGNORE, "attr:*") or name.startswith(ATTRIBUTE) or special


def detect_format(header: Sequence[str]) -> str:
    """The format a header belongs to; "portal" when it is none of the others."""
    names = {normalise(cell) for cell in header}
    if {"title", "url handle"} <= names:
        return "shopify"
    if {"handle", "title"} <= names and names & {
        "body (html)",
        "variant sku",
        "variant price",
        "option1 value",
        "vendor",
        "image src",
        "published",
        "seo title",
    }:
        return "shopify"
    if {"type", "sku", "name"} <= names and names & {
        "regular price",
        "tax status",
        "short description",
        "is featured?",
    }:
        return "woocommerce"
    if {"id", "title"} <= names and names & {
        "image link",
        "availability",
        "google product category",
        "item group id",
        "link",
    }:
        return "google"
    return "portal"


def map_columns(header: Sequence[str], format: str, mapping: Mapping[str, str]) -> Columns:
    """Understand a header. Raises ``UnreadableFile`` when nothing identifies a product or a mapping fits no column."""
    if format not in FORMATS:
        raise UnreadableFile(
            _("“%(format)s” is not a known format. Known: %(known)s.") % {"format": format, "known": ", ".join(FORMATS)}
        )
    if format == "auto":
        format = detect_format(header)
    names = [normalise(cell) for cell in header]
    fields = _mapped_by_hand(header, names, mapping)
    taken = set(fields.values())
    for our, aliases in known_columns()[format].items():
        if our in taken:
            continue
        index = next(
            (names.index(alias) for alias in aliases if alias in names and names.index(alias) not in fields), None
        )
        if index is not None:
            fields[index] = our
            taken.add(our)
    for index, cell in enumerate(header):
        if index not in fields:
            special = _special_field(cell, names[index], format)
            if special and special not in taken:
                fields[index] = special
                taken.add(special)
    ignored = tuple(cell for i, cell in enumerate(header) if cell and fields.get(i, IGNORE) == IGNORE)
    fields = {index: our for index, our in fields.items() if our != IGNORE}
    columns = Columns(format, tuple(header), fields, ignored, {our: header[index] for index, our in fields.items()})
    if not columns.has("handle", "sku"):
        raise UnreadableFile(
            _(
                "No column says which product a row belongs to. Map one, for example --map '%(header)s=sku'. "
                "Found: %(found)s."
            )
            % {"header": header[0], "found": ", ".join(cell for cell in header[:20] if cell)}
        )
    return columns


def _mapped_by_hand(header: Sequence[str], names: list[str], mapping: Mapping[str, str]) -> dict[int, str]:
    """Exact headers first, so that a pattern such as ``*=attr:*`` only takes what is left."""
    fields: dict[int, str] = {}
    for theirs, ours in sorted(mapping.items(), key=lambda pair: "*" in pair[0]):
        wanted = theirs.strip().casefold() if "*" in theirs else normalise(theirs)
        if theirs in header:
            matches = [list(header).index(theirs)]
        elif wanted in names:
            matches = [names.index(wanted)]
        elif "*" in theirs:
            matches = [i for i, cell in enumerate(header) if fnmatch.fnmatchcase(cell.strip().casefold(), wanted)]
            matches = [i for i in matches if i not in fields and not _is_known(names[i])]
        else:
            matches = []
        if not matches and "*" not in theirs:
            raise UnreadableFile(
                _("The file has no column “%(column)s”. It has: %(found)s.")
                % {"column": theirs, "found": ", ".join(cell for cell in header[:30] if cell)}
            )
        for index in matches:
            fields[index] = attribute_field(header[index]) if ours == "attr:*" else ours
    return fields


def _is_known(name: str) -> bool:
    return any(name in aliases for aliases in known_columns()["portal"].values())


def attribute_field(header: str) -> str:
    """``attr:NAME`` made from a header such as "custom_field.custom.room_coverage"."""
    name = re.split(r"[./]", header.strip())[-1].replace("_", " ").strip()
    return ATTRIBUTE + (name[:1].upper() + name[1:])[:120]


def _special_field(cell: str, name: str, format: str) -> str:
    """Attributes and measures that a format names in the header itself."""
    folded = cell.strip().casefold()
    for prefix in ATTRIBUTE_PREFIXES:
        if folded.startswith(prefix) and len(folded) > len(prefix):
            return ATTRIBUTE + cell.strip()[len(prefix) :].strip()[:120]
    if _CUSTOM_FIELD.match(cell.strip()):
        return attribute_field(cell)
    if format == "shopify" and (match := _METAFIELD.match(cell.strip())):
        return ATTRIBUTE + match["name"].strip()[:120]
    if format == "woocommerce":
        if match := _WOO_ATTRIBUTE.match(name):
            return f"woo_attribute{match['number']}_{'name' if match['what'] == 'name' else 'values'}"
        if match := _WOO_MEASURE.match(name):
            return f"woo_measure:{match['name'].capitalize()}:{match['unit']}"
    return ""
