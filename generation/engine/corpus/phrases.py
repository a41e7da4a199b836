"""Reads the phrase data in ``corpus/data``: attribute kinds, categories, frames and names of one language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
LANGUAGES = ("zh", "en")

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def placeholders(phrase: str) -> tuple[str, ...]:
    """Names in braces in order of their first mention, each once."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(phrase)))


def read_sections(path: Path) -> dict[str, list[str]]:
    """The phrases of a data file by section; lines before the first ``[section]`` are under "". Missing file: empty."""
    sections: dict[str, list[str]] = {}
    current = ""
    if not path.exists():
        return sections
    for raw in path.read_text(encoding="utf-8").splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        heading = re.fullmatch(r"\[([\w. ]+)\]", line)
        if heading:
            current = heading.group(1)
            sections.setdefault(current, [])
        else:
            sections.setdefault(current, []).append(line)
    return sections


@dataclass(frozen=True, slots=True)
class Kind:
    """An attribute kind: its key wordings, value patterns and phrases by section ("point", "yes.sentence", …)."""

    name: str
    sections: dict[str, list[str]]

    @property
    def keys(self) -> list[str]:
        """Wordings under which shops list the attribute."""
        return self.sections.get("keys", [])

    @property
    def values(self) -> list[str]:
        """Patterns of values; empty for kinds that are only yes or no."""
        return self.sections.get("values", [])

    @property
    def polarities(self) -> tuple[str, ...]:
        """ "yes" and "no", as far as the kind has phrases for them."""
        return tuple(side for side in ("yes", "no") if self.sections.get(f"{side}.sentence"))

    def phrases(self, section: str, polarity: str = "") -> list[str]:
        """Phrases of "heading", "point", "sentence", "clause", "fragment", "question"; of yes or no when asked."""
        if polarity and f"{polarity}.{section}" not in self.sections and self.name.endswith("_feature"):
            return self.sections.get(section, [])
        return self.sections.get(f"{polarity}.{section}" if polarity else section, [])


@dataclass(frozen=True, slots=True)
class Category:
    """A product category: how shops call it, nouns for one of it, the attribute kinds it has, patterns of names."""

    name: str
    wordings: tuple[str, ...]
    nouns: tuple[str, ...]
    kinds: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence that says two facts; ``{v1}`` belongs to ``first``, ``{v2}`` to ``second``."""

    first: str
    second: str
    text: str


@dataclass(frozen=True, slots=True)
class Phrases:
    """All phrase data of one language."""

    language: str
    kinds: dict[str, Kind]
    categories: tuple[Category, ...]
    pairs: dict[tuple[str, str], list[Pair]]
    brands: tuple[str, ...]
    words: tuple[str, ...]
    openings: dict[str, dict[str, list[str]]]
    closings: dict[str, dict[str, list[str]]]
    marketing: dict[str, list[str]]
    orders: dict[str, list[str]]
    support: dict[str, list[str]]
    free: dict[str, list[str]]
    typical: dict[str, dict[str, tuple[str, ...]]]


@cache
def load(language: str) -> Phrases:
    """The phrase data of "zh" or "en", read once a process."""
    folder = DATA / language
    names = read_sections(folder / "names.txt")
    brands = tuple(names.get("brand", names.get("brands", ())))
    lines = tuple(line for section, entries in names.items() if section not in ("brand", "brands") for line in entries)
    return Phrases(
        language=language,
        kinds={path.stem: Kind(path.stem, read_sections(path)) for path in sorted((folder / "kinds").glob("*.txt"))},
        categories=tuple(_categories(folder / "categories.txt")),
        pairs=_pairs(folder / "pairs.txt"),
        brands=brands,
        words=lines or brands,
        openings={tone: read_sections(folder / f"openings_{tone}.txt") for tone in ("plain", "warm")},
        closings={tone: read_sections(folder / f"closings_{tone}.txt") for tone in ("plain", "warm")},
        marketing=read_sections(folder / "marketing.txt"),
        orders=read_sections(folder / "orders.txt"),
        support=read_sections(folder / "support.txt"),
        free=read_sections(folder / "free.txt"),
        typical=_typical(folder / "typical.txt"),
    )


def _split(cell: str, separator: str = "/") -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(separator) if part.strip())


def _categories(path: Path) -> Iterator[Category]:
    for line in read_sections(path).get("", []):
        name, wordings, nouns, kinds, names = (cell.strip() for cell in line.split("|"))
        yield Category(name, _split(wordings), _split(nouns), _split(kinds, ","), _split(names))


def _typical(path: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    """Usual values by category and kind; "yes" for what is said in words."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for line in read_sections(path).get("", []):
        category, entries = line.split(":", 1)
        pairs = (entry.split("=", 1) for entry in entries.split(";"))
        found[category.strip()] = {kind.strip(): _split(values, "|") for kind, values in pairs}
    return found


def _pairs(path: Path) -> dict[tuple[str, str], list[Pair]]:
    """Pairs by their two kinds in the order in which the sentence says them."""
    pairs: dict[tuple[str, str], list[Pair]] = {}
    for line in read_sections(path).get("", []):
        kinds, text = line.split(":", 1)
        first, second = (kind.strip() for kind in kinds.split("+"))
        text = text.strip()
        order = re.findall(r"\{[kvc]([12])\}", text)
        if order == sorted(order):
            pairs.setdefault((first, second), []).append(Pair(first, second, text))
        elif order == sorted(order, reverse=True):
            swapped = re.sub(r"\{([kvc])([12])\}", lambda m: f"{{{m[1]}{3 - int(m[2])}}}", text)
            pairs.setdefault((second, first), []).append(Pair(second, first, swapped))
    return pairs
