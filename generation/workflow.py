"""The life of a draft: the transition table, and the only function that changes a draft's state.

Every change is one conditional UPDATE; a draft someone else moved meanwhile is not moved again. Call inside a
transaction together with what belongs to the change (approvals, revisions, events).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from generation.models import Draft, State
from generation.models.drafts import OPEN_STATES
from opsportal.plugins import errors


class Conflict(errors.Conflict):
    """Someone else was faster, or the draft is not in a state in which this is possible (409)."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A way from any of ``sources`` to ``target``; ``closes`` when the draft gives up its address for good."""

    sources: frozenset[State]
    target: State
    closes: bool = False


def _way(target: State, *sources: State, closes: bool = False) -> Transition:
    return Transition(frozenset(sources), target, closes)


#: Every change of state there is, by name. Nothing else may write ``Draft.state``.
TRANSITIONS: dict[str, Transition] = {
    "claim": _way(State.WRITING, State.QUEUED),
    "release": _way(State.QUEUED, State.WRITING),
    "submit": _way(State.IN_REVIEW, State.WRITING),
    "fail": _way(State.FAILED, State.WRITING),
    "retry": _way(State.QUEUED, State.FAILED),
    "change": _way(State.IN_REVIEW, State.IN_REVIEW, State.APPROVED),
    "sign": _way(State.IN_REVIEW, State.IN_REVIEW),
    "approve": _way(State.APPROVED, State.IN_REVIEW),
    "reject": _way(State.REJECTED, State.IN_REVIEW, closes=True),
    "reopen": _way(State.IN_REVIEW, State.REJECTED),
    "publish": _way(State.PUBLISHED, State.APPROVED),
    "revert": _way(State.REVERTED, State.PUBLISHED, closes=True),
    "replace": _way(State.REPLACED, State.PUBLISHED, closes=True),
    "reinstate": _way(State.PUBLISHED, State.REPLACED),
    "supersede": _way(State.SUPERSEDED, State.FAILED, State.IN_REVIEW, State.APPROVED, closes=True),
    "cancel": _way(State.CANCELLED, *OPEN_STATES, closes=True),
}


def lock(ids: Iterable[int], *states: State) -> list[Draft]:
    """Lock and return the drafts among ``ids`` that are in one of ``states`` (all when none given), by id.

    Locking in id order keeps two people working on overlapping selections from waiting for each other forever.
    """
    rows = Draft.objects.select_for_update(of=("self",)).filter(pk__in=list(ids)).order_by("pk")
    return list(rows.filter(state__in=states) if states else rows)


def move(
    action: str,
    ids: Collection[int],
    *,
    version: int | None = None,
    versions: Mapping[int, int] | None = None,
    lease: str = "",
    **values: Any,
) -> int:
    """Take drafts through ``action``; returns how many were moved (the others were elsewhere by then).

    ``version``, ``versions`` (by id) and ``lease`` are further conditions a row must meet. ``values`` are written with
    the state. Raises ``KeyError`` for an action that is not in the table, ``TransactionManagementError`` outside a
    transaction.
    """
    way = _way_of(action)
    rows = Draft.objects.filter(pk__in=ids, state__in=way.sources)
    if version is not None:
        rows = rows.filter(version=version)
    if versions is not None:
        seen: dict[int, list[int]] = defaultdict(list)
        for pk in ids:
            seen[versions[pk]].append(pk)
        rows = rows.filter(reduce(or_, (Q(version=one, pk__in=group) for one, group in seen.items()), Q(pk__in=())))
    if lease:
        rows = rows.filter(lease_token=lease)
    return rows.update(**{**_of_way(way), "version": F("version") + 1, **values})


def move_each(action: str, values: Mapping[int, Mapping[str, Any]], *, lease: str) -> set[int]:
    """Take the drafts that ``lease`` holds through ``action``, each with values of its own; returns those that were moved.

    ``values`` by id, the same fields for all. As so many calls of ``move``: the rows are locked, then one statement is
    prepared once and run for each of them. Raises as ``move`` does.
    """
    way = _way_of(action)
    held = Draft.objects.select_for_update(of=("self",)).filter(pk__in=values, state__in=way.sources, lease_token=lease)
    moved = list(held.order_by("pk").values_list("pk", flat=True))
    if not moved:
        return set()
    rows = [{**_of_way(way), **values[pk]} for pk in moved]
    known = {field.attname: field for field in Draft._meta.concrete_fields}
    fields = [known[name] for name in rows[0]]
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    sql = (
        f"UPDATE {quote(Draft._meta.db_table)} SET {columns}, version = version + 1 WHERE id = %s AND lease_token = %s"
    )
    adapted = [
        [*(field.get_db_prep_save(row[field.attname], connection) for field in fields), pk, lease]
        for pk, row in zip(moved, rows, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, adapted)
    return set(moved)


def _way_of(action: str) -> Transition:
    way = TRANSITIONS[action]
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a draft changes state only inside a transaction")
    return way


def _of_way(way: Transition) -> dict[str, Any]:
    """What a draft that goes this way gets beside what the caller says: it is held by nobody, and closed or open."""
    free = {} if way.target == State.WRITING else {"lease_token": "", "lease_until": None}
    return {"state": way.target.value, "closed_at": timezone.now() if way.closes else None, **free}


def move_one(action: str, draft: Draft, *, version: int | None = None, **values: Any) -> None:
    """Take one draft through ``action`` or raise ``Conflict`` saying where it is now. ``version``: the one seen."""
    seen = draft.version if version is None else version
    if move(action, [draft.pk], version=seen, **values):
        return
    now = Draft.objects.filter(pk=draft.pk).first()
    if now is None:
        raise Conflict(_("The draft no longer exists."), "gone")
    if now.state not in TRANSITIONS[action].sources:
        raise Conflict(
            _("The draft is “%(state)s” now, so this is not possible any more.") % {"state": now.get_state_display()},
            "wrong_state",
        )
    raise Conflict(_("Someone changed the draft meanwhile. Look at it again."), "changed_meanwhile")
