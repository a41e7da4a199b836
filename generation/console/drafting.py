"""The pages that ask for copy: the form with its estimate, and what was asked for as bulk jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from generation import services
from generation.console.base import flash
from generation.console.forms import DraftCopyForm
from generation.console.selection import Selection, selection_of
from generation.models import Batch, Draft, Revision, State
from generation.services.batches import failures
from generation.slots import all_slots
from opsportal.console.admin_base import CappedPaginator
from opsportal.console.views import ConsoleView
from opsportal.plugins.errors import DomainError

#: The rate is measured over the last so many seconds, so that a pause does not spoil it.
_WINDOW = 60


class DraftCopyPage(ConsoleView):
    """The form; posting it starts a bulk job and shows it."""

    title = gettext_lazy("Draft copy")
    permission = "generation.draft_copy"
    template_name = "generation/draft_copy.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form for the selection, and what the selection is in words."""
        selection = kwargs.pop("selection", None) or selection_of(self.request)
        form = kwargs.pop("form", None) or DraftCopyForm(selection=selection)
        return super().get_context_data(
            form=form,
            selection=selection,
            selected=selected_words(selection, form),
            estimate_url=f"{reverse('console:draft_copy_estimate')}?{self.request.GET.urlencode()}",
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Start the bulk job, or show the form with what is wrong."""
        selection = selection_of(request)
        form = DraftCopyForm(request.POST, selection=selection)
        if form.is_valid():
            try:
                batch = services.start_batch(self.actor, form.spec())
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                return redirect("console:copy_batch", batch.pk)
        return render(request, self.template_name, self.get_context_data(form=form, selection=selection), status=400)


class DraftCopyEstimate(ConsoleView):
    """The estimate under the form, asked again whenever something in it changes."""

    permission = "generation.draft_copy"
    template_name = "generation/includes/estimate.html"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Objects, drafts and minutes, or why there is no estimate."""
        form = DraftCopyForm(request.POST, selection=selection_of(request))
        context: dict[str, Any] = {"form": form}
        if form.is_valid():
            try:
                found = services.estimate(form.spec())
            except DomainError as error:
                context["problem"] = error.message
            else:
                context |= {"estimate": found, "takes": lasting(found.seconds)}
        return render(request, self.template_name, context)


class BatchesPage(ConsoleView):
    """All bulk jobs, newest first."""

    title = gettext_lazy("Bulk jobs")
    permission = "generation.view_batch"
    template_name = "generation/batches.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A page of jobs."""
        rows = Batch.objects.select_related("requested_by")
        state = self.request.GET.get("state", "")
        if state in Batch.State.values:
            rows = rows.filter(state=state)
        page: Paginator = CappedPaginator(rows, 30)
        titles = {slot.key: str(slot.title) for slot in all_slots()}
        shown = page.get_page(self.request.GET.get("page"))
        return super().get_context_data(
            page=shown,
            rows=[(batch, [titles.get(key, key) for key in batch.slots]) for batch in shown],
            states=Batch.State.choices,
            state=state,
            **kwargs,
        )


class BatchPage(ConsoleView):
    """One bulk job: what was asked for, and its progress."""

    permission = "generation.view_batch"
    template_name = "generation/batch.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The job and its progress."""
        batch = _batch(kwargs.pop("pk"))
        titles = {slot.key: slot.title for slot in all_slots()}
        return super().get_context_data(
            title=_("Bulk job %(number)d") % {"number": batch.pk},
            batch=batch,
            slot_titles=[titles.get(key, key) for key in batch.slots],
            progress=Progress.of(batch),
            may_draft=self.actor.can("generation.draft_copy"),
            may_revert=self.actor.can("generation.revert_draft"),
            may_publish=self.actor.can("generation.publish_draft"),
            **kwargs,
        )


class BatchProgress(BatchPage):
    """The progress alone, which the page asks for again while there is something to wait for."""

    template_name = "generation/includes/batch_progress.html"


class BatchAction(ConsoleView):
    """What the buttons of a bulk job do."""

    permission = "generation.view_batch"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, action: str) -> HttpResponseBase:
        """Do it, say so, and show the job again."""
        batch = _batch(pk)
        try:
            self._do(request, batch, action)
        except DomainError as error:
            messages.error(request, error.message)
        return redirect("console:copy_batch", pk)

    def _do(self, request: HttpRequest, batch: Batch, action: str) -> None:
        if action == "pause":
            services.pause_batch(self.actor, batch)
            messages.info(request, _("Paused: what is being written now is finished first."))
        elif action == "resume":
            services.resume_batch(self.actor, batch)
        elif action == "cancel":
            services.cancel_batch(self.actor, batch)
            messages.info(request, _("Cancelled. Drafts that wait for review stay there."))
        elif action == "retry":
            count = services.retry_failed(self.actor, batch)
            messages.info(
                request, ngettext("%(n)d draft tried again.", "%(n)d drafts tried again.", count) % {"n": count}
            )
        elif action == "publish":
            services.publish_batch(self.actor, batch)
            messages.info(request, _("Everything approved in this bulk job is being published in the background."))
        elif action == "revert":
            flash(request, services.revert_batch(self.actor, batch))
        else:
            raise Http404


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a bulk job is: ``rate`` in drafts a minute, ``slots_in_use`` in percent; ``None`` while nothing is known."""

    done: int
    total: int
    percent: int
    rate: float | None
    tokens_a_second: float | None
    slots_in_use: int | None
    left: str
    failed: list[tuple[str, int]]
    in_review: int
    approved: int
    published: int
    is_live: bool

    @classmethod
    def of(cls, batch: Batch) -> Progress:
        """Count and measure."""
        done = batch.written + batch.failed + batch.cancelled
        is_live = batch.state == Batch.State.RUNNING
        rate, tokens = _measured(batch) if is_live else _average(batch)
        states = Draft.objects.filter(batch=batch)
        return cls(
            done=done,
            total=batch.total,
            percent=min(100, done * 100 // batch.total) if batch.total else (100 if batch.expanded else 0),
            rate=rate * 60 if rate else None,
            tokens_a_second=tokens or None,
            slots_in_use=None if batch.occupancy is None else round(batch.occupancy * 100),
            left=lasting(batch.waiting / rate) if is_live and rate and batch.waiting else "",
            failed=[(failure_words(code), count) for code, count in failures(batch).items()] if batch.failed else [],
            in_review=states.filter(state=State.IN_REVIEW)[:10_000].count(),
            approved=states.filter(state=State.APPROVED)[:10_000].count(),
            published=Revision.objects.filter(batch=batch, reverted_at__isnull=True)[:10_000].count(),
            is_live=is_live,
        )


def _measured(batch: Batch) -> tuple[float | None, float | None]:
    """Drafts and tokens a second since the last sample, or since the beginning."""
    now = timezone.now()
    key = f"generation.batch-rate.{batch.pk}"
    sample = cache.get(key)
    if sample is None or (now - sample[0]).total_seconds() > _WINDOW:
        cache.set(key, (now, batch.written, batch.tokens), _WINDOW * 5)
    if sample is None or batch.written <= sample[1]:
        return _average(batch)
    took = max((now - sample[0]).total_seconds(), 0.001)
    return (batch.written - sample[1]) / took, (batch.tokens - sample[2]) / took


def _average(batch: Batch) -> tuple[float | None, float | None]:
    if batch.started_at is None or not batch.written:
        return None, None
    took = max(((batch.finished_at or timezone.now()) - batch.started_at).total_seconds(), 0.001)
    return batch.written / took, batch.tokens / took


def lasting(seconds: float) -> str:
    """A duration as people say it."""
    minutes = round(timedelta(seconds=seconds).total_seconds() / 60)
    if minutes < 1:
        return _("less than a minute")
    if minutes < 120:
        return ngettext("about %(n)d minute", "about %(n)d minutes", minutes) % {"n": minutes}
    return ngettext("about %(n)d hour", "about %(n)d hours", round(minutes / 60)) % {"n": round(minutes / 60)}


def failure_words(code: str) -> str:
    """Why drafts failed, in words; a code no one gave words to is shown as it is."""
    words = {
        "writer_failed": _("the writer stopped with an error"),
        "writer_unavailable": _("the writer does not work"),
        "no_answer": _("the writer gave no text"),
        "no_text": _("the writer gave no usable text"),
        "slot_off": _("this copy type is switched off"),
        "facts_failed": _("the product's data could not be read"),
        "brief_failed": _("the copy brief could not be made"),
        "check_failed": _("the checks could not be run"),
        "target_gone": _("the object no longer exists"),
        "worker_died": _("the worker stopped unexpectedly, several times"),
        "permission_revoked": _("the person who asked may not draft any more"),
    }
    return words.get(code, code)


def selected_words(selection: Selection, form: DraftCopyForm) -> str:
    """The selection in a sentence."""
    kind = form.offered[0].model._meta.verbose_name_plural if form.offered else _("objects")
    if selection.ids is not None:
        return _("%(count)d chosen (%(kind)s)") % {"count": len(selection.ids), "kind": kind}
    if selection.filter:
        shown = ", ".join(f"{name}: {value}" for name, value in selection.filter.items())
        return _("all that match the list (%(kind)s; %(filter)s)") % {"kind": kind, "filter": shown}
    return _("everything (%(kind)s)") % {"kind": kind}


def _batch(pk: int) -> Batch:
    batch = Batch.objects.select_related("requested_by", "template").filter(pk=pk).first()
    if batch is None:
        raise Http404
    return batch
