"""Files of orders: what becomes of every row."""

from __future__ import annotations

import csv
import json
from collections import Counter
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.import_orders import HEADER, OUTLIER, lines, write
from opsportal import jobs
from opsportal.access import Actor
from opsportal.events.models import Event
from orders import services
from orders.imports.result import LINE_OUTCOMES
from orders.models import (
    CancellationLine,
    Customer,
    Hold,
    Order,
    OrderExport,
    OrderImport,
    OrderLine,
    PaymentState,
    State,
)
from orders.services import runs
from orders.services.exporting import ExportSpec
from orders.services.importing import ImportSpec, import_orders
from products.imports import UnreadableFile

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def put(path, rows, header=HEADER):
    """Write a CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def read(path, **spec):
    """Import it as the portal itself."""
    return import_orders(Actor.system(), ImportSpec(path, **spec))


def row(number, code="22423", pieces="2", price="2.50", customer="17850.0", when="2026-03-02 08:26:00", name="LAMP"):
    """A line of an ERP's file."""
    return [number, code, name, pieces, when, price, customer, "France"]


def refused(result):
    """(row, column) of everything refused."""
    return [(error.row, error.column) for error in result.errors]


@pytest.fixture
def day(tmp_path):
    """A day's file with an order of 80,995 pieces that is taken back twelve minutes later."""
    path = tmp_path / "day.csv"
    write(path, 1632)
    return path


def test_a_day_with_an_outlier(day):
    out = StringIO()
    call_command("import_orders", str(day), "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert set(told) == {"rows", "orders", "lines", "errors"}
    assert set(told["orders"]) == {"created", "held", "cancelled"}
    assert set(told["lines"]) == set(LINE_OUTCOMES)
    assert told["rows"] == sum(told["lines"].values()) == 1632
    wanted = Counter(kind for kind, _told in lines(1632))
    assert told["lines"] == {
        "imported": wanted["goods"] + wanted["outlier"],
        "cancellation": wanted["cancellation"] + wanted["outlier_cancelled"],
        "non_product": wanted["charge"],
        "duplicate": wanted["duplicate"],
        "refused": 0,
    }
    order = Order.objects.get(lines__quantity=OUTLIER)
    assert order.state == State.CANCELLED
    hold = order.holds.get(rule="orders.quantity_outlier")
    assert "80,995 pieces of 23843" in hold.explanation
    assert hold.outcome == Hold.Outcome.CONFIRMED
    happened = Event.objects.filter(target_type="orders.order", target_id=order.pk).order_by("id")
    assert list(happened.values_list("kind", flat=True)) == [
        "order.placed",
        "order.held",
        "order.lines_cancelled",
        "order.cancelled",
    ]


def test_reading_it_again_changes_nothing(day):
    read(day)
    before = (Event.objects.count(), OrderLine.objects.count(), CancellationLine.objects.count())
    again = read(day)
    assert again.to_json() == {
        "rows": 1632,
        "orders": {"created": 0, "held": 0, "cancelled": 0},
        "lines": {"imported": 0, "cancellation": 0, "non_product": 0, "duplicate": 1632, "refused": 0},
        "errors": [],
    }
    assert (Event.objects.count(), OrderLine.objects.count(), CancellationLine.objects.count()) == before


def test_a_spreadsheet_says_the_same(day, tmp_path):
    path = tmp_path / "day.xlsx"
    write(path, 1632)
    assert read(day).lines == read(path, source="other").lines
    assert Customer.objects.filter(source="other", external_id__endswith=".0").count() == 0


def test_every_kind_of_row(tmp_path):
    path = put(
        tmp_path / "a.csv",
        [
            row("536365"),
            row("536365", code="POST", price="18.00", pieces="1"),
            row("536365"),
            row("536366", code="85123A", pieces="0"),
            row("536366", code="85123A", price="cheap"),
            row("536366", code="85123A"),
            row("", code="85123A"),
            row("536367", when="someday"),
            row("536368", code="", name=""),
            row("C536370", pieces="-1"),
            row("536371", code="BANK CHARGES", pieces="1", price="12", customer=""),
            row("536372", customer="", pieces="-10", price="0.0"),
            row("536373", customer="", price="0.0"),
        ],
    )
    result = read(path)
    assert dict(+result.lines) == {"imported": 3, "non_product": 2, "duplicate": 1, "refused": 5, "cancellation": 2}
    assert refused(result) == [
        (5, "Quantity"), (6, "UnitPrice"), (8, "InvoiceNo"), (9, "InvoiceDate"), (10, "StockCode"),
    ]  # fmt: skip
    states = dict(Order.objects.values_list("external_id", "state"))
    assert states == {"536365": "approved", "536366": "held", "536371": "closed", "536373": "approved"}
    assert "row 5, Quantity" in Order.objects.get(external_id="536366").holds.get().reason
    order = Order.objects.get(external_id="536365")
    assert (order.total, order.subtotal, order.item_count) == (Decimal("23"), Decimal("5"), 1)
    # One piece of two was taken back; the stock correction without a customer belongs to no order.
    assert dict(CancellationLine.objects.values_list("external_id", "line__cancelled_quantity")) == {
        "C536370": 1,
        "536372": None,
    }


def test_orders_in_pieces_and_cancellations_ahead_of_them(tmp_path):
    path = put(
        tmp_path / "a.csv",
        [
            row("C3", pieces="-2", when="2026-03-02 10:00:00"),
            row("1", when="2026-03-02 09:00:00"),
            row("2", code="A", when="2026-03-02 09:00:00"),
            row("1", code="B2", when="2026-03-02 09:00:00"),
        ],
    )
    result = read(path)
    assert dict(+result.lines) == {"cancellation": 1, "imported": 3}
    assert result.orders["created"] == 2
    order = Order.objects.get(external_id="1")
    assert (order.lines.count(), order.total) == (2, Decimal("10"))
    assert order.lines.get(sku="22423").cancelled_quantity == 2
    assert order.state == State.APPROVED
    put(path, [row("C9", code="B2", pieces="-2", when="2026-03-03 10:00:00")])
    assert read(path).orders["cancelled"] == 1


def test_dates_as_others_write_them(tmp_path):
    dates = {
        "1": "12/9/2011 8:26", "2": "12/31/2011 8:26", "3": "2011-12-09T08:26:00Z", "4": "2011年12月9日 8:26",
        "5": "9 Dec 2011 08:26", "6": "40886.35139", "7": "2011-12-09 08:26:00 -0400", "8": "12/9/11 8:26 PM",
    }  # fmt: skip
    assert not read(put(tmp_path / "a.csv", [row(n, when=w) for n, w in dates.items()])).errors
    read_at = {order.external_id: order.placed_at.strftime("%m-%d %H:%M") for order in Order.objects.all()}
    assert read_at == {
        "1": "12-09 08:26", "2": "12-31 08:26", "3": "12-09 08:26", "4": "12-09 08:26", "5": "12-09 08:26",
        "6": "12-09 08:26", "7": "12-09 12:26", "8": "12-09 20:26",
    }  # fmt: skip
    path = put(tmp_path / "b.csv", [row("11", when="09.12.2011 8:26"), row("12", when="31.12.2011 8:26")])
    read(path, source="de")
    assert {order.placed_at.month for order in Order.objects.filter(source="de")} == {12}


SHOPIFY = [
    "Name", "Email", "Financial Status", "Fulfillment Status", "Currency", "Shipping", "Taxes", "Total",
    "Discount Amount", "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku",
    "Lineitem fulfillment status", "Shipping Name", "Shipping Address1", "Shipping City", "Shipping Zip",
    "Shipping Country", "Billing Country", "Shipping Phone", "Notes", "Cancelled at", "Refunded Amount",
]  # fmt: skip


def item(number, sku, pieces="1", **cells):
    """A row of Shopify's export; only the first row of an order has the order's own cells."""
    told = {
        "Name": number,
        "Lineitem quantity": pieces,
        "Lineitem name": sku,
        "Lineitem sku": sku,
        "Lineitem price": "9",
    }
    return [(told | cells).get(name, "") for name in SHOPIFY]


def head(**cells):
    """The order's own cells."""
    return {
        "Email": "kim@example.com", "Financial Status": "paid", "Currency": "EUR", "Total": "30.00", "Shipping": "3",
        "Created at": "2026-03-02 14:54:31 -0400", "Shipping Name": "Kim Lund", "Shipping Address1": "Elm Road 5",
        "Shipping City": "Kiel", "Shipping Zip": "'01067", "Shipping Country": "DE", "Billing Country": "DE",
        "Shipping Phone": "+49 151 2345678",
    } | cells  # fmt: skip


def test_shopify(tmp_path):
    path = put(
        tmp_path / "orders.csv",
        [
            item("#1001", "A", "2", **head()),
            item("#1001", "B"),
            item("#1001", "B"),
            item("#1002", "A", **head(**{"Fulfillment Status": "fulfilled"})),
            item(
                "#1003",
                "A",
                **head(**{"Fulfillment Status": "partial"}),
                **{"Lineitem fulfillment status": "fulfilled"},
            ),
            item("#1003", "B"),
            item("#1004", "A", **head(**{"Financial Status": "pending"})),
            item("#1005", "A", **head(**{"Cancelled at": "2026-03-03 10:00:00 -0400"})),
            item("#1006", "A", **head(**{"Created at": "x"})),
            item("#1006", "B"),
        ],
        SHOPIFY,
    )
    result = read(path)
    assert result.format == "shopify"
    assert dict(+result.lines) == {"imported": 8, "refused": 2}
    states = dict(Order.objects.order_by("external_id").values_list("external_id", "state"))
    assert states == {
        "#1001": "approved", "#1002": "shipped", "#1003": "part_shipped", "#1004": "pending_payment",
        "#1005": "cancelled",
    }  # fmt: skip
    order = Order.objects.get(external_id="#1001")
    assert (order.total, order.shipping, order.item_count, order.lines.count()) == (Decimal(30), Decimal(3), 4, 3)
    assert order.shipping_address.postal_code == "01067"
    assert Customer.objects.get().email == "kim@example.com"
    assert dict(Order.objects.get(external_id="#1003").lines.values_list("sku", "shipped_quantity")) == {"A": 1, "B": 0}
    assert read(path).orders.total() == 0


def test_a_table_in_chinese_with_its_own_columns(tmp_path):
    path = put(
        tmp_path / "a.csv",
        [
            ["T1", "2026/3/2 8:26", "待付款", "M-1", "马克杯", "2", "19.9", "李雷", "13812345678", "杭州", "你好"],
            ["T1", "", "", "M-2", "托盘", "1", "5", "", "", "", ""],
            ["T2", "2026/3/2 8:26", "已发货", "M-1", "马克杯", "1", "19.9", "韩梅", "13812345679", "杭州", "请开发票"],
            ["T3", "2026/3/2 8:26", "待发货", "M-3", "马克杯", "1", "19.9", "韩梅", "13812345679", "杭州", "请开发票"],
            ["T4", "2026/3/2 8:26", "飞了", "M-1", "马克杯", "1", "19.9", "", "", "", ""],
        ],
        ["订单编号", "下单时间", "订单状态", "货号", "商品名称", "件", "单价", "收货人", "手机", "地址", "买家留言"],
    )
    with pytest.raises(UnreadableFile, match="quantity"):
        read(path)
    result = read(path, mapping={"件": "quantity"})
    assert (refused(result), dict(+result.lines)) == ([(6, "订单状态")], {"imported": 4, "refused": 1})
    states = dict(Order.objects.values_list("external_id", "state"))
    assert states == {"T1": "pending_payment", "T2": "shipped", "T3": "held"}
    assert Order.objects.get(external_id="T1").payment_state == PaymentState.PENDING
    assert Order.objects.get(external_id="T3").holds.get().rule == "orders.note_request"


def test_a_trial_leaves_nothing(day):
    tried = import_orders(Actor.system(), ImportSpec(day), dry_run=True)
    assert tried.orders["created"]
    assert not Order.objects.exists()
    assert not Event.objects.exists()
    assert read(day).to_json() == tried.to_json()


@pytest.mark.parametrize("arguments", [["nowhere.csv"], ["{file}", "--map", "x=y"], ["{file}", "--map", "nix=sku"]])
def test_what_cannot_be_read_says_so(day, arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        call_command("import_orders", *(word.format(file=day) for word in arguments))
    assert stopped.value.code == 2


cell = st.sampled_from(
    ["", "0", "1", "-1", "2.0", "x", "POST", "C1", "1001", "2026-03-02", "A", "'=1", "1e9", "17850.0"]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(*[cell] * 8), max_size=20))
def test_every_row_is_accounted_for(db, tmp_path, rows):
    Order.objects.all().delete()
    CancellationLine.objects.all().delete()
    result = read(put(tmp_path / "any.csv", rows))
    filled = [told for told in rows if any(told)]
    assert result.rows == len(filled)
    assert result.lines["refused"] == len(result.errors)
    kept = OrderLine.objects.count() + CancellationLine.objects.count()
    assert kept == result.lines["imported"] + result.lines["non_product"] + result.lines["cancellation"]
    again = read(tmp_path / "any.csv")
    assert again.orders.total() == 0
    assert again.lines["refused"] == result.lines["refused"]
    assert again.lines["duplicate"] == len(filled) - again.lines["refused"]


class Upload:
    """A file as Django receives it."""

    def __init__(self, path):
        self.name, self.size, self._path = path.name, path.stat().st_size, path

    def chunks(self):
        yield self._path.read_bytes()


@pytest.mark.django_db(transaction=True)
def test_in_the_background_slice_by_slice(day, person, monkeypatch):
    operator = person("operator")
    run = runs.upload_import(operator, Upload(day))
    opened, tried = runs.preview(run)
    assert (opened.columns.format, tried.rows) == ("lines", 1632)
    runs.start_import(operator, run)
    monkeypatch.setattr("opsportal.jobs.JobRun.time_left", lambda self: 0)
    monkeypatch.setattr("orders.imports.reading.OrderReader.chunks.__defaults__", (300,))
    jobs.drain_all()
    run.refresh_from_db()
    assert run.state == OrderImport.State.DONE
    assert run.result["rows"] == 1632
    assert run.result["lines"] == read(day, source="other").to_json()["lines"]
    assert run.file == ""


@pytest.mark.django_db(transaction=True)
def test_export_is_safe_in_a_spreadsheet_and_comes_back(place, person, tmp_path, home):
    operator = person("operator")
    place({"=cmd|' /C calc'!A0": 1}, customer_note="@SUM(1+1)", shipping=home)
    place({"MUG": 2, "JUG": 1}, customer_note="-2+3")
    run = runs.start_export(operator, ExportSpec())
    jobs.drain_all()
    run.refresh_from_db()
    assert run.state == OrderExport.State.DONE
    path = tmp_path / "orders.csv"
    with runs.open_for_download(run) as file:
        path.write_bytes(file.read())
    cells = [cell for told in csv.reader(path.open(encoding="utf-8-sig")) for cell in told]
    assert not [cell for cell in cells if cell.startswith(("=", "@", "-2"))]
    result = read(path, source="back")
    assert (result.orders["created"], result.lines["imported"]) == (2, 3)
    fields = ("external_id", "total", "item_count", "customer_note", "address_key", "placed_at")
    assert list(Order.objects.filter(source="back").values_list(*fields)) == list(
        Order.objects.filter(source="shop").values_list(*fields)
    )


def test_decisions_go_out_once(place, tmp_path):
    place()
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    call_command("export_orders", "--what", "decisions", "--output", str(first))
    call_command("export_orders", "--what", "decisions", "--output", str(second))
    assert [len(path.read_text("utf-8").splitlines()) for path in (first, second)] == [2, 1]
    assert not services.waiting_decisions().exists()


def test_queries_do_not_grow_with_the_file(tmp_path, django_assert_max_num_queries):
    small = put(tmp_path / "s.csv", [row(str(n), code=f"S{n}", customer=str(n)) for n in range(10)])
    large = put(tmp_path / "l.csv", [row(str(n), code=f"S{n}", customer=str(n)) for n in range(1000, 1150)])
    with django_assert_max_num_queries(60):
        read(small)
    with django_assert_max_num_queries(60):
        read(large)


def test_a_file_that_says_nothing_of_money_takes_nothing_back(tmp_path):
    path = put(tmp_path / "a.csv", [row("1")])
    read(path)
    Order.objects.update(refunded=2, payment_state=PaymentState.PART_REFUNDED)
    read(path)
    order = Order.objects.get()
    assert (order.refunded, order.payment_state) == (2, PaymentState.PART_REFUNDED)
