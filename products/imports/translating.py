"""WooCommerce and Google files in terms of the shared fields."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from django.utils.translation import gettext as _

from products.imports.columns import ATTRIBUTE, Columns
from products.imports.reading import Limits, Table, UnreadableFile, open_table
from products.imports.records import Translate

#: A feed's items may repeat these; the values are joined.
_REPEATED = {"product_highlight": "\n", "additional_image_link": ", "}
_OPTIONS = ("Color", "Size", "Pattern")


def translator_for(columns: Columns) -> Callable[[], Translate] | None:
    """What makes the format's rows into shared fields; None where the columns say it all."""
    if columns.format == "woocommerce":
        return WooCommerce
    return Google if columns.format == "google" else None


class WooCommerce:
    """Rows of a WooCommerce export: variations belong to their parent, attributes come as numbered pairs of columns."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}

    def __call__(self, cells: dict[str, str], row: int) -> dict[str, str] | None:
        """The row in shared fields; grouped products, which are no goods of their own, are left out."""
        kinds = {kind.strip() for kind in cells.pop("woo_type", "simple").lower().split(",")}
        number, parent = cells.pop("woo_id", ""), cells.pop("woo_parent", "")
        if "grouped" in kinds:
            return None
        variation = "variation" in kinds
        told = {name: text for name, text in cells.items() if not name.startswith("woo_")}
        if variation:
            key = self._keys.get(parent.removeprefix("id:") if parent.startswith("id:") else parent, parent)
            told = {name: told[name] for name in ("sku", "price", "sale_price", "stock", "barcode") if name in told}
        else:
            key = told.get("sku") or (f"id:{number}" if number else "")
            self._keys.update({number: key, told.get("sku", ""): key})
            if "category" in told:
                told["category"] = told["category"].split(",")[0].strip()
            if "published" in told:
                told["published"] = "true" if told["published"].strip() == "1" else "false"
        told["handle"] = key
        _sale(told)
        place = 1
        for index in sorted({_number(name) for name in cells if name.startswith("woo_attribute")}):
            name, values = cells.get(f"woo_attribute{index}_name", ""), cells.get(f"woo_attribute{index}_values", "")
            if not name or not values:
                continue
            if variation and place <= 3:
                told |= {f"option{place}_name": name, f"option{place}_value": values}
                place += 1
            elif not variation and not ("variable" in kinds and "," in values):
                # The values a variable product can be bought in come with its variations.
                told[ATTRIBUTE + name] = values
        for name, text in cells.items():
            if name.startswith("woo_measure:") and text:
                _prefix, measure, unit = name.split(":", 2)
                told[ATTRIBUTE + measure] = f"{text} {unit}"
        if "variable" in kinds:
            # The parent is what is shown, never what is bought.
            for name in ("sku", "price", "stock", "barcode", "compare_at"):
                told.pop(name, None)
        return told


def _number(name: str) -> int:
    return int(name.removeprefix("woo_attribute").split("_")[0])


def _sale(told: dict[str, str]) -> None:
    """A sale price is the price; what it was before is the price to compare with."""
    sale = told.pop("sale_price", "")
    if "price" in told:
        told["compare_at"] = told["price"] if sale else ""
        told["price"] = sale or told["price"]


class Google:
    """Items of a Merchant Center feed: items of one group are variants."""

    def __call__(self, cells: dict[str, str], row: int) -> dict[str, str] | None:
        """The item in shared fields."""
        told = dict(cells)
        for ours, theirs in (("price", "google_price"), ("sale_price", "google_sale_price")):
            if theirs in told:
                told[ours] = told.pop(theirs)
        _sale(told)
        if told.get("handle"):
            place = 1
            for name in _OPTIONS:
                value = told.pop(ATTRIBUTE + name, "")
                if value:
                    told |= {f"option{place}_name": name, f"option{place}_value": value}
                    place += 1
        else:
            told["handle"] = told.get("sku", "")
        return told


def open_feed(path: Path, limits: Limits) -> Table | None:
    """A feed in XML as a table (written to a temporary CSV, so that it streams like one); None for others."""
    try:
        with path.open("rb") as file:
            start = file.read(256).lstrip(b"\xef\xbb\xbf \r\n\t")
        if not start.startswith(b"<"):
            return None
        if path.stat().st_size > limits.bytes:
            raise UnreadableFile(
                _("The file is larger than %(limit)s MB. Split it into smaller files.")
                % {"limit": limits.bytes // (1024 * 1024)}
            )
    except OSError:
        return None
    header = list(dict.fromkeys(name for item in _items(path) for name in item))
    if "id" not in header:
        raise UnreadableFile(_("The file holds no product feed. Save the table as CSV or .xlsx and try again."))
    folder = tempfile.TemporaryDirectory(prefix="feed-")
    target = Path(folder.name) / f"{path.stem}.csv"
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows([item.get(name, "") for name in header] for item in _items(path))
    table = open_table(target, limits)
    table.holds = folder
    return table


def _items(path: Path) -> Iterator[dict[str, str]]:
    """Fields of every item (RSS) or entry (Atom), without name spaces. Entities and document types are refused."""
    try:
        for _event, element in iterparse(path, events=("end",), forbid_dtd=True):
            if _local(element) in ("item", "entry"):
                yield _fields(element)
                element.clear()
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise UnreadableFile(_("The feed is not well-formed XML. Export it again and try once more.")) from error


def _fields(item: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for child in item:
        name = _local(child)
        text = ":".join(part.strip() for part in child.itertext() if part.strip()) if len(child) else (child.text or "")
        if name == "structured_title" or name == "structured_description":
            name, text = name.removeprefix("structured_"), text.partition(":")[2]
        elif name == "link" and not text:
            text = child.get("href", "")
        if name in _REPEATED and name in found:
            text = found[name] + _REPEATED[name] + text.strip()
        found[name] = text.strip()
    return found


def _local(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""
