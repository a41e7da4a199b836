"""A background job as a page: what it is, how far it is, how it ended; with a button to stop it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from opsportal.access import Actor, Forbidden
from opsportal.console.navigation import actor_of
from opsportal.console.views import ConsoleView
from opsportal.jobs import cancel, job_kinds
from opsportal.jobs.models import Job, JobState
from opsportal.plugins.errors import DomainError


class JobPage(ConsoleView):
    """The whole page; ``JobProgress`` renews its inner part while the job lives."""

    template_name = "console/job.html"
    title = gettext_lazy("Background job")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The job and what can be said of it."""
        return super().get_context_data(**kwargs, **describe(visible_job(self.actor, kwargs["pk"]), self.actor))


class JobProgress(JobPage):
    """The part of the page that changes."""

    template_name = "console/job_progress.html"


@require_POST
def cancel_job(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the job to stop, then show it."""
    actor = actor_of(request)
    job = visible_job(actor, pk)
    try:
        cancel(actor, job)
    except DomainError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("The job is being cancelled."))
    return redirect("console:job", pk=pk)


def visible_job(actor: Actor, pk: int) -> Job:
    """The job, for those who may see it: whoever asked for it, and holders of ``jobs.view_job``."""
    if actor.user is None or not actor.user.is_authenticated:
        raise Forbidden(_("Log in first."))
    job = Job.objects.select_related("requested_by").filter(pk=pk).first()
    if job is None:
        raise Http404
    if job.requested_by_id != actor.user.pk:
        actor.require("jobs.view_job")
    return job


def describe(job: Job, actor: Actor) -> dict[str, Any]:
    """What the templates show of a job."""
    kind = job_kinds.get(job.kind) if job.kind in job_kinds else None
    mine = actor.user is not None and job.requested_by_id == actor.user.pk
    return {
        "job": job,
        "job_title": kind.title if kind else job.kind,
        "time_left": time_left(seconds_left(job)),
        "may_cancel": not job.finished and not job.cancel_requested and (mine or actor.can("jobs.cancel_job")),
        "result_rows": [(key, value) for key, value in job.result.items() if not isinstance(value, dict | list)],
        "result_url": kind().result_url(job) if kind and job.state == JobState.DONE else "",
    }


def seconds_left(job: Job) -> int | None:
    """Estimate from the job's own speed so far; None while nothing can be said."""
    if job.state != JobState.RUNNING or not job.total or not job.done or job.started_at is None:
        return None
    spent = (timezone.now() - job.started_at).total_seconds()
    return max(0, round(spent / job.done * (job.total - job.done)))


def time_left(seconds: int | None) -> str:
    """The estimate in words, in whole minutes: nobody believes seconds."""
    if seconds is None:
        return ""
    if seconds < 60:
        return _("less than a minute left")
    minutes = (seconds + 30) // 60
    return ngettext("about %(n)d minute left", "about %(n)d minutes left", minutes) % {"n": minutes}
