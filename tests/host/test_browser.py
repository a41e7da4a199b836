"""Every page of the console in a real browser: the content policy refuses nothing, nothing breaks or sticks out."""

import os

import pytest
from django.conf import settings
from django.contrib import admin
from django.urls import reverse

from opsportal import jobs
from opsportal.access import Actor
from opsportal.access.models import User
from opsportal.console.navigation import navigation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Where pictures of the pages go when a person wants to look at them; nowhere without it.
PICTURES = os.environ.get("PICTURES", "")


class Counting(jobs.JobKind):
    """A job to look at."""

    key = "tests.looked_at"
    title = "Counting shelves"

    def run(self, run):
        return jobs.Done({"shelves": 7})


@pytest.fixture
def opened(chromium, live_server):
    """``opened(width, scheme, client)``: a page that remembers every complaint of the browser."""
    contexts = []

    def make(width=1280, scheme="light", client=None):
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        if client is not None:
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda said: said.type in ("error", "warning") and page.complaints.append(said.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()


def shot(page, name):
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


@pytest.fixture
def administrator(client):
    user = User.objects.create_superuser("mia", password="a-good-password-1")
    client.force_login(user)
    return client


def addresses():
    """Pages in the sidebar, lists and forms of all models, a job, and what is not there."""
    found = [reverse(item.url_name) for item in navigation.all()]
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found.append(reverse(f"{name}_changelist"))
        found.append(reverse(f"{name}_add"))
    return list(dict.fromkeys(found))


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_no_page_complains_or_sticks_out(opened, administrator, live_server, registered, width, scheme):
    registered(Counting)
    job = jobs.enqueue("tests.looked_at", actor=Actor.system(), payload={}, total=10)
    page = opened(width, scheme, administrator)
    trouble = []
    for number, path in enumerate([*addresses(), reverse("console:job", args=[job.pk]), "/console/nothing-here/"]):
        answer = page.goto(live_server.url + path, wait_until="load")
        complaints = [said for said in page.complaints if "status of 40" not in said]
        page.complaints.clear()
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        shot(page, f"{width}-{number:02}-{path.strip('/').replace('/', '-')}")
        if answer.status >= 500 or complaints or wide > 1:
            trouble.append(f"{path}: {answer.status}, {wide} px too wide, {complaints}")
    assert not trouble, "\n".join(trouble)


def test_login_language_and_a_job_that_moves(opened, live_server, registered):
    registered(Counting)
    user = User.objects.create_superuser("mia", password="a-good-password-1")
    page = opened(390)
    page.goto(live_server.url + "/console/login/")
    shot(page, "login")
    page.fill("[name=username]", "mia")
    page.fill("[name=password]", "a-good-password-1")
    page.click("#login-form [type=submit]")
    page.wait_for_url("**/console/")
    job = jobs.enqueue("tests.looked_at", actor=Actor(user, "console"), payload={}, total=10)
    page.goto(live_server.url + reverse("console:job", args=[job.pk]))
    jobs.run_now(job)
    page.get_by_role("cell", name="7", exact=True).wait_for()
    shot(page, "job-done")
    assert page.complaints == []


def test_swagger_runs_under_the_policy(opened, live_server):
    page = opened()
    page.goto(live_server.url + "/api/docs")
    # What is further down is drawn when it comes into sight.
    page.get_by_text("/api/v1/batches/", exact=True).first.wait_for()
    shot(page, "swagger")
    assert [said for said in page.complaints if "Content Security Policy" in said] == []
