"""Models that cannot be imported."""

raise RuntimeError("the models are broken")
