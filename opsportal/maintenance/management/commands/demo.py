"""``manage.py demo``: a shop to try things in, then web and workers under one command."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils.translation import gettext as _

from opsportal.access import Actor
from opsportal.maintenance.points import demos
from opsportal.maintenance.serving import serve
from opsportal.plugins.commands import PortalCommand

#: The demo's people, one a role. Their passwords are known to everyone; ``doctor`` objects to them on a public host.
PEOPLE = ("viewer", "operator", "reviewer", "publisher", "admin")


class Command(PortalCommand):
    """Load the demo shop and serve it on this machine."""

    help = "Migrate, load the demo shop with a user for each role, draft and check; then serve web and workers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--no-serve`` and ``--port``."""
        super().add_arguments(parser)
        parser.add_argument("--no-serve", action="store_true", help="stop after loading and print a summary")
        parser.add_argument("--port", type=int, default=8000, help="port on this machine (default 8000)")

    def run(self, **options: Any) -> None:
        """Load everything (again is harmless), print who can log in, then serve unless told not to."""
        self.say(_("Preparing the database…"))
        call_command("migrate", interactive=False, verbosity=0)
        people = [self._person(role) for role in PEOPLE]
        admin = get_user_model().objects.get(username="demo-admin")
        loaded: list[str] = []
        for demo_class in sorted(demos.all(), key=lambda demo: demo.order):
            for line in demo_class().load(Actor(user=admin, via="command")):
                self.say(f"  {line}")
                loaded.append(line)
        address = f"http://127.0.0.1:{options['port']}/"
        self.say(_("Log in at %(address)s as (user / password):") % {"address": address})
        for person in people:
            self.say(f"  {person['user']:<16}{person['password']}")
        if options["no_serve"]:
            self.emit({"users": people, "loaded": loaded}, _("Loaded. Run without --no-serve to open the shop."))
            return
        self.say(_("Press Ctrl+C to stop."))
        raise SystemExit(serve(options["port"]))

    def say(self, line: str) -> None:
        """A line for the person watching; on stderr, so that ``--json`` stays clean."""
        self.stderr.write(line, style_func=str)

    def _person(self, role: str) -> dict[str, str]:
        name = f"demo-{role}"
        password = f"demo-{role}-shop"
        user, created = get_user_model().objects.get_or_create(username=name, defaults={"is_staff": True})
        if created:
            user.set_password(password)
            user.is_superuser = role == "admin"
            user.save()
            user.groups.add(Group.objects.get(name=role))
        return {"role": role, "user": name, "password": password}
