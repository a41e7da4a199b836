"""Results: taken from a channel's file or the API, and the winner a person promotes."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketing.models import Campaign, CopyVariant, DailyResult
from marketing.services.placements import set_shares
from opsportal import events
from opsportal.access import Actor
from opsportal.plugins import Conflict, Invalid
from products.imports.cells import BadCell, clean, money
from products.imports.reading import RowError, UnreadableFile, open_table

IMPORT = "marketing.import_results"
PROMOTE = "marketing.promote_variant"
NEEDED = ("campaign", "placement", "variant", "day", "impressions")
COUNTS = ("impressions", "clicks", "conversions")
AMOUNTS = ("spend", "revenue")
_CHUNK = 500
_MOST_ERRORS = 10_000
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日")

#: (campaign, placement, variant) as a row names them.
Place = tuple[str, str, str]


@dataclass(slots=True)
class ResultsOutcome:
    """What recording did; the shape ``import_results --json`` prints."""

    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    errors: list[RowError] = field(default_factory=list)
    error_count: int = 0
    dry_run: bool = False

    def refuse(self, row: int, column: str, message: str) -> None:
        """Note an error; the row is left out."""
        self.error_count += 1
        if len(self.errors) < _MOST_ERRORS:
            self.errors.append(RowError(row, column, message))

    def to_json(self) -> dict[str, Any]:
        """Counts and errors as plain JSON."""
        return {
            "rows": self.rows,
            **{name: self.counts[name] for name in ("created", "updated", "unchanged")},
            "errors": [error.to_json() for error in sorted(self.errors, key=lambda error: error.row)],
            "error_count": self.error_count,
            "dry_run": self.dry_run,
        }


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row understood: where it belongs and its figures."""

    row: int
    place: Place
    language: str
    day: date
    figures: Mapping[str, Any]
    currency: str


def record_results(
    actor: Actor, rows: Iterable[Mapping[str, str]], *, first_row: int = 1, dry_run: bool = False
) -> ResultsOutcome:
    """Record figures per variant and day; ``rows`` have our field names (data/result_columns.toml) and text values.

    A day reported again replaces what was there; a row that cannot be used is refused with its reason and the others
    are recorded. Raises ``Forbidden``.
    """
    numbered = ((number, row) for number, row in enumerate(rows, first_row))
    return _record(actor, numbered, ResultsOutcome(dry_run=dry_run), {})


def import_results(actor: Actor, path: Path, *, dry_run: bool = False) -> ResultsOutcome:
    """Record the figures of a CSV or XLSX file. Raises ``UnreadableFile``, ``Invalid`` for missing columns."""
    actor.require(IMPORT)
    table = open_table(path)
    named = _columns(table.header)
    missing = [name for name in NEEDED if name not in named.values()]
    if missing:
        known = "; ".join(f"{name}: {', '.join(_aliases()[name][:4])}" for name in missing)
        raise Invalid(_("Columns are missing. Name them like this: %(known)s.") % {"known": known}, "missing_columns")
    headers = {ours: table.header[place] for place, ours in named.items()}

    def numbered() -> Iterator[tuple[int, dict[str, str]]]:
        for row in table.rows():
            cells = enumerate(row.cells)
            yield row.number, {named[place]: cell for place, cell in cells if place in named}

    outcome = _record(actor, numbered(), ResultsOutcome(dry_run=dry_run), headers)
    for error in table.errors:
        outcome.rows += 1
        outcome.refuse(error.row, error.column, error.message)
    return outcome


@transaction.atomic
def promote_variant(actor: Actor, variant: CopyVariant) -> CopyVariant:
    """A person says that this variant won: it takes all traffic from now on. The others keep texts and results."""
    actor.require(PROMOTE)
    if not actor.is_person:
        raise Invalid(_("Only a person can promote a variant."), "not_a_person")
    variant = CopyVariant.objects.select_related("placement__campaign").get(pk=variant.pk)
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=variant.placement.campaign_id)
    if variant.promoted_at is not None and variant.split == 100:
        raise Conflict(_("This variant was promoted already."), "promoted")
    before = dict(variant.placement.variants.values_list("label", "split"))
    set_shares(variant.placement, {label: 100 if label == variant.label else 0 for label in before})
    CopyVariant.objects.filter(placement=variant.placement).update(promoted_at=None, promoted_by=None)
    CopyVariant.objects.filter(pk=variant.pk).update(promoted_at=timezone.now(), promoted_by=actor.user)
    events.record(
        "variant.promoted",
        actor=actor,
        target=variant,
        before=before,
        after={variant.label: 100},
        data={"campaign": campaign.pk},
    )
    variant.refresh_from_db()
    return variant


def _record(
    actor: Actor,
    rows: Iterator[tuple[int, Mapping[str, str]]],
    outcome: ResultsOutcome,
    headers: Mapping[str, str],
) -> ResultsOutcome:
    actor.require(IMPORT)
    seen: dict[tuple[Place, str, date], int] = {}
    while chunk := list(islice(rows, _CHUNK)):
        outcome.rows += len(chunk)
        entries = [entry for number, row in chunk if (entry := _entry(number, row, outcome, headers))]
        entries = [entry for entry in entries if _once(entry, seen, outcome)]
        with transaction.atomic():
            _store(entries, outcome, headers)
    if not outcome.dry_run and outcome.counts.total():
        with transaction.atomic():
            events.record("results.recorded", actor=actor, data={**outcome.counts, "refused": outcome.error_count})
    return outcome


def _entry(number: int, row: Mapping[str, str], outcome: ResultsOutcome, headers: Mapping[str, str]) -> _Entry | None:
    """The row understood, or None when it was refused."""

    def read(name: str, parse: Callable[[str], Any], default: Any) -> Any:
        text = clean(str(row.get(name) or ""))
        if not text:
            if name in NEEDED:
                raise _Refused(name, _("The cell is blank."))
            return default
        try:
            return parse(text)
        except BadCell as error:
            raise _Refused(name, str(error)) from error

    try:
        place = (read("campaign", str, ""), read("placement", str, ""), read("variant", str, ""))
        language, day = read("language", _language, ""), read("day", _day, None)
        figures: dict[str, Any] = {name: read(name, _count, 0) for name in COUNTS}
        amounts = {name: read(name, money, (Decimal(0), "")) for name in AMOUNTS}
        figures |= {name: amount for name, (amount, _currency) in amounts.items()}
        for name in ("clicks", "conversions"):
            if figures[name] > figures["impressions"]:
                raise _Refused(name, _("More than there were impressions."))
    except _Refused as refused:
        outcome.refuse(number, headers.get(refused.column, refused.column), refused.message)
        return None
    currency = next((code for _amount, code in amounts.values() if code), "")
    return _Entry(number, place, language, day, figures, currency)


class _Refused(Exception):
    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column, self.message = column, message


def _once(entry: _Entry, seen: dict[tuple[Place, str, date], int], outcome: ResultsOutcome) -> bool:
    address = (entry.place, entry.language, entry.day)
    if address in seen:
        outcome.refuse(entry.row, "", _("This day stands in row %(row)d already.") % {"row": seen[address]})
        return False
    seen[address] = entry.row
    return True


def _store(entries: Sequence[_Entry], outcome: ResultsOutcome, headers: Mapping[str, str]) -> None:
    variants = _variants({entry.place for entry in entries})
    known = _known(variants.values(), {entry.day for entry in entries})
    written: list[DailyResult] = []
    for entry in entries:
        variant = variants.get(entry.place)
        if variant is None:
            column = headers.get("variant", "variant")
            named = "/".join(entry.place)
            outcome.refuse(entry.row, column, _("There is no variant %(key)s.") % {"key": named})
            continue
        currency = variant.placement.campaign.currency
        if entry.currency and entry.currency != currency:
            told = _("The campaign is in %(ours)s, the row in %(theirs)s.")
            outcome.refuse(
                entry.row, headers.get("spend", "spend"), told % {"ours": currency, "theirs": entry.currency}
            )
            continue
        before = known.get((variant.pk, entry.day, entry.language))
        if before is not None and all(getattr(before, name) == value for name, value in entry.figures.items()):
            outcome.counts["unchanged"] += 1
            continue
        outcome.counts["updated" if before is not None else "created"] += 1
        written.append(
            DailyResult(
                variant=variant, day=entry.day, language=entry.language, recorded_at=timezone.now(), **entry.figures
            )
        )
    if not outcome.dry_run:
        DailyResult.objects.bulk_create(
            written,
            update_conflicts=True,
            unique_fields=["variant", "day", "language"],
            update_fields=[*COUNTS, *AMOUNTS, "recorded_at"],
        )


def _variants(places: set[Place]) -> dict[Place, CopyVariant]:
    """The variants that rows name, by campaign and placement key and label."""
    rows = CopyVariant.objects.filter(
        placement__campaign__key__in={place[0] for place in places},
        placement__key__in={place[1] for place in places},
    ).select_related("placement__campaign")
    return {(row.placement.campaign.key, row.placement.key, row.label): row for row in rows}


def _known(variants: Iterable[CopyVariant], days: set[date]) -> dict[tuple[int, date, str], DailyResult]:
    rows = DailyResult.objects.filter(variant__in=[variant.pk for variant in variants], day__in=days)
    return {(row.variant_id, row.day, row.language): row for row in rows}


@lru_cache(maxsize=1)
def _aliases() -> Mapping[str, list[str]]:
    text = resources.files("marketing").joinpath("data/result_columns.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _folded(header: str) -> str:
    return re.sub(r"[\s_]+", "", header).casefold()


def _columns(header: Sequence[str]) -> dict[int, str]:
    """Position → our field, by the names people use; the first column of a field counts."""
    ours = {_folded(alias): name for name, aliases in _aliases().items() for alias in aliases}
    found: dict[int, str] = {}
    for place, name in enumerate(header):
        known = ours.get(_folded(name))
        if known is not None and known not in found.values():
            found[place] = known
    return found


def _count(text: str) -> int:
    """A count of zero or more: "1,204" or "1204"."""
    digits = text.replace(",", "").replace(" ", "")
    if not re.fullmatch(r"\d{1,15}(\.0+)?", digits):
        raise BadCell(_("“%(text)s” is not a count of zero or more.") % {"text": text[:40]})
    return int(digits.split(".")[0])


def _day(text: str) -> date:
    for pattern in _DAYS:
        try:
            return datetime.strptime(text.split(" ")[0].split("T")[0], pattern).date()
        except ValueError:
            continue
    raise BadCell(_("“%(text)s” is not a day. Write it like 2027-06-30.") % {"text": text[:40]})


def _language(text: str) -> str:
    if text not in dict(settings.LANGUAGES):
        raise BadCell(_("The language “%(code)s” is not set up.") % {"code": text[:20]})
    return text


__all__ = ["ResultsOutcome", "UnreadableFile", "import_results", "promote_variant", "record_results"]
