"""Measurements, not tests: figures that depend on the machine, side by side so that their ratios mean something."""
