"""Tables and a chart of measurements: ``python -m benchmarks.report ENGINE.json PIPELINE.json [--chart FILE.png]``.

Reads what ``benchmarks.engine --json`` and ``benchmarks.pipeline --json`` printed, prints Markdown for
docs/performance.md and draws the chart beside it.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from benchmarks.engine import table

CHART = Path(__file__).resolve().parent.parent / "docs" / "images" / "performance.png"


def pipeline_table(runs: list[dict[str, Any]]) -> str:
    """What ``benchmarks.pipeline`` measured, a run a line, as a Markdown table."""
    lines = [
        "| database | products | drafts | workers | drafts a minute | sustained | writer alone | sustained ÷ alone "
        "| first draft after | slots in use | memory |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for run in runs:
        used = "–" if run["occupancy"] is None else f"{run['occupancy']:.0%}"
        lines.append(
            f"| {run['database']} | {run['products']:,} | {run['drafts']:,} | {run['workers']} "
            f"| {run['drafts_per_minute']:,.0f} | {run['sustained_per_minute']:,.0f} | {run['engine_per_minute']:,.0f} "
            f"| {run['ratio']:.2f} | {run['cold_start_s']} s | {used} | {run['peak_memory_mb']:,} MB |"
        )
    return "\n".join(lines)


def draw(models: dict[str, Any], runs: list[dict[str, Any]], chart: Path) -> None:
    """Bars of every engine beside the naive loop (logarithmic), and drafts a minute over the number of products."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(models) + 1, figsize=(5.5 * (len(models) + 1), 4.2), layout="constrained")
    for axis, (name, figures) in zip(axes, models.items(), strict=False):
        rates = figures["tokens_per_s"]
        names = [key for key in rates if key not in ("default", "hf best")]
        axis.barh(
            names, [rates[key] for key in names], color=["#7c3aed" if "ours" in key else "#94a3b8" for key in names]
        )
        axis.set_xscale("log")
        axis.invert_yaxis()
        axis.set_title(f"{name}: tokens a second")
    groups = sorted({(run["database"], run["workers"]) for run in runs})
    for database, workers in groups:
        points = [run for run in runs if (run["database"], run["workers"]) == (database, workers)]
        axes[-1].plot(
            [run["products"] for run in points], [run["sustained_per_minute"] for run in points], marker="o",
            label=f"{database}, {workers} worker(s)",
        )  # fmt: skip
    axes[-1].set_xscale("log")
    axes[-1].set_ylim(bottom=0)
    axes[-1].set_xlabel("products")
    axes[-1].set_title("whole pipeline: drafts a minute")
    axes[-1].legend()
    figure.savefig(chart, dpi=110)


def main() -> None:
    """Print the tables and draw the chart."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    parser.add_argument("engine", type=Path)
    parser.add_argument("pipeline", type=Path)
    parser.add_argument("--chart", type=Path, default=CHART)
    options = parser.parse_args()
    models = json.loads(options.engine.read_text(encoding="utf-8"))["models"]
    runs = json.loads(options.pipeline.read_text(encoding="utf-8"))["runs"]
    print("\n\n".join([*(table(name, figures) for name, figures in models.items()), pipeline_table(runs)]))
    draw(models, runs, options.chart)


if __name__ == "__main__":
    main()
