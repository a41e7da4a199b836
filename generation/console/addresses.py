"""Where notices lead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.urls import reverse

from generation.models import Notice


def addresses(notices: Iterable[Notice]) -> dict[int, str]:
    """The page each notice is about, by its id; one query a kind of object."""
    listed = list(notices)
    objects = _objects(listed)
    found = {}
    for notice in listed:
        page = reverse("console:notices")
        if notice.subject == "draft" and notice.subject_id:
            page = f"{reverse('console:copy_review')}?draft={notice.subject_id}"
        elif notice.subject == "batch" and notice.subject_id:
            page = reverse("console:copy_batch", args=[notice.subject_id])
        elif notice.kind == Notice.Kind.ASSIGNED:
            page = f"{reverse('console:copy_review')}?assignee=me"
        elif (target := objects.get((notice.subject, notice.subject_id or 0))) is not None:
            page = str(target.get_absolute_url()) or page
        found[notice.pk] = page
    return found


def _objects(notices: list[Notice]) -> dict[tuple[str, int], Any]:
    """Objects of trades that notices name and that have a page; none of a trade that is off."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for notice in notices:
        if "." in notice.subject and notice.subject_id:
            wanted[notice.subject].add(notice.subject_id)
    found = {}
    for label, ids in wanted.items():
        app, _dot, name = label.partition(".")
        model = apps.all_models.get(app, {}).get(name)
        if model is not None and hasattr(model, "get_absolute_url"):
            found.update({(label, pk): row for pk, row in model._default_manager.in_bulk(ids).items()})
    return found
