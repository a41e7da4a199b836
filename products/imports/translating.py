"""WooCommerce and Google files in terms of the shared fields."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from products.imports.columns import Columns
from products.imports.reading import Limits, Table
from products.imports.records import Translate


def translator_for(columns: Columns) -> Callable[[], Translate] | None:
    """What makes the format's rows into shared fields; None where the columns say it all."""
    return None


def open_feed(path: Path, limits: Limits) -> Table | None:
    """A Google feed in XML as a table; None for any other file."""
    return None
