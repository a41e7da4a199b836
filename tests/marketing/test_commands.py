"""Campaigns from a terminal, as acceptance would use them."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command

from marketing.models import Campaign


def run(*arguments, json_out=True):
    out = io.StringIO()
    call_command(*arguments, *(["--json"] if json_out else []), stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue()) if json_out else out.getvalue()


def test_the_whole_way_from_a_terminal(small, person, tmp_path):
    reviewer, publisher = person("reviewer").user.username, person("publisher").user.username
    assert run("campaigns", "list")[0]["key"] == "autumn-camp"
    told = run("campaigns", "draft", "autumn-camp", "--writer", "template", "--candidates", "1", "--wait")
    assert (told["total"], told["written"], told["failed"]) == (3, 3, 0)
    board = run("campaigns", "board", "autumn-camp")
    assert board["counts"]["drafted"] == 3
    assert {problem["code"] for problem in board["problems"]} == {"unapproved"}
    run("review", "approve", "--batch", str(told["batch"]), "--as", reviewer)
    assert run("campaigns", "publish", "autumn-camp", "--as", publisher)["published"] == 3
    with pytest.raises(CommandError) as error:
        run("campaigns", "schedule", "autumn-camp", "--as", publisher)
    assert "budget" in str(error.value)
    told = run("campaigns", "schedule", "autumn-camp", "--accept-warnings", "--as", publisher)
    assert told["status"] == "scheduled"
    target = tmp_path / "meta.csv"
    assert run("campaigns", "export", "autumn-camp", "--format", "meta", "--output", str(target))["ads"] == 1
    assert target.exists()
    assert run("campaigns", "pause", "autumn-camp")["status"] == "paused"
    assert run("campaigns", "resume", "autumn-camp", "--accept-warnings")["status"] == "scheduled"
    assert run("campaigns", "unschedule", "autumn-camp")["status"] == "review"
    assert run("campaigns", "end", "autumn-camp")["status"] == "ended"
    assert "autumn-camp" in run("campaigns", "list", json_out=False)


def test_results_from_a_terminal(placement, tmp_path):
    path = tmp_path / "results.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["campaign", "placement", "variant", "date", "impressions", "clicks"])
        writer.writerow(["autumn-camp", "search", "A", "2027-06-01", "20000", "400"])
        writer.writerow(["autumn-camp", "search", "B", "2027-06-01", "20000", "520"])
    assert run("import_results", str(path))["created"] == 2
    (told,) = run("campaigns", "results", "autumn-camp")
    assert (told["verdict"], told["variants"][1]["rate"]) == ("better", 0.026)
    assert "B is better" in run("campaigns", "results", "autumn-camp", json_out=False)
    with path.open("a") as file:
        file.write("autumn-camp,search,Z,2027-06-01,1,1\n")
    with pytest.raises(SystemExit) as exit:
        run("import_results", str(path))
    assert exit.value.code == 1
    with pytest.raises(SystemExit) as exit:
        run("import_results", str(tmp_path / "none.csv"))
    assert exit.value.code == 2


def test_a_mistake_is_told_in_one_line(campaign):
    with pytest.raises(CommandError, match="There is no campaign “spring”"):
        run("campaigns", "board", "spring")
    with pytest.raises(CommandError, match="There is no placement “x”"):
        run("campaigns", "draft", "autumn-camp", "--placement", "x")
    with pytest.raises(CommandError):
        run("campaigns", "submit", "autumn-camp")
    assert Campaign.objects.get().status == "plan"
