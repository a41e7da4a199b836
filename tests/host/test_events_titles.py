"""The event log says what happened in words."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.db import transaction

from opsportal import events
from opsportal.access import Actor
from opsportal.access.models import User
from opsportal.events.titles import event_titles, title_of

ROOT = Path(__file__).resolve().parents[2]
APPS = ("opsportal", "generation", "products", "orders", "marketing")
#: What takes a kind of event as its first argument, or as ``kind``.
RECORDERS = {"record", "NewEvent", "_record", "_turn"}


def recorded_kinds() -> set[str]:
    """Every kind the code of our apps records by name."""
    found: set[str] = set()
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _name(node.func) in RECORDERS:
                    given = [*node.args[:3], *(word.value for word in node.keywords if word.arg == "kind")]
                    found |= {
                        one.value
                        for one in given
                        if isinstance(one, ast.Constant) and isinstance(one.value, str) and "." in one.value
                    }
    return found


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_every_kind_of_event_has_a_name() -> None:
    kinds = recorded_kinds()
    assert {"draft.approved", "product.updated"} <= kinds
    nameless = sorted(kind for kind in kinds if kind not in event_titles)
    assert nameless == [], "say in the event_titles.py of the app what these are called"


def test_a_kind_nobody_names_is_shown_as_it_is() -> None:
    assert title_of("stranger.danced") == "stranger.danced"


@pytest.mark.django_db
def test_the_log_speaks_and_is_narrowed_by_kind(client) -> None:
    admin = User.objects.create_superuser("boss")
    with transaction.atomic():
        events.record("template.saved", actor=Actor(admin, "console"), target=admin)
        events.record("job.cancel_requested", actor=Actor(admin, "console"), target=admin)
    client.force_login(admin)
    page = client.get("/console/events/event/").content.decode()
    assert "prompt template saved" in page
    assert "job asked to stop" in page
    page = client.get("/console/events/event/?kind=template.saved").content.decode()
    assert page.count('class="field-kind_title') == 1
