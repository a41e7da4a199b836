"""Documents whose promises are run: examples, tables, excerpts."""
