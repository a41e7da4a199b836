"""The transition table, walked at random: whatever people and workers do, the promises hold."""

from __future__ import annotations

import contextlib

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from generation import services, workflow
from generation.drafting import drain, leases
from generation.models import Approval, Batch, Draft, Revision, State
from generation.models.drafts import OPEN_STATES
from generation.services import BatchSpec
from opsportal import jobs
from opsportal.jobs.models import Job
from opsportal.plugins.errors import DomainError
from tests.generation.things import Thing

WEIGHTS = ["19", "20"]


def test_a_draft_changes_state_only_inside_a_transaction(transactional_db):
    with pytest.raises(transaction.TransactionManagementError):
        workflow.move("approve", [1])
    with pytest.raises(transaction.TransactionManagementError):
        workflow.move_each("submit", {1: {"value": "text"}}, lease="mine")


def test_every_state_is_reachable_and_final_ones_close():
    reached = {way.target for way in workflow.TRANSITIONS.values()}
    assert reached == set(State)
    for name, way in workflow.TRANSITIONS.items():
        assert way.closes == (way.target not in (*OPEN_STATES, State.PUBLISHED)), name


def test_a_conflict_says_where_the_draft_is(drafted, ids_of):
    draft = Draft.objects.get(pk=ids_of(drafted(1))[0])
    with transaction.atomic():
        workflow.move_one("reject", draft)
        with pytest.raises(workflow.Conflict, match="rejected"):
            workflow.move_one("approve", draft)
        draft.refresh_from_db()
        with pytest.raises(workflow.Conflict, match="changed the draft"):
            workflow.move_one("reopen", draft, version=draft.version - 1)
        with pytest.raises(KeyError):
            workflow.move("teleport", [draft.pk])


@pytest.mark.postgres
def test_each_draft_gets_values_of_its_own_but_only_while_its_lease_holds(people, make_things):
    make_things(4)
    batch = services.start_batch(people["operator"], BatchSpec(["things.blurb"], ["en"], writer="template"))
    jobs.run_now(Job.objects.get(pk=batch.job_id))
    held = [draft.pk for draft in leases.claim("template", "mine")]
    lost, cancelled, first, second = held
    Draft.objects.filter(pk=lost).update(lease_token="another")
    values = {pk: {"value": f"text {pk}", "params": {"n": pk}, "seconds": 1.5, "brief_id": None} for pk in held}
    with transaction.atomic():
        workflow.move("cancel", [cancelled])
        assert workflow.move_each("submit", values, lease="mine") == {first, second}
        assert workflow.move_each("submit", values, lease="mine") == set()
        assert workflow.move_each("submit", {}, lease="mine") == set()
    rows = {draft.pk: draft for draft in Draft.objects.all()}
    assert [rows[pk].state for pk in held] == [State.WRITING, State.CANCELLED, State.IN_REVIEW, State.IN_REVIEW]
    assert (rows[lost].value, rows[cancelled].value) == (None, None)
    for pk in (first, second):
        assert (rows[pk].value, rows[pk].params, rows[pk].seconds) == (f"text {pk}", {"n": pk}, 1.5)
        assert (rows[pk].version, rows[pk].lease_token, rows[pk].lease_until, rows[pk].closed_at) == (3, "", None, None)


class Life(RuleBasedStateMachine):
    """Three things, everyone does anything at any time."""

    people: dict

    def __init__(self) -> None:
        super().__init__()
        Thing.objects.all().delete()
        Thing.objects.bulk_create([Thing(name=f"Thing {letter}") for letter in "abc"])
        self._batch()

    def teardown(self) -> None:
        Revision.objects.all().delete()
        Draft.objects.all().delete()
        Batch.objects.all().delete()
        Thing.objects.all().delete()

    def _batch(self) -> None:
        spec = BatchSpec(["things.blurb"], ["en"], writer="template", candidates=1)
        batch = services.start_batch(self.people["operator"], spec)
        jobs.run_now(Job.objects.get(pk=batch.job_id))

    def _ids(self, which: int) -> list[int]:
        ids = list(Draft.objects.order_by("pk").values_list("pk", flat=True))
        return [ids[which % len(ids)]] if ids else []

    def _try(self, act, *arguments, **named) -> None:
        with contextlib.suppress(DomainError):
            act(*arguments, **named)

    @rule()
    def ask_again(self) -> None:
        self._batch()

    @rule()
    def write(self) -> None:
        drain(lambda: False)

    @rule(which=st.integers(0, 9), dead=st.booleans())
    def die_while_writing(self, which: int, dead: bool) -> None:
        leases.claim("template", f"worker{which}", limit=1)
        if dead:
            Draft.objects.filter(state=State.WRITING).update(lease_until="2020-01-01T00:00Z")
            leases.sweep()

    @rule(which=st.integers(0, 9), role=st.sampled_from(["reviewer", "second"]))
    def approve(self, which: int, role: str) -> None:
        services.approve(self.people[role], self._ids(which), acknowledge=True)

    @rule(which=st.integers(0, 9))
    def reject(self, which: int) -> None:
        services.reject(self.people["reviewer"], self._ids(which), "dull")

    @rule(which=st.integers(0, 9))
    def take_back(self, which: int) -> None:
        services.return_to_review(self.people["reviewer"], self._ids(which))
        services.reopen(self.people["reviewer"], self._ids(which))

    @rule(which=st.integers(0, 9), weight=st.sampled_from(WEIGHTS))
    def edit(self, which: int, weight: str) -> None:
        for pk in self._ids(which):
            version = Draft.objects.get(pk=pk).version
            self._try(services.edit, self.people["operator"], pk, f"It weighs {weight} g.", version)

    @rule(which=st.integers(0, 9))
    def regenerate(self, which: int) -> None:
        for pk in self._ids(which):
            self._try(services.regenerate, self.people["operator"], pk)

    @rule(which=st.integers(0, 9))
    def publish(self, which: int) -> None:
        services.publish(self.people["publisher"], self._ids(which))

    @rule(which=st.integers(0, 9))
    def undo(self, which: int) -> None:
        ids = list(Revision.objects.order_by("pk").values_list("pk", flat=True))
        if ids:
            services.revert(self.people["publisher"], [ids[which % len(ids)]])

    @rule(which=st.integers(0, 2), weight=st.sampled_from(WEIGHTS))
    def facts_change(self, which: int, weight: str) -> None:
        thing = Thing.objects.order_by("pk")[which]
        Thing.objects.filter(pk=thing.pk).update(weight=weight)

    @rule(which=st.integers(0, 9))
    def refresh(self, which: int) -> None:
        services.refresh(self.people["reviewer"], self._ids(which))

    @rule(which=st.integers(0, 9))
    def cancel(self, which: int) -> None:
        batch = Batch.objects.order_by("pk")[which % Batch.objects.count()]
        self._try(services.cancel_batch, self.people["operator"], batch)

    @invariant()
    def one_open_draft_an_address(self) -> None:
        held = list(Draft.objects.filter(state__in=OPEN_STATES).values_list("target_id", flat=True))
        assert len(held) == len(set(held))
        live = list(Draft.objects.filter(state=State.PUBLISHED).values_list("target_id", flat=True))
        assert len(live) == len(set(live))

    @invariant()
    def what_is_approved_or_live_was_signed_by_a_person(self) -> None:
        for draft in Draft.objects.filter(state__in=[State.APPROVED, State.PUBLISHED]):
            signed = Approval.objects.filter(draft=draft, voided_at=None).values_list("value_hash", flat=True)
            assert draft.value_hash in signed

    @invariant()
    def what_is_live_is_what_was_published(self) -> None:
        for thing in Thing.objects.exclude(blurb=""):
            draft = Draft.objects.get(state=State.PUBLISHED, target_id=thing.pk)
            assert draft.value == thing.blurb

    @invariant()
    def counters_agree_with_the_drafts(self) -> None:
        for batch in Batch.objects.all():
            rows = Draft.objects.filter(batch=batch)
            waiting = rows.filter(state__in=[State.QUEUED, State.WRITING]).count()
            assert batch.waiting == waiting
            assert batch.failed == rows.filter(state=State.FAILED).count()

    @invariant()
    def only_closed_drafts_are_closed(self) -> None:
        for draft in Draft.objects.all():
            assert (draft.closed_at is None) == (draft.state in (*OPEN_STATES, State.PUBLISHED))


def test_the_promises_hold_whatever_happens(people):
    Life.people = people
    settings_of_run = settings(
        max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(Life, settings=settings_of_run)
