"""People at the pages of orders: logged-in clients, and a browser for the tests marked so."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def client_of(person):
    """``client_of(role)``: a client logged in as a person of that role; ``client.user`` is that person."""

    def make(role: str) -> Client:
        user = person(role).user
        client = Client()
        client.force_login(user)
        client.user = user
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
        page.set_default_timeout(15_000)
        contexts.append(context)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def held(place):
    """``held(n)``: n orders on hold, because their buyers ask for something."""

    def make(count: int, **fields):
        fields.setdefault("customer_note", "It is a gift, please wrap it.")
        return [place(**fields) for _number in range(count)]

    return make
