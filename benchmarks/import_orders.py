"""Import of a line-per-item order file: lines a second and peak memory of ``manage.py import_orders`` in its own process.

Run: ``python -m benchmarks.import_orders [--lines 50000] [--xlsx]``. Uses a fresh SQLite database in a temporary folder. The
file is made up in the manner of an ERP's: cancellations, postage, exact duplicates, lines without a customer, and one order
of 80,995 pieces that is taken back twelve minutes later. Also used by the tests, which check what became of each line.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from openpyxl import Workbook

HEADER = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
OUTLIER = 80_995
_GOODS = ("TIN LANTERN", "PAPER BIRDS", "WOOL BLANKET", "GLASS JAR", "TEA TOWEL", "OAK TRAY", "WAX CANDLE", "FELT STAR")
Line = tuple[str, list[str]]
_COUNTRIES = ("United Kingdom", "United Kingdom", "United Kingdom", "Germany", "France", "EIRE")


def lines(count: int, seed: int = 1) -> Iterator[Line]:
    """``count`` made-up lines with what each is: goods, cancellation, charge, duplicate, outlier or outlier_cancelled."""
    chance = random.Random(seed)
    moment = datetime(2026, 3, 2, 8, 26)
    number, made, outlier_made = 700_000, 0, False
    sold: list[list[str]] = []
    while made < count:
        number += 1
        moment += timedelta(minutes=chance.randint(1, 4))
        customer = "" if chance.random() < 0.25 else f"{12_000 + chance.randrange(4_000)}.0"
        country = chance.choice(_COUNTRIES)

        group: list[Line] = []
        if not outlier_made and made >= count // 3:
            outlier_made = True
            birds = ("23843", "PAPER BIRDS")
            told = [str(number), *birds, str(OUTLIER), when(moment), "2.08", "16446.0", "United Kingdom"]
            moment += timedelta(minutes=12)
            back = [f"C{number + 1}", *birds, str(-OUTLIER), when(moment), *told[5:]]
            number += 1
            group += [("outlier", told), ("outlier_cancelled", back)]
        elif sold and chance.random() < 0.05:
            before = chance.choice(sold[-200:])
            group.append(("cancellation", [f"C{number}", before[1], before[2], "-1", when(moment), *before[5:]]))
        else:
            for code in chance.sample(range(20_000, 24_000), chance.randint(1, 40)):
                pieces = chance.choice((1, 1, 2, 2, 3, 4, 6, 6, 8, 12, 12, 24, 24, 48, 96, 144))
                price = f"{chance.randint(20, 1_500) / 100:.2f}"
                what = [str(number), str(code), chance.choice(_GOODS), str(pieces)]
                group.append(("goods", [*what, when(moment), price, customer, country]))
            if chance.random() < 0.1:
                postage = [str(number), "POST", "POSTAGE", "1", when(moment), "18.00", customer, country]
                group.append(("charge", postage))
            if chance.random() < 0.1:
                group.append(("duplicate", list(group[0][1])))
            sold += [told for kind, told in group if kind == "goods" and told[6]]
        yield from group[: count - made]
        made += len(group)


def when(moment: datetime) -> str:
    """As an ERP writes it."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def write(path: Path, count: int, seed: int = 1) -> None:
    """The file, CSV or XLSX by its name."""
    if path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            writer.writerows(told for _kind, told in lines(count, seed))
        return
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEADER)
    for _kind, told in lines(count, seed):
        moment = datetime.fromisoformat(told[4])
        customer = float(told[6]) if told[6] else None
        sheet.append([*told[:3], int(told[3]), moment, float(told[5]), customer, told[7]])
    book.save(path)


def main() -> None:
    """Import twice; print seconds, lines a second (by the clock, and of processor time) and the peak memory of each run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=50_000)
    parser.add_argument("--xlsx", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "OPSPORTAL_DATA": folder}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], env=environment, check=True)
        path = Path(folder) / f"orders.{'xlsx' if options.xlsx else 'csv'}"
        write(path, options.lines)
        for run in ("first", "second"):
            started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
            answer = subprocess.run(
                [sys.executable, "manage.py", "import_orders", str(path), "--json"],
                env=environment,
                check=True,
                capture_output=True,
            )
            seconds = time.monotonic() - started
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            told = json.loads(answer.stdout)
            rates = f"{told['rows'] / seconds:,.0f} lines/s ({told['rows'] / busy:,.0f} a processor second)"
            # The peak is the largest of all children so far; imports dwarf the migration.
            memory = f"peak {after.ru_maxrss // 1024} MB"
            print(f"{run}: {told['orders']} {told['lines']} in {seconds:.1f} s, {rates}, {memory}", flush=True)


if __name__ == "__main__":
    main()
