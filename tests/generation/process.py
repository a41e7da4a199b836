"""A process of its own for fault and race tests: ``python -m tests.generation.process MODE …``.

``drain`` writes waiting drafts. ``approve`` / ``reject`` USER ID… decide about ten drafts for every line on standard
input, and print at the end what they did as JSON.
"""

from __future__ import annotations

import json
import sys

import django


def main() -> None:
    """Run one mode under the portal's settings."""
    django.setup()
    from generation.engine.writers import registry
    from tests.generation import things

    things.register()
    registry.register("scripted", "tests.generation.writers_for_tests.ScriptedWriter")
    mode, *arguments = sys.argv[1:]
    if mode == "drain":
        _drain()
    else:
        _decide(mode, arguments[0], [int(pk) for pk in arguments[1:]])


def _drain() -> None:
    from generation.drafting import drain

    drain(lambda: False)


def _decide(mode: str, username: str, ids: list[int]) -> None:
    from generation import services
    from generation.outcomes import Outcome
    from opsportal.access import Actor

    actor = Actor.of_command(username)
    total = Outcome(mode)
    print("ready", flush=True)
    for start in range(0, len(ids), 10):
        sys.stdin.readline()
        some = ids[start : start + 10]
        outcome = services.approve(actor, some) if mode == "approve" else services.reject(actor, some, "dull")
        total.done += outcome.done
        total.left += outcome.left
        print("decided", flush=True)
    print(json.dumps({"done": total.done, "left": [(pk, code) for pk, code, _message in total.left]}), flush=True)


if __name__ == "__main__":
    main()
