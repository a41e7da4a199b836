"""The review queue over HTTP. Rights are the console's; a service user's token can never approve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from generation import services
from generation.api import serializers as s
from generation.api.answers import outcome_response, require_done
from generation.filters import DraftFilter
from generation.listing import detailed, draft_as_json, facts_as_json
from generation.models import Comment, Draft, Revision, State
from generation.slots import all_slots
from generation.workflow import Conflict
from opsportal.api.views import BaseViewSet

REVIEW, CHANGE, COMMENT = "generation.review_draft", "generation.change_draft", "generation.add_comment"
PUBLISH, REVERT = "generation.publish_draft", "generation.revert_draft"

#: Comments of a draft in one answer, the latest.
MOST_COMMENTS = 200


class DraftViewSet(ListModelMixin, BaseViewSet):
    """Look at drafts and decide about them."""

    queryset = Draft.objects.all()
    serializer_class = s.DraftSerializer
    filterset_class = DraftFilter
    permissions = {
        "list": "generation.view_draft",
        "retrieve": "generation.view_draft",
        "approve": REVIEW,
        "reject": REVIEW,
        "edit": CHANGE,
        "candidate": CHANGE,
        "refresh": CHANGE,
        "regenerate": "generation.draft_copy",
        "publish": PUBLISH,
        "revert": REVERT,
        "bulk_approve": REVIEW,
        "bulk_reject": REVIEW,
        "bulk_publish": PUBLISH,
        "bulk_sample": REVIEW,
        "assign": REVIEW,
        "bulk_assign": REVIEW,
        "acknowledge": REVIEW,
        "attest": REVIEW,
        "keep_fact": REVIEW,
        "silence": REVIEW,
        "return_to_review": REVIEW,
        "reopen": REVIEW,
        "bulk_return": REVIEW,
        "bulk_reopen": REVIEW,
        "facts": "generation.view_draft",
        "comments": "generation.view_draft",
        "comment": COMMENT,
    }

    @extend_schema(responses=s.DraftDetailSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One draft with candidates, facts and findings. Counts as opened for the sample before a bulk approval."""
        draft = self._draft(pk)
        if self.actor.is_person and self.actor.can(REVIEW):
            services.open_draft(self.actor, draft.pk, draft.version)
        return self._answer(draft.pk)

    @extend_schema(request=s.ApproveRequest, responses=s.DraftDetailSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Sign exactly this text."""
        data = self._valid(s.ApproveRequest, request)
        draft = self._draft(pk)
        seen = {draft.pk: data["value_hash"]} if data["value_hash"] else None
        require_done(services.approve(self.actor, [draft.pk], acknowledge=data["acknowledge"], seen=seen))
        return self._answer(draft.pk)

    @extend_schema(request=s.RejectRequest, responses=s.DraftDetailSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        """Close the draft with a reason."""
        data = self._valid(s.RejectRequest, request)
        draft = self._draft(pk)
        seen = {draft.pk: data["value_hash"]} if data["value_hash"] else None
        require_done(services.reject(self.actor, [draft.pk], data["reason"], data["note"], seen))
        return self._answer(draft.pk)

    @extend_schema(request=s.EditRequest, responses=s.DraftDetailSerializer)
    @action(detail=True, methods=["post"])
    def edit(self, request: Request, pk: str) -> Response:
        """Replace the text; earlier approvals lapse."""
        data = self._valid(s.EditRequest, request)
        return self._answer(services.edit(self.actor, self._draft(pk).pk, data["value"], data["version"]).pk)

    @extend_schema(request=s.ChooseRequest, responses=s.DraftDetailSerializer)
    @action(detail=True, methods=["post"])
    def candidate(self, request: Request, pk: str) -> Response:
        """Propose another candidate."""
        data = self._valid(s.ChooseRequest, request)
        draft = self._draft(pk)
        return self._answer(services.choose_candidate(self.actor, draft.pk, data["index"], data["version"]).pk)

    @extend_schema(request=s.EmptyRequest, responses=s.DraftDetailSerializer)
    @action(detail=True, methods=["post"])
    def refresh(self, request: Request, pk: str) -> Response:
        """Compare with the object's facts of now and check again; approvals lapse."""
        draft = self._draft(pk)
        require_done(services.refresh(self.actor, [draft.pk]))
        return self._answer(draft.pk)

    @extend_schema(request=s.RegenerateRequest, responses={202: s.DraftDetailSerializer})
    @action(detail=True, methods=["post"])
    def regenerate(self, request: Request, pk: str) -> Response:
        """Have it written again; answers with the new draft."""
        data = dict(self._valid(s.RegenerateRequest, request))
        child = services.regenerate(self.actor, self._draft(pk).pk, data.pop("note"), **data)
        return self._answer(child.pk, 202)

    @extend_schema(request=s.EmptyRequest, responses=s.DraftDetailSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Make the approved text live."""
        draft = self._draft(pk)
        require_done(services.publish(self.actor, [draft.pk]))
        return self._answer(draft.pk)

    @extend_schema(request=s.EmptyRequest, responses=s.DraftDetailSerializer)
    @action(detail=True, methods=["post"])
    def revert(self, request: Request, pk: str) -> Response:
        """Undo what this draft published."""
        draft = self._draft(pk)
        revision = Revision.objects.filter(draft_number=draft.pk, reverted_at__isnull=True).first()
        if revision is None:
            raise Conflict(_("There is nothing of this draft to undo."), "not_published")
        require_done(services.revert(self.actor, [revision.pk]))
        return self._answer(draft.pk)

    @extend_schema(request=s.AssignRequest, responses=s.DraftDetailSerializer)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give the draft to a reviewer, or to nobody in particular; it keeps nobody else from deciding."""
        data = self._valid(s.AssignRequest, request)
        draft = self._draft(pk)
        require_done(services.assign(self.actor, [draft.pk], data["to"]))
        return self._answer(draft.pk)

    @extend_schema(request=s.AcknowledgeRequest, responses=s.DraftDetailSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Confirm warnings one by one; 409 ``changed_meanwhile`` when they are not about the text of now."""
        data = self._valid(s.AcknowledgeRequest, request)
        return self._answer(services.acknowledge(self.actor, self._draft(pk).pk, data["findings"]).pk)

    @extend_schema(request=s.AttestRequest, responses=s.DraftDetailSerializer)
    @action(detail=True, methods=["post"])
    def attest(self, request: Request, pk: str) -> Response:
        """Vouch for claims with proof; they no longer block this text."""
        data = self._valid(s.AttestRequest, request)
        draft = self._draft(pk)
        return self._answer(services.attest(self.actor, draft.pk, data["findings"], data["evidence"]).pk)

    @extend_schema(request=s.KeepFactRequest, responses=s.DraftDetailSerializer)
    @action(detail=True, methods=["post"], url_path="keep-fact")
    def keep_fact(self, request: Request, pk: str) -> Response:
        """Keep a claim that was vouched for as a fact of the object; takes the right to change the object."""
        data = self._valid(s.KeepFactRequest, request)
        draft = self._draft(pk)
        return self._answer(services.keep_as_fact(self.actor, draft.pk, data["finding"], data["key"], data["value"]).pk)

    @extend_schema(request=s.EmptyRequest, responses=s.DraftDetailSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def return_to_review(self, request: Request, pk: str) -> Response:
        """Take an approval back: the draft waits for review again, its signatures lapse."""
        draft = self._draft(pk)
        require_done(services.return_to_review(self.actor, [draft.pk]))
        return self._answer(draft.pk)

    @extend_schema(request=s.EmptyRequest, responses=s.DraftDetailSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Take a rejection back; 409 ``address_taken`` when another draft is there for the same place by now."""
        draft = self._draft(pk)
        require_done(services.reopen(self.actor, [draft.pk]))
        return self._answer(draft.pk)

    @extend_schema(responses=s.CommentSerializer(many=True))
    @action(detail=True, methods=["get"], filter_backends=(), pagination_class=None)
    def comments(self, request: Request, pk: str) -> Response:
        """What people said about the draft, the latest 200 at most, in order."""
        rows = Comment.objects.select_related("author").filter(draft_id=self._draft(pk).pk)
        return Response(_comments_as_json(list(rows.order_by("-pk")[:MOST_COMMENTS])[::-1]))

    @extend_schema(request=s.CommentRequest, responses={201: s.CommentSerializer})
    @comments.mapping.post
    def comment(self, request: Request, pk: str) -> Response:
        """Say something about the draft; people named with @ get a notice."""
        made = services.comment(self.actor, self._draft(pk).pk, self._valid(s.CommentRequest, request)["text"])
        return Response(_comments_as_json([made])[0], 201)

    @extend_schema(request=s.SilenceRequest, responses=s.DraftDetailSerializer)
    @action(detail=True, methods=["post"])
    def silence(self, request: Request, pk: str) -> Response:
        """Switch a false alarm off in the draft's category; ``silenced`` of the answer names the silence made."""
        data = self._valid(s.SilenceRequest, request)
        draft = self._draft(pk)
        services.silence(self.actor, draft.pk, data["finding"], data["reason"], data["everywhere"])
        return self._answer(draft.pk)

    @extend_schema(responses=s.ToldFactSerializer(many=True))
    @action(detail=True, methods=["get"], filter_backends=(), pagination_class=None)
    def facts(self, request: Request, pk: str) -> Response:
        """The facts the draft was written from, and which of them its text tells."""
        draft = get_object_or_404(Draft.objects.select_related("brief"), pk=self._draft(pk).pk)
        slot = {slot.key: slot for slot in all_slots()}.get(draft.slot)
        return Response(facts_as_json(draft, slot))

    @extend_schema(request=s.BulkAssignRequest, responses=s.OutcomeSerializer)
    @action(detail=False, methods=["post"], url_path="bulk-assign")
    def bulk_assign(self, request: Request) -> Response:
        """Give drafts to a reviewer together."""
        data = self._valid(s.BulkAssignRequest, request)
        ids = self._ids(data, State.IN_REVIEW)
        return outcome_response(services.assign(self.actor, ids, data["to"]))

    @extend_schema(request=s.BulkRequest, responses=s.OutcomeSerializer)
    @action(detail=False, methods=["post"], url_path="bulk-approve")
    def bulk_approve(self, request: Request) -> Response:
        """Approve clean drafts together, after the sample was looked at one by one (409 ``sample`` until then)."""
        ids = self._ids(self._valid(s.BulkRequest, request), State.IN_REVIEW)
        return outcome_response(services.approve(self.actor, ids, bulk=True))

    @extend_schema(request=s.BulkRejectRequest, responses=s.OutcomeSerializer)
    @action(detail=False, methods=["post"], url_path="bulk-reject")
    def bulk_reject(self, request: Request) -> Response:
        """Reject drafts together."""
        data = self._valid(s.BulkRejectRequest, request)
        ids = self._ids(data, State.IN_REVIEW)
        return outcome_response(services.reject(self.actor, ids, data["reason"], data["note"]))

    @extend_schema(request=s.BulkRequest, responses=s.OutcomeSerializer)
    @action(detail=False, methods=["post"], url_path="bulk-publish")
    def bulk_publish(self, request: Request) -> Response:
        """Publish approved drafts together."""
        ids = self._ids(self._valid(s.BulkRequest, request), State.APPROVED)
        return outcome_response(services.publish(self.actor, ids))

    @extend_schema(request=s.BulkRequest, responses=s.OutcomeSerializer)
    @action(detail=False, methods=["post"], url_path="bulk-return")
    def bulk_return(self, request: Request) -> Response:
        """Take approvals back together."""
        ids = self._ids(self._valid(s.BulkRequest, request), State.APPROVED)
        return outcome_response(services.return_to_review(self.actor, ids))

    @extend_schema(request=s.BulkRequest, responses=s.OutcomeSerializer)
    @action(detail=False, methods=["post"], url_path="bulk-reopen")
    def bulk_reopen(self, request: Request) -> Response:
        """Take rejections back together, where nothing else was drafted for the same place meanwhile."""
        ids = self._ids(self._valid(s.BulkRequest, request), State.REJECTED)
        return outcome_response(services.reopen(self.actor, ids))

    @extend_schema(request=s.BulkRequest, responses=s.SampleSerializer)
    @action(detail=False, methods=["post"], url_path="bulk-sample")
    def bulk_sample(self, request: Request) -> Response:
        """The sample you owe before approving these in bulk."""
        ids = self._ids(self._valid(s.BulkRequest, request), State.IN_REVIEW)
        return Response(s.SampleSerializer(services.bulk_sample(self.actor, ids)).data)

    def _draft(self, pk: str) -> Draft:
        return get_object_or_404(Draft.objects.only("pk"), pk=pk if pk.isdecimal() else 0)

    def _valid(self, kind: type[Serializer], request: Request) -> dict[str, Any]:
        asked = kind(data=request.data)
        asked.is_valid(raise_exception=True)
        return asked.validated_data

    def _ids(self, data: dict[str, Any], state: State) -> Sequence[int]:
        if "ids" in data:
            return data["ids"]
        rows = Draft.objects.filter(batch_id=data["batch"], state=state)
        return list(rows.order_by("pk").values_list("pk", flat=True))

    def _answer(self, pk: int, status: int = 200) -> Response:
        draft = detailed(Draft.objects.filter(pk=pk)).get()
        slot = {slot.key: slot for slot in all_slots()}.get(draft.slot)
        return Response(draft_as_json(draft, slot), status)


def _comments_as_json(comments: list[Comment]) -> list[dict[str, Any]]:
    told = {pk for comment in comments for pk in comment.mentions}
    names = dict(get_user_model().objects.filter(pk__in=told).values_list("pk", "username"))
    return list(s.CommentSerializer(comments, many=True, context={"names": names}).data)
