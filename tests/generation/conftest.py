"""The test trade, its people, and batches brought to the state a test begins with."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection

from generation import services, writers
from generation.checks.registry import all_checks
from generation.drafting import drain
from generation.engine.writers import registry
from generation.models import Draft, RuleGrade, WriterProfile
from opsportal import jobs
from opsportal.access import Actor
from opsportal.jobs.models import Job
from tests.generation import things

registry.register("scripted", "tests.generation.writers_for_tests.ScriptedWriter")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The things' table, beside those of the portal."""
    things.register()
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        # Knox's own token table is swapped out for ours; a flush leaves it out and PostgreSQL then refuses to truncate.
        editor.execute("DROP TABLE IF EXISTS knox_authtoken")
        if things.Thing._meta.db_table not in connection.introspection.table_names():
            editor.create_model(things.Thing)


@pytest.fixture(autouse=True)
def _quiet_world():
    things.SENT.clear()
    things.CARRIER["mood"] = ""
    yield
    writers.warm.close()


@pytest.fixture
def few_rules(db):
    """Only rules this machinery is tested with; what the others find is their own tests' business."""
    kept = {"unsupported_number", "unsafe_html", "length"}
    RuleGrade.objects.bulk_create(
        RuleGrade(rule=check.key, severity="off", reason="not tested here")
        for check in all_checks()
        if check.key not in kept
    )


@pytest.fixture
def people(few_rules):
    """One actor a role, and a service user with every right."""
    from opsportal.access.roles import sync_roles

    sync_roles()
    found = {}
    for role in ("viewer", "operator", "reviewer", "publisher", "admin"):
        user, _ = get_user_model().objects.get_or_create(username=f"the-{role}")
        user.groups.add(Group.objects.get(name=role))
        found[role] = Actor(user, "console")
    robot, _ = get_user_model().objects.get_or_create(username="robot", is_service=True, is_superuser=True)
    found["robot"] = Actor(robot, "api", frozenset({"generation:write", "generation:review", "generation:publish"}))
    second, _ = get_user_model().objects.get_or_create(username="the-second")
    second.groups.add(Group.objects.get(name="reviewer"))
    found["second"] = Actor(second, "console")
    return found


@pytest.fixture
def make_things(db):
    """``make_things(n)`` creates n things; the table is emptied first (no flush knows it)."""

    def make(count: int, **values):
        things.Thing.objects.all().delete()
        things.Thing.objects.bulk_create([things.Thing(name=f"Wave {n}", **values) for n in range(1, count + 1)])
        return list(things.Thing.objects.order_by("pk"))

    yield make
    things.Thing.objects.all().delete()


@pytest.fixture
def scripted(db):
    """``scripted(says=…)`` sets up the scripted writer under the name "scripted"."""

    def make(**settings):
        WriterProfile.objects.update_or_create(name="scripted", defaults={"kind": "scripted", "settings": settings})

    return make


@pytest.fixture
def drafted(people, make_things):
    """``drafted(n, **spec)`` makes n things and has them drafted; returns the batch."""

    def make(count: int = 3, things_values: dict | None = None, **spec):
        make_things(count, **(things_values or {}))
        spec = {"slots": ["things.blurb"], "languages": ["en"], "writer": "template", "candidates": 1, "seed": 7} | spec
        actor = spec.pop("actor", people["operator"])
        batch = services.start_batch(actor, services.BatchSpec(**spec))
        jobs.run_now(Job.objects.get(pk=batch.job_id))
        drain(lambda: False)
        batch.refresh_from_db()
        return batch

    return make


@pytest.fixture
def ids_of():
    """Draft ids of a batch in id order, of one state when given."""

    def ids(batch, state=None):
        rows = Draft.objects.filter(batch=batch).order_by("pk")
        return list((rows.filter(state=state) if state else rows).values_list("pk", flat=True))

    return ids


@pytest.fixture(scope="session")
def tiny_gpt2(tmp_path_factory) -> str:
    """The folder of a real GPT-2 with random weights and a byte-level tokenizer trained on a few lines."""
    import torch
    from tokenizers import ByteLevelBPETokenizer
    from transformers import GPT2Config, GPT2LMHeadModel, GPT2TokenizerFast

    folder = tmp_path_factory.mktemp("tiny-gpt2")
    lines = ["It weighs 19 g and lasts 7 days.", "这是一款智能手环，续航7天。"] * 20
    tokenizer = ByteLevelBPETokenizer()
    tokenizer.train_from_iterator(lines, vocab_size=400, special_tokens=["<|endoftext|>"])
    tokenizer.save_model(str(folder))
    GPT2TokenizerFast.from_pretrained(str(folder)).save_pretrained(str(folder))
    torch.manual_seed(0)
    config = GPT2Config(vocab_size=400, n_positions=512, n_embd=32, n_layer=2, n_head=2, bos_token_id=0, eos_token_id=0)
    GPT2LMHeadModel(config).save_pretrained(str(folder))
    return str(folder)
