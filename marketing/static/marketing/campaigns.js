// The board by keyboard: arrow keys go from text to text, Home and End to the first and last.
// Also: Enter in the product search searches instead of sending the whole form.
(function () {
  "use strict";

  function place(cell) {
    var column = cell.closest("td");
    var row = column.parentElement;
    return { table: row.closest("table"), row: row.rowIndex, column: column.cellIndex };
  }

  function at(table, row, column) {
    var line = table.rows[row];
    var slot = line && line.cells[column];
    return slot ? slot.querySelector("a.mk-cell") : null;
  }

  function neighbour(cell, key) {
    var here = place(cell);
    if (key === "ArrowLeft" || key === "ArrowRight") {
      return at(here.table, here.row, here.column + (key === "ArrowRight" ? 1 : -1));
    }
    var step = key === "ArrowDown" ? 1 : -1;
    var inside = at(here.table, here.row + step, here.column);
    if (inside) {
      return inside;
    }
    var tables = Array.prototype.slice.call(document.querySelectorAll("#board table"));
    var next = tables[tables.indexOf(here.table) + step];
    return next ? at(next, step > 0 ? 1 : next.rows.length - 1, here.column) || next.querySelector("a.mk-cell") : null;
  }

  document.addEventListener("keydown", function (event) {
    var cell = event.target.closest("#board a.mk-cell");
    if (cell && /^(Arrow(Left|Right|Up|Down)|Home|End)$/.test(event.key)) {
      var cells = document.querySelectorAll("#board a.mk-cell");
      var next = event.key === "Home" ? cells[0] : event.key === "End" ? cells[cells.length - 1] : neighbour(cell, event.key);
      if (next) {
        event.preventDefault();
        next.focus();
      }
    }
    if (event.key === "Enter" && event.target.matches("input[name=find]")) {
      event.preventDefault();
    }
  });
})();
