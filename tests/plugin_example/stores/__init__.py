"""The physical stores of a shop: an example plugin. It uses only what docs/plugins.md describes."""
