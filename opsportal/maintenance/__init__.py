"""Running an installation: demo shop, health, backup and restore. Knows no trade; plugins contribute through points."""
