"""The reviewer's desk: claiming a draft while looking at it, comments, notices, saved views."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from generation import workflow
from generation.models import Comment, Draft, MailChoice, Notice, Opening, SavedView, State
from generation.outcomes import Outcome, slices
from opsportal import events, jobs
from opsportal.access import Actor
from opsportal.plugins.errors import Invalid

REVIEW = "generation.review_draft"
VIEW = "generation.view_draft"
COMMENT = "generation.add_comment"
#: A claim lapses after this time without a sign of life: long enough to read, short enough not to be in the way.
CLAIM = timedelta(minutes=5)
MOST_VIEWS = 50
#: Rung when notices wait to be sent by e-mail.
MAIL = "generation.mail"
_MENTION = re.compile(r"(?<![\w@])@([\w.+-]{1,150})")


def open_draft(actor: Actor, draft_id: int, version: int) -> None:
    """This person has the draft open at ``version``: counts for the sample before a bulk approval, and claims it.

    A claim refuses nobody (the transitions do that): it tells the others, see ``claims``.
    """
    actor.require(REVIEW)
    if actor.user is None:
        return
    opening = Opening(draft_id=draft_id, user_id=actor.user.pk, draft_version=version, opened_at=timezone.now())
    try:
        with transaction.atomic():
            Opening.objects.bulk_create(
                [opening],
                update_conflicts=True,
                unique_fields=["draft", "user"],
                update_fields=["draft_version", "opened_at"],
            )
    except IntegrityError:
        return  # The draft is gone, and with it anything to remember.


def claims(besides: int) -> QuerySet[Opening]:
    """Who has which draft open now, the user ``besides`` left out.

    A claim ends when the person opens another draft, and lapses after ``CLAIM``: nobody can block a queue.
    """
    later = Opening.objects.filter(user_id=OuterRef("user_id"), opened_at__gt=OuterRef("opened_at"))
    now = Opening.objects.filter(opened_at__gt=timezone.now() - CLAIM).exclude(user_id=besides)
    return now.exclude(Exists(later)).order_by("-opened_at")


def reviewers() -> QuerySet[Any]:
    """The people drafts can be assigned to: active, no service users, with the right to review."""
    app, codename = REVIEW.split(".")
    right = Permission.objects.filter(content_type__app_label=app, codename=codename)
    people = get_user_model().objects.filter(is_active=True, is_service=False)
    own, by_group = Exists(right.filter(user=OuterRef("pk"))), Exists(right.filter(group__user=OuterRef("pk")))
    return people.filter(Q(is_superuser=True) | Q(own) | Q(by_group)).order_by("username")


def assign(actor: Actor, ids: Iterable[int], username: str) -> Outcome:
    """Give drafts that wait for review to a person, or with "" to nobody in particular; raises ``Invalid`` for others.

    An assignment keeps nobody else from deciding: it is a way to divide the queue.
    """
    actor.require(REVIEW)
    person = reviewers().filter(username=username).first() if username else None
    if username and person is None:
        raise Invalid(_("“%(name)s” is nobody who reviews.") % {"name": username}, "unknown_person")
    outcome = Outcome("assigned")
    for chunk in slices(ids):
        with transaction.atomic():
            rows = workflow.lock(chunk, State.IN_REVIEW)
            given = [row for row in rows if row.assigned_to_id != (person.pk if person else None)]
            Draft.objects.filter(pk__in=[row.pk for row in given]).update(assigned_to=person)
            events.record_many(
                [
                    events.NewEvent(
                        kind="draft.assigned", target=row, after={"assigned_to": username}, data=_whom(person)
                    )
                    for row in given
                ],
                actor=actor,
            )
            outcome.done += [row.pk for row in rows]
            for pk in sorted(set(chunk) - {row.pk for row in rows}):
                outcome.leave(pk, "wrong_state", _("The draft is not waiting for review."))
    return outcome


def _whom(person: Any) -> dict[str, int]:
    return {"person": person.pk} if person else {}


@transaction.atomic
def comment(actor: Actor, draft_id: int, text: str) -> Comment:
    """Say something about a draft; people named with @ are told. Raises ``Invalid`` for nothing said, or no draft."""
    actor.require(COMMENT)
    said = text.strip()
    if not said:
        raise Invalid(_("Write something first."), "empty")
    if len(said) > 4000:
        raise Invalid(_("A comment may have %(most)d characters at most.") % {"most": 4000}, "too_long")
    draft = Draft.objects.filter(pk=draft_id).first()
    if draft is None:
        raise Invalid(_("There is no such draft."), "gone")
    named = {name.rstrip(".") for name in _MENTION.findall(said)}
    people = list(get_user_model().objects.filter(username__in=named, is_active=True, is_service=False))
    made = Comment.objects.create(
        draft=draft, author=actor.user, text=said, mentions=sorted(person.pk for person in people)
    )
    event = events.record(
        "draft.commented", actor=actor, target=draft, data={"comment": made.pk, "mentions": made.mentions}
    )
    told = [person.pk for person in people if actor.user is None or person.pk != actor.user.pk]
    notify(told, Notice.Kind.MENTION, "draft", draft.pk, draft.event_label(), said[:500], event.pk)
    return made


def notify(
    user_ids: Iterable[int], kind: str, subject: str, subject_id: int | None, label: str, text: str, event_id: int
) -> int:
    """Tell people something that an event reported; telling it again makes no second notice. Returns how many."""
    people = sorted(set(user_ids))
    reachable = MailChoice.objects.filter(user_id__in=people, user__is_active=True).exclude(user__email="")
    by_mail = {choice.user_id for choice in reachable if kind in choice.kinds}
    rows = [
        Notice(
            user_id=pk,
            kind=kind,
            subject=subject,
            subject_id=subject_id,
            label=label[:300],
            text=text,
            event_id=event_id,
            mail_due=pk in by_mail,
        )
        for pk in people
    ]
    made = len(Notice.objects.bulk_create(rows, ignore_conflicts=True))
    if by_mail:
        jobs.ring(MAIL)
    return made


def choose_mail(actor: Actor, kinds: Iterable[str]) -> list[str]:
    """Which kinds of notice this person wants by e-mail as well; returns them. Raises ``Invalid`` without an address."""
    if actor.user is None:
        return []
    chosen = sorted(set(kinds) & set(Notice.Kind.values))
    if chosen and not actor.user.email:
        raise Invalid(_("There is no e-mail address in your account; ask an administrator to add it."), "no_address")
    MailChoice.objects.update_or_create(user=actor.user, defaults={"kinds": chosen})
    return chosen


def unread(user_id: int, most: int = 99) -> int:
    """How many unread notices a person has, counted up to ``most``."""
    return Notice.objects.filter(user_id=user_id, read_at__isnull=True).order_by()[:most].count()


def mark_read(actor: Actor, notice_ids: Iterable[int] | None = None) -> int:
    """Mark this person's notices read (all when none are named); returns how many."""
    if actor.user is None:
        return 0
    rows = Notice.objects.filter(user_id=actor.user.pk, read_at__isnull=True)
    if notice_ids is not None:
        rows = rows.filter(pk__in=list(notice_ids))
    return rows.update(read_at=timezone.now())


def save_view(actor: Actor, name: str, query: str) -> SavedView:
    """Keep a filter of the review queue under a name, replacing one of the same name. Raises ``Invalid``."""
    actor.require(VIEW)
    name = name.strip()
    if not name or actor.user is None:
        raise Invalid(_("Give the view a name."), "name_missing")
    if len(name) > 60 or len(query) > 1000:
        raise Invalid(_("The name or the filter is too long."), "too_long")
    mine = SavedView.objects.filter(user=actor.user)
    if mine.count() >= MOST_VIEWS and not mine.filter(name=name).exists():
        raise Invalid(_("You have %(most)d views already; delete one first.") % {"most": MOST_VIEWS}, "too_many")
    view, _created = SavedView.objects.update_or_create(user=actor.user, name=name, defaults={"query": query})
    return view


def delete_view(actor: Actor, view_id: int) -> None:
    """Forget one of this person's views."""
    if actor.user is not None:
        SavedView.objects.filter(pk=view_id, user_id=actor.user.pk).delete()
