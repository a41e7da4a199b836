"""After approval: publishing, the version history with undo, and what is known to be live in the shop."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from generation import services
from generation.checks.text import view
from generation.console import queue, texts
from generation.console.base import flash, reasons
from generation.console.diffing import changed_spans
from generation.models import Delivery, Draft, Revision, State
from generation.outcomes import Outcome
from generation.slots import Slot, all_slots
from opsportal.console.admin_base import CappedPaginator
from opsportal.console.desk import whole_number
from opsportal.console.views import ConsoleView
from opsportal.plugins.errors import DomainError

#: Drafts published in one request; more than this is published by the bulk job's page, in the background.
MOST_AT_ONCE = 500
#: Left drafts listed one by one in a report; the counts cover all.
MOST_LISTED = 50


class PublishPage(ConsoleView):
    """What is approved and not published yet."""

    title = gettext_lazy("Publish")
    permission = "generation.view_draft"
    template_name = "generation/publish.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A page of approved drafts."""
        waiting = _approved(self.request.GET)
        page = CappedPaginator(waiting.rows.select_related("batch"), 50).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            queue=waiting,
            page=page,
            rows=[(draft, _shown(draft.value, draft.slot)) for draft in page],
            titles=_titles(),
            may_publish=self.actor.can("generation.publish_draft"),
            may_review=self.actor.can("generation.review_draft"),
            most=MOST_AT_ONCE,
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Publish what was ticked, or the first ``MOST_AT_ONCE`` of the filter, and report."""
        if request.POST.get("all"):
            ids = _approved(request.GET).ids(MOST_AT_ONCE)
        else:
            ids = [whole_number(pk) for pk in request.POST.getlist("draft")]
        if request.POST.get("do") == "return":
            flash(request, services.return_to_review(self.actor, ids))
            return redirect(request.get_full_path())
        outcome = services.publish(self.actor, ids)
        return render(request, self.template_name, self.get_context_data(report=report(outcome)))


class HistoryPage(ConsoleView):
    """Everything that went live, newest first, each with what it replaced and one press to undo it."""

    title = gettext_lazy("Version history")
    permission = "generation.view_revision"
    template_name = "generation/history.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A page of revisions with their changes."""
        asked = self.request.GET
        page = CappedPaginator(history(asked), 20).get_page(asked.get("page"))
        return super().get_context_data(
            page=page,
            rows=[RevisionRow(revision) for revision in page],
            asked=asked,
            titles=_titles(),
            slots=all_slots(),
            may_revert=self.actor.can("generation.revert_draft"),
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Undo what was ticked or pressed; back to where the person came from."""
        outcome = services.revert(self.actor, [whole_number(pk) for pk in request.POST.getlist("revision")])
        flash(request, outcome)
        back = request.POST.get("back", "")
        return redirect(back if back.startswith("/") and not back.startswith("//") else request.get_full_path())


class DeliveriesPage(ConsoleView):
    """Exported copy until the shop shows it; messages sent or not known to be."""

    title = gettext_lazy("Deliveries")
    permission = "generation.view_delivery"
    template_name = "generation/deliveries.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A page of deliveries."""
        state = self.request.GET.get("state", "")
        rows = Delivery.objects.select_related("requested_by", "settled_by")
        if state in Delivery.State.values:
            rows = rows.filter(state=state)
        if self.request.GET.get("q"):
            rows = rows.filter(target_key__istartswith=self.request.GET["q"])
        return super().get_context_data(
            page=CappedPaginator(rows, 50).get_page(self.request.GET.get("page")),
            titles=_titles(),
            states=Delivery.State.choices,
            state=state,
            may_confirm=self.actor.can("generation.confirm_delivery"),
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Confirm what was ticked, or settle one whose sending was cut off."""
        try:
            if "settle" in request.POST:
                number, _colon, answer = request.POST["settle"].partition(":")
                services.settle_delivery(self.actor, whole_number(number), answer == "yes")
            else:
                ids = [whole_number(pk) for pk in request.POST.getlist("delivery")]
                flash(request, services.confirm_deliveries(self.actor, ids))
        except DomainError as error:
            messages.error(request, error.message)
        return redirect(request.get_full_path())


class RevisionRow:
    """A revision with its change laid out."""

    def __init__(self, revision: Revision) -> None:
        self.revision = revision
        self.slot = _slots().get(revision.slot)
        kind = self.slot.value_type if self.slot else "plain"
        gone, added = changed_spans(_shown(revision.before, revision.slot), _shown(revision.after, revision.slot))
        self.before = texts.lines(revision.before, kind, gone) if revision.before else []
        self.after = texts.lines(revision.after, kind, added if revision.before else [])

    @property
    def title(self) -> str:
        """The copy type in words."""
        return str(self.slot.title) if self.slot else self.revision.slot

    @property
    def draft_url(self) -> str:
        """The page of the draft behind it."""
        return f"{reverse('console:copy_review')}?draft={self.revision.draft_number}"


def history(asked: QueryDict | dict[str, str]) -> QuerySet[Revision]:
    """Revisions of an object, a bulk job or a copy type, newest first."""
    rows = Revision.objects.select_related("published_by", "reverted_by")
    wanted = {
        "target_type": asked.get("target_type", "").lower(),
        "target_id": whole_number(asked.get("target_id")),
        "slot": asked.get("slot", ""),
        "language": asked.get("language", ""),
        "batch_id": whole_number(asked.get("batch")),
        "target_key__istartswith": asked.get("q", ""),
    }
    return rows.filter(**{name: value for name, value in wanted.items() if value})


def report(outcome: Outcome) -> dict[str, Any]:
    """An outcome for people: how many, why others were left, and which."""
    left = outcome.left[:MOST_LISTED]
    labels = dict(Draft.objects.filter(pk__in=[pk for pk, _code, _message in left]).values_list("pk", "target_label"))
    return {
        "outcome": outcome,
        "done": len(outcome.done),
        "left": len(outcome.left),
        "reasons": reasons(outcome),
        "listed": [(pk, labels.get(pk, ""), message) for pk, _code, message in left],
    }


def _approved(query: QueryDict) -> queue.Queue:
    asked = query.copy()
    asked["state"] = State.APPROVED.value
    return queue.Queue.of(asked)


def _slots() -> dict[str, Slot]:
    return {slot.key: slot for slot in all_slots()}


def _titles() -> dict[str, Any]:
    return {key: slot.title for key, slot in _slots().items()}


def _shown(value: Any, slot_key: str) -> str:
    slot = _slots().get(slot_key)
    return view(value, slot.value_type if slot else "plain").text[: texts.MOST_SHOWN]
