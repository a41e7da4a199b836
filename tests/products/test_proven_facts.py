"""A claim a reviewer proved becomes a fact of the product, and the draft is compared with it."""

from __future__ import annotations

import pytest

from generation import services as drafts
from generation.drafting import drain
from generation.models import Draft, StoredFinding
from opsportal import jobs
from opsportal.access import Actor, Forbidden
from opsportal.jobs.models import Job
from products.models import AttributeValue

pytestmark = pytest.mark.django_db


@pytest.fixture
def claimed(kettle, person):
    """(draft, finding): the kettle's description after somebody wrote a warranty nobody knew of."""
    spec = drafts.BatchSpec(slots=["products.description"], languages=["en"], writer="template", candidates=1)
    batch = drafts.start_batch(Actor.system(), spec)
    jobs.run_now(Job.objects.get(pk=batch.job_id or 0))
    drain(lambda: False)
    draft = Draft.objects.get()
    draft = drafts.edit(person("operator"), draft.pk, "<p>The Wren kettle has a 5-year warranty.</p>", draft.version)
    finding = StoredFinding.objects.filter(
        candidate__draft=draft, candidate__index=draft.chosen_index, lapsed=False, severity="error"
    ).first()
    assert finding is not None
    return draft, finding


def test_the_proof_becomes_the_source_of_the_fact(claimed, person) -> None:
    draft, finding = claimed
    reviewer = person("admin")
    drafts.attest(reviewer, draft.pk, [finding.pk], "supplier's letter of 3 May")
    kept = drafts.keep_as_fact(reviewer, draft.pk, finding.pk, "Warranty", "5 years")
    value = AttributeValue.objects.get(attribute__name="Warranty")
    assert (value.value.split()[0], value.source) == ("5", "supplier's letter of 3 May")
    assert kept.errors == 0, "the fact supports the claim now"
    assert kept.stale_since is None
    assert any(fact["key"] == "Warranty" for fact in kept.brief.brief["facts"])


def test_it_takes_the_right_to_change_products(claimed, person) -> None:
    draft, finding = claimed
    reviewer = person("reviewer")
    drafts.attest(reviewer, draft.pk, [finding.pk], "letter")
    with pytest.raises(Forbidden):
        drafts.keep_as_fact(reviewer, draft.pk, finding.pk, "Warranty", "5 years")
    assert not AttributeValue.objects.filter(attribute__name="Warranty").exists()
