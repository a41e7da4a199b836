"""Files to rows: whatever way a table is written, the same rows come out; what cannot be read says why."""

import csv
import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from products.imports.reading import Limits, UnreadableFile, open_table

CELLS = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="﻿"), max_size=12)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters_are_found(write_csv, encoding, delimiter):
    path = write_csv(
        [["sku", "name", "price"], ["A1", "智能手环,7天", "199"], ["A2", 'a "quoted" one\nin two lines', "1"]],
        encoding=encoding,
        delimiter=delimiter,
    )
    table = open_table(path)
    assert table.header == ["sku", "name", "price"]
    assert [(row.number, row.cells) for row in table.rows()] == [
        (2, ["A1", "智能手环,7天", "199"]),
        (3, ["A2", 'a "quoted" one\nin two lines', "1"]),
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6))
def test_what_csv_writes_is_read_back(tmp_path, rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["sku", "name", "note"], *rows])
    path = tmp_path / "any.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    read = [row.cells for row in open_table(path).rows()]
    assert read == [row for row in rows if any(row)]


def test_a_line_separator_inside_a_cell_is_no_new_row(tmp_path):
    path = tmp_path / "u2028.csv"
    path.write_text("sku,name\r\nA,one\u2028two\r\nB,three\r\n", encoding="utf-8", newline="")
    assert [row.cells for row in open_table(path).rows()] == [["A", "one\u2028two"], ["B", "three"]]


def test_short_rows_say_nothing_about_missing_cells_and_long_ones_are_refused(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("sku,name,price\nA\nB,b,1,surplus\nC,c,3\n", encoding="utf-8")
    table = open_table(path)
    assert [row.cells for row in table.rows()] == [["A"], ["C", "c", "3"]]
    assert [(error.row, error.column) for error in table.errors] == [(3, "")]


def test_an_unclosed_quotation_mark_is_told_with_its_row(tmp_path):
    path = tmp_path / "open.csv"
    path.write_text('sku,name\nA,fine\nB,"never closed\nC,swallowed\n', encoding="utf-8")
    table = open_table(path)
    assert [row.cells for row in table.rows()] == [["A", "fine"]]
    assert table.errors[0].row == 3
    assert "quotation mark" in table.errors[0].message


def test_limits_on_rows_cells_and_bytes(write_csv):
    path = write_csv([["sku", "name"], ["A", "x" * 30], ["B", "short"], ["C", "short"]])
    table = open_table(path, Limits(cell_characters=20))
    assert [row.cells[0] for row in table.rows()] == ["B", "C"]
    assert (table.errors[0].row, table.errors[0].column) == (2, "name")
    with pytest.raises(UnreadableFile, match="more than 2 rows"):
        list(open_table(path, Limits(rows=2)).rows())
    with pytest.raises(UnreadableFile, match="larger than"):
        open_table(path, Limits(bytes=10))


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02\x03 binary \x00", b"PK\x03\x04 no archive", b"\xd0\xcf\x11\xe0 old excel", b"\n\n"],
)
def test_what_is_no_table_is_refused_with_a_reason(tmp_path, content):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile):
        list(open_table(path).rows())


def book(path, rows):
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    workbook.save(path)
    return path


def test_spreadsheets_give_numbers_as_they_are_written(tmp_path):
    path = book(
        tmp_path / "t.xlsx", [["sku", "name", "price"], [17850, "Mug", 12.5], ["B", None, 3.0], [None, None, None]]
    )
    rows = list(open_table(path).rows())
    assert [row.cells for row in rows] == [["17850", "Mug", "12.5"], ["B", "", "3"]]


def test_a_zip_bomb_is_refused(tmp_path):
    path = book(tmp_path / "bomb.xlsx", [["sku", "name"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/big.bin", b"0" * 60_000_000)
    with pytest.raises(UnreadableFile, match="unpacks"):
        open_table(path)
