"""Copy handed out per channel: only what was approved, published and is still true; nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import zipfile
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.models import Delivery, Draft, State
from marketing import services
from marketing.exports.formats import email_html
from marketing.exports.selection import Ad, select
from marketing.models import Campaign, CopyText, CopyVariant, Placement
from marketing.utm import PARAMETERS, tracking_url
from opsportal.access import Forbidden
from opsportal.plugins import Invalid

from .conftest import SYSTEM


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_feed_ad_goes_out_with_its_link_and_its_origin(small, published, person, tmp_path):
    campaign = published(small)
    target = tmp_path / "meta.csv"
    result = services.export_campaign(person("operator"), campaign, "meta", target)
    assert (result.ads, result.texts, result.deliveries, result.left_out) == (1, 3, 3, [])
    (row,) = read(target)
    texts = {text.field: text.value for text in CopyText.objects.all()}
    assert (row["Title"], row["Body"], row["Link Description"]) == (
        texts["headline"],
        texts["primary_text"],
        texts["description"],
    )
    assert row["Link"] == "https://shop.example/tent"
    assert parse_qs(row["URL Tags"])["utm_campaign"] == ["autumn-camp"]
    assert "template-2" in row["Provenance"]
    assert "m-reviewer" in row["Provenance"]
    assert set(Delivery.objects.values_list("state", "destination")) == {("exported", "meta")}
    # The same again: the shop has these texts already.
    assert services.export_campaign(person("operator"), campaign, "meta", target).deliveries == 0


def test_search_ads_have_a_column_a_headline(in_review, published, person, tmp_path):
    campaign = published(in_review)
    target = tmp_path / "google.csv"
    result = services.export_campaign(person("publisher"), campaign, "google_ads", target)
    assert result.ads == 4
    rows = read(target)
    assert [row["Ad type"] for row in rows] == ["Responsive search ad"] * 4
    assert all(row["Headline 3"] and not row["Headline 4"] and row["Description 2"] for row in rows)
    query = parse_qs(urlsplit(rows[0]["Final URL"]).query)
    assert query["ref"] == ["a"]
    assert query["utm_source"] == ["google"]
    assert query["utm_content"] == ["search-a-zh-hans"]


def test_only_published_and_true_copy_goes_out(small, published, person, tmp_path):
    with pytest.raises(Invalid):
        services.export_campaign(SYSTEM, small, "meta", tmp_path / "none.csv")
    assert not (tmp_path / "none.csv").exists()
    campaign = published(small)
    stale = Draft.objects.filter(state=State.PUBLISHED).first()
    Draft.objects.filter(pk=stale.pk).update(stale_since=stale.created_at, stale_reason="facts_changed")
    with pytest.raises(Invalid) as error:
        services.export_campaign(SYSTEM, campaign, "meta", tmp_path / "none.csv")
    assert stale.target_key in error.value.message
    with pytest.raises(Forbidden):
        services.export_campaign(person("viewer"), campaign, "meta", tmp_path / "none.csv")
    with pytest.raises(Invalid):
        services.export_campaign(SYSTEM, campaign, "fax", tmp_path / "none.csv")


def test_a_variant_without_traffic_stays_in(in_review, published, person, tmp_path):
    campaign = published(in_review)
    services.promote_variant(person("publisher"), CopyVariant.objects.get(label="B"))
    assert {ad.variant.label for ad in select(campaign, "google_ads").ads} == {"B"}


def test_messages_and_emails(campaign, offer, product, published, person, tmp_path):
    services.update_campaign(SYSTEM, campaign, languages=["zh-hans"])
    services.add_placement(SYSTEM, campaign, key="text", ad_slot="sms.message", products=[product])
    services.add_placement(
        SYSTEM, campaign, key="mail", ad_slot="email.newsletter", landing_url="https://shop.example/a?b=1&c=2"
    )
    services.add_placement(SYSTEM, campaign, key="note", ad_slot="xiaohongshu.note")
    campaign = published(services.submit_campaign(SYSTEM, Campaign.objects.get()))
    services.export_campaign(SYSTEM, campaign, "sms", tmp_path / "sms.csv")
    (row,) = read(tmp_path / "sms.csv")
    assert row["message"].startswith("【桤木户外】")
    assert (row["encoding"], row["parts"]) == ("ucs2", "1")
    assert not {"phone", "number", "name"} & set(row)
    services.export_campaign(SYSTEM, campaign, "xiaohongshu", tmp_path / "notes.csv")
    assert read(tmp_path / "notes.csv")[0]["title"]
    services.export_campaign(SYSTEM, campaign, "email", tmp_path / "mail.zip")
    with zipfile.ZipFile(tmp_path / "mail.zip") as archive:
        assert sorted(archive.namelist()) == ["index.csv", "mail-A-zh-hans.html", "mail-A-zh-hans.txt"]
        page = archive.read("mail-A-zh-hans.html").decode()
        text = archive.read("mail-A-zh-hans.txt").decode()
        index = list(csv.DictReader(archive.read("index.csv").decode("utf-8-sig").splitlines()))
    assert '<html lang="zh-hans">' in page
    assert "{{customer}}" in page
    assert "b=1&amp;c=2&amp;utm_source=newsletter" in page
    assert text.rstrip().endswith("utm_content=mail-a-zh-hans")
    assert index[0]["subject"]


def test_a_page_escapes_what_it_is_given():
    placement = Placement(campaign=Campaign(key="k", name="n"), key="mail", ad_slot="email.newsletter")
    ad = Ad(placement, CopyVariant(label="A"), "en", {"body": ["<script>alert(1)</script>"], "subject": ["a</title>"]})
    page = email_html(ad)
    assert "<script>" not in page
    assert "a</title>" not in page


def test_a_cell_that_looks_like_a_formula_is_text(small, published, tmp_path):
    campaign = published(small)
    CopyText.objects.filter(field="headline").update(value="=HYPERLINK(1)")
    services.export_campaign(SYSTEM, campaign, "meta", tmp_path / "meta.csv")
    assert read(tmp_path / "meta.csv")[0]["Title"] == "'=HYPERLINK(1)"


def test_an_export_costs_the_same_for_many_ads(in_review, published, django_assert_max_num_queries):
    campaign = published(in_review)
    with django_assert_max_num_queries(6):
        assert len(select(campaign, "google_ads").ads) == 4


VALUES = st.dictionaries(st.sampled_from(PARAMETERS), st.text(min_size=1, max_size=20), min_size=1)
QUERIES = st.lists(st.tuples(st.text("abcxyz", min_size=1, max_size=5), st.text(max_size=8)), max_size=4)


@given(VALUES, QUERIES)
def test_a_tracking_address_keeps_what_was_there(values, kept):
    from urllib.parse import urlencode

    landing = f"https://shop.example/p/a?{urlencode(kept)}#top"
    tracked = tracking_url(tracking_url(landing, values), values)
    query = parse_qsl(urlsplit(tracked).query, keep_blank_values=True)
    assert [pair for pair in query if pair[0] not in PARAMETERS] == kept
    assert {name: value for name, value in query if name in PARAMETERS} == values
    assert urlsplit(tracked).fragment == "top"


def test_no_landing_page_no_tracking():
    assert tracking_url("", {"utm_source": "x"}) == ""
