"""The documentation is what the rules say, and the data files can be read."""

from pathlib import Path

from generation.checks.docs import render
from generation.checks.lexicon import Lexicon, lexicon, read_entries

ROOT = Path(__file__).parents[2]


def test_docs_are_fresh():
    assert (ROOT / "docs/checks.md").read_text("utf-8") == render(), (
        "run: python -m generation.checks.docs > docs/checks.md"
    )


def test_every_implied_concept_exists():
    known = lexicon().concepts
    missing = {implied for concept in known.values() for implied in concept.implies if implied not in known}
    assert missing == set()


def test_no_term_is_a_single_letter():
    for by_second in lexicon()._latin.values():
        assert all(len("".join(words)) > 1 for rows in by_second.values() for words, *_ in rows)


def test_the_longest_term_wins():
    lists = Lexicon(read_entries("[material]\nsteel : steel\n[colour]\nblue : steel blue / blue\n"))
    assert [hit.term for hit in lists.scan("a steel-blue band of steel")] == ["steel blue", "steel"]
