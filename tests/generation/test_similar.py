"""The index of texts that are alike: the nearest that stand are found, whatever was written before and since."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generation import similar
from generation.models import Draft, State
from generation.slots import get_slot

pytestmark = pytest.mark.django_db

WORDS = [
    first + last for first in ("band", "charge", "morn", "walk", "swim") for last in ("ing", "er", "ed", "est", "ly")
]
LONG = "A plain band that is easy to wear all day long, with a buckle that closes by itself and a screen for the time."


def text(number: int) -> str:
    """A text of its own, alike to no other."""
    return " ".join(WORDS[(number * 7 + place * (number % 11 + 3)) % len(WORDS)] + str(number) for place in range(20))


@pytest.fixture
def standing(people):
    """``standing(texts, state)``: drafts that propose these texts, each for an object of its own, in the index."""

    def make(texts, state=State.IN_REVIEW, first_target=1):
        drafts = Draft.objects.bulk_create(
            Draft(
                slot="things.blurb", target_type="things.thing", target_id=first_target + place, target_key=f"T{place}",
                target_label=f"Thing {first_target + place}", language="en", writer="template", state=state, value=value,
            )
            for place, value in enumerate(texts)
        )  # fmt: skip
        similar.index([(draft, draft.value) for draft in drafts])
        return drafts

    return make


def around(value, target_id=-1):
    return similar.around(get_slot("things.blurb"), "en", [(target_id, value)])[0]


def test_history_hides_no_neighbour(standing):
    """Texts that were rejected or replaced are alike to the present one more often than anything else."""
    standing([LONG] * (similar.EACH * 2), State.REJECTED, first_target=1000)
    (twin,) = standing([LONG])
    standing([LONG] * (similar.EACH * 2), State.REPLACED, first_target=2000)
    assert around(LONG.replace("plain", "simple")) == ((twin.target_label, LONG),)


def test_the_objects_own_texts_hide_no_neighbour(standing):
    (twin,) = standing([LONG.replace("plain", "simple")])
    for state in [State.PUBLISHED] * similar.MOST_NEIGHBOURS + [State.IN_REVIEW]:
        standing([LONG], state, first_target=77)
    assert around(LONG, target_id=77) == ((twin.target_label, twin.value),)


def test_the_nearest_come_first(standing):
    """A crowd that shares a sentence hides no twin: what shares most is compared, not what was read first."""
    half = LONG[: len(LONG) // 2]
    standing([f"{half} {text(number)}" for number in range(30)])
    (twin,) = standing([LONG], first_target=500)
    standing([f"{half} {text(number)}" for number in range(30, 60)], first_target=600)
    found = around(LONG.replace("time", "hour"))
    assert found[0] == (twin.target_label, LONG)
    assert len(found) <= similar.MOST_NEIGHBOURS


def test_of_a_crowd_of_one_wording_the_newest_are_compared(standing):
    crowd = standing([LONG] * (similar.EACH * 3))
    labels = {label for label, _text in around(LONG)}
    assert labels == {draft.target_label for draft in crowd[-similar.MOST_NEIGHBOURS :]}


def test_no_standing_draft_is_read_that_shares_nothing(standing):
    """SQLite, which was never asked to count its rows, must not go through all drafts of a state for each band."""
    standing([LONG, text(1)])
    with CaptureQueriesContext(connection) as queries:
        around(LONG)
    assert "CROSS JOIN" in queries[0]["sql"]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + queries[0]["sql"])
            plan = [row[3] for row in cursor.fetchall()]
        drafts = [step for step in plan if step.startswith("SEARCH d ")]
        assert drafts, plan
        assert all("PRIMARY KEY" in step for step in drafts), plan


def test_texts_of_one_list_are_ranked_too():
    half = LONG[: len(LONG) // 2]
    slot = get_slot("things.blurb")
    listed = [(number, f"Thing {number}", f"{half} {text(number)}") for number in range(1, 31)]
    asked = [*listed, (40, "Twin", LONG), (41, "Thing 41", LONG.replace("time", "hour"))]
    assert similar.among(slot, "en", asked)[-1][0] == ("Twin", LONG)


def test_many_are_looked_up_in_two_queries(standing, django_assert_max_num_queries):
    twins = standing([text(number) for number in range(50)])
    slot = get_slot("things.blurb")
    with django_assert_max_num_queries(2):
        found = similar.around(slot, "en", [(-1, text(number)) for number in range(50)])
    assert [row[0][0] for row in found] == [draft.target_label for draft in twins]
