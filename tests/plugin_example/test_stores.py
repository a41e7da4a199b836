"""The example plugin: everything docs/plugins.md promises works for a stranger's app."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse
from rest_framework.test import APIClient

from generation import services
from generation.models import State, StoredFinding
from opsportal import jobs
from opsportal.access import Forbidden
from opsportal.access.tokens import create_token
from opsportal.events.models import Event
from opsportal.maintenance.points import demos
from opsportal.plugins import Invalid
from tests.plugin_example.stores.models import Store
from tests.plugin_example.stores.services import save_store

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

ROOT = Path(__file__).resolve().parents[2]


def test_drafted_approved_published_undone(store, draft, people):
    assert draft.state == State.IN_REVIEW
    assert "Qingdao" in draft.value
    assert services.approve(people["reviewer"], [draft.pk], acknowledge=True).to_json()["approved"] == 1
    assert services.publish(people["publisher"], [draft.pk]).to_json()["published"] == 1
    store.refresh_from_db()
    assert store.story == draft.value
    revision = draft.revisions.get()
    assert services.revert(people["publisher"], [revision.pk]).to_json()["reverted"] == 1
    store.refresh_from_db()
    assert store.story == ""


def test_only_the_roles_that_may_do(store, draft, people):
    with pytest.raises(Forbidden):
        save_store(people["viewer"], store, city="Berlin")
    with pytest.raises(Forbidden):
        services.approve(people["operator"], [draft.pk])
    with pytest.raises(Invalid, match="story"):
        save_store(people["operator"], store, story="written past the review")


def test_a_changed_fact_makes_the_draft_stale(store, draft, people):
    save_store(people["operator"], store, opening_hours="11:00 to 18:00")
    jobs.drain_all(("portal",))
    draft.refresh_from_db()
    assert draft.stale_reason == "facts_changed"
    assert services.approve(people["reviewer"], [draft.pk], acknowledge=True).to_json()["approved"] == 0
    event = Event.objects.get(kind="store.facts_changed")
    assert (event.before, event.after) == ({"opening_hours": "10:00 to 20:00"}, {"opening_hours": "11:00 to 18:00"})


def test_its_own_check_blocks(draft, people):
    services.edit(people["reviewer"], draft.pk, f"{draft.value} Open 24/7.", draft.version)
    assert services.approve(people["reviewer"], [draft.pk], acknowledge=True).to_json()["approved"] == 0
    rules = StoredFinding.objects.filter(candidate__draft=draft, lapsed=False).values_list("rule", flat=True)
    assert "stores.always_open" in rules


def test_console_list_form_link_and_card(client, store, people):
    client.force_login(people["operator"].user)
    first = client.get(reverse("admin:index")).content.decode()
    assert reverse("admin:stores_store_changelist") in first
    assert "Stores without a story" in first
    page = reverse("admin:stores_store_change", args=[store.pk])
    assert client.get(page).status_code == 200
    form = {"key": "harbour", "name": "Harbour Street", "city": "Rizhao", "opening_hours": "10-20", "floor_area": "9"}
    assert client.post(page, form).status_code == 302
    store.refresh_from_db()
    assert (store.city, store.parking) == ("Rizhao", False)
    assert Event.objects.get(kind="store.facts_changed").before["city"] == "Qingdao"
    client.force_login(people["viewer"].user)
    assert client.post(page, form | {"city": "Berlin"}).status_code == 403


def test_api_with_a_scoped_token(store, people):
    _token, secret = create_token(people["admin"], people["operator"].user, "till", ["stores:read"])
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    assert api.get("/api/v1/stores/?city=Qingdao").json()["results"][0]["key"] == "harbour"
    assert api.patch(f"/api/v1/stores/{store.pk}/", {"city": "Rizhao"}, format="json").status_code == 403
    _token, secret = create_token(people["admin"], people["operator"].user, "till", ["stores:write"])
    api.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    assert api.patch(f"/api/v1/stores/{store.pk}/", {"city": "Rizhao"}, format="json").json()["city"] == "Rizhao"
    answer = api.post("/api/v1/stores/", {"key": "harbour"}, format="json")
    assert answer.status_code == 400
    assert {problem["field"] for problem in answer.json()["error"]["fields"]} >= {"key", "name", "city"}


def test_its_demo_is_harmless_when_run_again(people):
    demo = demos.get("stores")()
    assert list(demo.load(people["admin"])) == list(demo.load(people["admin"])) == ["2 stores"]
    assert Store.objects.count() == 2


def test_its_migration_is_complete():
    call_command("makemigrations", "stores", check=True, dry_run=True, verbosity=0)


LOOK = """
import django; django.setup()
from django.test import Client
from opsportal.access.models import User
browser = Client()
browser.force_login(User.objects.get(username="demo-admin"))
page = browser.get("/console/")
print(page.status_code, "stores" in page.content.decode(), "switched off" in page.content.decode())
"""
FILL = """
import django; django.setup()
from opsportal.access import Actor
from opsportal.access.models import User
from opsportal.maintenance.points import demos
User.objects.create_superuser("demo-admin")
print(*demos.get("stores")().load(Actor.system()))
"""


def test_switched_off_with_its_rows_present_the_portal_starts_and_says_so(tmp_path):
    environment = {**os.environ, "OPSPORTAL_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "opsportal.settings"}
    environment.pop("DATABASE_URL", None)

    def python(*arguments, **more):
        command = [sys.executable, *arguments]
        answer = subprocess.run(command, env={**environment, **more}, cwd=ROOT, capture_output=True, text=True)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    python("manage.py", "migrate", "-v0")
    assert "2 stores" in python("-c", FILL)
    off = {"OPSPORTAL_PLUGINS_OFF": "stores"}
    row = next(row for row in json.loads(python("manage.py", "plugins", "--json", **off)) if row["plugin"] == "stores")
    assert (row["state"], row["reason"]) == ("off", "switched off")
    python("manage.py", "migrate", "-v0", **off)
    assert python("-c", LOOK, **off).split() == ["200", "True", "True"]
    # Back on, everything is still there.
    assert "stores.story" in python("manage.py", "plugins")
