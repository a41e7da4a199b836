"""Shopify's CSV with copy columns only: nothing in it can overwrite a price or a stock.

In Shopify a blank cell clears a value, so a column appears only when copy was published for it, and a product without
such copy gets back what its own last file said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Exists, OuterRef, QuerySet

from products.exports.selection import has_live_copy, in_chunks, read_copy, text_of
from products.imports.comparing import in_block
from products.models import LiveCopy, Product
from products.slots import SLOT_OF_FIELD

_COLUMNS = {"description": "Body (HTML)", "seo_title": "SEO Title", "seo_description": "SEO Description"}


class ShopifyTable:
    """Header and rows; ``carried`` fills with the live copy used, ``left_out`` with keys a blank cell would harm."""

    def __init__(self, rows: QuerySet[Product], channel: str, language: str, block: bool) -> None:
        self.channel, self.language, self.block = channel, language, block
        self.products = has_live_copy(rows, [language], channel)
        live = LiveCopy.objects.filter(product=OuterRef("pk"), language=language, channel__in={"", channel})
        self.fields = [name for name in _COLUMNS if rows.filter(Exists(live.filter(slot=SLOT_OF_FIELD[name]))).exists()]
        self.carried: list[LiveCopy] = []
        self.left_out: list[str] = []
        self.count = 0

    @property
    def header(self) -> list[str]:
        """Handle, title, and the columns for which something was published."""
        return ["Handle", "Title", *(_COLUMNS[name] for name in self.fields)]

    def rows(self) -> Iterator[Sequence[str]]:
        """One row a product that has live copy."""
        for chunk in in_chunks(self.products):
            copy = read_copy([product.pk for product in chunk], self.channel, [self.language])
            for product in chunk:
                title = copy.live.get((product.pk, self.language, SLOT_OF_FIELD["name"]))
                cells = [product.key, text_of(title.value) if title else product.name_in(self.language)]
                used = [title] if title else []
                complete = True
                for name in self.fields:
                    row = copy.live.get((product.pk, self.language, SLOT_OF_FIELD[name]))
                    source = copy.source.get((product.pk, self.language, name))
                    if row is not None:
                        used.append(row)
                        text = text_of(row.value)
                        cells.append(in_block(source or "", text) if self.block and name == "description" else text)
                    elif source is not None:
                        cells.append(source)
                    else:
                        complete = False
                if not complete:
                    self.left_out.append(product.key)
                    continue
                self.carried += used
                self.count += 1
                yield cells
