"""The command line: what it prints is a contract."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from generation.models import Batch, Draft, State, WriterProfile
from opsportal.access import Forbidden
from opsportal.events.models import Event


@pytest.fixture
def command(capsys, monkeypatch):
    """``command("draft", …, stdin="…")`` runs a command with --json and returns what it printed."""

    def run(*arguments: str, stdin: str = "", lines: bool = False):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        out = io.StringIO()
        call_command(*arguments, stdout=out, stderr=io.StringIO())
        text = out.getvalue()
        return [json.loads(line) for line in text.splitlines()] if lines else json.loads(text)

    return run


@pytest.fixture
def draft(command):
    def run(*more: str):
        return command("draft", "--slot", "things.blurb", "--language", "en", "--writer", "template", "--json", *more)

    return run


def test_draft_and_wait(people, make_things, draft):
    make_things(3)
    data = draft("--all", "--wait")
    assert data.pop("seconds") >= 0
    assert data.pop("batch") == Batch.objects.get().pk
    assert data == {"total": 3, "in_review": 3, "failed": 0, "skipped": 0, "fallbacks": 0}


def test_draft_for_keys_filters_and_later(people, make_things, draft):
    rows = make_things(3)
    assert draft("--key", str(rows[0].pk), "--wait", "--as", "the-operator")["total"] == 1
    assert Draft.objects.get().requested_by == people["operator"].user
    assert draft("--filter", "name=Wave 2", "--wait")["total"] == 1
    assert draft("--all")["batch"] == Batch.objects.order_by("-pk")[0].pk
    assert Draft.objects.count() == 2


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--key", "nothing"], "Unknown key: nothing"),
        (["--filter", "price"], "NAME=VALUE"),
        (["--filter", "price=1"], "Unknown filter"),
        (["--all", "--candidates", "0"], "candidates"),
        (["--all", "--as", "nobody"], "no active user"),
    ],
)
def test_bad_input_is_one_clear_line(people, make_things, draft, more, says):
    make_things(1)
    with pytest.raises(CommandError, match=says) as caught:
        draft(*more)
    assert "\n" not in str(caught.value)


def test_a_viewer_may_not_draft(people, make_things, draft):
    make_things(1)
    with pytest.raises((CommandError, Forbidden), match="draft_copy"):
        draft("--all", "--as", "the-viewer")


def test_a_stopped_batch_is_an_error(people, make_things, command, scripted):
    scripted(fails="open")
    make_things(1)
    with pytest.raises(CommandError, match="install them"):
        command("draft", "--slot", "things.blurb", "--all", "--language", "en", "--writer", "scripted", "--wait")


def test_review_from_list_to_undo(people, make_things, draft, command):
    make_things(3)
    batch = str(draft("--all", "--wait")["batch"])
    listed = command("review", "list", "--batch", batch, "--state", "in_review", "--json")
    assert len(listed) == 3
    first = listed[0]
    assert first["object"] == {
        "type": "things.thing",
        "id": first["object"]["id"],
        "key": f"T{first['object']['id']}",
        "name": "Wave 1",
    }
    assert first["facts"][0] == {"key": "Weight", "value": "19", "unit": "g", "condition": "", "part": ""}
    assert "19 g" in first["text"]
    assert first["candidates"][first["chosen"]] == first["text"]
    assert first["findings"] == []
    with pytest.raises((CommandError, Forbidden)):
        command("review", "approve", "--batch", batch, "--json")
    edited = command("review", "edit", str(first["id"]), "--as", "the-reviewer", stdin="It weighs 999 g.")
    assert edited["findings"][0]["severity"] == "error"
    approved = command("review", "approve", "--batch", batch, "--clean-only", "--as", "the-reviewer", "--json")
    assert approved == {"approved": 2, "left": 1, "reasons": {"errors": 1}}
    rejected = command("review", "reject", str(first["id"]), "--reason", "wrong_fact", "--as", "the-reviewer", "--json")
    assert rejected == {"rejected": 1, "left": 0, "reasons": {}}
    published = command("review", "publish", "--batch", batch, "--as", "the-publisher", "--json")
    assert published == {"published": 2, "left": 0, "reasons": {}}
    reverted = command("review", "revert", "--batch", batch, "--as", "the-publisher", "--json")
    assert reverted == {"reverted": 2, "left": 0, "reasons": {}}
    event = Event.objects.filter(kind="draft.approved").first()
    assert (event.actor, event.via, bool(event.os_user)) == (people["reviewer"].user, "command", True)
    again = command("review", "regenerate", str(first["id"]), "--note", "shorter", "--as", "the-reviewer", "--json")
    assert Draft.objects.get(pk=again["draft"]).state == State.QUEUED


def test_check_text(people, make_things, command):
    key = str(make_things(1)[0].pk)
    place = ["check_text", "--key", key, "--slot", "things.blurb", "--language", "en", "--json"]
    assert command(*place, stdin="It weighs 19 g.\n") == {"blocking": False, "findings": []}
    said = command(*place, stdin="It weighs 25 g.")
    assert said["blocking"] is True
    finding = said["findings"][0]
    assert {"rule", "severity", "message", "start", "end"} <= set(finding)
    assert "It weighs 25 g."[finding["start"] : finding["end"]].startswith("25")
    with pytest.raises(CommandError, match="Unknown key"):
        command("check_text", "--key", "none", "--slot", "things.blurb", stdin="x")


def test_a_stream_of_texts(people, make_things, command):
    rows = make_things(40)
    lines = [
        json.dumps(
            {
                "key": str(row.pk),
                "slot": "things.blurb",
                "language": "en",
                "text": f"It weighs {95 if row.pk % 2 else 19} g.",
            }
        )
        for row in rows
    ]
    lines[3] = "not json"
    lines[4] = json.dumps({"key": "none", "slot": "things.blurb", "text": "x"})
    answers = command("check_text", "--jsonl", stdin="\n".join(lines) + "\n", lines=True)
    assert len(answers) == 40
    assert [bool(answer.get("error")) for answer in answers][3:5] == [True, True]
    assert all(answer["blocking"] is bool(row.pk % 2) for row, answer in list(zip(rows, answers, strict=True))[5:])


def test_write_continues_a_text_with_any_model(people, command, tiny_gpt2):
    command("writers", "add", "tiny", "--kind", "transformers", "--set", f"model={tiny_gpt2}", "--json")
    prompt = "这是一款功能强大的智能手环,具有以下特点:"
    first = command("write", prompt, "-n", "3", "--seed", "1", "--max-length", "12", "--writer", "tiny", "--json")
    assert set(first) == {"completions", "writer", "tokens", "seconds"}
    assert (len(first["completions"]), first["writer"]) == (3, "tiny")
    assert 0 < first["tokens"] <= 36
    again = command("write", prompt, "-n", "3", "--seed", "1", "--max-length", "12", "--writer", "tiny", "--json")
    assert again["completions"] == first["completions"]


def test_drafting_with_a_language_model_that_talks_nonsense(people, make_things, command, tiny_gpt2):
    make_things(2)
    command("writers", "add", "tiny", "--kind", "transformers", "--set", f"model={tiny_gpt2}", "--json")
    data = command(
        "draft",
        "--slot",
        "things.blurb",
        "--all",
        "--language",
        "en",
        "--writer",
        "tiny",
        "--candidates",
        "2",
        "--wait",
        "--json",
    )
    assert (data["in_review"], data["failed"]) == (2, 0)
    draft = Draft.objects.first()
    assert draft.candidates.filter(origin="writer").count() + (draft.fallback_reason == "no_text") >= 1


def test_write_refuses_what_it_cannot_do(people, command):
    with pytest.raises(CommandError, match="cannot continue"):
        command("write", "Hello", "--writer", "template")
    with pytest.raises(CommandError, match="top-p"):
        command("write", "Hello", "--top-p", "2")
    with pytest.raises(CommandError, match="no writer"):
        command("write", "Hello", "--writer", "nobody")


def test_writers(people, command, scripted):
    scripted(says="true")
    listed = command("writers", "list", "--json")
    assert {"template", "scripted", "transformers", "openai", "bundled"} <= {row["name"] for row in listed}
    assert command("writers", "test", "scripted", "--json")["texts"].keys() == {"en", "zh-hans"}
    command("writers", "promote", "scripted", "--as", "the-admin", "--json")
    assert WriterProfile.objects.get(is_default=True).name == "scripted"
    with pytest.raises((CommandError, Forbidden)):
        command("writers", "promote", "template", "--as", "the-operator")
    with pytest.raises(CommandError, match="no kind"):
        command("writers", "add", "x", "--kind", "magic")
    with pytest.raises(CommandError, match="NAME=VALUE"):
        command("writers", "add", "x", "--kind", "template", "--set", "broken")
