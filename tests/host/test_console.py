"""The console's own pages: background jobs, rights of people, the language switch, what needs attention."""

import pytest
from django.contrib.auth.models import Group
from django.urls import NoReverseMatch, reverse

from opsportal import jobs
from opsportal.access import Actor
from opsportal.access.models import ApiToken, User
from opsportal.console import Card, NavItem, dashboard, navigation
from opsportal.console.job_pages import seconds_left, time_left
from opsportal.events.models import Event
from opsportal.jobs.models import Job, JobState

pytestmark = pytest.mark.django_db


class Waiting(jobs.JobKind):
    key = "tests.waiting"
    title = "Waiting for nothing"

    def run(self, run):
        return jobs.Done({"rows": 7, "nested": {"not": "shown"}})

    def result_url(self, job):
        return f"/console/?made={job.pk}"


@pytest.fixture(autouse=True)
def _kinds(registered):
    registered(Waiting)


@pytest.fixture
def as_role(client, person):
    """``as_role(role)``: a browser logged in as a new person with that role, and the actor."""

    def login(role):
        actor = person(role)
        client.force_login(actor.user)
        return client, actor

    return login


def page(job, name="job"):
    return reverse(f"console:{name}", args=[job.pk])


def test_a_job_shows_its_progress_until_it_is_over(as_role):
    client, actor = as_role("operator")
    job = jobs.enqueue("tests.waiting", actor=actor, payload={}, total=10)
    waiting = client.get(page(job)).content.decode()
    assert "Waiting for nothing" in waiting
    assert page(job, "job_progress") in waiting
    jobs.run_now(job)
    over = client.get(page(job, "job_progress")).content.decode()
    assert "hx-get" not in over
    assert "<td>7</td>" in over
    assert "nested" not in over
    assert f"/console/?made={job.pk}" in over


def test_an_estimate_needs_a_start_and_a_total():
    assert seconds_left(Job(state=JobState.RUNNING, done=5)) is None
    assert (time_left(None), time_left(20)) == ("", "less than a minute left")
    assert (time_left(60), time_left(150)) == ("about 1 minute left", "about 3 minutes left")


def test_whoever_asked_may_stop_a_job_and_others_may_only_look(as_role):
    client, actor = as_role("operator")
    mine = jobs.enqueue("tests.waiting", actor=actor, payload={})
    client.post(page(mine, "job_cancel"))
    mine.refresh_from_db()
    assert mine.state == JobState.CANCELLED

    foreign = jobs.enqueue("tests.waiting", actor=Actor.system(), payload={})
    assert page(foreign, "job_cancel") not in client.get(page(foreign)).content.decode()
    assert client.post(page(foreign, "job_cancel")).status_code == 403
    foreign.refresh_from_db()
    assert foreign.state == JobState.QUEUED


def test_without_a_role_only_own_jobs_are_visible(client):
    user = User.objects.create_user("newcomer", is_staff=True)
    client.force_login(user)
    mine = jobs.enqueue("tests.waiting", actor=Actor(user, "console"), payload={})
    foreign = jobs.enqueue("tests.waiting", actor=Actor.system(), payload={})
    assert client.get(page(mine)).status_code == 200
    assert client.get(page(foreign)).status_code == 403
    assert client.get(reverse("admin:index")).status_code == 200


def test_an_error_text_is_shown_as_text(as_role):
    client, actor = as_role("operator")
    job = jobs.enqueue("tests.waiting", actor=actor, payload={})
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, error="<script>alert(1)</script>")
    shown = client.get(page(job)).content.decode()
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert(1)" not in shown


def test_the_language_chosen_is_kept_on_the_account(as_role):
    client, actor = as_role("viewer")
    client.post(reverse("console:set_language"), {"language": "zh-hans"})
    actor.user.refresh_from_db()
    assert actor.user.language == "zh-hans"
    assert 'lang="zh-hans"' in client.get(reverse("admin:index")).content.decode()
    client.post(reverse("console:set_language"), {"language": "tlh"})
    actor.user.refresh_from_db()
    assert actor.user.language == "zh-hans"


def test_administrators_are_told_what_does_not_work(as_role):
    job = jobs.enqueue("tests.waiting", actor=Actor.system(), payload={})
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, finished_at=job.created_at)
    client, _actor = as_role("admin")
    assert "1 background job failed" in client.get(reverse("admin:index")).content.decode()
    client, _actor = as_role("operator")
    assert "1 background job failed" not in client.get(reverse("admin:index")).content.decode()


def user_form(user, **changes):
    values = {
        "username": user.username,
        "is_active": "on",
        "is_staff": "on",
        "groups": [group.pk for group in user.groups.all()],
        **changes,
    }
    return reverse("admin:access_user_change", args=[user.pk]), values


def test_a_new_person_gets_a_role_and_may_use_the_console(as_role):
    client, actor = as_role("admin")
    role = Group.objects.get(name="reviewer")
    password = "a-long-enough-phrase-9"
    values = {"username": "lin", "password1": password, "password2": password, "usable_password": "true"}
    client.post(reverse("admin:access_user_add"), {**values, "groups": [role.pk]})
    user = User.objects.get(username="lin")
    assert (user.is_staff, list(user.groups.all())) == (True, [role])
    event = Event.objects.get(kind="user.created")
    assert (event.actor, event.target_key, event.after["roles"]) == (actor.user, "lin", ["reviewer"])


def test_a_change_of_rights_is_recorded_with_before_and_after(as_role, person):
    client, _actor = as_role("admin")
    other = person("viewer").user
    address, values = user_form(other, groups=[Group.objects.get(name="publisher").pk])
    client.post(address, values)
    event = Event.objects.get(kind="user.changed")
    assert (event.before["roles"], event.after["roles"]) == (["viewer"], ["publisher"])
    client.post(*user_form(User.objects.get(pk=other.pk), first_name="Mia"))
    assert Event.objects.filter(kind="user.changed").count() == 1


def test_only_a_superuser_makes_superusers(as_role, person):
    client, actor = as_role("admin")
    assert not actor.user.is_superuser
    other = person("viewer").user
    client.post(*user_form(other, is_superuser="on"))
    other.refresh_from_db()
    assert not other.is_superuser


def test_what_a_deleted_person_did_stays_on_record(as_role, person):
    client, _actor = as_role("admin")
    other = person("viewer")
    job = jobs.enqueue("tests.waiting", actor=other, payload={})
    jobs.cancel(other, job)
    client.post(reverse("admin:access_user_delete", args=[other.user.pk]), {"post": "yes"})
    assert not User.objects.filter(pk=other.user.pk).exists()
    event = Event.objects.get(kind="job.cancel_requested")
    assert (event.actor, event.actor_label) == (None, other.user.username)
    assert Event.objects.filter(kind="user.deleted").exists()


def test_the_secret_of_a_new_token_is_shown_once(as_role):
    client, actor = as_role("admin")
    address = reverse("admin:access_apitoken_add")
    form = client.get(address).content.decode()
    assert "jobs:read" in form
    assert "sessions:read" not in form
    shown = client.post(address, {"user": actor.user.pk, "name": "till", "scopes": ["jobs:read"]}, follow=True)
    token = ApiToken.objects.get(name="till")
    assert token.token_key in shown.content.decode()
    assert token.token_key not in "".join(
        line for line in client.get(reverse("admin:index")).content.decode().splitlines() if "<code>" in line
    )


@pytest.fixture
def slips():
    """A link that leads nowhere and a card that fails, as from a careless plugin."""

    class Failing(Card):
        key = "tests.failing"
        title = "Failing card"
        template = "console/cards/my_jobs.html"

        def context(self, request):
            raise LookupError

    restore = navigation.snapshot(), dashboard.snapshot()
    navigation.register(NavItem("start", "To nowhere", "help", "console:nowhere"))
    dashboard.register(Failing)
    yield
    for undo in restore:
        undo()


def test_one_plugins_slips_do_not_take_the_console_down(as_role, slips, settings):
    settings.PLUGIN_ERRORS = "isolate"
    client, _actor = as_role("viewer")
    shown = client.get(reverse("admin:index"))
    assert shown.status_code == 200
    assert "To nowhere" not in shown.content.decode()
    assert "Failing card" not in shown.content.decode()


def test_under_strict_a_slip_is_an_error(as_role, slips, settings):
    settings.PLUGIN_ERRORS = "strict"
    client, _actor = as_role("viewer")
    with pytest.raises((LookupError, NoReverseMatch)):
        client.get(reverse("admin:index"))


def test_a_stranger_chooses_the_language_of_the_login_page(client):
    page = client.get("/console/login/").content.decode()
    assert "简体中文" in page
    answer = client.post(reverse("console:set_language"), {"language": "zh-hans", "next": "/console/login/"})
    assert answer.url == "/console/login/"
    assert 'lang="zh-hans"' in client.get("/console/login/").content.decode()
