"""The review page and its requests. A decision and the draft to load ahead travel in one request and one answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generation import services, similar
from generation.checking import Judge, clean_value, context_of
from generation.checks.service import coverage
from generation.checks.text import sanitise, view
from generation.console import narrowing, queue, texts
from generation.console.decisions import ACTIONS, draft_of
from generation.console.desk import Desk
from generation.console.words import script_words
from generation.models import Comment, Draft, RejectReason, SavedView, State
from generation.policies import ShopRules
from generation.services import desk as desk_services
from generation.services import silences
from generation.slots import all_slots, get_slot
from opsportal.access import Actor
from opsportal.console.desk import DeskView, whole_number
from opsportal.console.views import ConsoleView
from opsportal.plugins.errors import DomainError, Invalid

#: Comments shown at once, the latest; all are kept.
MOST_COMMENTS = 50
#: Reviewers offered to assign drafts to.
MOST_REVIEWERS = 200


class ReviewPage(ConsoleView):
    """The queue on the left, one draft on the right."""

    title = gettext_lazy("Review queue")
    permission = "generation.view_draft"
    template_name = "generation/review.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The first page of the queue and, when there is one, the first draft or the one asked for."""
        waiting = queue.Queue.of(self.request.GET, self.request.user)
        rows = waiting.page()
        wanted = whole_number(self.request.GET.get("draft")) or (rows[0].pk if rows else 0)
        first = payload(self.request, self.actor, wanted, is_shown=True) if wanted else None
        return super().get_context_data(
            is_fullwidth="1",
            queue=waiting,
            narrowings=narrowing.narrowings(waiting),
            rows=rows,
            claims=claims_of(rows, self.actor),
            slot_titles=slot_titles(),
            more=queue.cursor(rows[-1]) if len(rows) == queue.PAGE else "",
            count=queue.counted(waiting.count()),
            first=first and {name: value for name, value in first.items() if name not in ("html", "row")},
            first_html=first["html"] if first else "",
            views=SavedView.objects.filter(user_id=self.request.user.pk or 0),
            words=script_words(),
            reasons=list(enumerate(RejectReason.choices, 1)),
            reviewers=list(desk_services.reviewers().values_list("username", flat=True)[:MOST_REVIEWERS]),
            may_review=self.actor.can("generation.review_draft"),
            may_edit=self.actor.can("generation.change_draft"),
            may_draft=self.actor.can("generation.draft_copy"),
            **kwargs,
        )


class CopyDeskView(DeskView):
    """A request of the review page."""

    permission = "generation.view_draft"


class QueueRows(CopyDeskView):
    """More of the list."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """The rows after a cursor."""
        waiting = queue.Queue.of(request.GET, request.user)
        rows = waiting.page(request.GET.get("after", ""))
        html = render_to_string(
            "generation/includes/queue_rows.html",
            {"rows": rows, "claims": claims_of(rows, self.actor), "slot_titles": slot_titles()},
            request,
        )
        more = queue.cursor(rows[-1]) if len(rows) == queue.PAGE else ""
        return JsonResponse({"html": html, "more": more, "count": queue.counted(waiting.count())})


class Counts(DeskView):
    """How many drafts of the filter are clean, want confirming, must be fixed …; asked for once the page is there."""

    permission = desk_services.VIEW

    def get(self, request: HttpRequest) -> JsonResponse:
        """A count for each kind of issue, capped, with the query string that shows these."""
        asked = request.GET.copy()
        asked.pop("quality", None)
        found = []
        for quality, label in queue.IN_SHORT.items():
            asked["quality"] = quality
            waiting = queue.Queue.of(asked, request.user)
            count = waiting.count()
            if count:
                found.append({"label": str(label), "count": queue.counted(count), "query": waiting.query})
        return JsonResponse({"ok": True, "counts": found})


class Offered(DeskView):
    """What the filters can be set to; asked for once somebody opens them."""

    permission = desk_services.VIEW

    def get(self, request: HttpRequest) -> JsonResponse:
        """By filter the values, each with what it is."""
        return JsonResponse({"ok": True, "offered": narrowing.offered()})


class DraftOnDesk(CopyDeskView):
    """One draft: to be loaded ahead, or with ``shown`` to be looked at, which claims it."""

    def get(self, request: HttpRequest, pk: int) -> JsonResponse:
        """The draft laid out."""
        found = payload(request, self.actor, pk, is_shown=request.GET.get("shown") == "1")
        if found is None:
            return JsonResponse({"ok": False, "code": "gone", "message": _("There is no such draft.")}, status=404)
        return JsonResponse({"ok": True, "draft": found})


class Decide(CopyDeskView):
    """A decision about one draft. The answer says what became of it and brings the draft to load ahead.

    ``shown`` and ``shown_version`` name the draft the page shows by now; ``ahead`` the one it wants loaded.
    """

    def post(self, request: HttpRequest, pk: int) -> JsonResponse:
        """Decide, note what is shown now, bring what comes next."""
        sent = self.body
        action = ACTIONS.get(str(sent.get("action", "")))
        if action is None:
            raise Invalid(_("The page is out of date; load it again."), "unknown_action")
        rules = ShopRules()
        try:
            answer = action(self.actor, pk, sent, rules)
        except DomainError as error:
            answer = {"ok": False, "code": error.code, "message": error.message}
        if not answer["ok"] or answer.pop("again", False):
            answer["draft"] = payload(request, self.actor, pk, is_shown=True, rules=rules)
        elif (shown := whole_number(sent.get("shown"))) and self.actor.can(desk_services.REVIEW):
            desk_services.open_draft(self.actor, shown, whole_number(sent.get("shown_version"), 1))
        ahead = whole_number(sent.get("ahead"))
        if ahead:
            answer["ahead"] = payload(request, self.actor, ahead, is_shown=False, rules=rules)
        return JsonResponse(answer)


class CheckText(CopyDeskView):
    """The rules' word on a text being edited; nothing is stored."""

    def post(self, request: HttpRequest, pk: int) -> JsonResponse:
        """Findings with the words they are about, the length, and the numbers of the facts the text tells."""
        draft = draft_of(pk)
        slot = get_slot(draft.slot)
        value = clean_value(slot, texts.edited(str(self.body.get("text", "")), draft.value, slot.value_type))
        shown = view(value, slot.value_type).text
        rows, length = [], None
        facts_told: list[int] = []
        if draft.brief is not None:
            judge, context = Judge(), context_of(slot, draft.brief)
            length = judge.measure(slot, value, context)
            neighbours = similar.around(slot, draft.language, [(draft.target_id, value)])[0]
            judged = judge.judge(slot, value, context, draft.facts_fingerprint, draft.target_category, neighbours)
            rows = [
                {"severity": row.severity, "text": row.text(), "words": _quoted(row.text(), shown[row.start : row.end])}
                for row in judged.standing
            ]
            said = coverage(shown[: texts.MOST_SHOWN], context.facts, draft.language)
            facts_told = [number for number, mentioned in enumerate(said, 1) if mentioned]
        counted = {"text": length.text(), "over": length.over} if length else None
        return JsonResponse({"ok": True, "findings": rows, "length": counted, "told": facts_told})


class CommentOn(CopyDeskView):
    """The comments on a draft: read when someone opens them, so that nobody else waits for them."""

    def get(self, request: HttpRequest, pk: int) -> JsonResponse:
        """The latest, in order."""
        return JsonResponse({"ok": True, **self._shown(pk)})

    def post(self, request: HttpRequest, pk: int) -> JsonResponse:
        """Keep one more and show them."""
        desk_services.comment(self.actor, pk, str(self.body.get("text", "")))
        return JsonResponse({"ok": True, "message": _("Comment added."), **self._shown(pk)})

    def _shown(self, pk: int) -> dict[str, str]:
        rows = Comment.objects.filter(draft_id=pk)
        latest = list(rows.select_related("author").order_by("-id")[:MOST_COMMENTS])[::-1]
        html = render_to_string("generation/includes/comments.html", {"comments": latest}, self.request)
        return {"html": html, "title": _("Comments (%(n)s)") % {"n": rows.count()}}


class Views(CopyDeskView):
    """A person's saved views of the queue."""

    def post(self, request: HttpRequest) -> JsonResponse:
        """Keep the present filter under a name, or forget a view."""
        sent = self.body
        if sent.get("delete"):
            desk_services.delete_view(self.actor, whole_number(sent["delete"]))
            return JsonResponse({"ok": True, "message": _("View deleted.")})
        clean = queue.Queue.of(_parsed(str(sent.get("query", ""))), request.user).query
        desk_services.save_view(self.actor, str(sent.get("name", "")), clean)
        return JsonResponse({"ok": True, "message": _("View saved.")})


def payload(
    request: HttpRequest, actor: Actor, pk: int, *, is_shown: bool, rules: ShopRules | None = None
) -> dict[str, Any] | None:
    """A draft for the page; ``is_shown`` claims it for the person, notes that they opened it, judges all candidates."""
    rules = rules or ShopRules()
    found = Desk.read(actor, pk, rules)
    if found is None:
        return None
    draft = found.draft
    may_review = actor.can(desk_services.REVIEW)
    if is_shown and may_review and draft.state == State.IN_REVIEW:
        desk_services.open_draft(actor, pk, draft.version)
    if draft.state == State.IN_REVIEW and any(not tab.candidate.checked_key for tab in found.tabs):
        services.inspect(pk)
        found = Desk.read(actor, pk, rules) or found
    context = {
        "desk": found,
        "draft": draft,
        "may_review": may_review,
        "may_comment": actor.can(desk_services.COMMENT),
        "may_silence": actor.can(silences.SILENCE),
        "may_silence_error": actor.can(silences.SILENCE_ERROR),
        "may_lift": actor.can(silences.LIFT),
        "preview": preview(found),
    }
    told = {
        "id": draft.pk,
        "version": draft.version,
        "state": draft.state,
        "stale": bool(draft.stale_since),
        "claimed": found.claimed_by_other,
        "object": found.info.facts_url or found.info.admin_url,
        "label": f"{draft.target_label} · {found.slot_title} · {found.language_title}",
        "chosen": found.chosen.number if found.chosen else 0,
        "tabs": [
            {
                "index": tab.candidate.index,
                "hash": tab.candidate.value_hash,
                "errors": tab.candidate.errors,
                "warnings": tab.candidate.warnings,
                "fix": tab.first_fix,
                "text": tab.editable,
            }
            for tab in found.tabs
        ],
        "html": render_to_string("generation/includes/desk.html", context, request),
    }
    if is_shown:  # What is looked at may have changed since its row was written.
        row = {"draft": draft, "slot_titles": slot_titles(), "claimed_by": found.claimed_by_other}
        told["row"] = render_to_string("generation/includes/queue_row.html", row, request)
    return told


def preview(found: Desk) -> str:
    """A document of its own for a frame in which nothing can run: the value as a shop's phone page would set it."""
    draft = found.draft
    if found.value_type == "html":
        # Sanitised when it was hashed, and once more here: what a frame shows is never taken on trust.
        body = sanitise(draft.value or "", "html")
        return render_to_string("generation/includes/preview.html", {"body": body, "language": draft.language})
    text = view(draft.value, found.value_type).text
    return render_to_string(
        "generation/includes/preview.html",
        {"lines": text[: texts.MOST_SHOWN].split("\n"), "is_list": found.value_type == "list", "language": draft.language},
    )  # fmt: skip


def slot_titles() -> dict[str, Any]:
    """Copy types in people's words, by key."""
    return {slot.key: slot.title for slot in all_slots()}


def claims_of(rows: list[Draft], actor: Actor) -> dict[int, str]:
    """Who else has which of these drafts open."""
    others = desk_services.claims(actor.user.pk if actor.user else 0).filter(draft_id__in=[row.pk for row in rows])
    return dict(others.values_list("draft_id", "user__username"))


def _quoted(sentence: str, words: str) -> str:
    return "" if words in sentence else words[:120]


def _parsed(query: str) -> dict[str, str]:
    return dict(parse_qsl(query[:2000]))
