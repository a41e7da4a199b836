"""Order review: what a rule is, what it may see, and where plugins add rules.

A rule looks at many orders at once (an import brings thousands) and says of some of them why a person should look. It
explains itself with the numbers it saw; its parameters are data (``data/rules.toml``) that a shop may change.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from django.utils.functional import Promise

from opsportal.plugins import ExtensionPoint

if TYPE_CHECKING:
    from orders.context import ReviewContext
    from orders.models import Order

Verdict = Literal["hold", "reject"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule fired for an order. ``numbers`` (JSON) are what it saw, and all that its explanation needs."""

    order: int
    numbers: dict[str, Any] = field(default_factory=dict)
    verdict: Verdict = "hold"


class Rule(ABC):
    """A reason to look at an order before it is shipped. ``defaults``: parameters where ``data/rules.toml`` has none.

    Personal data must not enter ``numbers``: they are kept with the hold and go into events.
    """

    key: ClassVar[str]
    title: ClassVar[str | Promise]
    #: One sentence on what the rule looks for, for the page where it is tuned.
    explanation: ClassVar[str | Promise] = ""
    defaults: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, parameters: Mapping[str, Any]) -> None:
        self.parameters = parameters

    @abstractmethod
    def examine(self, orders: Sequence[Order], context: ReviewContext) -> Iterable[Finding]:
        """Findings for those of ``orders`` that should be looked at. The number of queries must not grow with them."""

    @classmethod
    @abstractmethod
    def explain(cls, numbers: Mapping[str, Any]) -> str:
        """Why the rule fired, in the reader's language, from the numbers of a finding (which may be years old)."""


review_rules: ExtensionPoint = ExtensionPoint(
    "orders.rules", module="rules", base=Rule, doc="Reasons to look at an order before it is shipped: a Rule each."
)
