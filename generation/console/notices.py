"""What a person is told: the list, and marking it read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generation.console.addresses import addresses
from generation.models import MailChoice, Notice
from generation.services import desk
from opsportal.console.admin_base import CappedPaginator
from opsportal.console.desk import whole_number
from opsportal.console.views import ConsoleView
from opsportal.plugins.errors import Invalid


class NoticesPage(ConsoleView):
    """A person's notices, newest first."""

    title = gettext_lazy("Notifications")
    template_name = "generation/notices.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A page of them."""
        rows = Notice.objects.filter(user_id=self.request.user.pk or 0)
        page = CappedPaginator(rows, 30).get_page(self.request.GET.get("page"))
        pages = addresses(page)
        chosen = MailChoice.objects.filter(user_id=self.request.user.pk or 0).values_list("kinds", flat=True).first()
        kinds = [(kind.value, kind.label, kind.value in (chosen or ())) for kind in Notice.Kind]
        return super().get_context_data(kinds=kinds, page=page, rows=[(row, pages[row.pk]) for row in page], **kwargs)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Mark one read and go where it leads, or mark all read, or choose what comes by e-mail."""
        if "mail" in request.POST:
            try:
                desk.choose_mail(self.actor, request.POST.getlist("kind"))
            except Invalid as error:
                messages.error(request, error.message)
            else:
                messages.success(request, _("Your choice is kept."))
            return redirect("console:notices")
        chosen = whole_number(request.POST.get("notice"))
        if not chosen:
            desk.mark_read(self.actor)
            return redirect("console:notices")
        desk.mark_read(self.actor, [chosen])
        notice = Notice.objects.filter(pk=chosen, user_id=request.user.pk or 0).first()
        return redirect(addresses([notice])[notice.pk] if notice else reverse("console:notices"))
