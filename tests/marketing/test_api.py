"""Campaigns over HTTP: the whole way of a campaign, what is refused, what it costs."""

from __future__ import annotations

import pytest

from generation.models import Draft, State
from marketing.models import Campaign, CopyText, CopyVariant, DailyResult, FieldLimit, Offer, Placement
from opsportal.access.tokens import create_token

ROOT = "/api/v1"


@pytest.fixture
def api(client, person):
    """``api(role)``: a browser session with that role."""

    def login(role):
        client.force_login(person(role).user)
        return client

    return login


def send(client, method, path, data=None):
    return getattr(client, method)(f"{ROOT}{path}", data or {}, content_type="application/json")


def test_a_campaign_is_planned_drafted_and_run_over_http(api, product, worked, person):
    client = api("operator")
    plan = {
        "key": "spring", "name": "Spring Sale", "names": {"zh-hans": "春季特惠"}, "languages": ["zh-hans"],
        "starts_at": "2027-03-01T09:00:00Z", "ends_at": "2027-03-14T09:00:00Z", "tone": "warm",
    }  # fmt: skip
    made = send(client, "post", "/campaigns/", plan)
    assert made.status_code == 201, made.content
    assert made.json()["status"] == "plan"
    again = send(client, "post", "/campaigns/", plan)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "key_taken")

    offer = send(
        client,
        "post",
        "/campaign-offers/",
        {"campaign": "spring", "kind": "percent", "percent": "15", "products": ["tent"]},
    ).json()
    assert offer["products"] == ["tent"]
    placed = send(
        client,
        "post",
        "/campaign-placements/",
        {
            "campaign": "spring", "key": "feed", "ad_slot": "meta.feed", "variants": 2, "offer": offer["id"],
            "products": ["tent"], "landing_url": "https://shop.example/tent", "budget_share": "100",
        },
    )  # fmt: skip
    assert placed.status_code == 201, placed.content
    number = placed.json()["id"]
    assert [variant["split"] for variant in placed.json()["variants"]] == [50, 50]
    split = send(client, "put", f"/campaign-placements/{number}/split/", {"split": {"A": 70, "B": 30}})
    assert [variant["split"] for variant in split.json()["variants"]] == [70, 30]

    changed = send(client, "patch", "/campaigns/spring/", {"audience": "families", "version": 1})
    assert changed.json()["error"]["code"] == "changed_meanwhile"
    changed = send(client, "patch", "/campaigns/spring/", {"audience": "families"})
    assert changed.json()["audience"] == "families"
    assert send(client, "post", "/campaigns/spring/submit/").json()["status"] == "review"

    asked = send(client, "post", "/campaigns/spring/draft/", {"writer": "template", "candidates": 1})
    assert asked.status_code == 202
    assert asked.json()["link"].endswith(f"/batches/{asked.json()['batch']}/")
    worked()
    board = client.get(f"{ROOT}/campaigns/spring/board/").json()
    assert board["counts"]["drafted"] == board["counts"]["total"] == 6
    assert {text["language"] for text in board["texts"]} == {"zh-hans"}
    ready = client.get(f"{ROOT}/campaigns/spring/readiness/").json()
    assert "unapproved" in {issue["code"] for issue in ready["problems"]}

    from generation import services as copy_services

    ids = list(Draft.objects.values_list("pk", flat=True))
    copy_services.approve(person("reviewer"), ids, acknowledge=True)
    client = api("publisher")
    refused = send(client, "post", "/campaigns/spring/schedule/")
    assert refused.status_code == 409
    assert "unpublished" in {field["field"] for field in refused.json()["error"]["fields"]}
    assert len(send(client, "post", "/campaigns/spring/publish/").json()["published"]) == 6
    assert set(Draft.objects.values_list("state", flat=True)) == {State.PUBLISHED}
    running = send(client, "post", "/campaigns/spring/schedule/", {"accept_warnings": True})
    assert running.json()["status"] == "scheduled"
    stopped = api("operator")
    assert send(stopped, "post", "/campaigns/spring/pause/", {"note": "stock"}).json()["pause_note"] == "stock"
    assert send(stopped, "post", "/campaigns/spring/resume/").status_code == 403
    client = api("publisher")
    assert send(client, "post", "/campaigns/spring/unschedule/").json()["status"] == "review"
    assert send(client, "post", "/campaigns/spring/end/").json()["status"] == "ended"


def test_parts_are_changed_and_taken_out(api, campaign, offer, placement):
    client = api("operator")
    assert send(client, "patch", f"/campaign-offers/{offer.pk}/", {"percent": "25"}).json()["percent"] == "25.00"
    wrong = send(client, "patch", f"/campaign-offers/{offer.pk}/", {"percent": "100"})
    assert wrong.json()["error"]["fields"][0]["field"] == "percent"
    unknown = send(client, "patch", f"/campaign-offers/{offer.pk}/", {"products": ["nothing"]})
    assert "nothing" in unknown.json()["error"]["fields"][0]["message"]
    wrong = send(client, "patch", f"/campaign-placements/{placement.pk}/", {"landing_url": "ftp://x.example"})
    assert wrong.status_code == 400
    assert send(client, "patch", f"/campaign-placements/{placement.pk}/", {"offer": 10**30}).status_code == 400
    added = send(client, "post", f"/campaign-placements/{placement.pk}/variants/")
    assert added.json()["label"] == "C"
    texts = send(client, "post", f"/campaign-variants/{added.json()['id']}/texts/", {"field": "headline"}).json()
    assert {text["position"] for text in texts} == {4}
    assert client.delete(f"{ROOT}/campaign-variants/{added.json()['id']}/").status_code == 204
    listed = client.get(f"{ROOT}/campaign-texts/", {"campaign": "autumn-camp", "language": "en"}).json()
    assert len(listed["results"]) == 10
    assert client.delete(f"{ROOT}/campaign-placements/{placement.pk}/").status_code == 204
    assert client.delete(f"{ROOT}/campaign-offers/{offer.pk}/").status_code == 204
    assert client.delete(f"{ROOT}/campaigns/autumn-camp/").status_code == 204
    assert [model.objects.count() for model in (Campaign, Offer, Placement)] == [0, 0, 0]


def test_limits_are_listed_corrected_and_restored(api):
    client = api("operator")
    address = "/channel-limits/google_ads.search:headline/"
    values = {"maximum": 28, "unit": "google_ads_width", "source": "our account manager", "checked_on": "2026-11-20"}
    assert send(client, "put", address, values).json()["is_corrected"] is True
    found = client.get(f"{ROOT}/channel-limits/").json()
    assert next(row for row in found if row["field"] == "headline" and row["is_corrected"])["maximum"] == 28
    assert client.delete(f"{ROOT}{address}").status_code == 204
    assert client.delete(f"{ROOT}{address}").status_code == 404
    assert send(client, "put", "/channel-limits/fax.page:title/", values).status_code == 404
    assert not FieldLimit.objects.exists()
    assert send(api("viewer"), "put", address, values).status_code == 403


def test_results_are_recorded_and_judged(api, placement):
    client = api("operator")
    rows = [
        {"campaign": "autumn-camp", "placement": "search", "variant": label, "day": "2027-06-01", "impressions": "20000",
         "clicks": clicks}
        for label, clicks in (("A", "400"), ("B", "600"), ("Z", "1"))
    ]  # fmt: skip
    told = send(client, "post", "/campaign-results/", {"rows": rows}).json()
    assert (told["created"], told["errors"][0]["row"]) == (2, 3)
    assert DailyResult.objects.count() == 2
    (result,) = client.get(f"{ROOT}/campaigns/autumn-camp/results/").json()
    assert (result["verdict"], result["winner"]) == ("better", "B")
    listed = client.get(f"{ROOT}/campaign-results/", {"campaign": "autumn-camp", "variant": "B"}).json()["results"]
    assert listed[0]["clicks"] == 600
    winner = CopyVariant.objects.get(label="B")
    assert send(client, "post", f"/campaign-variants/{winner.pk}/promote/").status_code == 403
    assert send(api("publisher"), "post", f"/campaign-variants/{winner.pk}/promote/").json()["split"] == 100


def test_the_file_of_a_channel(api, small, published):
    client = api("operator")
    address = f"{ROOT}/campaigns/autumn-camp/export/"
    refused = send(client, "post", "/campaigns/autumn-camp/export/", {"format": "meta"})
    assert refused.json()["error"]["code"] == "nothing_to_export"
    published(small)
    answer = client.post(address, {"format": "meta"}, content_type="application/json")
    assert "utm_source=meta" in b"".join(answer.streaming_content).decode("utf-8-sig")
    assert send(client, "post", "/campaigns/autumn-camp/export/", {"format": "fax"}).status_code == 400


@pytest.mark.parametrize(
    "path", ["campaigns", "campaign-offers", "campaign-placements", "campaign-variants", "campaign-texts"]
)
def test_a_page_costs_the_same_at_any_size(api, placement, product, path, django_assert_max_num_queries):
    from decimal import Decimal

    from marketing import services

    from .conftest import SYSTEM

    client = api("viewer")
    client.get(f"{ROOT}/{path}/")
    with django_assert_max_num_queries(12) as few:
        assert client.get(f"{ROOT}/{path}/").status_code == 200
    for number in range(3):
        made = services.create_campaign(SYSTEM, key=f"more-{number}", name="More")
        services.add_offer(SYSTEM, made, kind="percent", percent=Decimal("10"), products=[product])
        services.add_placement(SYSTEM, made, key="one", ad_slot="meta.feed", products=[product], variants=2)
    assert CopyText.objects.count() > 20
    with django_assert_max_num_queries(len(few)):
        client.get(f"{ROOT}/{path}/")


def test_a_token_reads_or_writes_campaigns(client, person, campaign):
    _token, secret = create_token(person("admin"), person("operator").user, "reader", ["marketing:read"])
    headers = {"authorization": f"Token {secret}"}
    assert client.get(f"{ROOT}/campaigns/autumn-camp/", headers=headers).status_code == 200
    body = {"audience": "all"}
    refused = client.patch(f"{ROOT}/campaigns/autumn-camp/", body, content_type="application/json", headers=headers)
    assert refused.status_code == 403
