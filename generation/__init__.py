"""Drafts for anything: batches, writers, checks, review, publishing. Knows no trade."""
