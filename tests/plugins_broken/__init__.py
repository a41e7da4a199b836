"""Plugins that fail, each in its own way; tests of the plugin machinery start the portal with them."""
