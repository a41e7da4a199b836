"""docs/marketing.md: its examples are run, its tables are those of the data."""

from __future__ import annotations

import csv
import io
import re
import shlex
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.management import call_command

from generation import writers
from marketing import services
from marketing.ad_slots import ad_slots
from marketing.exports import FORMATS
from marketing.proportions import settings
from opsportal.access import Actor
from opsportal.access.models import User
from opsportal.access.roles import sync_roles
from products import services as catalogue

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "marketing.md").read_text()
EXAMPLES = [block.strip() for block in re.findall(r"<!-- example -->\n```console\n(.*?)```", TEXT, re.DOTALL)]
SYSTEM = Actor.system()


@pytest.fixture
def campaign(db, tmp_path, monkeypatch):
    """The campaign of the examples, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    sync_roles()
    for role in ("reviewer", "publisher"):
        User.objects.create_user(role, is_staff=True).groups.add(Group.objects.get(name=role))
    with time_machine.travel(datetime(2027, 5, 20, tzinfo=UTC), tick=False):
        tent = catalogue.create_product(
            SYSTEM, key="tent", name="Alder Two Tent", category=("Camping",),
            variants=[{"sku": "TENT", "price": "399", "currency": "CNY", "stock": 5}],
        )  # fmt: skip
        made = services.create_campaign(
            SYSTEM, key="autumn-camp", name="Autumn Camp", languages=["en"],
            starts_at=datetime(2027, 6, 1, tzinfo=UTC), ends_at=datetime(2027, 6, 15, tzinfo=UTC),
        )  # fmt: skip
        services.add_offer(SYSTEM, made, kind="percent", percent=Decimal(20), products=[tent])
        yield made
    writers.warm.close()


def play(example: str) -> tuple[str, str]:
    """(what the commands printed, what the text says they print)."""
    from generation.models import Batch

    printed, said = [], []
    for part in re.split(r"^\$ python manage\.py ", example, flags=re.MULTILINE)[1:]:
        command, _newline, output = part.partition("\n")
        out = io.StringIO()
        # The text speaks of the first bulk job; here others may have run before.
        latest = Batch.objects.order_by("-pk").values_list("pk", flat=True).first() or 1
        command = command.replace("--batch 1", f"--batch {latest}")
        call_command(*shlex.split(command), stdout=out, stderr=io.StringIO())
        printed.append(out.getvalue().strip())
        said.append(output.strip())
    return "\n".join(printed), "\n".join(said)


def numbered(text: str) -> str:
    """The text with numbers of bulk jobs made equal: they depend on what ran before."""
    return re.sub(r"Bulk job \d+", "Bulk job 1", text)


def test_from_plan_to_export(campaign):
    services.add_placement(
        SYSTEM,
        campaign,
        key="feed",
        ad_slot="meta.feed",
        landing_url="https://shop.example/",
        budget_share=Decimal(100),
    )
    campaign.refresh_from_db()
    services.submit_campaign(SYSTEM, campaign)
    printed, said = play(EXAMPLES[0])
    assert numbered(printed) == numbered(said)
    assert Path("ads.csv").exists()


def test_figures_and_verdict(campaign):
    services.add_placement(SYSTEM, campaign, key="search", ad_slot="google_ads.search", variants=2)
    with Path("figures.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["campaign", "placement", "variant", "date", "impressions", "clicks"])
        for day in ("2027-05-18", "2027-05-19"):
            table.writerow(["autumn-camp", "search", "A", day, "10000", "200"])
            table.writerow(["autumn-camp", "search", "B", day, "10000", "260"])
    printed, said = play(EXAMPLES[1])
    assert printed == said


def test_tables_are_those_of_the_data():
    assert re.findall(r"^\| `(\w+\.\w+)` \|", TEXT, re.MULTILINE) == list(ad_slots())
    for ad_slot in ad_slots().values():
        line = next(line for line in TEXT.splitlines() if line.startswith(f"| `{ad_slot.key}`"))
        for field in ad_slot.fields.values():
            if field.limit.unit != "sms_parts":
                assert f"{field.limit.maximum:,}" in line
    assert set(re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)) == set(FORMATS)
    assert f"({settings().confidence:.0%})".replace("%", " %") in TEXT
