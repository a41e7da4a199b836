"""The API every app shares: who may call, how errors look, how lists are paged, and that the schema is true."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import Client
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.test import APIClient

from opsportal.access import Forbidden
from opsportal.access.models import ApiToken, User
from opsportal.access.tokens import create_token
from opsportal.api.errors import exception_handler
from opsportal.plugins import Conflict, Invalid
from opsportal.plugins.errors import FieldProblem
from tests.plugin_example.stores.models import Store

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

ROOT = Path(__file__).resolve().parents[2]
STORES = "/api/v1/stores/"
REFRESH = "OPSPORTAL_PLUGINS= python manage.py spectacular --validate --file docs/openapi.yaml"


@pytest.fixture
def token_for(person):
    """``token_for(role, *scopes)``: a client that sends a fresh token of a new person with that role."""

    def make(role, *scopes, **user_values):
        user = person(role, **user_values).user
        _token, secret = create_token(person("admin"), user, "tests", scopes)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
        client.user = user
        return client

    return make


@pytest.fixture(autouse=True)
def _nobody_called_before():
    cache.clear()


@pytest.fixture
def stores(db):
    values = {"city": "Qingdao", "opening_hours": "10:00 to 20:00", "floor_area": 1}
    return Store.objects.bulk_create([Store(key=f"s{n}", name=f"Store {n}", **values) for n in range(7)])


def error_of(answer):
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "fields"}
    assert all(set(problem) == {"field", "row", "message"} for problem in body["error"]["fields"])
    return body["error"]


@pytest.mark.parametrize(
    ("error", "status", "code", "fields"),
    [
        (Invalid("no", fields=[FieldProblem("too long", "name", 3)]), 400, "invalid", [("name", 3, "too long")]),
        (Conflict("changed since", "stale"), 409, "stale", []),
        (Forbidden("mia may not do this"), 403, "permission_denied", []),
        (PermissionDenied(), 403, "permission_denied", []),
        (Http404(), 404, "not_found", []),
        (ValidationError({"sku": ["is taken"]}), 400, "invalid", [("sku", None, "is taken")]),
        (ValidationError("nothing fits"), 400, "invalid", [("", None, "nothing fits")]),
        (
            exceptions.ValidationError({"rows": [{}, {"sku": ["is empty"]}], "non_field_errors": ["too many"]}),
            400,
            "invalid",
            [("rows.sku", 2, "is empty"), ("", None, "too many")],
        ),
        (exceptions.ParseError(), 400, "parse_error", []),
    ],
)
def test_all_errors_have_one_shape(error, status, code, fields):
    answer = exception_handler(error, {})
    assert answer.status_code == status
    assert answer.data["error"]["code"] == code
    assert [tuple(p.values()) for p in answer.data["error"]["fields"]] == fields


def test_what_nobody_foresaw_is_not_described():
    assert exception_handler(ZeroDivisionError(), {}) is None


@pytest.mark.parametrize("path", ["/api/v1/nothing-here/", f"{STORES}999/"])
def test_an_address_with_nothing_answers_in_the_same_shape(token_for, path):
    answer = token_for("viewer", "stores:read").get(path)
    assert answer.status_code == 404
    assert error_of(answer)["code"] == "not_found"


def test_a_mistake_of_the_portal_has_the_shape_too(monkeypatch, token_for):
    from tests.plugin_example.stores.api import StoreViewSet

    def broken(self, request):
        raise ZeroDivisionError

    monkeypatch.setattr(StoreViewSet, "list", broken)
    client = token_for("viewer", "stores:read")
    client.raise_request_exception = False
    answer = client.get(STORES)
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in error_of(answer)["message"]


def test_strangers_are_asked_to_log_in():
    answer = Client().get(STORES)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Token")
    assert error_of(answer)["code"] == "not_authenticated"
    answer = Client().get(STORES, headers={"Authorization": "Token not-a-token"})
    assert (answer.status_code, error_of(answer)["code"]) == (401, "authentication_failed")


def test_scopes_and_rights_are_cut_with_each_other(token_for):
    store = {"key": "new", "name": "N", "city": "C", "opening_hours": "10-20", "floor_area": 9}
    assert token_for("operator", "stores:read").post(STORES, store, format="json").status_code == 403
    assert token_for("viewer", "stores:write").post(STORES, store, format="json").status_code == 403
    assert token_for("operator", "jobs:read").get(STORES).status_code == 403
    assert token_for("operator", "stores:write").post(STORES, store, format="json").status_code == 201


def test_a_right_withdrawn_is_gone_with_the_next_request(token_for):
    client = token_for("viewer", "stores:read")
    assert client.get(STORES).status_code == 200
    client.user.groups.clear()
    assert client.get(STORES).status_code == 403
    User.objects.filter(pk=client.user.pk).update(is_active=False)
    assert client.get(STORES).status_code == 401


def test_a_token_ends_and_notes_its_use(token_for):
    client = token_for("viewer", "stores:read")
    client.get(STORES)
    token = ApiToken.objects.get()
    assert token.last_used_at is not None
    ApiToken.objects.update(expiry=timezone.now())
    assert client.get(STORES).status_code == 401


def test_a_session_needs_the_csrf_token(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("operator").user)
    assert client.get(STORES).status_code == 200
    answer = client.post(STORES, {}, content_type="application/json")
    assert answer.status_code == 403
    assert "CSRF" in error_of(answer)["message"]


def test_pages_by_cursor_show_everything_once(stores, token_for, django_assert_max_num_queries):
    client = token_for("viewer", "stores:read")
    address, seen = f"{STORES}?page_size=3", []
    while address:
        with django_assert_max_num_queries(8) as queries:
            page = client.get(address).json()
        assert not any("COUNT(" in query["sql"] for query in queries.captured_queries)
        seen += [row["key"] for row in page["results"]]
        address = page["next"]
    assert seen == [store.key for store in reversed(stores)]
    assert client.get(f"{STORES}?cursor=nonsense").status_code == 404


def test_filters_are_the_allowed_ones_and_say_what_is_wrong(stores, token_for):
    client = token_for("viewer", "stores:read")
    assert len(client.get(f"{STORES}?city=Qingdao").json()["results"]) == 7
    assert client.get(f"{STORES}?city=Berlin").json()["results"] == []


def test_whoever_asks_too_often_waits(monkeypatch, token_for):
    from opsportal.api.throttling import ActorThrottle

    monkeypatch.setattr(ActorThrottle, "THROTTLE_RATES", {"actor": "2/min"})
    client = token_for("viewer", "stores:read")
    answers = [client.get(STORES) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert error_of(answers[2])["code"] == "throttled"
    assert 0 < int(answers[2]["Retry-After"]) <= 60


def test_swagger_loads_nothing_from_elsewhere_and_no_inline_script(client):
    answer = client.get("/api/docs")
    page = answer.content.decode()
    assert "<script>" not in page
    assert "https://" not in page
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"].split("style-src")[0]
    assert client.get("/api/docs?script=").status_code == 200


def test_the_committed_schema_is_the_one_this_version_serves(tmp_path):
    """Made without the example plugin, in a process of its own."""
    target = tmp_path / "openapi.yaml"
    environment = {**os.environ, "OPSPORTAL_PLUGINS": "", "OPSPORTAL_DATA": str(tmp_path)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", str(target)]
    made = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    committed = ROOT / "docs" / "openapi.yaml"
    assert committed.exists(), f"there is no docs/openapi.yaml; make it: {REFRESH}"
    if committed.read_text() != target.read_text():
        ours, now = (yaml.safe_load(path.read_text()) for path in (committed, target))
        changed = sorted(
            path for path in {*ours["paths"], *now["paths"]} if ours["paths"].get(path) != now["paths"].get(path)
        )
        pytest.fail(f"docs/openapi.yaml has drifted (paths: {changed or 'the same'}); refresh it: {REFRESH}")


def test_every_operation_may_answer_with_an_error(client):
    schema = json.loads(client.get("/api/schema", headers={"Accept": "application/json"}).content)
    operations = [operation for path in schema["paths"].values() for operation in path.values()]
    assert operations
    assert all("4XX" in operation["responses"] for operation in operations)
    assert settings.REST_FRAMEWORK["EXCEPTION_HANDLER"] == "opsportal.api.errors.exception_handler"
