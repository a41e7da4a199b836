"""People and kinds of job for tests of the host."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from opsportal.access import Actor
from opsportal.access.models import User
from opsportal.access.roles import sync_roles
from opsportal.jobs import job_kinds


@pytest.fixture
def person(db):
    """``person(role)``: an actor with that role."""
    sync_roles()

    def make(role: str, **values) -> Actor:
        user = User.objects.create_user(username=f"a-{role}-{User.objects.count()}", is_staff=True, **values)
        user.groups.add(Group.objects.get(name=role))
        return Actor(user, "console")

    return make


@pytest.fixture
def registered():
    """``registered(kind_class)``: a job kind for the length of one test."""
    restore = job_kinds.snapshot()
    yield job_kinds.register
    restore()
