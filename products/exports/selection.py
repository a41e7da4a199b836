"""Which live copy an export carries: of the channel, else of no channel; and the deliveries that follow from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from generation.models import Delivery, Revision
from generation.services import record_exported
from generation.values import Value
from opsportal.access import Actor
from products.models import LiveCopy, Product, SourceText

CHUNK = 500


@dataclass(slots=True)
class Copy:
    """Live copy of some products, by (product id, language, slot), and what the shop's own files said."""

    live: dict[tuple[int, str, str], LiveCopy] = field(default_factory=dict)
    source: dict[tuple[int, str, str], str] = field(default_factory=dict)

    def value(self, product_id: int, language: str, slot: str) -> Value:
        """The live value, or None."""
        row = self.live.get((product_id, language, slot))
        return row.value if row else None


def read_copy(product_ids: Collection[int], channel: str, languages: Collection[str]) -> Copy:
    """Live copy and source texts of products, those of ``channel`` before those of no channel."""
    copy = Copy()
    wanted = Q(product_id__in=product_ids, language__in=languages, channel__in={"", channel})
    # The blank channel sorts first, so that the channel's own rows take its place.
    for row in LiveCopy.objects.filter(wanted).order_by("channel"):
        copy.live[(row.product_id, row.language, row.slot)] = row
    for text in SourceText.objects.filter(wanted).order_by("channel"):
        copy.source[(text.product_id, text.language, text.field)] = text.text
    return copy


def text_of(value: Value) -> str:
    """A live value as it stands in a cell; a list is one item a line."""
    if isinstance(value, list):
        return "\n".join(value)
    return value if isinstance(value, str) else ""


def has_live_copy(rows: QuerySet[Product], languages: Collection[str], channel: str) -> QuerySet[Product]:
    """Products with any live copy in one of the languages."""
    live = LiveCopy.objects.filter(product=OuterRef("pk"), language__in=languages, channel__in={"", channel})
    return rows.filter(Exists(live))


def in_chunks(rows: QuerySet[Product]) -> Iterator[list[Product]]:
    """Products in id order, ``CHUNK`` at a time, each chunk by one query."""
    after = 0
    while True:
        chunk = list(rows.filter(pk__gt=after).order_by("pk")[:CHUNK])
        if not chunk:
            return
        yield chunk
        after = chunk[-1].pk


def note_deliveries(actor: Actor, carried: Sequence[LiveCopy], destination: str, reference: str) -> int:
    """Write a Delivery for every published text a file carried, unless it already has one to the same destination."""
    made = 0
    for start in range(0, len(carried), CHUNK):
        rows = {
            (row.product_id, row.slot, row.language, row.channel, row.content_hash)
            for row in carried[start : start + CHUNK]
        }
        revisions = Revision.objects.filter(
            target_type="products.product", target_id__in={row[0] for row in rows}, reverted_at__isnull=True
        ).order_by("pk")
        latest = {}
        for found in revisions.values_list("target_id", "slot", "language", "channel", "after_hash", "pk"):
            if found[:5] in rows:
                latest[found[:5]] = found[5]
        known = Delivery.objects.filter(
            revision_id__in=latest.values(),
            destination=destination,
            state__in=(Delivery.State.EXPORTED, Delivery.State.CONFIRMED),
        ).values_list("revision_id", flat=True)
        wanted = sorted(set(latest.values()) - set(known))
        if wanted:
            made += record_exported(actor, wanted, destination=destination, reference=reference)
    return made
