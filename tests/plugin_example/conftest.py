"""People, stores, and copy drafted for them."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from generation import services, writers
from generation.drafting import drain
from opsportal import jobs
from opsportal.access import Actor
from opsportal.access.roles import sync_roles
from opsportal.jobs.models import Job
from tests.plugin_example.stores.models import Store
from tests.plugin_example.stores.services import save_store

HARBOUR = {
    "key": "harbour",
    "name": "Harbour Street",
    "city": "Qingdao",
    "opening_hours": "10:00 to 20:00",
    "floor_area": 320,
    "parking": True,
}


@pytest.fixture
def people(db):
    """One actor a role."""
    sync_roles()
    found = {}
    for role in ("viewer", "operator", "reviewer", "publisher", "admin"):
        user = get_user_model().objects.create_user(f"the-{role}", is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        found[role] = Actor(user, "console")
    return found


@pytest.fixture
def store(people):
    """The store on Harbour Street."""
    return save_store(people["operator"], Store(), **HARBOUR)


@pytest.fixture
def draft(store, people):
    """Its story, drafted and waiting for review."""
    spec = services.BatchSpec(slots=["stores.story"], languages=["en"], writer="template", candidates=1, seed=1)
    batch = services.start_batch(people["operator"], spec)
    jobs.run_now(Job.objects.get(pk=batch.job_id))
    drain(lambda: False)
    yield batch.drafts.get()
    writers.warm.close()
