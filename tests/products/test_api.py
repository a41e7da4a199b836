"""The catalogue over HTTP."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from opsportal import jobs
from opsportal.jobs.models import Job
from products.models import Channel, Product

ROOT = "/api/v1"


@pytest.fixture
def api(client, person):
    """``api(role)``: a browser session with that role."""

    def login(role):
        client.force_login(person(role).user)
        return client

    return login


def send(client, method, path, data):
    return getattr(client, method)(f"{ROOT}{path}", data, content_type="application/json")


def test_create_read_change_delete(api):
    client = api("operator")
    made = send(
        client,
        "post",
        "/products/",
        {
            "key": "mug",
            "name": "Mug",
            "category": ["Kitchen", "Mugs"],
            "brand": "Moss",
            "variants": [{"sku": "M1", "price": "9.90", "currency": "EUR"}],
            "attributes": [{"attribute": "Material", "value": "clay"}],
        },
    )
    assert made.status_code == 201, made.content
    assert made.json()["variants"][0]["price"] == "9.9000"
    assert client.get(f"{ROOT}/products/mug/").json()["attributes"][0]["value"] == "clay"
    changed = send(client, "patch", "/products/mug/", {"name": "Big mug"})
    assert (changed.status_code, changed.json()["name"], changed.json()["category"]) == (200, "Big mug", "Kitchen/Mugs")
    put = send(client, "put", "/products/mug/attributes/", [{"attribute": "material", "value": ""}])
    assert (put.status_code, put.json()) == (200, [])
    assert client.get(f"{ROOT}/products/mug/live_copy/").json() == []
    assert client.delete(f"{ROOT}/products/mug/").status_code == 204
    assert client.get(f"{ROOT}/products/mug/").status_code == 404


def test_errors_name_the_field(api, kettle):
    client = api("operator")
    taken = send(client, "post", "/products/", {"key": "kettle", "name": "Again"})
    assert (taken.status_code, taken.json()["error"]["fields"][0]["field"]) == (409, "key")
    bad = send(client, "patch", "/products/kettle/", {"status": "sold"})
    assert (bad.status_code, bad.json()["error"]["fields"][0]["field"]) == (400, "status")


def test_filters_and_rights(api, kettle):
    client = api("viewer")
    assert len(client.get(f"{ROOT}/products/?category=Kitchen").json()["results"]) == 1
    assert client.get(f"{ROOT}/products/?brand=Nobody").json()["results"] == []
    assert client.get(f"{ROOT}/categories/").status_code == 200
    for method, path in (
        ("post", "/products/"),
        ("patch", "/products/kettle/"),
        ("post", "/imports/"),
        ("post", "/exports/"),
    ):
        assert send(client, method, path, {}).status_code == 403, path


def test_a_page_of_products_takes_few_queries(api, kettle, django_assert_max_num_queries):
    client = api("viewer")
    with django_assert_max_num_queries(12):
        client.get(f"{ROOT}/products/")
    with django_assert_max_num_queries(18):
        client.get(f"{ROOT}/products/kettle/")


def test_import_and_export_answer_with_a_link_to_watch(api):
    client = api("operator")
    file = SimpleUploadedFile("shop.csv", b"Nr,Name\nA,Mug\n")
    answer = client.post(f"{ROOT}/imports/", {"file": file, "map": ["Nr=sku"]})
    assert answer.status_code == 202, answer.content
    jobs.run_now(Job.objects.get())
    told = client.get(answer.json()["link"]).json()
    assert (told["state"], told["result"]["products"]["created"]) == ("done", 1)
    assert Product.objects.get().key == "A"
    answer = send(client, "post", "/exports/", {"format": "portal"})
    assert answer.status_code == 202, answer.content
    assert client.get(answer.json()["link"] + "download/").status_code == 409
    jobs.run_now(Job.objects.latest("id"))
    file = client.get(answer.json()["link"] + "download/")
    assert b"Mug" in b"".join(file.streaming_content)
    refused = client.post(f"{ROOT}/imports/", {"file": SimpleUploadedFile("shop.csv", b"a,b\n1,2\n")})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "unreadable")


def test_channels_say_whose_stock_it_is(api):
    Channel.objects.create(code="own", name="Own shop", stock_owned=True)
    Channel.objects.create(code="web", name="Web shop")
    found = api("viewer").get(f"{ROOT}/channels/?stock_owned=true").json()["results"]
    assert [(row["code"], row["stock_owned"]) for row in found] == [("own", True)]
