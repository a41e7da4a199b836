"""The pages about copy: who sees them, what they do, that they run no script of their own."""

from __future__ import annotations

import re

import pytest

from generation import services
from generation.models import Batch, Delivery, Draft, Notice, Revision, State
from opsportal import jobs
from opsportal.events.models import Event
from opsportal.jobs.models import Job
from tests.generation import things

pytestmark = pytest.mark.django_db

PAGES = (
    "/console/",
    "/console/copy/draft/?target_type=things.thing",
    "/console/copy/jobs/",
    "/console/copy/jobs/{batch}/",
    "/console/copy/review/",
    "/console/copy/review/?batch={batch}&state=published&quality=clean",
    "/console/copy/statistics/",
    "/console/copy/publish/",
    "/console/copy/history/",
    "/console/copy/deliveries/",
    "/console/notices/",
    "/console/generation/reviewpolicy/add/",
    "/console/generation/rulegrade/add/",
    "/console/generation/writerprofile/add/",
    "/console/generation/prompttemplate/add/",
    "/console/generation/draft/",
)
_INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>|\son\w+=", re.I)


@pytest.fixture
def published(drafted, people, ids_of):
    """A batch of which the first draft is published, the second approved, the third waits."""
    batch = drafted(3)
    ids = ids_of(batch)
    services.approve(people["reviewer"], ids[:2])
    services.publish(people["publisher"], ids[:1])
    return batch


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens_without_inline_script(published, client_of, language) -> None:
    admin = client_of("admin", HTTP_ACCEPT_LANGUAGE=language)
    for page in PAGES:
        response = admin.get(page.format(batch=published.pk))
        assert response.status_code == 200, page
        assert not _INLINE.search(response.content.decode()), (page, _INLINE.search(response.content.decode()))


@pytest.mark.parametrize("role", ["viewer", "operator", "reviewer", "publisher"])
def test_pages_ask_for_rights(published, client_of, role) -> None:
    client = client_of(role)
    for page in PAGES[2:10]:
        assert client.get(page.format(batch=published.pk)).status_code == 200, page
    drafting = client.get(PAGES[1]).status_code
    assert drafting == (200 if role in ("operator", "reviewer") else 403)


def test_strangers_are_sent_to_the_login(published, client) -> None:
    for page in PAGES[1:10]:
        assert client.get(page.format(batch=published.pk)).status_code in (302, 403), page


FORM = {
    "slots": ["things.blurb"], "languages": ["en"], "tone": "plain", "length": "medium", "candidates": "2",
    "writer": "template", "skip_existing": "on",
}  # fmt: skip


def test_chosen_rows_become_a_bulk_job(make_things, client_of) -> None:
    chosen = make_things(4)[:3]
    operator = client_of("operator")
    url = "/console/copy/draft/?target_type=things.thing&ids=" + ",".join(str(thing.pk) for thing in chosen)
    assert "3 chosen" in operator.get(url).content.decode()
    estimate = operator.post(url.replace("draft/", "draft/estimate/"), FORM).content.decode()
    assert "<dd>3</dd>" in estimate
    assert "less than a minute" in estimate
    response = operator.post(url, FORM)
    batch = Batch.objects.get()
    assert response.url == f"/console/copy/jobs/{batch.pk}/"
    assert batch.target_ids == sorted(thing.pk for thing in chosen)
    assert batch.candidates == 2


def test_a_list_remembers_its_filter_in_the_session(make_things, client_of, rf) -> None:
    from generation.console.selection import draft_copy_url

    make_things(4, category="Bands")
    operator = client_of("operator")
    request = rf.get("/")
    request.session = operator.session
    url = draft_copy_url(request, "things.Thing", filter={"category": "Bands"}, back="//evil.example/")
    request.session.save()
    page = operator.get(url).content.decode()
    assert "category: Bands" in page
    assert "evil.example" not in page
    operator.post(url, FORM)
    assert Batch.objects.get().filter == {"category": "Bands"}


def test_a_wrong_form_says_what_is_wrong(make_things, client_of) -> None:
    make_things(1)
    operator = client_of("operator")
    response = operator.post(
        "/console/copy/draft/?target_type=things.thing", FORM | {"languages": [], "candidates": "99"}
    )
    assert response.status_code == 400
    assert response.content.decode().count('role="alert"') >= 2
    assert not Batch.objects.exists()


def test_nothing_to_draft_is_said(make_things, client_of) -> None:
    make_things(0)
    response = client_of("operator").post("/console/copy/draft/?target_type=things.thing", FORM)
    assert "there is nothing to draft for" in response.content.decode()


def test_progress_is_asked_for_while_a_job_runs_and_no_longer(drafted, client_of) -> None:
    batch = drafted(2)
    url = f"/console/copy/jobs/{batch.pk}/progress/"
    operator = client_of("operator")
    assert "hx-get" not in operator.get(url).content.decode()
    Batch.objects.update(state=Batch.State.RUNNING, finished_at=None)
    running = operator.get(url).content.decode()
    assert 'hx-trigger="every 2s"' in running
    assert "2 of 2" in running


def test_buttons_of_a_job(drafted, client_of, people) -> None:
    batch = drafted(2)
    Batch.objects.update(state=Batch.State.RUNNING)
    Draft.objects.filter(target_label="Wave 1").update(state=State.FAILED, error_code="no_answer")
    Batch.objects.update(failed=1, written=1)
    operator = client_of("operator")
    url = f"/console/copy/jobs/{batch.pk}/"
    assert "the writer gave no text" in operator.get(url).content.decode()
    for action, state in (("pause", "paused"), ("resume", "finished"), ("retry", "running"), ("cancel", "cancelled")):
        operator.post(f"{url}{action}/")
        batch.refresh_from_db()
        assert batch.state == state, action
    assert operator.post(f"{url}explode/").status_code == 404
    assert "not possible" in operator.post(f"{url}pause/", follow=True).content.decode()


def test_publishing_reports_what_went_live_and_what_was_left(published, client_of, ids_of) -> None:
    publisher = client_of("publisher")
    _first, second, third = ids_of(published)
    page = publisher.post("/console/copy/publish/", {"draft": [second, third], "do": "publish"}).content.decode()
    assert "1 draft published" in page
    assert "1 left" in page
    assert "to review" in page
    assert things.Thing.objects.exclude(blurb="").count() == 2
    assert client_of("reviewer").post("/console/copy/publish/", {"draft": [second]}).status_code == 403


def test_everything_on_the_list_is_published(published, client_of) -> None:
    page = client_of("publisher").post(f"/console/copy/publish/?batch={published.pk}", {"all": "1"}).content.decode()
    assert "1 draft published" in page
    assert not Draft.objects.filter(state=State.APPROVED).exists()


def test_one_press_undoes_a_publication(published, client_of) -> None:
    publisher = client_of("publisher")
    revision = Revision.objects.get()
    assert "Undo" in publisher.get("/console/copy/history/").content.decode()
    answer = publisher.post("/console/copy/history/", {"revision": revision.pk, "back": "//evil.example/"})
    assert answer.url == "/console/copy/history/"
    assert things.Thing.objects.exclude(blurb="").count() == 0
    assert "Undo<" not in publisher.get("/console/copy/history/").content.decode()


def test_undoing_a_job_reports_what_was_changed_since(published, client_of, people, ids_of) -> None:
    services.publish(people["publisher"], ids_of(published, State.APPROVED))
    thing = things.Thing.objects.exclude(blurb="").first()
    thing.blurb = "changed in the shop"
    thing.save()
    page = client_of("publisher").post(f"/console/copy/jobs/{published.pk}/revert/", follow=True).content.decode()
    assert "1 publication undone." in page
    assert "changed since" in page


def test_live_in_shop_is_said_only_when_confirmed(published, client_of, people) -> None:
    services.record_exported(people["publisher"], [Revision.objects.get().pk], destination="file.csv")
    publisher = client_of("publisher")
    url = "/console/copy/deliveries/"
    assert "copy-tag-confirmed" not in publisher.get(url).content.decode()
    publisher.post(url, {"delivery": [Delivery.objects.get().pk]})
    assert "copy-tag-confirmed" in publisher.get(url).content.decode()


def test_the_panel_of_an_object(published, client_of, rf, people) -> None:
    from generation.console.panel import history_panel

    thing = things.Thing.objects.exclude(blurb="").get()
    request = rf.get("/console/things/1/")
    request.user = people["publisher"].user
    html = str(history_panel(request, "things.thing", thing.pk))
    assert "What changed" in html
    assert "not exported yet" in html
    assert ">Undo<" in html


def test_saved_views(drafted, client_of) -> None:
    drafted(1)
    reviewer = client_of("reviewer")
    url = "/console/copy/review/views/"
    body = {"name": "Clean bands", "query": "quality=clean&junk=1&q=wave"}
    assert reviewer.post(url, body, content_type="application/json").json()["ok"]
    page = reviewer.get("/console/copy/review/?quality=clean&q=wave").content.decode()
    assert "Clean bands" in page
    assert "junk" not in page
    assert reviewer.post(url, {"name": " "}, content_type="application/json").status_code == 400
    number = reviewer.get("/console/copy/review/").context["views"][0].pk
    client_of("second").post(url, {"delete": number}, content_type="application/json")
    assert "Clean bands" in reviewer.get("/console/copy/review/").content.decode()
    reviewer.post(url, {"delete": number}, content_type="application/json")
    assert "Clean bands" not in reviewer.get("/console/copy/review/").content.decode()


def tell() -> None:
    from generation.console.telling import TellPeople

    TellPeople().handle([event for event in Event.objects.order_by("pk") if TellPeople.wants(event.kind)])


def test_who_asked_is_told_once_that_a_job_is_finished(drafted, people) -> None:
    drafted(2)
    tell()
    tell()
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.text) == (
        people["operator"].user,
        "batch_finished",
        "2 written, 0 failed.",
    )


def test_returned_drafts_are_told_together(drafted, people, ids_of) -> None:
    batch = drafted(5)
    services.approve(people["reviewer"], ids_of(batch))
    services.return_to_review(people["second"], ids_of(batch))
    tell()
    assert Notice.objects.get(kind="returned").label == "5 drafts"


def test_a_publication_that_left_some_is_told(drafted, people, ids_of) -> None:
    batch = drafted(2)
    services.approve(people["reviewer"], ids_of(batch))
    things.Thing.objects.filter(name="Wave 1").update(blurb="changed meanwhile")
    job = services.publish_batch(people["publisher"], batch)
    jobs.run_now(Job.objects.get(pk=job.pk))
    tell()
    notice = Notice.objects.get(kind="publish_failed")
    assert (notice.user, notice.text) == (people["publisher"].user, "1 published, 1 left.")


def test_a_writer_few_approve_is_named(drafted, people, ids_of, client_of) -> None:
    batch = drafted(25)
    services.reject(people["reviewer"], ids_of(batch)[:20], "dull")
    services.approve(people["reviewer"], ids_of(batch)[20:])
    page = client_of("viewer").get("/console/").content.decode()
    assert "Fewer than 40 %" in page
    assert "template" in page


def test_a_policy_is_saved_through_its_service(client_of) -> None:
    admin = client_of("admin")
    admin.post(
        "/console/generation/reviewpolicy/add/",
        {"slot": "things.blurb", "category": "", "approvals_needed": "2", "sample_percent": "5", "sample_minimum": "10",
         "publish": "by_hand", "bulk_allowed": "on"},
    )  # fmt: skip
    assert Event.objects.filter(kind="policy.saved").exists()
