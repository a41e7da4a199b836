"""``manage.py writers``: which writers there are, new ones, trying them, making one the default."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _

from generation import services, writers
from generation.engine import Brief, Fact, Sampling, WriteRequest, WriterError
from generation.models import WriterProfile
from opsportal.access import Actor
from opsportal.plugins.commands import PortalCommand
from opsportal.plugins.errors import Invalid

#: What ``writers test`` has written: one small brief in each language.
SAMPLES = (
    Brief(
        "description",
        "zh-hans",
        "示例手环",
        noun="手环",
        facts=(
            Fact("重量", "19", "克", is_key=True),
            Fact("电池续航", "7", "天"),
            Fact("材质", "硅胶"),
            Fact("颜色", "黑色"),
        ),
    ),
    Brief(
        "description",
        "en",
        "Sample Band",
        noun="band",
        facts=(Fact("Weight", "19", "g", is_key=True), Fact("Battery life", "7", "days"), Fact("Material", "silicone")),
    ),
)


class Command(PortalCommand):
    """List, add, test, promote."""

    help = "Writers of this shop: list, add, test, promote."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One subcommand an action."""
        actions = parser.add_subparsers(dest="action", required=True)
        super().add_arguments(actions.add_parser("list", help="writers and kinds of writers"))
        add = actions.add_parser("add", help="a writer under a name of its own, or new settings for it")
        super().add_arguments(add)
        add.add_argument("name")
        add.add_argument("--kind", required=True, help="bundled, transformers, openai, template or a plugin's")
        add.add_argument("--set", action="append", default=[], metavar="K=V", help="a setting; the value may be JSON")
        add.add_argument("--note", default="")
        for name, help_text in (("test", "open it and write two samples"), ("promote", "make it the default")):
            action = actions.add_parser(name, help=help_text)
            super().add_arguments(action)
            action.add_argument("name")

    def run(self, **options: Any) -> None:
        """Do the action."""
        actor = Actor.of_command(options["acting"])
        getattr(self, f"_{options['action']}")(actor, options)

    def _list(self, actor: Actor, options: dict[str, Any]) -> None:
        actor.require("generation.view_writerprofile")
        default = writers.default_name()
        profiles = {profile.name: profile for profile in WriterProfile.objects.all()}
        names = sorted({*writers.kinds(), *profiles})
        listed = [
            {
                "name": name,
                "kind": profiles[name].kind if name in profiles else name,
                "default": name == default,
                "active": profiles[name].is_active if name in profiles else True,
                "measured": profiles[name].measured if name in profiles else {},
            }
            for name in names
        ]
        lines = [f"{'*' if row['default'] else ' '} {row['name']:<24}{row['kind']}" for row in listed]
        self.emit(listed, "\n".join(lines))

    def _add(self, actor: Actor, options: dict[str, Any]) -> None:
        profile = services.add_writer(
            actor, options["name"], options["kind"], _settings(options["set"]), options["note"]
        )
        self.emit(
            {"name": profile.name, "kind": profile.kind}, _("Saved. Try it: writers test %(n)s") % {"n": profile.name}
        )

    def _test(self, actor: Actor, options: dict[str, Any]) -> None:
        actor.require("generation.draft_copy")
        began = time.monotonic()
        try:
            writer = writers.open_named(options["name"])
            opened = time.monotonic()
            requests = [
                WriteRequest(brief.language, brief=brief, sampling=Sampling(seed=1, max_new_tokens=160))
                for brief in SAMPLES
            ]
            completions = list(writer.write(requests))
        except WriterError as error:
            raise Invalid(str(error), "writer") from error
        writer.close()
        data = {
            "writer": options["name"],
            "version": writer.version,
            "continues_text": writer.continues_text,
            "seconds_to_open": round(opened - began, 2),
            "seconds_to_write": round(time.monotonic() - opened, 2),
            "tokens": sum(completion.tokens for completion in completions),
            "texts": {completion.tag: completion.text for completion in completions},
        }
        broken = next((completion.error for completion in completions if completion.finish_reason == "error"), "")
        if broken:
            raise Invalid(broken, "writer")
        self.emit(data)

    def _promote(self, actor: Actor, options: dict[str, Any]) -> None:
        profile = services.promote_writer(actor, options["name"])
        self.emit({"default": profile.name}, _("“%(name)s” is the default writer now.") % {"name": profile.name})


def _settings(pairs: list[str]) -> dict[str, Any]:
    """``--set`` options as a mapping; a value that reads as JSON is taken as such, anything else as text."""
    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise Invalid(_("A setting is written NAME=VALUE, not “%(text)s”.") % {"text": pair}, "bad_setting")
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value
    return found
