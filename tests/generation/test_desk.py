"""Around deciding: assignments, how much an edit changed, what people are told and by which way."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core import mail

from generation import mailing, services
from generation.console.telling import TellPeople
from generation.models import Draft, FindingAcknowledgement, MailChoice, Notice, StoredFinding
from generation.services import desk
from opsportal.access import Forbidden
from opsportal.events.models import Event
from opsportal.jobs.models import Bell
from opsportal.plugins.errors import Invalid

pytestmark = pytest.mark.django_db


def told(kind: str) -> None:
    TellPeople().handle(list(Event.objects.filter(kind=kind).order_by("pk")))


def test_drafts_are_assigned_to_somebody_who_reviews(drafted, people, ids_of) -> None:
    ids = ids_of(drafted(3))
    reviewer = people["reviewer"]
    assert services.assign(reviewer, ids, "the-second").done == ids
    assert set(Draft.objects.values_list("assigned_to__username", flat=True)) == {"the-second"}
    told("draft.assigned")
    notice = Notice.objects.get()
    assert (notice.user.username, notice.kind, notice.label) == ("the-second", "assigned", "3 drafts")
    services.assign(reviewer, ids[:1], "")
    assert Draft.objects.filter(assigned_to=None).count() == 1
    assert Event.objects.filter(kind="draft.assigned").count() == 4
    for name in ("the-viewer", "robot", "nobody at all"):
        with pytest.raises(Invalid):
            services.assign(reviewer, ids, name)
    with pytest.raises(Forbidden):
        services.assign(people["operator"], ids, "the-second")


def test_only_what_waits_is_assigned(drafted, people, ids_of) -> None:
    first, second = ids_of(drafted(2))
    services.approve(people["reviewer"], [first])
    outcome = services.assign(people["reviewer"], [first, second], "the-second")
    assert (outcome.done, outcome.reasons) == ([second], {"wrong_state": 1})


def test_how_much_of_a_text_an_edit_changed(drafted, people, ids_of) -> None:
    (pk,) = ids_of(drafted(1))
    draft = Draft.objects.get(pk=pk)
    assert draft.edit_distance is None
    little = services.edit(people["operator"], pk, f"{draft.value} Yes.", draft.version)
    assert 0 < little.edit_distance < 0.1
    much = services.edit(
        people["operator"], pk, "Something else altogether, without any of those words!", little.version
    )
    assert much.edit_distance > little.edit_distance
    assert services.choose_candidate(people["operator"], pk, 0).edit_distance is None


@pytest.mark.django_db(transaction=True)
def test_news_go_out_by_e_mail_to_those_who_want_them(drafted, people, ids_of) -> None:
    (pk,) = ids_of(drafted(1))
    with pytest.raises(Invalid):
        desk.choose_mail(people["second"], ["mention"])
    get_user_model().objects.filter(username="the-second").update(email="second@shop.example", language="zh-hans")
    people["second"].user.refresh_from_db()
    assert desk.choose_mail(people["second"], ["mention", "nonsense"]) == ["mention"]
    desk.comment(people["reviewer"], pk, "@the-second is this\nright?")
    assert Bell.objects.get(key=desk.MAIL).waiting
    assert mailing.send_due(lambda: False) == 1
    assert mailing.send_due(lambda: False) == 0
    (message,) = mail.outbox
    assert message.to == ["second@shop.example"]
    assert "\n" not in message.subject
    assert "is this\nright?" in message.body
    assert "通知" in message.body


def test_without_a_choice_nothing_is_mailed(drafted, people, ids_of) -> None:
    (pk,) = ids_of(drafted(1))
    get_user_model().objects.filter(username="the-second").update(email="second@shop.example")
    desk.comment(people["reviewer"], pk, "@the-second look")
    assert not Notice.objects.filter(mail_due=True).exists()
    assert not MailChoice.objects.exists()


def test_a_mail_server_that_refuses_is_asked_again_later(drafted, people, ids_of, monkeypatch) -> None:
    (pk,) = ids_of(drafted(1))
    get_user_model().objects.filter(username="the-second").update(email="second@shop.example")
    people["second"].user.refresh_from_db()
    desk.choose_mail(people["second"], ["mention"])
    desk.comment(people["reviewer"], pk, "@the-second look")

    def refuse(*_given: object) -> None:
        raise ConnectionRefusedError("no server")

    monkeypatch.setattr(mailing, "send_mail", refuse)
    assert mailing.send_due(lambda: False) == 0
    assert Notice.objects.get().mail_due


def test_only_what_was_proven_becomes_a_fact(drafted, people, ids_of) -> None:
    (pk,) = ids_of(drafted(1))
    finding = StoredFinding.objects.create(
        candidate=Draft.objects.get(pk=pk).candidates.get(), rule="made_up", severity="error", message="x"
    )
    for _attempt in range(2):
        with pytest.raises(Invalid):
            services.keep_as_fact(people["reviewer"], pk, finding.pk, "Warranty", "2 years")
        # Things keep no facts, confirmed or not.
        FindingAcknowledgement.objects.get_or_create(
            finding=finding, defaults={"user": people["reviewer"].user, "attested": True, "evidence": "certificate 7"}
        )
