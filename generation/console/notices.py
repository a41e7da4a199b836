"""What a person is told: the list, and marking it read."""

from __future__ import annotations

from typing import Any

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
        return super().get_context_data(page=page, rows=[(row, address(row)) for row in page], **kwargs)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Mark one read and go where it leads, or mark all read."""
        chosen = whole_number(request.POST.get("notice"))
        if not chosen:
            desk.mark_read(self.actor)
            return redirect("console:notices")
        desk.mark_read(self.actor, [chosen])
        notice = Notice.objects.filter(pk=chosen, user_id=request.user.pk or 0).first()
        return redirect(address(notice) if notice else reverse("console:notices"))


def address(notice: Notice) -> str:
    """The page a notice is about."""
    if notice.subject == "draft" and notice.subject_id:
        return f"{reverse('console:copy_review')}?draft={notice.subject_id}"
    if notice.subject == "batch" and notice.subject_id:
        return reverse("console:copy_batch", args=[notice.subject_id])
    return reverse("console:notices")
