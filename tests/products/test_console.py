"""The catalogue in the console: list, form, import, export."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generation.values import content_hash
from opsportal import jobs
from opsportal.events.models import Event
from opsportal.jobs.models import Job
from products import services
from products.imports.storing import chunks
from products.models import ImportRun, LiveCopy, Product, SellingPoint
from products.services import runs

LIST = "admin:products_product_changelist"


@pytest.fixture
def as_role(client, person):
    """``as_role(role)``: a browser logged in with that role, and the actor."""

    def login(role):
        actor = person(role)
        client.force_login(actor.user)
        return client, actor

    return login


def test_every_filter_of_the_list_works_and_queries_stay_few(as_role, kettle, django_assert_max_num_queries):
    client, actor = as_role("operator")
    for number in range(30):
        services.create_product(actor, key=f"p{number}", name=f"Mug {number}", category=("Kitchen", "Mugs"))
    with django_assert_max_num_queries(30):
        page = client.get(reverse(LIST))
    assert page.status_code == 200
    for query, found in (
        ("category=Kitchen", 31),
        ("category=Kitchen/Kettles", 1),
        ("brand=Wren", 1),
        ("needs_data=true", 30),
        ("needs_data=false", 1),
        ("lacks_copy=products.description:en", 31),
        ("has_copy=products.description:en", 0),
        ("draft_state=none", 31),
        ("incomplete=zh-hans", 31),
        ("q=K-W", 1),
        ("q=gooseneck", 1),
    ):
        answer = client.get(f"{reverse(LIST)}?{query}")
        assert answer.status_code == 200, query
        assert answer.context["cl"].result_count == found, query


def test_draft_copy_goes_on_with_the_rows_or_the_filter(as_role, kettle):
    client, _actor = as_role("operator")
    answer = client.post(reverse(LIST), {"action": "draft_copy", "_selected_action": [kettle.pk]})
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("console:draft_copy"))
    chosen = next(iter(client.session["copy_selections"].values()))
    assert chosen["ids"] == [kettle.pk]
    client.post(
        reverse(LIST) + "?category=Kitchen",
        {"action": "draft_copy", "_selected_action": [kettle.pk], "select_across": "1"},
    )
    assert list(client.session["copy_selections"].values())[-1]["filter"] == {"category": "Kitchen"}
    assert client.get(answer.url).status_code == 200


def test_a_viewer_sees_but_may_neither_change_nor_draft(as_role, kettle):
    client, _actor = as_role("viewer")
    assert client.get(reverse("admin:products_product_change", args=[kettle.pk])).status_code == 200
    assert b"draft_copy" not in client.get(reverse(LIST)).content
    for name in ("products_import", "products_export"):
        assert client.get(reverse(f"console:{name}")).status_code == 403


def test_who_may_not_change_a_product_reads_its_languages_as_text(as_role, kettle):
    kettle.names = {"zh-hans": "鹪鹩电水壶"}
    kettle.save()
    kettle.attribute_values.update(values={"zh-hans": "不锈钢"})
    client, _actor = as_role("reviewer")
    page = client.get(reverse("admin:products_product_change", args=[kettle.pk])).content.decode()
    assert '<span lang="zh-hans">鹪鹩电水壶</span>' in page
    assert "不锈钢" in page
    assert "&quot;zh-hans&quot;" not in page
    # One column, which the table names once above its rows and a screen reader beside each value.
    headings = re.findall(r"<th\b[^>]*>(.*?)</th>", page, re.S)
    assert sum("Value per language" in heading for heading in headings) == 1


def form_of(product, **changes):
    """The change form as a browser sends it, inlines unchanged."""
    data = {
        "key": product.key, "name": product.name, "language": product.language, "names": "{}", "nouns": "{}",
        "status": product.status, "category": product.category_id or "", "brand": product.brand_id or "",
        "product_type": "", "tags": "[]", "keywords_use": "[]", "keywords_avoid": "[]",
    }  # fmt: skip
    for prefix, rows in (
        ("attribute_values", product.attribute_values.all()),
        ("variants", product.variants.all()),
        ("selling_points", product.selling_points.all()),
        ("images", product.images.all()),
    ):
        data |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": len(rows)}
        for index, row in enumerate(rows):
            data |= {f"{prefix}-{index}-id": row.pk, f"{prefix}-{index}-product": product.pk}
            if prefix == "attribute_values":
                data |= {f"{prefix}-{index}-attribute": row.attribute_id, f"{prefix}-{index}-value": row.value}
                data |= {f"{prefix}-{index}-unit": row.unit}
            if prefix == "variants":
                data |= {f"{prefix}-{index}-sku": row.sku, f"{prefix}-{index}-options": json.dumps(row.options)}
                data |= {f"{prefix}-{index}-price": row.price, f"{prefix}-{index}-currency": row.currency}
    return data | changes


def test_saving_the_form_records_what_changed(as_role, kettle):
    client, actor = as_role("operator")
    data = form_of(kettle, name="Wren Kettle", **{"attribute_values-0-value": "1 L", "variants-0-price": "49.90"})
    answer = client.post(reverse("admin:products_product_change", args=[kettle.pk]), data)
    assert answer.status_code == 302, answer.context["errors"] if answer.context else answer.content[:500]
    kinds = set(Event.objects.filter(target_id=kettle.pk, actor=actor.user).values_list("kind", flat=True))
    assert kinds >= {"product.updated", "product.facts_changed", "product.price_changed"}
    value = kettle.attribute_values.order_by("id").first()
    assert (value.value, value.number, value.unit) == ("1 L", 1, "L")
    updated = Event.objects.get(kind="product.updated", target_id=kettle.pk)
    assert (updated.before["name"], updated.after["name"]) == ("Wren Gooseneck Kettle", "Wren Kettle")


def test_the_form_shows_live_copy_escaped_with_a_copy_button(as_role, kettle):
    client, _actor = as_role("operator")
    text = "<p>Boils <b>fast</b></p>"
    live = LiveCopy.objects.create(
        product=kettle, slot="products.description", language="en", value=text, content_hash=content_hash(text)
    )
    page = client.get(reverse("admin:products_product_change", args=[kettle.pk])).content.decode()
    assert f'data-copy="#copy-{live.pk}"' in page
    assert '<div class="line line-text">Boils fast</div>' in page
    assert "&lt;p&gt;Boils" in page, "the button copies what goes into the shop's file"
    assert 'id="copy-history-title"' in page


def test_the_copy_on_the_form_costs_the_same_for_any_number_of_texts(as_role, kettle, django_assert_max_num_queries):
    client, _actor = as_role("operator")
    page = reverse("admin:products_product_change", args=[kettle.pk])

    def live(slot: str, language: str) -> None:
        LiveCopy.objects.create(
            product=kettle, slot=slot, language=language, value="Boils fast", content_hash=content_hash("Boils fast")
        )

    live("products.description", "en")
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    for slot in ("products.title", "products.highlights", "products.seo_title"):
        live(slot, "en")
        live(slot, "zh-hans")
    with django_assert_max_num_queries(len(one)):
        assert client.get(page).content.decode().count("data-copy=") == 7


def test_selling_points_are_approved_by_those_who_may(as_role, kettle):
    client, actor = as_role("operator")
    services.set_selling_points(actor, kettle, "en", ["Pours like a pen"])
    client.post(reverse(LIST), {"action": "approve_points", "_selected_action": [kettle.pk]})
    assert SellingPoint.objects.get().approved_at is None
    client, reviewer = as_role("reviewer")
    client.post(reverse(LIST), {"action": "approve_points", "_selected_action": [kettle.pk]})
    assert SellingPoint.objects.get().approved_by == reviewer.user


def upload(text, name="shop.csv"):
    return SimpleUploadedFile(name, text.encode())


def test_upload_preview_job_result(as_role):
    client, _actor = as_role("operator")
    text = "sku,name,colour,price\nA,<b>Mug</b>,blue,3\nB,Cup,red,nine\n"
    answer = client.post(reverse("console:products_import"), {"file": upload(text), "format": "auto"}, follow=True)
    page = answer.content.decode()
    run = ImportRun.objects.get()
    assert "1 new" in page
    assert "is not a number" in page
    assert "&lt;b&gt;Mug" in page
    assert Product.objects.count() == 0
    url = reverse("console:products_import_run", args=[run.pk])
    chosen = {"column-0": "sku", "column-1": "name", "column-2": "attr:*", "column-3": "price"}
    assert "attr:Colour" in client.post(url, chosen, follow=True).content.decode()
    answer = client.post(url, {**chosen, "start": "1"})
    job = Job.objects.get()
    assert answer.url == reverse("console:job", args=[job.pk])
    jobs.run_now(job)
    assert Product.objects.get().attribute_values.get().value == "blue"
    page = client.get(url).content.decode()
    assert "1 new" in page
    report = client.get(reverse("console:products_import_errors", args=[run.pk]))
    assert b"nine" in b"".join(report.streaming_content)
    again = client.post(url, {"start": "1"}, follow=True)
    assert "started already" in again.content.decode()


def test_a_file_nobody_can_read_is_refused_at_once(as_role):
    client, _actor = as_role("operator")
    for name, content in (("shop.exe", "sku,name"), ("shop.csv", "")):
        answer = client.post(reverse("console:products_import"), {"file": upload(content, name)}, follow=True)
        assert ImportRun.objects.count() == 0
        assert answer.status_code == 200


def test_a_header_that_says_nothing_is_mapped_by_hand(as_role):
    client, _actor = as_role("operator")
    answer = client.post(reverse("console:products_import"), {"file": upload("nr,titel\nA,Mug\n")}, follow=True)
    assert "No column says" in answer.content.decode()
    url = reverse("console:products_import_run", args=[ImportRun.objects.get().pk])
    page = client.post(url, {"column-0": "sku", "column-1": "name"}, follow=True).content.decode()
    assert "1 new" in page


def test_an_import_goes_on_where_its_slice_ended(as_role, monkeypatch):
    client, actor = as_role("operator")
    monkeypatch.setattr("products.tasks.chunks", lambda records: chunks(records, 2))
    rows = "".join(f"S{n},Mug {n}\n" for n in range(7))
    client.post(reverse("console:products_import"), {"file": upload(f"sku,name\n{rows}S0,twice\n")})
    run = runs.start_import(actor, ImportRun.objects.get())
    monkeypatch.setattr(jobs.JobRun, "time_left", lambda self: 0)
    job = Job.objects.get(pk=run.job_id)
    jobs.run_now(job)
    run.refresh_from_db()
    assert run.result["products"] == {"created": 7, "updated": 0, "unchanged": 0}
    assert [error["row"] for error in run.result["errors"]] == [9]


def test_export_download_and_confirm(as_role, kettle):
    client, _actor = as_role("operator")
    text = "<p>Boils fast</p>"
    LiveCopy.objects.create(
        product=kettle, slot="products.description", language="en", value=text, content_hash=content_hash(text)
    )
    mine = "Handle,Title,Body (HTML),Variant Price\nkettle,Wren,old,1\n"
    client.post(reverse("console:products_export"), {"format": "original", "like": upload(mine)})
    job = Job.objects.get()
    jobs.run_now(job)
    assert client.get(reverse("console:job", args=[job.pk])).status_code == 200
    page = client.get(reverse("console:products_export"))
    assert "shop.csv" in page.content.decode()
    file = client.get(reverse("console:products_export_download", args=[job.payload["run"]]))
    assert b"".join(file.streaming_content).decode() == mine.replace("old", text)
    assert client.post(reverse("console:products_export_confirm", args=[job.payload["run"]])).status_code == 302


@pytest.mark.parametrize(
    "model",
    ["category", "attributedefinition", "brand", "channel", "benefit", "sellingpoint", "sourcetext", "livecopy",
     "variant", "attributevalue", "pricechange", "importrun", "exportrun"],
)  # fmt: skip
def test_every_list_opens(as_role, kettle, model):
    client, _actor = as_role("admin")
    assert client.get(reverse(f"admin:products_{model}_changelist")).status_code == 200


def test_renaming_a_category_moves_the_paths_below_it(as_role, kettle):
    client, _actor = as_role("admin")
    parent = kettle.category.parent
    url = reverse("admin:products_category_change", args=[parent.pk])
    empty = {"attribute_set-TOTAL_FORMS": 0, "attribute_set-INITIAL_FORMS": 0}
    data = {"name": "Cooking", "names": "{}", "nouns": "{}", "sensitive": "", "parent": "", **empty}
    assert client.post(url, data).status_code == 302
    kettle.category.refresh_from_db()
    assert kettle.category.path == "Cooking/Kettles"
    assert Event.objects.filter(kind="category.facts_changed").exists()


def test_the_first_page_says_what_to_do_without_products(as_role):
    client, _actor = as_role("operator")
    assert "Import a product file" in client.get(reverse("admin:index")).content.decode()
