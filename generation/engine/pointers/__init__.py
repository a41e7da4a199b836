"""Pointers: the bundled model says ``<v3>`` and the writer puts in the fact's value, so no value is ever misspelt."""
