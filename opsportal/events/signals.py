"""``events_recorded``: sent in the transaction that recorded events, so that jobs can ring its outbox on commit."""

from django.dispatch import Signal

events_recorded = Signal()
