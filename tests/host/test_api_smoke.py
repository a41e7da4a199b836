"""Requests made up from the schema: whatever is sent, no request breaks the portal."""

import json
from urllib.parse import urlencode

import pytest
import schemathesis
from django.core.cache import cache
from hypothesis import HealthCheck, Phase, given, settings
from rest_framework.test import APIClient

from opsportal.access.tokens import create_token

pytestmark = pytest.mark.django_db

FEW = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
SCOPES = [
    f"{app}:{area}" for app in ("generation", "products", "orders", "marketing", "stores") for area in ("read", "write")
]


@pytest.fixture
def caller(person):
    """A client with a token that may nearly everything, so that requests reach the services."""
    cache.clear()
    admin = person("admin")
    special = ["generation:draft", "products:import", "orders:review", "orders:ship", "orders:export"]
    _token, secret = create_token(admin, admin.user, "smoke", [*SCOPES, *special])
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return client


def test_no_request_breaks_the_portal(caller):
    schema = schemathesis.openapi.from_dict(
        json.loads(caller.get("/api/schema", headers={"Accept": "application/json"}).content)
    )
    broken, sent = [], 0
    for found in schema.get_all_operations():

        @given(case=found.ok().as_strategy())
        @FEW
        def send(case):
            nonlocal sent
            address = case.formatted_path + ("?" + urlencode(case.query, doseq=True) if case.query else "")
            body = json.dumps(case.body) if case.media_type == "application/json" else ""
            answer = caller.generic(case.method, address, body, content_type="application/json")
            sent += 1
            if answer.status_code >= 500:
                broken.append(f"{case.method} {address} {body}")

        send()
    assert sent > 20
    assert not broken, "\n".join(broken)
