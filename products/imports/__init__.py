"""Reading a shop's product files: bytes to rows, rows to records, records to the catalogue.

Everything up to ``records`` is free of the database; ``storing`` writes. What is named here knows nothing of products: other
trades read their own files with it.
"""

from products.imports.cells import BadCell, clean, escape_formula, money, unescape_formula, whole
from products.imports.columns import normalise
from products.imports.reading import Limits, Row, RowError, Table, UnreadableFile, open_table

__all__ = [
    "BadCell",
    "Limits",
    "Row",
    "RowError",
    "Table",
    "UnreadableFile",
    "clean",
    "escape_formula",
    "money",
    "normalise",
    "open_table",
    "unescape_formula",
    "whole",
]
