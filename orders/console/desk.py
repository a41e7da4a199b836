"""One order as the reviewer sees it: why it was stopped, what is in it, and what is known of the buyer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Sum

from orders.models import Hold, Note, Order, OrderLine, State
from orders.services.reviewing import rule_title

#: Orders shown of the buyer, of the address, of the phone.
MOST_EARLIER = 5
#: Lines shown at once; a wholesale order may have hundreds.
MOST_LINES = 30
MOST_NOTES = 20


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an order was stopped, in the reader's words. ``settled`` holds were decided before."""

    title: str
    text: str
    proposes_cancel: bool
    settled: str


class Desk:
    """Everything read for one order: a fixed number of queries."""

    def __init__(self, order: Order) -> None:
        self.order = order

    @classmethod
    def read(cls, pk: int) -> Desk | None:
        """The order with what belongs to it; None when there is none."""
        rows = Order.objects.select_related("customer", "shipping_address", "billing_address", "channel")
        order = rows.filter(pk=pk).first()
        return cls(order) if order is not None else None

    @property
    def waits(self) -> bool:
        """Whether a person has to decide."""
        return self.order.state in (State.AWAITING_REVIEW, State.HELD)

    @cached_property
    def holds(self) -> list[Hold]:
        """Every hold, open ones first."""
        return sorted(self.order.holds.all(), key=lambda hold: (hold.closed_at is not None, hold.pk))

    @property
    def reasons(self) -> list[Reason]:
        """Why it was stopped: what stands now, then what was decided before."""
        return [
            Reason(
                rule_title(hold.rule),
                hold.explanation,
                hold.verdict == Hold.Verdict.REJECT,
                str(hold.get_outcome_display()) if hold.closed_at else "",
            )
            for hold in self.holds
        ]

    @property
    def proposes_cancel(self) -> bool:
        """Whether a rule proposes to cancel it."""
        return any(hold.verdict == Hold.Verdict.REJECT and not hold.closed_at for hold in self.holds)

    @cached_property
    def lines(self) -> list[OrderLine]:
        """The first lines; one more than shown when there are more."""
        return list(self.order.lines.select_related("product", "variant")[: MOST_LINES + 1])

    @property
    def shown_lines(self) -> list[OrderLine]:
        """What the page shows of them."""
        return self.lines[:MOST_LINES]

    @property
    def has_more_lines(self) -> bool:
        """Whether lines were left out."""
        return len(self.lines) > MOST_LINES

    @cached_property
    def notes(self) -> list[Note]:
        """The latest notes, in order."""
        return list(self.order.notes.select_related("author").order_by("-id")[:MOST_NOTES])[::-1]

    @property
    def bill_goes_elsewhere(self) -> bool:
        """Whether bill and parcel have different addresses."""
        return self.order.billing_address_id not in (None, self.order.shipping_address_id)

    @cached_property
    def history(self) -> dict[str, object]:
        """What the buyer ordered before, by state, and for how much; {} for an unknown buyer."""
        order = self.order
        if order.customer_id is None:
            return {}
        earlier = Order.objects.filter(customer_id=order.customer_id, placed_at__lt=order.placed_at).exclude(
            pk=order.pk
        )
        rows = earlier.order_by().values("state").annotate(count=Count("pk"), total=Sum("total"))
        labels = dict(State.choices)
        states = [{"label": labels[row["state"]], "state": row["state"], "count": row["count"]} for row in rows]
        return {
            "count": sum(row["count"] for row in rows),
            "total": sum(row["total"] for row in rows),
            "states": states,
        }

    @cached_property
    def earlier(self) -> list[Order]:
        """The buyer's newest other orders."""
        order = self.order
        if order.customer_id is None:
            return []
        rows = Order.objects.filter(customer_id=order.customer_id).exclude(pk=order.pk).order_by("-placed_at")
        return list(rows[:MOST_EARLIER])

    def alike(self, field: str) -> tuple[int, list[Order]]:
        """How many other orders have the same digest in ``field`` (up to 100), and the newest of them."""
        order, value = self.order, getattr(self.order, field)
        if not value:
            return 0, []
        rows = Order.objects.filter(**{field: value}).exclude(pk=order.pk).order_by("-placed_at")[:100]
        found = list(rows)
        return len(found), found[:MOST_EARLIER]

    @cached_property
    def same_address(self) -> tuple[int, list[Order]]:
        """Other orders to the same address."""
        return self.alike("address_key")

    @cached_property
    def same_phone(self) -> tuple[int, list[Order]]:
        """Other orders with the same phone number; nothing when these are the ones to the same address."""
        found = self.alike("phone_key")
        return (0, []) if found == self.same_address else found
