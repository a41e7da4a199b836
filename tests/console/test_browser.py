"""The review page in a real browser: by keyboard, by two people, under attack, on a phone."""

from __future__ import annotations

import re

import pytest

from generation import services
from generation.models import Draft, State
from tests.console.conftest import ATTACK

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def review(page, live_server, query: str = ""):
    page.goto(f"{live_server.url}/console/copy/review/{query}")
    page.wait_for_selector("#review[data-ready]")
    return page


def on_desk(page, label: str) -> None:
    page.wait_for_function("label => document.getElementById('desk-title')?.textContent === label", arg=label)


def said(page, words: str) -> None:
    page.wait_for_function("words => document.getElementById('said').textContent.includes(words)", arg=words)


def state_of(label: str) -> str:
    return Draft.objects.filter(target_label=label).order_by("-pk").values_list("state", flat=True)[0]


def test_a_walk_by_keyboard(drafted, page_of, live_server) -> None:
    drafted(8, candidates=2)
    page = review(page_of("reviewer"), live_server)
    on_desk(page, "Wave 1")

    page.keyboard.press("a")
    on_desk(page, "Wave 2")
    said(page, "Approved.")
    assert state_of("Wave 1") == State.APPROVED

    page.keyboard.press("r")
    page.wait_for_selector("#dialog-reject[open]")
    page.keyboard.press("3")
    on_desk(page, "Wave 3")
    said(page, "Rejected.")
    assert Draft.objects.get(target_label="Wave 2").reject_reason == "off_tone"

    page.keyboard.press("u")
    on_desk(page, "Wave 2")
    said(page, "back in review")
    assert state_of("Wave 2") == State.IN_REVIEW

    page.keyboard.press("s")
    on_desk(page, "Wave 3")
    page.keyboard.press("j")
    on_desk(page, "Wave 4")
    page.keyboard.press("k")
    on_desk(page, "Wave 3")

    page.keyboard.press("e")
    page.wait_for_selector(".desk-editor:not([hidden])")
    page.fill("#editor-text", "It weighs 19 g.")
    page.keyboard.press("Control+Enter")
    on_desk(page, "Wave 4")
    said(page, "Saved and approved.")
    third = Draft.objects.get(target_label="Wave 3")
    assert (third.state, third.value) == (State.APPROVED, "It weighs 19 g.")

    page.keyboard.press("g")
    page.wait_for_selector("#dialog-regenerate[open]")
    page.keyboard.type("shorter")
    page.keyboard.press("Control+Enter")
    on_desk(page, "Wave 5")
    said(page, "Being written again")
    assert Draft.objects.filter(target_label="Wave 4", note="shorter").exists()

    page.keyboard.press("?")
    page.wait_for_selector("#dialog-help[open]")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.wait_for_selector("#panel-2:not([hidden])")
    page.keyboard.press("a")
    on_desk(page, "Wave 6")
    said(page, "Approved.")
    fifth = Draft.objects.get(target_label="Wave 5")
    assert (fifth.state, fifth.chosen_index) == (State.APPROVED, 1)
    assert page.complaints == []


def test_warnings_take_a_second_press_and_errors_none(drafted, page_of, live_server, people, ids_of) -> None:
    from generation.models import Candidate, FindingAcknowledgement, StoredFinding

    batch = drafted(2)
    first, second = ids_of(batch)
    for pk, severity in ((first, "warning"), (second, "error")):
        candidate = Candidate.objects.get(draft_id=pk)
        StoredFinding.objects.create(
            candidate=candidate, rule="made_up", severity=severity, message="Look", start=0, end=2
        )
        counts = {"errors": int(severity == "error"), "warnings": int(severity == "warning")}
        Candidate.objects.filter(pk=candidate.pk).update(**counts)
        Draft.objects.filter(pk=pk).update(**counts)
    page = review(page_of("reviewer"), live_server)
    page.keyboard.press("a")
    said(page, "Press A again")
    assert state_of("Wave 1") == State.IN_REVIEW
    page.keyboard.press("a")
    on_desk(page, "Wave 2")
    said(page, "Approved.")
    assert FindingAcknowledgement.objects.get().user.username == "the-reviewer"
    page.keyboard.press("a")
    said(page, "must be fixed")
    page.keyboard.press("a")
    assert state_of("Wave 2") == State.IN_REVIEW
    page.focus("#panel-1 .mark")
    assert page.locator("#panel-1 .finding.lit").count() == 1


def test_two_reviewers_on_one_draft(drafted, page_of, live_server) -> None:
    drafted(2)
    one = review(page_of("reviewer"), live_server)
    on_desk(one, "Wave 1")
    two = review(page_of("second"), live_server)
    assert two.locator(".desk-tags").first.inner_text().count("the-reviewer has it open") == 1
    one.keyboard.press("a")
    said(one, "Approved.")
    two.keyboard.press("a")
    said(two, "the-reviewer has this draft open")
    two.keyboard.press("a")
    said(two, "The draft is “approved” now")
    assert Draft.objects.get(target_label="Wave 1").approvals.get().user.username == "the-reviewer"


def test_an_attack_is_shown_as_text(drafted, page_of, live_server, people, ids_of) -> None:
    batch = drafted(1)
    (pk,) = ids_of(batch)
    services.edit(people["second"], pk, ATTACK + "z" * 50_000, Draft.objects.get(pk=pk).version)
    Draft.objects.filter(pk=pk).update(target_label=ATTACK, note=ATTACK)
    page = review(page_of("reviewer"), live_server)
    assert "<script>" in page.inner_text("#desk [data-panel]:not([hidden]) .text-draft")
    for summary in page.locator("#desk summary").all():
        summary.click()
    page.fill("#comment-text", ATTACK)
    page.click("[data-comment] button")
    page.wait_for_selector("#comments .comment-text")
    page.keyboard.press("Escape")
    page.locator("#desk-title").focus()
    page.keyboard.press("e")
    page.wait_for_selector("#editor-findings li")
    assert page.evaluate("window.attacked") is None
    assert page.locator("#desk script, #desk img[onerror], #desk svg[onload], #desk [x-data]").count() == 0
    assert [complaint for complaint in page.complaints if "attacked" in complaint] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_sticks_out_and_everything_has_a_name(drafted, page_of, live_server, width) -> None:
    batch = drafted(3, candidates=2)
    page = page_of("admin", width, 844)
    for path in (
        "review/",
        "jobs/",
        f"jobs/{batch.pk}/",
        "draft/?target_type=things.thing",
        "publish/",
        "history/",
        "deliveries/",
    ):
        page.goto(f"{live_server.url}/console/copy/{path}")
        page.wait_for_load_state()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        nameless = page.evaluate(
            """() => [...document.querySelectorAll(
              '#content button, #content input, #content select, #content textarea, #content a')]
            .filter(part => part.offsetParent && part.type !== 'hidden' && !(part.textContent || '').trim()
              && !part.getAttribute('aria-label') && !part.labels?.length && !part.getAttribute('aria-labelledby'))
            .map(part => part.outerHTML.slice(0, 120))"""
        )
        assert nameless == [], path
    assert [complaint for complaint in page.complaints if not re.search("favicon", complaint)] == []


def test_the_estimate_follows_the_form(make_things, page_of, live_server) -> None:
    make_things(3)
    page = page_of("operator")
    page.goto(f"{live_server.url}/console/copy/draft/?target_type=things.thing")
    page.wait_for_function("document.querySelectorAll('#estimate dd')[1]?.textContent === '3'")
    page.check("input[name=languages][value=zh-hans]")
    page.wait_for_function("document.querySelectorAll('#estimate dd')[1]?.textContent === '6'")
    assert page.complaints == []


def test_the_sample_then_all_clean_ones(drafted, page_of, live_server) -> None:
    from generation.models import ReviewPolicy

    ReviewPolicy.objects.create(slot="", sample_percent=10, sample_minimum=2)
    drafted(4)
    page = review(page_of("reviewer"), live_server)
    page.click("[data-open-bulk]")
    page.wait_for_function("document.getElementById('bulk-sample').textContent.includes('of 2 opened')")
    if page.locator("#bulk-open").is_visible():
        page.click("#bulk-open")
        page.wait_for_function("document.querySelectorAll('#queue-rows [data-draft]').length <= 2")
        page.wait_for_timeout(0)
        for _step in range(2):
            page.keyboard.press("j")
        page.wait_for_function(
            "async () => (await (await fetch('/console/copy/review/bulk/')).json()).sample.met", polling=300
        )
        page.click("[data-open-bulk]")
    page.wait_for_selector("#bulk-approve:enabled")
    page.click("#bulk-approve")
    page.wait_for_function("document.getElementById('bulk-progress').textContent.includes('4 done')")
    assert set(Draft.objects.values_list("state", flat=True)) == {State.APPROVED}


def test_the_list_keeps_its_order_and_does_not_end_early(drafted, page_of, live_server) -> None:
    drafted(43)  # More than a page of the list.
    page = review(page_of("reviewer"), live_server)
    for wave in (1, 2):
        on_desk(page, f"Wave {wave}")
        page.keyboard.press("a")
    on_desk(page, "Wave 3")
    page.keyboard.press("g")
    page.wait_for_selector("#dialog-regenerate[open]")
    page.keyboard.press("Control+Enter")
    said(page, "Being written again")
    for wave in (2, 1):
        page.keyboard.press("u")
        on_desk(page, f"Wave {wave}")
    listed = page.locator("#queue-rows .queue-label").all_inner_texts()
    assert listed[:3] == ["Wave 1", "Wave 2", "Wave 4"]
    for wave in (2, *range(4, 44)):
        page.keyboard.press("j")
        on_desk(page, f"Wave {wave}")
    page.keyboard.press("k")
    on_desk(page, "Wave 42")
    assert page.complaints == []


def test_row_counts_and_comments_follow_what_is_done(drafted, page_of, live_server) -> None:
    drafted(2)
    page = review(page_of("reviewer"), live_server)
    page.wait_for_selector("#queue-counts a:has-text('clean: 2')")
    page.keyboard.press("e")
    page.fill("#editor-text", "It weighs 21 g.")
    page.click("[data-do=save]")
    said(page, "Saved.")
    assert "1 must fix" in page.inner_text("[data-draft][aria-current] .queue-tags")
    page.wait_for_selector("#queue-counts a:has-text('must fix: 1')")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.keyboard.press("a")
    said(page, "must be fixed")
    assert 0 <= page.locator("#said").bounding_box()["y"] < 900
    page.click("[data-comments] summary")
    page.fill("#comment-text", "Which scales?")
    page.click("[data-comment] button")
    page.wait_for_selector("[data-comments] summary:has-text('Comments (1)')")


def test_the_facts_stay_beside_the_editor_and_follow_the_text(drafted, page_of, live_server) -> None:
    drafted(2, {"category": "Bands/Smart"})
    page = review(page_of("reviewer"), live_server)
    fact = page.locator("#panel-1 .fact.is-key")
    page.keyboard.press("e")
    page.wait_for_selector("#panel-1.is-edited .desk-editor:not([hidden])")
    assert fact.is_visible()
    page.fill("#editor-text", "It is black.")
    page.wait_for_selector("#panel-1 .fact.is-key:not(.is-told)")
    assert page.locator("#panel-1 .fact-note-missing").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_selector("#panel-1 .fact.is-key.is-told")
    assert page.locator("#panel-1 .text-draft").is_visible()

    page.click("#filters summary")
    page.wait_for_function("document.querySelectorAll('#offered-category option').length === 2")
    page.fill("[name=category]", "Bands")
    page.press("[name=category]", "Enter")
    page.wait_for_selector(".queue-narrowed a:has-text('Category: Bands')")
    page.wait_for_selector("#review[data-ready]")
    page.keyboard.press("a")
    said(page, "Approved.")
    page.goto(f"{live_server.url}/console/copy/review/?state=approved")
    page.wait_for_selector("[data-do=approve]:disabled")
    page.keyboard.press("r")
    said(page, "waits for no decision")
    page.click("[data-do=return]")
    said(page, "Back in review.")
    page.wait_for_selector("[data-do=approve]:enabled")
    assert page.complaints == []
