"""The plain text view and edits mapped back from it."""

# ruff: noqa: E501
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.checks.text import sanitise, view


def test_html_blocks_and_items_become_lines():
    value = "<p>轻装出门</p><ul><li><strong>续航</strong> 7天</li><li>19克</li></ul><table><tr><th>重量</th><td>19克</td></tr></table>"
    assert view(value, "html").text == "轻装出门\n续航 7天\n19克\n重量\t19克"


def test_entities_and_spaces_count_as_one_character():
    seen = view("<p>Salt &amp;  pepper&nbsp;set</p>", "html")
    assert seen.text == "Salt & pepper set"
    assert seen.replace(5, 6, "<and>") == "<p>Salt &lt;and&gt;  pepper&nbsp;set</p>"


def test_an_edit_keeps_the_markup_inside_its_span():
    seen = view("<p>约<strong>10</strong>天续航</p>", "html")
    assert seen.text == "约10天续航"
    assert seen.replace(1, 4, "7天") == "<p>约<strong>7天</strong>续航</p>"


def test_an_edit_of_a_list_stays_in_its_item():
    seen = view(["续航10天", "重19克"], "list")
    assert seen.text == "续航10天\n重19克"
    assert seen.replace(2, 5, "7天") == ["续航7天", "重19克"]


def test_insertion_at_the_end():
    seen = view("<p>abc</p>", "html")
    assert seen.replace(3, 3, "!") == "<p>abc!</p>"


def test_span_outside_the_text_is_refused():
    with pytest.raises(ValueError, match="outside"):
        view("abc", "plain").replace(1, 9, "x")


def test_money_has_text_but_no_edit():
    seen = view({"amount": "12.50", "currency": "EUR"}, "money")
    assert seen.text == "12.50 EUR"
    with pytest.raises(ValueError, match="no text"):
        seen.replace(0, 1, "2")


def test_attack_text_is_made_harmless():
    value = '<p onclick="x()">ok</p><script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:x">go</a>'
    assert sanitise(value, "html") == "<p>ok</p>go"
    assert sanitise("a\u202eb\u200bc\x00d\r\ne\u2028f", "plain") == "abcd\ne\nf"
    assert sanitise(["a\nb", "c\u200b"], "list") == ["a b", "c"]
    assert sanitise({"amount": "1"}, "money") == {"amount": "1"}


def test_an_emoji_sequence_keeps_its_joiner():
    assert sanitise("👩\u200d🍳", "plain") == "👩\u200d🍳"


@given(st.text(alphabet="ab <>/&;pul中，。\n\t\u202e\"'=", max_size=60))
def test_sanitising_twice_is_sanitising_once(value):
    for value_type in ("html", "plain"):
        once = sanitise(value, value_type)
        assert sanitise(once, value_type) == once


PIECES = [
    "<p>",
    "</p>",
    "<br>",
    "<td>",
    "</td>",
    "<script>",
    "</script>",
    "<b>",
    "<!-- x",
    "-->",
    "&amp;",
    "&nbsp;",
    "&foo;",
    "&copy2;",
    "&",
    "<",
    " ",
    "\n",
    "\xa0",
    "a",
    "字",
    "b c",
]


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_every_character_shown_has_a_place_in_any_html(raw):
    seen = view(raw, "html")
    assert seen.text == seen.text.strip(" \n\t\r\f\xa0")
    for place in range(len(seen.text)):
        assert "X" in seen.replace(place, place + 1, "X")


@given(st.text(alphabet="ab<>/&;pulist中，。 \n", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_any_edit_of_html_leaves_the_rest_of_the_text(value, first, second):
    clean = sanitise(value, "html")
    seen = view(clean, "html")
    start, end = sorted((min(first, len(seen.text)), min(second, len(seen.text))))
    edited = view(seen.replace(start, end, "X"), "html").text
    assert "X" in edited
    assert edited.replace("X", "").split() == (seen.text[:start] + seen.text[end:]).split() or "\n" in seen.text
