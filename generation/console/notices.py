"""What a person is told: the list, and marking it read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy

from generation.models import Notice
from generation.services import desk
from opsportal.console.admin_base import CappedPaginator
from opsportal.console.desk import whole_number
from opsportal.console.views import ConsoleView


class NoticesPage(ConsoleView):
    """A person's notices, newest first."""

    title = gettext_lazy("Notifications")
    template_name = "generation/notices.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A page of them."""
        rows = Notice.objects.filter(user_id=self.request.user.pk or 0)
        page = CappedPaginator(rows, 30).get_page(self.request.GET.get("page"))
        pages = addresses(page)
        return super().get_context_data(page=page, rows=[(row, pages[row.pk]) for row in page], **kwargs)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Mark one read and go where it leads, or mark all read."""
        chosen = whole_number(request.POST.get("notice"))
        if not chosen:
            desk.mark_read(self.actor)
            return redirect("console:notices")
        desk.mark_read(self.actor, [chosen])
        notice = Notice.objects.filter(pk=chosen, user_id=request.user.pk or 0).first()
        return redirect(addresses([notice])[notice.pk] if notice else reverse("console:notices"))


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
