"""Whether a draft still fits its object: facts and live copy compared with what the draft was written from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from generation import briefs
from generation.checks.text import view
from generation.engine import Fact
from generation.models import Draft, DraftSource, State, StoredBrief
from generation.slots import FactSheet, Slot, get_slot
from opsportal import events
from opsportal.access import Actor
from opsportal.plugins.errors import DomainError

FACTS_CHANGED, LIVE_CHANGED, TARGET_GONE = "facts_changed", "live_changed", "target_gone"
QUOTED_CHANGED = "quoted_changed"
REASONS = {
    FACTS_CHANGED: _("The product's data changed since this was written."),
    QUOTED_CHANGED: _("A price or number that this text says is another one now."),
    LIVE_CHANGED: _("The live copy was changed since this was written."),
    TARGET_GONE: _("The object no longer exists."),
}
_FIGURE = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
#: States in which changed facts matter.
WATCHED = (State.IN_REVIEW, State.APPROVED, State.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Present:
    """A draft's object as it is now: its sheet, and why the draft no longer fits it ("" when it does)."""

    sheet: FactSheet | None
    stale_reason: str


def present(drafts: Sequence[Draft]) -> dict[int, Present]:
    """For each draft how its object is now, by draft id; a fixed number of queries per slot, language and channel."""
    found: dict[int, Present] = {}
    for (key, language, channel), group in _grouped(drafts).items():
        slot = get_slot(key)
        targets = slot.model._default_manager.filter(pk__in={draft.target_id for draft in group})
        sheets = slot.facts(list(targets), language, channel)
        stored = _briefs(draft for draft in group if _volatile(sheets.get(draft.target_id)))
        for draft in group:
            sheet = sheets.get(draft.target_id)
            brief = stored.get(draft.brief_id or "")
            found[draft.pk] = Present(sheet, _compared(draft, slot, sheet, brief))
    return found


def digests(drafts: Sequence[Draft]) -> dict[int, str]:
    """``Slot.digests`` of each draft's object as it is now, by draft id; absent where the slot has none."""
    found: dict[int, str] = {}
    for (key, language, channel), group in _grouped(drafts).items():
        now = get_slot(key).digests({draft.target_id for draft in group}, language, channel)
        found |= {draft.pk: now[draft.target_id] for draft in group if draft.target_id in now}
    return found


def reasons(drafts: Sequence[Draft]) -> dict[int, str]:
    """Why each draft no longer fits its object, "" when it does, by draft id.

    Where the digest of the object's data is the one from before the facts were read, nothing can have changed and the
    facts are not read again; the others are compared in full.
    """
    now = digests([draft for draft in drafts if draft.sources_digest])
    told = {draft.pk: "" for draft in drafts if draft.sources_digest and now.get(draft.pk) == draft.sources_digest}
    compared = present([draft for draft in drafts if draft.pk not in told])
    return told | {pk: state.stale_reason for pk, state in compared.items()}


def _grouped(drafts: Sequence[Draft]) -> dict[tuple[str, str, str], list[Draft]]:
    groups: dict[tuple[str, str, str], list[Draft]] = defaultdict(list)
    for draft in drafts:
        groups[draft.slot, draft.language, draft.channel].append(draft)
    return groups


def _compared(draft: Draft, slot: Slot, sheet: FactSheet | None, brief: StoredBrief | None) -> str:
    if sheet is None:
        return TARGET_GONE
    if briefs.fingerprint(sheet) != draft.facts_fingerprint:
        return FACTS_CHANGED
    if brief is not None and _says_otherwise(draft, slot, brief, sheet):
        return QUOTED_CHANGED
    if draft.state != State.PUBLISHED and sheet.live_hash != draft.live_hash:
        return LIVE_CHANGED
    return ""


def _volatile(sheet: FactSheet | None) -> list[Fact]:
    return [fact for fact in sheet.facts if fact.volatile] if sheet else []


def _briefs(drafts: Iterable[Draft]) -> dict[str, StoredBrief]:
    """What the drafts were written from, by digest; no query where nothing volatile is known."""
    wanted = {draft.brief_id for draft in drafts if draft.brief_id}
    return StoredBrief.objects.in_bulk(wanted) if wanted else {}


def _says_otherwise(draft: Draft, slot: Slot, brief: StoredBrief, sheet: FactSheet) -> bool:
    """Whether the text says the value of a volatile fact that has another value now."""
    now = {(fact.key, fact.condition, fact.part, fact.scope): fact.display for fact in _volatile(sheet)}
    then = [Fact(**fact) for fact in brief.brief.get("facts", ()) if fact.get("volatile")]
    changed = [fact for fact in then if now.get((fact.key, fact.condition, fact.part, fact.scope)) != fact.display]
    if not changed or not draft.value:
        return False
    said = set(_figures(view(draft.value, slot.value_type).text))
    return any(said.intersection(_figures(fact.display)) for fact in changed)


def _figures(text: str) -> list[Decimal]:
    """The numbers in ``text`` by value: "1,299.00" and "1299" are the same."""
    return [Decimal(figure.replace(",", "")) for figure in _FIGURE.findall(text)]


def mark(drafts: Iterable[Draft], reasons: dict[int, str], actor: Actor) -> int:
    """Mark drafts stale, or fresh again, in the caller's transaction; returns how many changed."""
    stale: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.stale_reason != reasons[draft.pk]:
            stale[reasons[draft.pk]].append(draft)
    for reason, rows in stale.items():
        ids = [draft.pk for draft in rows]
        since = timezone.now() if reason else None
        Draft.objects.filter(pk__in=ids).update(stale_since=since, stale_reason=reason)
        if reason:
            events.record_many(
                [events.NewEvent(kind="draft.stale", target=draft, after={"stale_reason": reason}) for draft in rows],
                actor=actor,
            )
    return sum(len(rows) for rows in stale.values())


def compare_targets(targets: Iterable[tuple[str, int]], size: int = 200) -> int:
    """Compare every draft that used any of these objects; returns how many drafts changed between fresh and stale."""
    by_type: dict[str, set[int]] = defaultdict(set)
    for target_type, target_id in targets:
        by_type[target_type].add(target_id)
    changed = 0
    for target_type, ids in by_type.items():
        for start in range(0, len(ids), size):
            some = sorted(ids)[start : start + size]
            sources = DraftSource.objects.filter(target_type=target_type, target_id__in=some)
            drafts = Draft.objects.filter(pk__in=sources.values("draft_id"), state__in=WATCHED).order_by("pk")
            changed += sum(compare(chunk) for chunk in _chunks(drafts, size))
    return changed


def compare(ids: Sequence[int]) -> int:
    """Compare these drafts with their objects now; returns how many changed between fresh and stale."""
    with transaction.atomic():
        drafts = list(
            Draft.objects.select_for_update(of=("self",)).filter(pk__in=ids, state__in=WATCHED).order_by("pk")
        )
        try:
            now = present(drafts)
        except DomainError:
            # The plugin of the slot is off: nothing can be compared now; approving and publishing will refuse.
            return 0
        return mark(drafts, {pk: state.stale_reason for pk, state in now.items()}, Actor.system())


def _chunks(drafts, size: int) -> Iterable[list[int]]:  # type: ignore[no-untyped-def]  # a QuerySet of drafts
    after = 0
    while chunk := list(drafts.filter(pk__gt=after).values_list("pk", flat=True)[:size]):
        yield chunk
        after = chunk[-1]
