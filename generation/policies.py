"""What approving a draft needs: the policy that fits it, the eyes it wants, the sample before a bulk approval."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from zlib import crc32

from django.db.models import Q

from generation.checking import Judge, in_category
from generation.models import Draft, GlossaryTerm, Opening, ReviewPolicy, RuleGrade
from opsportal.database import read_together


class ShopRules:
    """How the shop grades rules and what it asks of reviews, read together when first asked. Make one a request."""

    @cached_property
    def _rows(self) -> list[list]:
        return read_together(RuleGrade.objects.all(), ReviewPolicy.objects.all(), GlossaryTerm.objects.all())

    @cached_property
    def judge(self) -> Judge:
        """The checks as the shop grades them."""
        return Judge(self._rows[0], self._rows[2])

    @cached_property
    def policies(self) -> Policies:
        """The review policies."""
        return Policies(self._rows[1])


class Policies:
    """The shop's review policies, those given or as they are when first asked: one query for any number of drafts."""

    def __init__(self, rows: Iterable[ReviewPolicy] | None = None) -> None:
        self._given = rows

    @cached_property
    def _rows(self) -> list[ReviewPolicy]:
        rows = ReviewPolicy.objects.all() if self._given is None else self._given
        return sorted(rows, key=lambda row: (bool(row.slot), len(row.category)), reverse=True)

    def of(self, slot: str, category: str) -> ReviewPolicy:
        """The closest policy: a copy type's before a general one, then the deepest category; never None."""
        for row in self._rows:
            if row.slot in ("", slot) and in_category(category, row.category):
                return row
        return _sensitive_default() if is_sensitive(category) else ReviewPolicy()


def is_sensitive(category: str) -> bool:
    """Whether a category path names health, food, cosmetics, children or finance (words in data)."""
    folded = category.casefold()
    return any(word in folded for word in _sensitive()["words"])


@dataclass(frozen=True, slots=True)
class Sample:
    """The sample before a bulk approval: how many must have been opened, how many were, and which to open next."""

    required: int
    opened: int
    to_open: tuple[int, ...]

    @property
    def met(self) -> bool:
        """Whether the rest may be approved in bulk."""
        return self.opened >= self.required


def sample(user_id: int, drafts: Sequence[Draft], policies: Policies | None = None) -> Sample:
    """The sample ``user_id`` owes for approving ``drafts`` in bulk.

    Drafts of the same bulk jobs that this person opened before count too, so that deciding some of them one by
    one first does not start the sample anew. The drafts to open are picked for them, not by them.
    """
    if not drafts:
        return Sample(0, 0, ())
    policies = policies or Policies()
    chosen = {draft.pk for draft in drafts}
    near = Q(draft_id__in=chosen) if len(chosen) <= 500 else Q()
    batches = {draft.batch_id for draft in drafts if draft.batch_id}
    slots = {draft.slot for draft in drafts}
    openings = Opening.objects.filter(near | Q(draft__batch_id__in=batches), user_id=user_id, draft__slot__in=slots)
    seen = set(openings.values_list("draft_id", flat=True))
    strictest = [
        policies.of(slot, category) for slot, category in {(draft.slot, draft.target_category) for draft in drafts}
    ]
    percent = max(policy.sample_percent for policy in strictest)
    minimum = max(policy.sample_minimum for policy in strictest)
    required = required_sample(len(chosen | seen), percent, minimum)
    unseen = sorted(chosen - seen, key=lambda pk: crc32(f"{user_id}:{pk}".encode()))
    return Sample(required, len(seen), tuple(unseen[: max(0, required - len(seen))]))


def required_sample(total: int, percent: int, minimum: int) -> int:
    """How many of ``total`` must be opened: ``percent`` of them, at least ``minimum``, never more than all."""
    return min(total, max(math.ceil(total * percent / 100), minimum))


def approvals_needed(policy: ReviewPolicy, *, attested: bool) -> int:
    """How many people must sign; a claim confirmed with proof may want one more than usual."""
    return max(policy.approvals_needed, 2) if attested and policy.attested_needs_second else policy.approvals_needed


def barred_by_four_eyes(policy: ReviewPolicy, draft: Draft, user_id: int, editors: Iterable[int]) -> bool:
    """Whether the policy keeps this person from approving because they asked for the draft or edited it."""
    return policy.four_eyes and (draft.requested_by_id == user_id or user_id in editors)


@lru_cache(maxsize=1)
def _sensitive() -> dict:
    text = resources.files("generation").joinpath("data/sensitive_categories.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _sensitive_default() -> ReviewPolicy:
    data = _sensitive()
    return ReviewPolicy(sample_percent=data["sample_percent"], sample_minimum=data["sample_minimum"])
