"""What the pages of campaigns have in common: finding the campaign, forms whose values go to a service, plain answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from marketing.console.forms import PlanForm
from marketing.models import Campaign
from opsportal.console.views import ConsoleView
from opsportal.plugins import DomainError

VIEW = "marketing.view_campaign"
CHANGE = "marketing.change_campaign"


class CampaignView(ConsoleView):
    """A page about the campaign of the address."""

    permission = VIEW

    @property
    def campaign(self) -> Campaign:
        """The campaign; asked for once."""
        if not hasattr(self, "_campaign"):
            rows = Campaign.objects.select_related("owner", "scheduled_by")
            self._campaign = get_object_or_404(rows, pk=self.kwargs["pk"])
        return self._campaign


class PlanFormView(ConsoleView):
    """A form of a plan. Subclasses make it and hand its values to a service."""

    permission = CHANGE
    template_name = "marketing/form.html"

    def form(self, data: Any = None) -> PlanForm:
        """The form, empty or with what was sent."""
        raise NotImplementedError

    def save(self, form: PlanForm) -> str:
        """Hand the values over; returns the address to go on to. Raises ``DomainError``."""
        raise NotImplementedError

    def extra(self, form: PlanForm) -> dict[str, Any]:
        """What the template shows beside the form."""
        return {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form and what is beside it."""
        form = kwargs.pop("form", None) or self.form()
        return super().get_context_data(form=form, **self.extra(form), **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save and go on, or show the form with what is wrong."""
        form = self.form(request.POST)
        if form.is_valid():
            try:
                return redirect(self.save(form))
            except DomainError as error:
                form.show(error)
        return render(request, self.template_name, self.get_context_data(form=form), status=400)


class RemovableView(PlanFormView):
    """A form of something that a further button takes out of the plan."""

    def remove(self) -> str:
        """Take it out; returns the address to go on to. Raises ``DomainError``."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save, or remove when that button was pressed."""
        if "remove" not in request.POST:
            return super().post(request, *args, **kwargs)
        try:
            return redirect(self.remove())
        except DomainError as error:
            complain(request, error)
            return redirect(request.path)


def complain(request: HttpRequest, error: DomainError) -> None:
    """Show a refusal, with what it names, at the top of the next page."""
    said = [problem.message for problem in error.fields if problem.message != error.message]
    messages.error(request, " ".join([error.message, *said]))
