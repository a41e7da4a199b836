"""Import of a large file: time and peak memory of ``manage.py import_products`` in a process of its own.

Run: ``python -m benchmarks.import_products [--rows 100000] [--xlsx]``. Uses a fresh SQLite database in a temporary folder.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook

HEADER = ["sku", "name", "category", "brand", "price", "currency", "stock", "language", "description", "image",
          "attr:Material", "attr:Weight", "attr:Capacity"]  # fmt: skip


def rows(count: int) -> Iterator[list[str]]:
    """Made-up products in a hundred categories."""
    for number in range(count):
        yield [
            f"SKU-{number:07}",
            f"Mug number {number}",
            f"Kitchen > Mugs {number % 100}",
            f"Brand {number % 50}",
            f"{number % 90 + 9}.90",
            "EUR",
            str(number % 500),
            "en",
            f"<p>Mug {number} for tea.</p><ul><li>Handle: ash wood</li><li>Glaze: matt</li></ul>",
            f"https://images.example.com/{number}.jpg",
            "stoneware",
            f"{number % 400 + 100} g",
            "350 ml",
        ]


def write(path: Path, count: int) -> None:
    """The file, CSV or XLSX by its name."""
    if path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            writer.writerows(rows(count))
        return
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEADER)
    for row in rows(count):
        sheet.append(row)
    book.save(path)


def main() -> None:
    """Import twice; print seconds, rows a second and the peak memory of each run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--xlsx", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "OPSPORTAL_DATA": folder}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], env=environment, check=True)
        path = Path(folder) / f"products.{'xlsx' if options.xlsx else 'csv'}"
        write(path, options.rows)
        for run in ("first", "second"):
            started = time.monotonic()
            answer = subprocess.run(
                [sys.executable, "manage.py", "import_products", str(path), "--json"],
                env=environment,
                check=True,
                capture_output=True,
            )
            seconds = time.monotonic() - started
            # The largest of all children so far; imports dwarf the migration.
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
            told = json.loads(answer.stdout)["products"]
            print(f"{run}: {told} in {seconds:.1f} s, {options.rows / seconds:,.0f} rows/s, peak {peak} MB", flush=True)


if __name__ == "__main__":
    main()
