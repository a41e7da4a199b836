"""Publishing exactly what was approved, undoing it, and knowing what is out there."""

from __future__ import annotations

import pytest

from generation import freshness, services
from generation.archiving import archive_closed
from generation.drafting import drain
from generation.models import (
    ArchivedDraft,
    Batch,
    Candidate,
    Delivery,
    Draft,
    PromptTemplate,
    ReviewPolicy,
    Revision,
    State,
    StoredBrief,
)
from generation.services import deliveries
from generation.services.publishing import publish_due
from generation.values import content_hash
from opsportal import events, jobs
from opsportal.access import Actor, Forbidden
from opsportal.events.models import Event
from opsportal.plugins import errors
from tests.generation import things
from tests.generation.things import Thing


@pytest.fixture
def approved(drafted, people, ids_of):
    """``approved(n, **spec)``: a batch, all approved."""

    def make(count=2, **spec):
        batch = drafted(count, **spec)
        outcome = services.approve(people["reviewer"], ids_of(batch), acknowledge=True)
        assert not outcome.left
        return batch

    return make


def thing_of(pk) -> Thing:
    return Thing.objects.get(pk=Draft.objects.get(pk=pk).target_id)


def test_publish_and_undo(approved, people, ids_of):
    ids = ids_of(approved(2))
    with pytest.raises(Forbidden):
        services.publish(people["reviewer"], ids)
    assert services.publish(people["publisher"], ids).to_json() == {"published": 2, "left": 0, "reasons": {}}
    draft = Draft.objects.get(pk=ids[0])
    assert (draft.state, thing_of(ids[0]).blurb) == (State.PUBLISHED, draft.value)
    revision = Revision.objects.get(draft=draft)
    assert (revision.before, revision.after, revision.published_by) == (None, draft.value, people["publisher"].user)
    assert services.publish(people["publisher"], ids).reasons == {"wrong_state": 2}
    outcome = services.revert(people["publisher"], [revision.pk])
    assert outcome.to_json() == {"reverted": 1, "left": 0, "reasons": {}}
    draft.refresh_from_db()
    assert (draft.state, thing_of(ids[0]).blurb) == (State.REVERTED, "")
    assert services.revert(people["publisher"], [revision.pk, 10**9]).reasons == {"wrong_state": 1, "gone": 1}


def test_unapproved_text_never_goes_out(approved, drafted, people, ids_of):
    ids = ids_of(approved(2))
    Draft.objects.filter(pk=ids[0]).update(value="smuggled in")
    other = "also smuggled"
    draft = Draft.objects.get(pk=ids[1])
    from generation.values import value_hash

    Draft.objects.filter(pk=ids[1]).update(value=other, value_hash=value_hash(*draft.address, other))
    assert services.publish(people["publisher"], ids).reasons == {"not_the_approved_text": 2}
    assert thing_of(ids[0]).blurb == ""


def test_facts_that_changed_since_the_approval_stop_it(approved, people, ids_of):
    ids = ids_of(approved(2))
    Thing.objects.filter(pk=thing_of(ids[0]).pk).update(weight="30")
    Thing.objects.filter(pk=thing_of(ids[1]).pk).update(blurb="changed by hand")
    outcome = services.publish(people["publisher"], ids)
    assert outcome.reasons == {"stale": 2}
    assert set(Draft.objects.values_list("stale_reason", flat=True)) == {"facts_changed", "live_changed"}


def test_a_rule_made_stricter_since_blocks(approved, people, ids_of, scripted):
    ids = ids_of(approved(1))
    text = Draft.objects.get(pk=ids[0]).value
    from generation.checks.base import Check
    from generation.points import draft_checks

    class NoWeighing(Check):
        key = "test.no_weighing"
        severity = "error"
        title = "No weighing"
        explanation = "For a test."

        def check(self, text, context):
            at = text.find("weighs")
            return [self.finding("Do not say it weighs", at, at + 6)] if at >= 0 else []

    assert "weighs" in text
    restore = draft_checks.snapshot()
    draft_checks.register(NoWeighing)
    try:
        outcome = services.publish(people["publisher"], ids)
        assert outcome.left == [(ids[0], "errors", "Do not say it weighs")]
    finally:
        restore()


def test_a_later_text_replaces_the_earlier_and_undo_brings_it_back(approved, people, ids_of):
    first = ids_of(approved(1))[0]
    services.publish(people["publisher"], [first])
    second = services.regenerate(people["operator"], first).pk
    drain(lambda: False)
    services.approve(people["reviewer"], [second], acknowledge=True)
    assert services.publish(people["publisher"], [second]).done == [second]
    assert Draft.objects.get(pk=first).state == State.REPLACED
    last = Revision.objects.first()
    assert last.before == Draft.objects.get(pk=first).value
    services.revert(people["publisher"], [last.pk])
    assert Draft.objects.get(pk=first).state == State.PUBLISHED
    assert thing_of(first).blurb == Draft.objects.get(pk=first).value
    services.revert(people["publisher"], Revision.objects.values_list("pk", flat=True))
    assert (Draft.objects.get(pk=first).state, thing_of(first).blurb) == (State.REVERTED, "")


def test_two_versions_of_one_place_are_undone_newest_first(approved, people, ids_of):
    first = ids_of(approved(1))[0]
    services.publish(people["publisher"], [first])
    second = services.regenerate(people["operator"], first).pk
    drain(lambda: False)
    services.approve(people["reviewer"], [second], acknowledge=True)
    services.publish(people["publisher"], [second])
    outcome = services.revert(people["publisher"], Revision.objects.values_list("pk", flat=True))
    assert (len(outcome.done), thing_of(first).blurb) == (2, "")


def test_undoing_a_batch_leaves_what_was_changed_since(approved, people, ids_of):
    batch = approved(3)
    ids = ids_of(batch)
    services.publish(people["publisher"], ids)
    Thing.objects.filter(pk=thing_of(ids[1]).pk).update(blurb="edited in the shop")
    outcome = services.revert_batch(people["publisher"], batch)
    assert (len(outcome.done), outcome.reasons) == (2, {"conflict": 1})
    assert thing_of(ids[1]).blurb == "edited in the shop"


def test_publishing_a_batch_in_the_background(approved, people):
    batch = approved(3)
    job = jobs.run_now(services.publish_batch(people["publisher"], batch))
    assert job.result == {"published": 3, "reasons": {}}


def test_publish_on_approval_and_at_a_time(drafted, people, ids_of):
    ReviewPolicy.objects.create(slot="things.blurb", publish="on_approval")
    ReviewPolicy.objects.create(slot="things.page", publish="at_time", publish_time="03:00")
    batch = drafted(1, slots=["things.blurb", "things.page"])
    services.approve(people["reviewer"], ids_of(batch), acknowledge=True)
    assert Draft.objects.get(slot="things.blurb").state == State.PUBLISHED
    waiting = Draft.objects.get(slot="things.page")
    assert waiting.state == State.APPROVED
    assert waiting.publish_after is not None
    assert publish_due().done == []
    Draft.objects.filter(pk=waiting.pk).update(publish_after="2020-01-01T00:00Z")
    assert publish_due().done == [waiting.pk]


def test_facts_changed_marks_drafts_and_a_tick_of_stock_does_not(approved, people, ids_of):
    ids = ids_of(approved(2))
    services.publish(people["publisher"], ids)
    thing = thing_of(ids[0])

    def tell():
        from django.db import transaction

        from opsportal.jobs.tasks import deliver_chunk

        with transaction.atomic():
            events.record("thing.facts_changed", actor=Actor.system(), target=thing)
        while deliver_chunk():
            pass

    Thing.objects.filter(pk=thing.pk).update(stock=1)
    tell()
    assert not Draft.objects.exclude(stale_since=None).exists()
    Thing.objects.filter(pk=thing.pk).update(material="steel")
    tell()
    stale = Draft.objects.get(pk=ids[0])
    assert (stale.stale_reason, stale.state) == ("facts_changed", State.PUBLISHED)
    assert Event.objects.filter(kind="draft.stale").count() == 1
    Thing.objects.filter(pk=thing.pk).update(material="silicone")
    freshness.compare_targets([("things.thing", thing.pk)])
    assert Draft.objects.get(pk=ids[0]).stale_since is None


def test_exported_and_confirmed(approved, people, ids_of):
    ids = ids_of(approved(2))
    services.publish(people["publisher"], ids)
    revisions = list(Revision.objects.order_by("pk"))
    assert services.record_exported(people["publisher"], [row.pk for row in revisions], destination="shopify.csv") == 2
    first = Delivery.objects.order_by("pk")[0]
    assert services.confirm_deliveries(people["publisher"], [first.pk, 10**9]).reasons == {"wrong_state": 1}
    found = {revisions[1].target_id: content_hash(revisions[1].after)}
    assert services.confirm_matching(Actor.system(), "things.thing", "things.blurb", "en", "", found) == 1
    assert set(Delivery.objects.values_list("state", flat=True)) == {"confirmed"}


@pytest.mark.parametrize(("mood", "state"), [("", "sent"), ("refuse", "failed"), ("break", "unknown")])
def test_a_message_is_sent_once(approved, people, ids_of, mood, state):
    things.CARRIER["mood"] = mood
    ids = ids_of(approved(1, slots=["things.letter"]))
    services.publish(people["publisher"], ids)
    delivery = Delivery.objects.get()
    assert delivery.state == Delivery.State.QUEUED
    jobs.drain_all(("portal",))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (state, 1)
    assert deliveries.send(delivery.pk) == state
    assert len(things.SENT) == (not mood)
    if state == "unknown":
        services.settle_delivery(people["publisher"], delivery.pk, went_out=False)
        with pytest.raises(errors.Conflict):
            services.settle_delivery(people["publisher"], delivery.pk, went_out=True)


def test_a_death_while_sending_is_unknown_and_never_repeated(approved, people, ids_of):
    services.publish(people["publisher"], ids_of(approved(1, slots=["things.letter"])))
    Delivery.objects.update(state="sending", changed_at="2020-01-01T00:00Z")
    delivery = Delivery.objects.get()
    assert deliveries.send(delivery.pk) == "sending"
    assert deliveries.sweep_sending() == 1
    delivery.refresh_from_db()
    assert (delivery.state, things.SENT) == ("unknown", [])


def test_a_used_template_never_changes(people, drafted):
    template = services.save_template(people["admin"], name="House style", text="Be brief.")
    services.activate_template(people["admin"], template.pk)
    drafted(1, template_id=template.pk)
    template.refresh_from_db()
    assert template.used_at
    template.text = "Be long."
    with pytest.raises(errors.Conflict):
        template.save()
    newer = services.save_template(people["admin"], name="House style", text="Be long.", template_id=template.pk)
    assert (newer.version, PromptTemplate.objects.get(pk=template.pk).text) == (2, "Be brief.")
    services.activate_template(people["admin"], newer.pk)
    assert PromptTemplate.objects.get(pk=template.pk).state == "archived"


def test_closed_drafts_are_archived_whole(approved, people, ids_of):
    ids = ids_of(approved(2))
    services.publish(people["publisher"], ids)
    services.revert(people["publisher"], Revision.objects.filter(draft_id=ids[0]).values_list("pk", flat=True))
    assert archive_closed() == 0
    Draft.objects.filter(pk=ids[0]).update(closed_at="2020-01-01T00:00Z")
    assert archive_closed() == 1
    kept = ArchivedDraft.objects.get(number=ids[0])
    assert kept.document["draft"]["state"] == "reverted"
    assert len(kept.document["candidates"]) == 1
    assert len(kept.document["approvals"]) == 1
    assert not Draft.objects.filter(pk=ids[0]).exists()
    assert Revision.objects.get(draft_number=ids[0]).draft is None


def test_erasing_redacts_and_keeps_hashes(approved, people, ids_of):
    ids = ids_of(approved(2))
    services.publish(people["publisher"], ids[:1])
    draft = Draft.objects.get(pk=ids[0])
    with pytest.raises(Forbidden):
        services.erase(people["publisher"], "things.thing", draft.target_id)
    assert services.erase(people["admin"], "things.thing", draft.target_id) == 1
    gone = Draft.objects.get(pk=ids[0])
    assert (gone.value, gone.target_label, gone.value_hash) == (None, "[erased]", draft.value_hash)
    assert Candidate.objects.get(draft_id=ids[0]).raw == ""
    assert Revision.objects.get().after is None
    assert StoredBrief.objects.get(pk=draft.brief_id).brief == {"erased": True}
    assert Draft.objects.get(pk=ids[1]).value


def test_a_batch_reads_its_own_state(approved):
    batch = approved(1)
    assert Batch.objects.get(pk=batch.pk).waiting == 0
