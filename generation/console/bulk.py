"""Decisions about everything a filter holds: the sample first, then slice by slice, with what is left and why."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from generation import services
from generation.console import queue
from generation.console.base import reasons
from generation.models import State
from generation.policies import Policies
from generation.services import desk as desk_services
from opsportal.console.desk import DeskView
from opsportal.plugins.errors import Conflict, Invalid

#: Drafts a bulk decision takes at most; a larger queue is decided filter by filter.
MOST = 5_000
#: Drafts decided in one request; the page asks again until none is left.
SLICE = 400


class BulkView(DeskView):
    """A request about the drafts of a filter, which comes as the page's own query string."""

    permission = desk_services.REVIEW

    def rows(self, request: HttpRequest, **narrower: Any) -> list[int]:
        """Ids waiting for review under the filter, at most ``MOST``."""
        waiting = queue.Queue.of(request.GET, request.user)
        waiting.rows = waiting.rows.filter(state=State.IN_REVIEW, **narrower)
        return waiting.ids(MOST)


class BulkState(BulkView):
    """What a bulk approval of this filter would take and what it would leave, and the sample owed before it."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """Counts, why some would be left, the sample, and which drafts of it to open next."""
        waiting = queue.Queue.of(request.GET, request.user)
        columns = ("pk", "slot", "target_category", "errors", "warnings", "stale_since")
        found = list(waiting.rows.filter(state=State.IN_REVIEW).values_list(*columns, named=True)[:MOST])
        policies = Policies()
        left: Counter[str] = Counter()
        clean = []
        for row in found:
            if row.errors:
                left[_("There are issues that must be fixed first.")] += 1
            elif row.warnings:
                left[_("There are issues to confirm; look at it on its own.")] += 1
            elif row.stale_since:
                left[_("The product's data changed since this was written.")] += 1
            elif not policies.of(row.slot, row.target_category).bulk_allowed:
                left[_("Drafts of this kind are approved one by one.")] += 1
            else:
                clean.append(row.pk)
        sample = services.bulk_sample(self.actor, clean)
        return JsonResponse(
            {
                "ok": True,
                "matching": len(found),
                "clean": len(clean),
                "reasons": left.most_common(),
                "capped": len(found) == MOST,
                "most": MOST,
                "sample": {
                    "required": sample.required,
                    "opened": min(sample.opened, sample.required),
                    "met": sample.met,
                    "open": list(sample.to_open),
                },
            }
        )


class BulkApprove(BulkView):
    """Approve the next slice of clean drafts of a filter; the sample is asked for over all of them."""

    def post(self, request: HttpRequest) -> JsonResponse:
        """Approve a slice after ``after``; ``more`` says whether there is another."""
        after = int(self.body.get("after") or 0)
        clean = self.rows(request, errors=0, warnings=0)
        sample = services.bulk_sample(self.actor, clean)
        if not sample.met:
            raise Conflict(
                _("Open the sample first: %(opened)d of %(required)d drafts were looked at one by one.")
                % {"opened": sample.opened, "required": sample.required},
                "sample",
            )
        return self.sliced(
            sorted(pk for pk in clean if pk > after), lambda ids: services.approve(self.actor, ids, bulk=True)
        )

    def sliced(self, ids: list[int], decide: Any) -> JsonResponse:
        """Decide about the first slice of ``ids``."""
        now, later = ids[:SLICE], ids[SLICE:]
        outcome = decide(now)
        return JsonResponse(
            {
                "ok": True,
                "done": len(outcome.done),
                "left": len(outcome.left),
                "reasons": reasons(outcome),
                "after": now[-1] if now else 0,
                "more": bool(later),
            }
        )


class BulkReject(BulkApprove):
    """Reject the next slice of what a filter holds, with one reason for all. Only for a bulk job: never "everything"."""

    def post(self, request: HttpRequest) -> JsonResponse:
        """Reject a slice."""
        if not queue.Queue.of(request.GET, request.user).filter.form.cleaned_data.get("batch"):
            raise Invalid(_("Choose a bulk job first: rejecting takes one bulk job at a time."), "no_batch")
        sent = self.body
        after = int(sent.get("after") or 0)
        reason, note = str(sent.get("reason", "")), str(sent.get("note", ""))[:2000]
        ids = sorted(pk for pk in self.rows(request) if pk > after)
        return self.sliced(ids, lambda chosen: services.reject(self.actor, chosen, reason, note))


class BulkAssign(BulkApprove):
    """Give the next slice of what a filter holds to a person, or to nobody in particular."""

    def post(self, request: HttpRequest) -> JsonResponse:
        """Assign a slice."""
        sent = self.body
        after, name = int(sent.get("after") or 0), str(sent.get("to", ""))
        ids = sorted(pk for pk in self.rows(request) if pk > after)
        return self.sliced(ids, lambda chosen: services.assign(self.actor, chosen, name))
