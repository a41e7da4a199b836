"""A made-up trade for tests: things with a name, facts and a few fields that can be drafted."""

from __future__ import annotations

from dataclasses import replace

from django.db import models

from generation.engine import Fact, Limit
from generation.slots import Change, FactSheet, ModelFieldSlot, SendRefused, slots

#: What the mail slot "sent", and what it is told to do next: "", "refuse" or "break".
SENT: list[Change] = []
CARRIER = {"mood": ""}


class Thing(models.Model):
    """A thing of the test shop; its table is made by the tests."""

    name = models.CharField(max_length=100)
    category = models.CharField(max_length=100, blank=True)
    weight = models.CharField(max_length=20, default="19")
    material = models.CharField(max_length=40, default="silicone")
    stock = models.IntegerField(default=5)
    blurb = models.TextField(blank=True)
    page = models.TextField(blank=True)
    points = models.JSONField(default=list, blank=True)
    letter = models.TextField(blank=True)

    class Meta:
        app_label = "things"

    def __str__(self) -> str:
        return self.name

    def event_key(self) -> str:
        return f"T{self.pk}"


def sheet_of(thing: Thing, language: str) -> FactSheet:
    """Five facts; stock is none of them."""
    zh = language == "zh-hans"
    facts = (
        Fact("重量" if zh else "Weight", thing.weight, unit="g", data_type="number", is_key=True),
        Fact("材质" if zh else "Material", thing.material),
        Fact("颜色" if zh else "Colour", "黑色" if zh else "black"),
        Fact("电池续航" if zh else "Battery life", "7", unit="天" if zh else "days", data_type="number"),
        Fact("保修" if zh else "Warranty", "2", unit="年" if zh else "years", data_type="number"),
    )
    return FactSheet(
        name=thing.name,
        noun="手环" if zh else "band",
        category=thing.category,
        facts=facts,
        spec_rows=tuple((fact.key, fact.display) for fact in facts),
    )


class ThingSlot(ModelFieldSlot):
    """Common to the slots over things."""

    target_model = "things.Thing"
    filter_fields = ("id", "category", "name")
    sheet = staticmethod(sheet_of)

    @property
    def model(self) -> type[models.Model]:
        return Thing

    def describe(self, targets):
        targets = list(targets)
        found = super().describe(targets)
        return {target.pk: replace(found[target.pk], category=target.category) for target in targets}


class Blurb(ThingSlot):
    key = "things.blurb"
    title = "Blurb"
    field = "blurb"
    copy_kind = "description"
    order = 1


class Page(ThingSlot):
    key = "things.page"
    title = "Page"
    field = "page"
    value_type = "html"
    order = 2


class Points(ThingSlot):
    key = "things.points"
    title = "Points"
    field = "points"
    value_type = "list"
    copy_kind = "highlights"
    writer = "template"
    order = 3


class Letter(ThingSlot):
    key = "things.letter"
    title = "Letter"
    field = "letter"
    effect = "send"
    limit = Limit(5000)
    order = 4

    def send(self, change: Change) -> str:
        if CARRIER["mood"] == "refuse":
            raise SendRefused("the carrier is closed")
        if CARRIER["mood"] == "break":
            raise OSError("line cut")
        SENT.append(change)
        return f"ref-{change.target_id}"


def register() -> None:
    """Add the slots; harmless when repeated."""
    for slot in (Blurb, Page, Points, Letter):
        slots.register(slot)
