"""Word lists and column names people may tune."""
