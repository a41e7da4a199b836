"""People at the console: logged-in clients, and a browser for the tests marked so."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client

from tests.generation.conftest import (  # noqa: F401  (the test trade, its people and batches)
    _quiet_world,
    django_db_setup,
    drafted,
    few_rules,
    ids_of,
    make_things,
    people,
    scripted,
)

ATTACK = (
    '<script>window.attacked="tag"</script><img src=x onerror="window.attacked=1">'
    '"><svg onload=window.attacked=2>{{ constructor }} x-data="{a: window.attacked=3}" \u202egnp.exe\u202c '
)


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def client_of(people):  # noqa: F811
    """``client_of(role)``: a client logged in as that person."""

    def make(role: str, **extra: str) -> Client:
        user = people[role].user
        get_user_model().objects.filter(pk=user.pk).update(is_staff=True)
        client = Client(**extra)
        client.force_login(user)
        return client

    return make


@pytest.fixture
def page_of(chromium, live_server, client_of):
    """``page_of(role)``: a browser page of its own session; what the page complains of is in ``page.complaints``."""
    contexts = []

    def make(role: str, width: int = 1280, height: int = 900):
        client = client_of(role)
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="en-US")
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.set_default_timeout(60_000)
        contexts.append(context)
        return page

    yield make
    for context in contexts:
        context.close()
