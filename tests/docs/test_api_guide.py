"""docs/api.md is run: every request is sent, every answer compared, ``…`` stands for anything, ``$NAME`` is remembered."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.cache import cache
from rest_framework.test import APIClient

from generation import writers
from opsportal import jobs
from opsportal.access import Actor
from opsportal.access.roles import ROLES, sync_roles
from opsportal.access.scopes import SPECIAL
from opsportal.access.tokens import create_token

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "api.md").read_text()
EXCHANGE = re.compile(
    r"```request (?P<who>\w+)\n(?P<verb>\w+) (?P<path>\S+)\n(?P<body>.*?)```\s+"
    r"```answer\n(?P<status>\d+)\n(?P<answer>.*?)```",
    re.DOTALL,
)
#: Whoever speaks in the guide: the roles, whether it is a program, the token's scopes.
SPEAKERS = {
    "service": (ROLES, True, ["products:write", "generation:draft", "generation:read", "generation:review"]),
    "reviewer": (("reviewer",), False, ["generation:read", "generation:review"]),
    "publisher": (("publisher",), False, ["generation:read", "generation:publish"]),
}


@pytest.fixture
def clients(db):
    sync_roles()
    cache.clear()
    maker = Actor(get_user_model().objects.create_superuser("maker"), "console")
    found = {}
    for name, (held, is_service, scopes) in SPEAKERS.items():
        user = get_user_model().objects.create_user(name, is_service=is_service)
        user.groups.add(*Group.objects.filter(name__in=held))
        _token, secret = create_token(maker, user, name, scopes)
        found[name] = APIClient()
        found[name].credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    yield found
    writers.warm.close()


def expected(text):
    """The answer as data: a trailing ``…`` of an object or list is left out, it is compared in part anyway."""
    return json.loads(re.sub(r",\s*…(?=[}\]])", "", text))


def fits(wanted, got, known):
    """Whether ``got`` holds at least what is ``wanted``; ``$NAME`` is filled in ``known`` or compared with it."""
    if isinstance(wanted, str) and wanted.startswith("$"):
        return known.setdefault(wanted, got) == got
    if wanted == "…":
        return got is not None
    if isinstance(wanted, dict):
        return isinstance(got, dict) and all(key in got and fits(wanted[key], got[key], known) for key in wanted)
    if isinstance(wanted, list):
        return isinstance(got, list) and len(got) == len(wanted) and all(map(fits, wanted, got, [known] * len(got)))
    return wanted == got


@pytest.mark.django_db(transaction=True)
def test_the_worked_example(clients):
    known = {}
    exchanges = list(EXCHANGE.finditer(GUIDE))
    assert len(exchanges) == GUIDE.count("```request") == GUIDE.count("```answer") > 8
    for exchange in exchanges:
        path, sent = (
            re.sub(r"\$[A-Z]+", lambda name: str(known[name.group()]), exchange[part]) for part in ("path", "body")
        )
        body = json.loads(sent) if sent.strip() else None
        answer = clients[exchange["who"]].generic(
            exchange["verb"], path, json.dumps(body) if body is not None else "", content_type="application/json"
        )
        said = f"{exchange['verb']} {path}: {answer.status_code} {answer.content.decode()}"
        assert answer.status_code == int(exchange["status"]), said
        assert fits(expected(exchange["answer"]), answer.json(), known), said
        jobs.drain_all()


def test_every_special_scope_is_explained():
    told = set(re.findall(r"^\| `([a-z]+:[a-z]+)` \|", GUIDE, re.MULTILINE))
    assert told == set(SPECIAL)
