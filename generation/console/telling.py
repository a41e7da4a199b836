"""Who is told what in the console: bulk jobs finished, drafts returned, publishing that failed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import override

from generation.models import Batch, Delivery, Draft, Notice, RejectReason
from generation.services import desk
from opsportal.events import Subscriber, subscribers

if TYPE_CHECKING:
    from opsportal.events.models import Event

#: More news of the same kind at once than this becomes one notice with a number.
_FEW = 3
#: A person who takes their own decision back is no news to anybody.
UNDONE = "undone"


@subscribers.register
class TellPeople(Subscriber):
    """Makes notices. Told the same event twice it makes one."""

    key = "generation.notices"
    kinds: ClassVar[tuple[str, ...]] = (
        "batch.finished",
        "batch.published",
        "draft.returned",
        "draft.rejected",
        "draft.assigned",
        "draft.publish_failed",
        "delivery.failed",
        "delivery.unknown",
    )

    def handle(self, events: Sequence[Event]) -> None:
        """Tell whoever asked for what the events are about."""
        by_kind: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            by_kind[event.kind].append(event)
        for event in by_kind["batch.finished"] + by_kind["batch.published"]:
            _about_batch(event)
        returned = [event for event in by_kind["draft.returned"] if event.data.get("reason") != UNDONE]
        _about_drafts(returned, Notice.Kind.RETURNED)
        _about_drafts(by_kind["draft.publish_failed"], Notice.Kind.PUBLISH_FAILED)
        # Data are mended by whoever keeps them, who is seldom the reviewer that found them wrong.
        wrong = [event for event in by_kind["draft.rejected"] if event.data.get("reason") == RejectReason.DATA_WRONG]
        _about_drafts(wrong, Notice.Kind.ATTENTION)
        _about_assignments(by_kind["draft.assigned"])
        for event in by_kind["delivery.failed"] + by_kind["delivery.unknown"]:
            _about_delivery(event)


def _about_batch(event: Event) -> None:
    batch = Batch.objects.filter(pk=event.target_id or 0).first()
    if batch is None:
        return
    person = batch.requested_by_id
    if event.kind == "batch.finished":
        if person is not None:
            with _language_of(person):
                text = _("%(written)d written, %(failed)d failed.") % {
                    "written": event.data.get("written", 0),
                    "failed": event.data.get("failed", 0),
                }
                desk.notify([person], Notice.Kind.BATCH_FINISHED, "batch", batch.pk, _name(batch), text, event.pk)
        return
    left = sum(event.data.get("reasons", {}).values())
    if left and event.actor_id:
        with _language_of(event.actor_id):
            text = _("%(published)d published, %(left)d left.") % {
                "published": event.data.get("published", 0),
                "left": left,
            }
            desk.notify([event.actor_id], Notice.Kind.PUBLISH_FAILED, "batch", batch.pk, _name(batch), text, event.pk)


def _name(batch: Batch) -> str:
    return _("Bulk job %(number)d") % {"number": batch.pk}


def _about_drafts(events: Sequence[Event], kind: Notice.Kind) -> None:
    ids = [event.target_id for event in events if event.target_id]
    drafts = Draft.objects.in_bulk(ids)
    news: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        draft = drafts.get(event.target_id or 0)
        if draft is not None and draft.requested_by_id and draft.requested_by_id != event.actor_id:
            news[draft.requested_by_id].append(event)
    for person, about in news.items():
        with _language_of(person):
            if len(about) > _FEW:
                label = _("%(count)d drafts") % {"count": len(about)}
                desk.notify([person], kind, "", None, label, _said(about[0]), about[0].pk)
                continue
            for event in about:
                desk.notify([person], kind, "draft", event.target_id, event.target_label, _said(event), event.pk)


def _language_of(person: int) -> override:
    """A person is told in their own language, whoever caused the news."""
    language = get_user_model().objects.filter(pk=person).values_list("language", flat=True).first()
    return override(language or None)


def _said(event: Event) -> str:
    """What an event about a draft says: the reason and who gave it, or what went wrong."""
    if event.data.get("reason") in RejectReason.values:
        reason, note = RejectReason(event.data["reason"]).label, event.data.get("note") or ""
        return f"{event.actor_label}: {reason}. {note}".strip()
    return str(event.data.get("message") or event.actor_label)


def _about_assignments(events: Sequence[Event]) -> None:
    news: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        person = event.data.get("person")
        if person and person != event.actor_id:
            news[person].append(event)
    for person, about in news.items():
        with _language_of(person):
            label = about[0].target_label if len(about) == 1 else _("%(count)d drafts") % {"count": len(about)}
        subject_id = about[0].target_id if len(about) == 1 else None
        desk.notify(
            [person], Notice.Kind.ASSIGNED, "draft" if subject_id else "", subject_id, label, about[0].actor_label,
            about[0].pk,
        )  # fmt: skip


def _about_delivery(event: Event) -> None:
    delivery = Delivery.objects.filter(pk=event.target_id or 0).first()
    if delivery is not None and delivery.requested_by_id:
        with _language_of(delivery.requested_by_id):
            text = f"{delivery.get_state_display()}: {delivery.error}"
        desk.notify(
            [delivery.requested_by_id],
            Notice.Kind.PUBLISH_FAILED,
            "draft",
            delivery.draft_number,
            delivery.target_key,
            text,
            event.pk,
        )
