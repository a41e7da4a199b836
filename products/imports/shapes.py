"""What the rows of a file become, and the small readings every format shares. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from products.imports import cells as parse
from products.languages import CODES

#: Our names of the copy columns, besides the name.
TEXT_FIELDS = ("description", "highlights", "seo_title", "seo_description")


@dataclass(slots=True)
class VariantRecord:
    """One variant. ``values`` holds only fields the file has a column for; None clears."""

    row: int
    options: list[dict[str, str]]
    values: dict[str, Any]
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class ProductRecord:
    """One product of a file. Only what the file has a column for is present; "" and None clear.

    ``translation``: only the name and the texts count, in ``language``.
    ``images`` is None when the file says nothing about images.
    """

    key: str
    row: int
    language: str
    translation: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    images: list[tuple[str, str]] | None = None
    selling_points: list[str] | None = None
    variants: list[VariantRecord] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)


#: What files call the languages that are set up.
LANGUAGE_NAMES = {
    name: code
    for code, names in {
        "en": ("en", "en-us", "en-gb", "english", "英文", "英语"),
        "zh-hans": ("zh-hans", "zh", "zh-cn", "cn", "chinese", "中文", "简体中文"),
    }.items()
    if code in CODES
    for name in names
} | {code: code for code in CODES}


def category_path(text: str) -> tuple[str, ...]:
    """Names from the root down; "A > B", "A -> B" and "A/B" are all two levels. Of several paths the first counts."""
    for arrow in ("->", "»", "＞", ">>"):
        text = text.replace(arrow, ">")
    parts = text.split(">") if ">" in text else text.split("/")
    return tuple(parse.clean(part)[:120].replace("/", "-") for part in parts if parse.clean(part))[:8]


def row_options(cells: Mapping[str, str], names: list[str]) -> list[dict[str, str]]:
    """The options of a row; ``names`` carries option names from the product's first row on."""
    options = []
    for index in range(3):
        name, value = cells.get(f"option{index + 1}_name", ""), cells.get(f"option{index + 1}_value", "")
        names[index] = name or names[index]
        if value and not (value == "Default Title" and names[index] in ("Title", "")):
            options.append({"name": (names[index] or _("Option"))[:120], "value": value[:255]})
    return options


def measure_of(cells: Mapping[str, str], name: str) -> str:
    if name == "weight" and "grams" in cells:
        grams = parse.amount(cells.get("grams", ""))
        return f"{grams.number.normalize():f} g" if grams and grams.number else ""
    text = cells.get(name, "")
    amount = parse.amount(text)
    if not amount or not amount.number:
        return ""
    if amount.unit:
        return text
    unit = cells.get("weight_unit" if name == "weight" else "dimensions_unit", "")
    return f"{text} {unit}" if unit else ""


def web_address(text: str) -> str:
    """An absolute web address, else ""."""
    return (
        text if text.startswith(("http://", "https://")) and len(text) <= 2000 and not set(text) & set(" \"'<>") else ""
    )
