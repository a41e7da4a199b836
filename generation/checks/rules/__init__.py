"""The rules: one class each, grouped by what they look at."""
