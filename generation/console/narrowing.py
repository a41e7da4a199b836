"""What narrows the review queue now, in words, and what it can be narrowed to where one would otherwise have to type."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.cache import cache
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from generation.console.queue import ME, NOBODY, Queue
from generation.models import Batch, Draft, State
from generation.slots import all_slots

#: Seconds the categories are kept: nobody waits for them twice in a row.
_KEPT = 60
#: Categories and bulk jobs offered at most.
MOST_CATEGORIES, MOST_BATCHES = 500, 30


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One filter that is set: what it is called, what it is set to, and the query string without it."""

    label: str
    value: str
    without: str


def narrowings(queue: Queue) -> list[Narrowing]:
    """The filters that are set, in the order of the form."""
    data = queue.filter.data or {}
    if not queue.filter.is_valid():
        return []  # Nothing of it narrows the list then.
    words = {ME: _("me"), NOBODY: _("nobody")}
    found = []
    for name in queue.filter.filters:
        chosen = data.get(name)
        if not chosen:
            continue
        field = queue.filter.form.fields[name]
        named = {str(value): str(label) for value, label in getattr(field, "choices", ()) if value}
        if name == "assignee":
            named = words
        rest = [(other, data[other]) for other in queue.filter.filters if other != name and data.get(other)]
        found.append(Narrowing(str(field.label), named.get(chosen, chosen), urlencode(rest)))
    return found


def offered() -> dict[str, list[tuple[str, str]]]:
    """By filter the values offered while one types, each with what it is: categories, bulk jobs, who asked for copy."""
    titles = {slot.key: str(slot.title) for slot in all_slots()}
    batches = list(Batch.objects.select_related("requested_by").order_by("-pk")[:MOST_BATCHES])
    jobs = []
    for batch in batches:
        what = ", ".join(titles.get(key, key) for key in batch.slots)
        day = date_format(timezone.localtime(batch.created_at), "SHORT_DATE_FORMAT")
        jobs.append((str(batch.pk), f"{day} · {what}"))
    askers = sorted({batch.requested_by.get_username() for batch in batches if batch.requested_by})
    categories: list[str] = cache.get_or_set("generation.queue_categories", _categories, _KEPT) or []
    return {
        "category": [(path, "") for path in categories],
        "batch": jobs,
        "requester": [(name, "") for name in askers],
    }


def _categories() -> list[str]:
    """Categories of what waits for review, with those they lie in."""
    waiting = Draft.objects.filter(state=State.IN_REVIEW).exclude(target_category="")
    found: set[str] = set()
    for path in (
        waiting.order_by("target_category").values_list("target_category", flat=True).distinct()[:MOST_CATEGORIES]
    ):
        parts = path.split("/")
        found.update("/".join(parts[: place + 1]) for place in range(len(parts)))
    return sorted(found)
