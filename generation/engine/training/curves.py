"""Draws a training's curves, where matplotlib is installed."""

from __future__ import annotations

from pathlib import Path


def draw(curve: list[dict[str, float | int | None]], path: Path) -> bool:
    """Write loss and held-out loss over steps as PNG to ``path``. Without matplotlib nothing is drawn: ``False``."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return False
    figure = Figure(figsize=(7, 4))
    axes = figure.add_subplot()
    steps = [float(row["step"] or 0) for row in curve]
    axes.plot(steps, [float(row["loss"] or 0) for row in curve], linewidth=1, label="training")
    held = [(float(row["step"] or 0), float(row["held_out_loss"])) for row in curve if row["held_out_loss"] is not None]
    axes.plot([step for step, _ in held], [loss for _, loss in held], marker="o", label="held-out categories")
    axes.set_xlabel("step")
    axes.set_ylabel("loss per token of copy")
    axes.set_ylim(0, max(4.0, held[-1][1] + 1) if held else None)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    return True
