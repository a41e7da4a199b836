"""Campaigns in a real browser: the board by keyboard and without reloading, on a desk and on a phone."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from generation.models import Draft, State
from marketing import services
from marketing.models import Offer

from .conftest import SYSTEM

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page_of(chromium, live_server, person):
    """``page_of(role)``: a browser page of its own session; what the page complains of is in ``page.complaints``."""
    contexts = []

    def make(role: str, width: int = 1280):
        client = Client()
        client.force_login(person(role).user)
        context = chromium.new_context(viewport={"width": width, "height": 900}, locale="en-US")
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.set_default_timeout(15_000)
        contexts.append(context)
        return page

    yield make
    for context in contexts:
        context.close()


def test_drafting_is_watched_and_the_board_is_walked_by_keyboard(page_of, live_server, in_review, worked):
    page = page_of("operator")
    page.goto(live_server.url + in_review.get_absolute_url())
    page.wait_for_selector("#drafting select")
    page.select_option("#drafting select", "template")
    page.click("#drafting button")
    page.wait_for_selector("text=The campaign is being drafted")
    page.evaluate("window.notReloaded = true")
    worked()
    page.evaluate("htmx.trigger('#board', 'refresh')")
    page.wait_for_selector("#board a.mk-cell")
    assert page.evaluate("window.notReloaded") is True
    assert page.locator("#board a.mk-cell").count() == 20

    page.locator("#board a.mk-cell").first.focus()
    ids = page.evaluate(
        "[...document.querySelectorAll('#board tbody tr')].map(r => [...r.querySelectorAll('a')].map(a => a.id))"
    )
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == ids[0][1]
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.id") == ids[1][1]
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.id") == ids[-1][-1]
    page.evaluate("htmx.trigger('#board', 'refresh')")
    page.wait_for_function("id => document.activeElement.id === id", arg=ids[-1][-1])
    page.keyboard.press("Enter")
    page.wait_for_selector("#review[data-ready]")
    assert "q=autumn-camp" in page.url
    assert Draft.objects.filter(state=State.IN_REVIEW).count() == 20
    assert page.complaints == []


def test_products_are_found_without_leaving_the_form(page_of, live_server, campaign, product, make_product):
    make_product("mug", name="Tin Mug")
    page = page_of("operator")
    page.goto(f"{live_server.url}/console/marketing/{campaign.pk}/offers/")
    page.select_option("select[name=kind]", "percent")
    page.fill("input[name=percent]", "10")
    page.fill("input[name=find]", "tent")
    page.check("#product-choices input")
    page.fill("input[name=find]", "mug")
    page.wait_for_function("document.querySelectorAll('#product-choices input').length === 2")
    page.keyboard.press("Enter")
    assert "/offers/" in page.url
    page.click("button:has-text('Save')")
    page.wait_for_url(re.compile(r"/marketing/\d+/$"))
    assert list(Offer.objects.get().products.all()) == [product]
    assert page.complaints == []


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_sticks_out_and_everything_has_a_name(page_of, live_server, small, published, width):
    campaign = published(small)
    placement = campaign.placements.get()
    services.create_campaign(SYSTEM, key="long", name="A campaign with quite a long name that goes on and on")
    page = page_of("admin", width)
    for path in (
        "", "month/", "limits/", "new/", "results/", f"{campaign.pk}/", f"{campaign.pk}/edit/", f"{campaign.pk}/offers/",
        f"{campaign.pk}/results/", f"{campaign.pk}/export/", f"placements/{placement.pk}/",
    ):  # fmt: skip
        page.goto(f"{live_server.url}/console/marketing/{path}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        nameless = page.evaluate(
            """() => [...document.querySelectorAll(
              '#content button, #content input, #content select, #content textarea, #content a')]
            .filter(part => part.offsetParent && part.type !== 'hidden' && !(part.textContent || '').trim()
              && !part.getAttribute('aria-label') && !part.labels?.length && !part.getAttribute('aria-labelledby'))
            .map(part => part.outerHTML.slice(0, 120))"""
        )
        assert nameless == [], path
    assert [complaint for complaint in page.complaints if "favicon" not in complaint] == []
