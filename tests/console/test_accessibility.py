"""axe-core looks at every page of the queue, in both languages, wide and on a phone: no serious fault."""

from __future__ import annotations

import pytest

from generation import services
from generation.models import Draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = (
    "",
    "copy/review/",
    "copy/review/?state=approved",
    "copy/draft/?target_type=things.thing",
    "copy/jobs/",
    "copy/jobs/{batch}/",
    "copy/publish/",
    "copy/history/",
    "copy/deliveries/",
    "copy/statistics/",
    "notices/",
)
#: The dialogs of the review page, each with what opens it.
DIALOGS = ("r", "g", "?")
STANDARDS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}


@pytest.fixture
def shop(drafted, people, ids_of):
    """A bulk job of which one draft is published, one approved, one edited, one has findings."""
    from generation.models import Candidate, StoredFinding
    from generation.services import desk

    batch = drafted(5, candidates=2)
    ids = ids_of(batch)
    services.approve(people["reviewer"], ids[:2])
    services.publish(people["publisher"], ids[:1])
    services.edit(people["second"], ids[2], "It weighs 19 g.", Draft.objects.get(pk=ids[2]).version)
    candidate = Candidate.objects.filter(draft_id=ids[3]).first()
    StoredFinding.objects.create(
        candidate=candidate, rule="made_up", severity="warning", message="Look", start=0, end=4, fact="Weight: 19 g"
    )
    Draft.objects.filter(pk=ids[3]).update(warnings=1)
    services.assign(people["reviewer"], ids[3:4], "the-second")
    desk.comment(people["second"], ids[3], "@the-admin please look")
    return batch, ids


def faults(page) -> list[str]:
    """What axe-core calls serious or critical, with the first place of each."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=STANDARDS).response["violations"]
    return [
        f"{fault['id']}: {fault['nodes'][0]['html'][:200]}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh-hans", 390)])
def test_no_page_has_a_serious_fault(shop, page_of, live_server, people, language, width) -> None:
    batch, ids = shop
    type(people["admin"].user).objects.filter(username="the-admin").update(language=language)
    page = page_of("admin", width, 844)
    for path in PAGES:
        page.goto(f"{live_server.url}/console/{path.format(batch=batch.pk)}")
        page.wait_for_load_state()
        assert page.locator("html").get_attribute("lang") == language
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(f"{live_server.url}/console/copy/review/?draft={ids[3]}")
    page.wait_for_selector("#review[data-ready]")
    for summary in page.locator("#desk summary, .queue-filter summary").all():
        summary.click()
    page.wait_for_selector("#comments .comment-text")
    assert faults(page) == [], "everything opened"
    for key in DIALOGS:
        page.locator("#desk-title").focus()
        page.keyboard.press(key)
        page.wait_for_selector("dialog[open]")
        assert faults(page) == [], key
        page.keyboard.press("Escape")
    for opener in ("[data-open-bulk]", "[data-open=assign]", "[data-open=attest] >> visible=true"):
        page.locator(opener).first.click()
        page.wait_for_selector("dialog[open]")
        assert faults(page) == [], opener
        page.keyboard.press("Escape")
    page.locator("#desk-title").focus()
    page.keyboard.press("e")
    page.wait_for_selector("#editor-findings li")
    assert faults(page) == [], "the editor"
