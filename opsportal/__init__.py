"""The host: what every app gets from the portal, nothing about any trade."""
