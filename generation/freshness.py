"""Whether a draft still fits its object: facts and live copy compared with what the draft was written from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from generation import briefs
from generation.models import Draft, DraftSource, State
from generation.slots import FactSheet, get_slot
from opsportal import events
from opsportal.access import Actor
from opsportal.plugins.errors import DomainError

FACTS_CHANGED, LIVE_CHANGED, TARGET_GONE = "facts_changed", "live_changed", "target_gone"
REASONS = {
    FACTS_CHANGED: _("The product's data changed since this was written."),
    LIVE_CHANGED: _("The live copy was changed since this was written."),
    TARGET_GONE: _("The object no longer exists."),
}
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
        for draft in group:
            sheet = sheets.get(draft.target_id)
            found[draft.pk] = Present(sheet, _compared(draft, sheet))
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


def _compared(draft: Draft, sheet: FactSheet | None) -> str:
    if sheet is None:
        return TARGET_GONE
    if briefs.fingerprint(sheet) != draft.facts_fingerprint:
        return FACTS_CHANGED
    if draft.state != State.PUBLISHED and sheet.live_hash != draft.live_hash:
        return LIVE_CHANGED
    return ""


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
