"""The small bilingual word list: attribute labels, units, and words that are neither (data/lexicon.toml)."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=1)
def _data() -> dict:
    return tomllib.loads(resources.files("products.data").joinpath("lexicon.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    names: dict[str, str] = {}
    for code, row in _data()["attributes"].items():
        for name in (row["en"], row["zh-hans"], *row["aliases"]):
            names.setdefault(fold(name), code)
    return names


def fold(name: str) -> str:
    """A label as it is compared."""
    return re.sub(r"[\s_]+", " ", name).strip(" :：*").casefold()


def attribute_code(name: str) -> str:
    """Our code of a commonly known attribute ("Colour", "颜色" → "color"); "" for others."""
    return _by_name().get(fold(name), "")


def attribute_label(name: str, language: str) -> str:
    """``name`` in ``language`` where it is commonly known; a known name of that language stays as it is written."""
    code = attribute_code(name)
    if not code or _is_of(name, language):
        return name
    return _data()["attributes"][code].get(language, name)


def _is_of(name: str, language: str) -> bool:
    return name.isascii() != language.startswith("zh")


def unit_in(unit: str, language: str, is_one: bool = False) -> str:
    """``unit`` in ``language`` where it is a word; ``is_one`` gives "day" for "days"."""
    translated = _data()["units"].get(language, {}).get(unit.casefold(), unit)
    if translated.istitle() and len(translated) > 3:
        translated = translated.lower()  # "2 Years" is a cell's way of writing, not a sentence's
    if is_one and translated.isascii() and translated.islower() and len(translated) > 3 and translated.endswith("s"):
        return "inch" if translated == "inches" else translated[:-1]
    return translated


def introduces_attribute(label: str) -> bool:
    """Whether a label in a shop's text may introduce a property of the product."""
    return fold(label) not in _words("not_attributes")


def says_what_it_is(noun: str) -> bool:
    """Whether a category's name says what a single product is."""
    return bool(noun) and fold(noun) not in _words("not_nouns")


@lru_cache(maxsize=4)
def _words(section: str) -> frozenset[str]:
    return frozenset(fold(word) for word in _data()[section]["words"])
