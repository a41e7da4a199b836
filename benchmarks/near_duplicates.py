"""How long the near-duplicate index takes to find the neighbours of a text, as the catalogue grows.

``DATABASE_URL=postgres://… python -m benchmarks.near_duplicates [--json] [--sizes 1000 10000 100000] [--crowd 0.3]``

Runs on a database of its own, made beside that of ``DATABASE_URL`` and dropped afterwards; SQLite in a temporary folder
without one. Each text stands for an object of its own; so many of a hundred are of one wording but for a number, as a
template makes them (``--crowd``), and one in five was replaced by a later one. Looked up are texts as they are while a
batch is written (50 at once) and while a person edits (one), half of them slightly changed copies of a text that stands,
of which ``found`` says of how many a text alike enough for the rule to speak was found (in a crowd the newest are compared).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import time
from typing import Any

from benchmarks.apart import run_apart

SIZES = (1_000, 10_000, 100_000)
CHUNK = 1_000
#: Look-ups of one text, and of fifty at once.
ONE_BY_ONE, BATCHES = 100, 10
#: From here on the rule speaks.
ALIKE = 0.9
#: Made-up words begin and end with these.
_BEGIN, _END = "bcdfghjklmnprstvz", ("ano", "eli", "iru", "oke", "uma", "ast", "ent", "ing")


def measure_in_this_process(sizes: list[int], crowd: float) -> dict[str, Any]:
    """Fill the index step by step to each of ``sizes``; figures at each step."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from generation.slots import get_slot

    call_command("migrate", verbosity=0, interactive=False)
    slot = get_slot("products.description")
    chance = random.Random(7)
    words = [first + middle + end for first in _BEGIN for middle in _END for end in _END]
    texts: list[str] = []
    rows = []
    for size in sizes:
        while len(texts) < size:
            _add(texts, [_text(chance, words, crowd) for _row in range(min(CHUNK, size - len(texts)))])
        if connection.vendor == "postgresql":
            # Which a server does by itself after a while; SQLite never does.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        rows.append({"texts": size, **_look_up(slot, chance, words, texts, crowd)})
    return {"database": connection.vendor, "crowd": crowd, "rows": rows}


def _text(chance: random.Random, words: list[str], crowd: float) -> str:
    if chance.random() < crowd:
        said = f"It weighs {chance.randint(1, 9_999)} g and comes in {chance.choice(words)}. "
        return (
            said
            + "The battery lasts a week in typical use, and the strap is made of soft silicone that is easy to clean."
        )
    return " ".join(chance.choices(words, k=60)) + "."


def _add(texts: list[str], new: list[str]) -> None:
    """Drafts in review with these texts in the index, each for an object of its own; one in five replaced since."""
    from django.db import transaction

    from generation import similar
    from generation.models import Draft, State

    with transaction.atomic():
        drafts = Draft.objects.bulk_create(
            Draft(
                slot="products.description",
                target_type="products.product",
                target_id=10_000_000 + len(texts) + place,
                target_key=f"bench-{len(texts) + place}",
                target_label=f"Bench {len(texts) + place}",
                language="en",
                writer="template",
                state=State.REPLACED if (len(texts) + place) % 5 == 0 else State.IN_REVIEW,
                value=f"<p>{text}</p>",
            )
            for place, text in enumerate(new)
        )
        similar.index([(draft, draft.value) for draft in drafts])
    texts += new


def _look_up(slot: Any, chance: random.Random, words: list[str], texts: list[str], crowd: float) -> dict[str, float]:
    from generation import similar
    from generation.checks.similarity import similarity

    asked: list[tuple[int, Any]] = []
    copies: dict[int, str] = {}
    for place in range(ONE_BY_ONE + 50 * BATCHES):
        text = _text(chance, words, crowd)
        if place % 2:
            # A copy of one that stands, a word of it changed.
            copied = chance.choice([at for at in chance.sample(range(len(texts)), 20) if at % 5])
            parts = texts[copied].split(" ")
            parts[chance.randrange(len(parts))] = chance.choice(words)
            text, copies[place] = " ".join(parts), texts[copied]
        asked.append((place + 1, f"<p>{text}</p>"))
    alone, together, found = [], [], 0
    for place in range(ONE_BY_ONE):
        began = time.perf_counter()
        neighbours = similar.around(slot, "en", [asked[place]])[0]
        alone.append(time.perf_counter() - began)
        if place in copies:
            wanted = min(ALIKE, similarity(asked[place][1], f"<p>{copies[place]}</p>"))
            found += any(similarity(asked[place][1], f"<p>{text}</p>") >= wanted for _label, text in neighbours)
    for batch in range(BATCHES):
        some = asked[ONE_BY_ONE + 50 * batch : ONE_BY_ONE + 50 * (batch + 1)]
        began = time.perf_counter()
        similar.around(slot, "en", some)
        together.append((time.perf_counter() - began) / len(some))
    return {
        "one_ms": round(statistics.median(alone) * 1000, 2),
        "of_fifty_ms": round(statistics.median(together) * 1000, 2),
        "found": round(found / (ONE_BY_ONE // 2), 3),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="texts that stand, growing")
    parser.add_argument("--crowd", type=float, default=0.3, help="share of texts of one wording")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure_in_this_process(*json.loads(options.one))))
        return
    address = os.environ.get("DATABASE_URL", "")
    asked = [sorted(options.sizes), options.crowd]
    figures = run_apart("benchmarks.near_duplicates", asked, address if address.startswith("postgres") else "")
    if options.json:
        print(json.dumps(figures))
        return
    for row in figures["rows"]:
        print(
            "{database}, {texts} texts: {one_ms} ms for one text, {of_fifty_ms} ms a text of fifty at once, "
            "{found} of the copies found".format(database=figures["database"], **row)
        )


if __name__ == "__main__":
    main()
