"""Differences, lines and editable texts."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.checks.text import sanitise, view
from generation.console.diffing import changed_spans
from generation.console.texts import editable, edited, lines

TEXT = st.text(st.sampled_from("ab 7.\n的手环，天"), max_size=60)


def without(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        text = text[:start] + text[end:]
    return text


@given(TEXT, TEXT)
def test_what_is_left_of_both_texts_is_the_same(old: str, new: str) -> None:
    gone, added = changed_spans(old, new)
    assert without(old, gone) == without(new, added)
    for spans, text in ((gone, old), (added, new)):
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))


def test_words_are_compared_whole_and_chinese_by_character() -> None:
    gone, added = changed_spans("The kettle holds 1.5 litres", "The kettle holds 1.7 litres")
    assert [("The kettle holds 1.5 litres"[a:b]) for a, b in gone] == ["1.5"]
    assert [("The kettle holds 1.7 litres"[a:b]) for a, b in added] == ["1.7"]
    gone, added = changed_spans("充一次电可用七天", "充一次电可用十天")
    assert (gone, added) == ([(6, 7)], [(6, 7)])


def test_a_giant_text_is_still_compared() -> None:
    old = "\n".join(f"line {n}" for n in range(5_000))
    gone, added = changed_spans(old, old.replace("line 777\n", "line x\n"))
    assert [old[a:b] for a, b in gone] == ["line 777\n"]
    assert len(added) == 1


def test_lines_know_bullets_and_rows_of_the_specification() -> None:
    table = "<table><tbody><tr><th>Weight</th><td>19 g</td></tr></tbody></table>"
    value = f"<p>One.</p><ul><li>Two</li><li>Three</li></ul>{table}"
    assert [(line.kind, line.segments[0].text) for line in lines(value, "html")] == [
        ("text", "One."),
        ("bullet", "Two"),
        ("bullet", "Three"),
        ("row", "Weight\t19 g"),
    ]


@given(st.text(max_size=80), st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=4))
def test_lines_hold_the_whole_text_whatever_is_marked(text: str, spans: list[tuple[int, int]]) -> None:
    marks = [(min(span), max(span), "error") for span in spans]
    shown = lines(text, "plain", [], marks)
    assert "\n".join("".join(part.text for part in line.segments) for line in shown) == text


def test_findings_mark_exactly_their_words() -> None:
    (line,) = lines("lasts 40 days", "plain", [], [(6, 13, "error")])
    assert [(part.text, part.findings, part.severity) for part in line.segments] == [
        ("lasts ", (), ""),
        ("40 days", (1,), "error"),
    ]


@pytest.mark.parametrize(
    ("value", "value_type"),
    [
        ("<p>First &amp; <strong>last</strong>.</p><p>Second.</p><ul><li>a</li><li>b</li></ul>", "html"),
        ("<p>Text.</p><table><tbody><tr><th>k</th><td>v</td></tr></tbody></table>", "html"),
        (["one", "two"], "list"),
        ("plain\ntext", "plain"),
    ],
)
def test_editing_nothing_changes_nothing(value, value_type: str) -> None:
    assert edited(editable(value, value_type), value, value_type) == value


def test_markup_a_person_types_stays_text() -> None:
    value = edited("<b>bold</b> <script>x</script>", "<p>old</p>", "html")
    assert value == "<p>&lt;b&gt;bold&lt;/b&gt; &lt;script&gt;x&lt;/script&gt;</p>"
    assert view(sanitise(value, "html"), "html").text == "<b>bold</b> <script>x</script>"
