"""The demo shop's data files as plain records (formats are described at the top of each file)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from decimal import Decimal
from importlib import resources

#: [English, Chinese]; a text with one wording for both languages repeats it.
Words = tuple[str, str]

_FACT = re.compile(r"^(?P<value>.*?)(?:\s*\{(?P<condition>[^}]*)\})?(?:\s*\((?P<part>[^()]* / [^()]*)\))?$")


@dataclass(frozen=True, slots=True)
class DemoFact:
    """One attribute value: id in attributes.toml, value, condition, part."""

    attribute: str
    value: Words
    condition: Words = ("", "")
    part: Words = ("", "")


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """One block of products.txt. ``options`` maps an option's name to its values; prices are in CNY. ``noun`` is given
    where the product is something else than its category's noun says."""

    key: str
    category: str
    brand: Words
    name: Words
    price: Decimal
    compare_at: Decimal | None
    stock: int
    noun: Words = ("", "")
    facts: list[DemoFact] = field(default_factory=list)
    selling_points: list[Words] = field(default_factory=list)
    options: list[tuple[Words, list[Words]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DemoCategory:
    """One table of categories.toml; ``path`` is its dotted id."""

    path: str
    label: Words
    noun: Words
    attributes: list[str]
    sensitive: str


@dataclass(frozen=True, slots=True)
class DemoAttribute:
    """One table of attributes.toml."""

    key: str
    label: Words
    data_type: str
    unit: Words
    is_key: bool


@dataclass(frozen=True, slots=True)
class DemoBenefit:
    """One entry of benefits.toml: true of numbers from ``minimum`` to ``maximum``."""

    attribute: str
    minimum: Decimal
    maximum: Decimal
    text: Words


def benefits() -> list[DemoBenefit]:
    """The fact→benefit library."""
    return [
        DemoBenefit(row["attribute"], Decimal(str(row["minimum"])), Decimal(str(row["maximum"])), _pair(row["text"]))
        for row in _toml("benefits.toml")["benefit"]
    ]


def attributes() -> list[DemoAttribute]:
    """All attributes, in the file's order."""
    return [
        DemoAttribute(key, _pair(row["label"]), row["type"], _pair(row.get("unit", ["", ""])), row.get("key", False))
        for key, row in _toml("attributes.toml").items()
    ]


def categories() -> list[DemoCategory]:
    """All categories, parents before children."""
    found: list[DemoCategory] = []

    def walk(path: str, row: dict) -> None:
        noun = _pair(row.get("noun", ["", ""]))
        found.append(DemoCategory(path, _pair(row["label"]), noun, row.get("attributes", []), row.get("sensitive", "")))
        for key, child in row.items():
            if isinstance(child, dict):
                walk(f"{path}.{key}", child)

    for key, row in _toml("categories.toml").items():
        walk(key, row)
    return found


def products() -> list[DemoProduct]:
    """All products. Raises ``ValueError`` naming the line that cannot be read."""
    found: list[DemoProduct] = []
    text = resources.files(__package__).joinpath("products.txt").read_text("utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        try:
            if line.startswith("@ "):
                found.append(_product(line[2:]))
            elif line.startswith("+ "):
                found[-1].selling_points.append(_words(line[2:]))
            elif line.startswith("= "):
                found[-1] = replace(found[-1], noun=_words(line[2:]))
            elif line.startswith("* "):
                name, values = line[2:].split(" = ")
                found[-1].options.append((_words(name), [_words(value) for value in values.split(", ")]))
            else:
                found[-1].facts.append(_fact(line))
        except (ValueError, IndexError) as error:
            raise ValueError(f"products.txt line {number}: {error}") from error
    return found


def _product(line: str) -> DemoProduct:
    key, category, brand, english, chinese, price, compare_at, stock = (part.strip() for part in line.split(" | "))
    return DemoProduct(
        key,
        category,
        _words(brand),
        (english, chinese),
        Decimal(price),
        Decimal(compare_at) if compare_at else None,
        int(stock),
    )


def _fact(line: str) -> DemoFact:
    attribute, rest = line.split(": ", 1)
    match = _FACT.match(rest)
    if match is None:
        raise ValueError(f"not a fact: {line}")
    return DemoFact(attribute, *(_words(match[name] or "") for name in ("value", "condition", "part")))


def _words(text: str) -> Words:
    english, _, chinese = text.strip().partition(" / ")
    return english, chinese or english


def _pair(values: list[str]) -> Words:
    english, chinese = values
    return english, chinese


def _toml(name: str) -> dict:
    return tomllib.loads(resources.files(__package__).joinpath(name).read_text("utf-8"))
