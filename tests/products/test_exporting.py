"""Published copy back to the shop, and nothing but the copy."""

import csv
import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from generation.models import Delivery, Revision
from generation.slots import Change, get_slot
from generation.values import content_hash
from opsportal.access import Actor
from opsportal.plugins.errors import Invalid
from products import services
from products.exports import rawcsv
from products.exports.original import edit_sheet
from products.models import Channel, LiveCopy, Product
from products.services.exporting import ExportSpec, export_products
from products.services.importing import ImportSpec, import_products

ME = Actor.system()
TEXT = '<p>Boils "fast", quietly</p>'
RAW = st.text(st.sampled_from('ab",;\r\n 汉'), max_size=40)


@pytest.fixture
def published(kettle):
    """The kettle with a published description and its revision."""
    get_slot("products.description").apply([Change(kettle.pk, "en", "", TEXT, None)], ME)
    Revision.objects.create(
        draft_number=1, slot="products.description", target_type="products.product", target_id=kettle.pk,
        target_key=kettle.key, target_label=kettle.name, language="en", after=TEXT, after_hash=content_hash(TEXT),
    )  # fmt: skip
    return kettle


def export(tmp_path, **spec):
    target = tmp_path / "out.csv"
    result = export_products(ME, ExportSpec(**spec), target)
    return result, target


@given(st.lists(RAW, max_size=5), st.sampled_from([",", ";"]))
def test_records_joined_again_are_the_same_text(lines, delimiter):
    text = "".join(lines)
    found = list(rawcsv.records(io.StringIO(text, newline=""), delimiter))
    assert "".join(rawcsv.written(record, delimiter) for record in found) == text


@given(
    st.lists(
        st.lists(st.text(st.sampled_from('ab",;\n 汉'), max_size=6), min_size=2, max_size=4), min_size=1, max_size=5
    ),
    st.text(max_size=8),
)
def test_only_the_edited_cell_changes(rows, new):
    new = new.replace("\x00", "").replace("\r", "")
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    found = list(rawcsv.records(io.StringIO(out.getvalue(), newline=""), ","))
    assert [[rawcsv.value(cell) for cell in record.cells] for record in found] == rows
    text = "".join(
        rawcsv.edited(record, {1: new}, ",") if i == 0 else rawcsv.written(record, ",")
        for i, record in enumerate(found)
    )
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read[0] == [rows[0][0], new, *rows[0][2:]]
    assert read[1:] == rows[1:]


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize(("delimiter", "end"), [(",", "\r\n"), (";", "\n")])
def test_the_operators_own_file_differs_in_the_copy_only(tmp_path, published, encoding, delimiter, end):
    wide = [f"col {n}" for n in range(200)]
    lines = [
        ["Handle", "Title", "Body (HTML)", *wide],
        ['"kettle"', "Wren", "{}", *['"quoted, 汉字"'] * 200],
        ["other", "'=1+1", "stays", *["x"] * 200],
        ["kettle", "", "", *[""] * 200],
        [],
    ]
    template = end.join(delimiter.join(line) for line in lines)
    path = tmp_path / "mine.csv"
    path.write_bytes(template.format("old").encode(encoding))
    result, target = export(tmp_path, format="original", like=path)
    assert result.to_json()["texts"] == 1
    quoted = '"' + TEXT.replace('"', '""') + '"'
    assert target.read_bytes() == template.format(quoted).encode(encoding)


@pytest.mark.django_db
def test_a_spreadsheet_comes_back_with_only_its_copy_cells_changed(tmp_path, published):
    path = tmp_path / "mine.xlsx"
    book = Workbook()
    for row in (["sku", "name", "description", "price"], ["K-B", "Wren", None, 59.9], ["zzz", "Other", "stays", 1]):
        book.active.append(row)
    book.active["D2"].number_format = "0.00"
    book.create_sheet("notes").append(["mine"])
    book.save(path)
    target = tmp_path / "out.xlsx"
    export_products(ME, ExportSpec(format="original", like=path), target)
    sheet = load_workbook(target).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["sku", "name", "description", "price"],
        ["K-B", "Wren", TEXT, 59.9],
        ["zzz", "Other", "stays", 1],
    ]
    assert sheet["D2"].number_format == "0.00"
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(target) as after:
        assert before.namelist() == after.namelist()
        changed = [name for name in before.namelist() if before.read(name) != after.read(name)]
    assert changed == ["xl/worksheets/sheet1.xml"]


def test_cells_are_put_in_their_place_in_a_sheet():
    xml = '<sheetData><row r="1"><c r="A1"/></row><row r="3"><c r="A3" s="2"><v>1</v></c><c r="C3"/></row></sheetData>'
    edited = edit_sheet(xml, {3: {0: "a<b", 1: "mid", 3: "end"}})
    assert '<row r="1"><c r="A1"/></row>' in edited
    assert '<c r="A3" s="2" t="inlineStr"><is><t xml:space="preserve">a&lt;b</t></is></c>' in edited
    assert edited.index('r="B3"') < edited.index('r="C3"') < edited.index('r="D3"')


@pytest.mark.django_db
def test_shopify_gets_copy_columns_only_and_no_blank_that_would_clear(tmp_path, published):
    other = services.create_product(ME, key="other", name="Other")
    LiveCopy.objects.create(product=other, slot="products.seo_title", language="en", value="T", content_hash="h")
    result, target = export(tmp_path, format="shopify", language="en")
    assert list(csv.reader(target.read_text("utf-8-sig").splitlines())) == [
        ["Handle", "Title", "Body (HTML)", "SEO Title"]
    ]
    assert result.left_out == ["kettle", "other"]
    other.live_copy.all().delete()
    result, target = export(tmp_path, format="shopify", language="en")
    rows = list(csv.reader(io.StringIO(target.read_text("utf-8-sig"))))
    assert rows == [["Handle", "Title", "Body (HTML)"], ["kettle", "Wren Gooseneck Kettle", TEXT]]


@pytest.mark.django_db
def test_only_the_marked_block_of_a_body(tmp_path, published):
    published.source_texts.create(field="description", language="en", text="<p>Mine</p>")
    _result, target = export(tmp_path, format="shopify", language="en", block=True)
    body = list(csv.reader(io.StringIO(target.read_text("utf-8-sig"))))[1][2]
    assert body == f"<p>Mine</p><!-- opsportal:copy -->{TEXT}<!-- /opsportal:copy -->"
    import_products(ME, ImportSpec(target))
    assert published.source_texts.get().text == "<p>Mine</p>"


@pytest.mark.django_db
def test_a_portal_table_goes_out_and_comes_back_without_a_change(tmp_path, published):
    for spreadsheet in (False, True):
        target = tmp_path / ("t.xlsx" if spreadsheet else "t.csv")
        export_products(ME, ExportSpec(format="portal", spreadsheet=spreadsheet), target)
        result = import_products(ME, ImportSpec(target))
        assert (result.error_count, result.conflict_count) == (0, 0)
        assert (result.products, result.variants) == ({"unchanged": 1}, {"unchanged": 2})


@pytest.mark.django_db
def test_formulas_leave_escaped_and_come_back_as_they_were(tmp_path):
    services.create_product(ME, key="evil", name='=HYPERLINK("http://x")', variants=[{"sku": "E"}])
    _result, target = export(tmp_path, format="portal")
    assert "\"'=HYPERLINK(" in target.read_text("utf-8-sig")
    assert import_products(ME, ImportSpec(target)).products == {"unchanged": 1}
    assert Product.objects.get().name.startswith("=")


@pytest.mark.django_db
def test_deliveries_are_written_once_and_confirmed_by_an_import_that_shows_the_text(tmp_path, published, person):
    result, target = export(tmp_path, format="shopify", language="en")
    assert result.deliveries == 1
    assert export(tmp_path, format="shopify", language="en")[0].deliveries == 0
    assert Delivery.objects.get().state == Delivery.State.EXPORTED
    result = import_products(person("operator"), ImportSpec(target))
    assert result.confirmed == 1
    assert Delivery.objects.get().state == Delivery.State.CONFIRMED


@pytest.mark.django_db
def test_copy_of_a_channel_comes_before_that_of_all_channels(tmp_path, published):
    Channel.objects.create(code="eu", name="EU")
    get_slot("products.description").apply([Change(published.pk, "en", "eu", "<p>EU</p>", None)], ME)
    assert "<p>EU</p>" in export(tmp_path, format="shopify", language="en", channel="eu")[1].read_text()
    assert "Boils" in export(tmp_path, format="shopify", language="en")[1].read_text()


@pytest.mark.django_db
def test_applying_is_refused_when_something_else_is_live(kettle):
    slot = get_slot("products.description")
    first, second = (slot.apply([Change(kettle.pk, "en", "", text, None)], ME)[0] for text in ("<p>a</p>", "<p>b</p>"))
    assert (first.applied, second.applied, second.current) == (True, False, "<p>a</p>")
    undone = slot.apply([Change(kettle.pk, "en", "", None, content_hash("<p>a</p>"))], ME)[0]
    assert (undone.applied, undone.before, LiveCopy.objects.count()) == (True, "<p>a</p>", 0)
    assert slot.apply([Change(0, "en", "", "x", None)], ME)[0].applied is False


@pytest.mark.django_db
def test_commands_print_what_was_agreed(tmp_path, capsys, write_csv):
    path = write_csv([["sku", "name", "price"], ["A", "Mug", "3"], ["B", "Cup", "x"]])
    with pytest.raises(SystemExit) as ended:
        call_command("import_products", str(path), "--json")
    told = json.loads(capsys.readouterr().out)
    assert ended.value.code == 1
    assert (told["rows"], told["products"]["created"], told["errors"][0]["column"]) == (2, 1, "price")
    with pytest.raises(SystemExit) as ended:
        call_command("import_products", str(tmp_path / "missing.csv"))
    assert ended.value.code == 2
    output = tmp_path / "o.xlsx"
    call_command("export_products", "--format", "portal", "--output", str(output), "--json")
    assert json.loads(capsys.readouterr().out)["products"] == 1
    for bad in (["--format", "original"], ["--filter", "nonsense"], ["--language", "xx"], ["--filter", "colour=red"]):
        with pytest.raises((CommandError, Invalid)):
            call_command("export_products", *bad, "--output", str(output))
