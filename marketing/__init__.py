"""Campaigns: offers, placements and copy per channel, from plan to result."""
