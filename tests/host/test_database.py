"""Rows inside a row and tables read together: the same on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.db.models import OuterRef

from opsportal.access.models import ApiToken, User
from opsportal.database import JSONRows, from_row, read_together
from opsportal.jobs.models import Bell

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_a_row_brings_along_what_belongs_to_it(django_assert_num_queries) -> None:
    group = Group.objects.create(name="readers")
    chosen = list(Permission.objects.order_by("pk")[:2])
    group.permissions.set(chosen)
    Group.objects.create(name="nobody")
    rights = Permission.objects.filter(group=OuterRef("pk")).order_by("-pk")
    with django_assert_num_queries(1):
        found = {
            row.name: row.rights
            for row in Group.objects.annotate(rights=JSONRows(rights, "codename", "content_type__app_label"))
        }
    assert found["nobody"] == []
    assert [right["codename"] for right in found["readers"]] == [row.codename for row in reversed(chosen)]
    assert found["readers"][0]["content_type__app_label"] == chosen[1].content_type.app_label


def test_json_columns_and_times_come_back_as_they_were() -> None:
    user = User.objects.create_user("ann")
    token, _secret = ApiToken.objects.create(user=user, name="till")
    ApiToken.objects.filter(pk=token.pk).update(scopes=["products.read", 'a"b'])
    tokens = ApiToken.objects.filter(user=OuterRef("pk"))
    (row,) = User.objects.annotate(tokens=JSONRows(tokens)).get(pk=user.pk).tokens
    again, kept = from_row(ApiToken, row), ApiToken.objects.get(pk=token.pk)
    assert again == kept
    assert (again.scopes, again.created, again.expiry) == (kept.scopes, kept.created, kept.expiry)


def test_absent_columns_are_deferred(django_assert_num_queries) -> None:
    group = Group.objects.create(name="readers")
    again = from_row(Group, {"id": group.pk})
    with django_assert_num_queries(1):
        assert again.name == "readers"


def test_small_tables_are_read_together(django_assert_num_queries) -> None:
    Bell.objects.create(key="a", waiting=True, rung_at="2026-01-01T10:00:00Z")
    group = Group.objects.create(name="readers")
    with django_assert_num_queries(1):
        bells, groups, failures = read_together(
            Bell.objects.filter(key="a"), Group.objects.filter(pk=group.pk), Group.objects.none()
        )
    kept = Bell.objects.get(key="a")
    assert [(bell.waiting, bell.rung_at) for bell in bells] == [(True, kept.rung_at)]
    assert [group.name for group in groups] == ["readers"]
    assert failures == []
