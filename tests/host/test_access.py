"""Who may do what: roles, scopes, service users, throttled logins."""

import pytest
from django.contrib.auth.models import Group

from opsportal.access import Actor, Forbidden
from opsportal.access.backends import PER_NAME_AND_ADDRESS
from opsportal.access.models import User
from opsportal.access.roles import ROLES, sync_roles
from opsportal.access.scopes import scope_allows
from opsportal.access.tokens import create_token
from opsportal.events.models import Event
from opsportal.plugins import Invalid

pytestmark = pytest.mark.django_db


def test_what_a_viewer_may_everyone_may(person):
    viewer = person("viewer").user.get_all_permissions()
    assert viewer
    for role in ROLES:
        assert viewer <= person(role).user.get_all_permissions()


def test_a_right_given_by_hand_survives_the_next_migration(person):
    from django.contrib.auth.models import Permission

    extra = Permission.objects.get(codename="view_loginfailure")
    group = Group.objects.get(name="reviewer")
    group.permissions.add(extra)
    sync_roles()
    assert extra in group.permissions.all()


def test_rights_are_read_anew_for_each_actor(person):
    user = person("admin").user
    assert Actor(user, "job").can("jobs.cancel_job")
    user.groups.clear()
    assert not Actor(user, "job").can("jobs.cancel_job")
    with pytest.raises(Forbidden):
        Actor(user, "job").require("jobs.cancel_job")


def test_a_deactivated_user_may_nothing(person):
    user = person("admin").user
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not Actor(user, "job").can("jobs.view_job")


def test_a_token_never_exceeds_its_scopes_or_its_user(person):
    user = person("admin").user
    assert Actor(user, "api", frozenset({"jobs:read"})).can("jobs.view_job")
    assert not Actor(user, "api", frozenset({"events:read"})).can("jobs.view_job")
    poor = person("viewer").user
    assert not Actor(poor, "api", frozenset({"access:write"})).can("access.add_user")


def test_special_rights_are_not_opened_by_write():
    assert not scope_allows(frozenset({"generation:write"}), "generation.publish_draft")
    assert scope_allows(frozenset({"generation:publish"}), "generation.publish_draft")


def test_a_token_is_recorded_and_kept_as_a_hash_only(person):
    admin = person("admin")
    token, secret = create_token(admin, admin.user, "warehouse", ["jobs:read"])
    assert secret not in str(token.__dict__)
    assert Event.objects.get(kind="token.created").after["scopes"] == ["jobs:read"]


def test_as_somebody_who_does_not_exist_is_one_clear_line():
    with pytest.raises(Invalid, match="no active user “nobody”"):
        Actor.of_command("nobody")


def test_after_too_many_failures_even_the_right_password_waits(client):
    User.objects.create_user("mia", password="a-good-password-1", is_staff=True)
    for _ in range(PER_NAME_AND_ADDRESS):
        client.post("/console/login/", {"username": "Mia", "password": "wrong"})
    client.post("/console/login/", {"username": "mia", "password": "a-good-password-1"})
    assert "_auth_user_id" not in client.session


def test_a_service_user_cannot_log_in_with_a_password(client):
    User.objects.create_user("robot", password="a-good-password-1", is_staff=True, is_service=True)
    assert not client.login(username="robot", password="a-good-password-1")
