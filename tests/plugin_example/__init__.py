"""A plugin as a stranger would write it, and the tests that keep it (and docs/plugins.md) true."""
