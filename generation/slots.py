"""Slots: the places that can be drafted, and how any app adds one.

A slot is declared in an app's ``slots`` module and registered with ``@slots.register``. Batches, checks, review,
events, publishing, undo, API and learning then work for it. Every method takes many targets at once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import django_filters
from django.apps import apps
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django_filters.filterset import filterset_factory

from generation import composition
from generation.engine import Fact, Limit
from generation.values import Value, content_hash
from opsportal.plugins import ExtensionPoint
from opsportal.plugins.errors import Invalid, UnknownContribution

if TYPE_CHECKING:
    from opsportal.access.actors import Actor

ValueType = Literal["plain", "html", "list", "money", "quantity"]
Effect = Literal["set", "create", "send"]


@dataclass(frozen=True, slots=True)
class FactSheet:
    """All that is known about one target in one language, and what its slot holds now.

    ``sources`` names every object whose data went in ("products.product", 7): when one changes, the drafts made from
    it are compared again. ``live_hash`` is ``content_hash`` of what is live at exactly this address ("": nothing).
    ``spec_rows`` are (label, value) for the specification table. ``limit`` is this target's own bound on the text, where
    it has one (an ad slot's), and goes before the slot's.
    ``background`` are lines of the owner's own texts: no writer sees them, and the checks take them as evidence for what
    a text claims.
    """

    name: str
    noun: str = ""
    brand: str = ""
    category: str = ""
    facts: tuple[Fact, ...] = ()
    spec_rows: tuple[tuple[str, str], ...] = ()
    background: tuple[str, ...] = ()
    keywords_use: tuple[str, ...] = ()
    keywords_avoid: tuple[str, ...] = ()
    sources: tuple[tuple[str, int], ...] = ()
    image: str = ""
    live_hash: str = ""
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class TargetInfo:
    """How a target is shown and found: ``category`` is its path, outermost first, joined by "/"."""

    type: str
    id: int
    key: str
    label: str
    category: str = ""
    image: str = ""
    admin_url: str = ""
    #: Where on the object's page its data are corrected; blank: ``admin_url``.
    facts_url: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A target as a reviewer sees it: how it is named and what is live at the address now."""

    info: TargetInfo
    live: Value


@dataclass(frozen=True, slots=True)
class Change:
    """One value to make live. ``expected`` is the ``content_hash`` of what must be live now; None or "" means nothing.

    ``value`` None takes the live value away (an undo of a first publication).
    """

    target_id: int
    language: str
    channel: str
    value: Value
    expected: str | None
    draft_id: int | None = None


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """What became of one ``Change``, in the same order. ``before`` is the value replaced.

    When ``applied`` is false, ``current`` is the value found instead of the expected one and nothing was written.
    """

    target_id: int
    applied: bool
    before: Value = None
    current: Value = None
    message: str = ""


class Slot(ABC):
    """A place that can be drafted: subclass, set the attributes, implement the abstract methods, register.

    ``value_type`` says what a value is; ``effect`` whether publishing sets a value (can be undone), creates an object
    (can be compensated) or sends something (cannot be taken back). ``copy_kind`` tells the writer what sort of text
    is wanted. ``writer`` forces a writer by name, whatever the batch asked for. ``side_by_side``: several texts of this
    slot are seen together (the headlines of one ad), so that even those the template writes should differ.
    """

    key: ClassVar[str]
    title: ClassVar[str | Promise]
    target_model: ClassVar[str]
    value_type: ClassVar[ValueType] = "plain"
    effect: ClassVar[Effect] = "set"
    copy_kind: ClassVar[str] = "description"
    limit: ClassVar[Limit | None] = None
    writer: ClassVar[str] = ""
    side_by_side: ClassVar[bool] = False
    order: ClassVar[int] = 100
    #: Fields a filter may use when ``filterset`` is not overridden.
    filter_fields: ClassVar[Sequence[str]] = ("id",)

    @property
    def model(self) -> type[Model]:
        """The model class of the targets."""
        return apps.get_model(self.target_model)

    @property
    def target_type(self) -> str:
        """The target model as stored on drafts and events: "products.product"."""
        return self.model._meta.label_lower

    def queryset(self) -> QuerySet:
        """Everything that may be drafted for; override to leave out what must never be."""
        return self.model._default_manager.all()

    def filterset(self) -> type[django_filters.FilterSet]:
        """The allow-listed filters, the same for console, API and commands."""
        return filterset_factory(self.model, fields=list(self.filter_fields))

    def targets(self, filter: Mapping[str, str]) -> QuerySet:
        """The targets that match; raises ``Invalid`` for a filter that is unknown or has an unusable value."""
        filterset = self.filterset()(data=dict(filter), queryset=self.queryset())
        unknown = sorted(set(filter) - set(filterset.form.fields))
        if unknown:
            known = ", ".join(sorted(filterset.form.fields))
            raise Invalid(
                _("Unknown filter: %(name)s. Known filters: %(known)s.") % {"name": ", ".join(unknown), "known": known},
                "unknown_filter",
            )
        if not filterset.is_valid():
            name, errors = next(iter(filterset.errors.items()))
            raise Invalid(f"{name}: {errors[0]}", "bad_filter")
        return filterset.qs

    def eligible(self, rows: QuerySet, language: str) -> QuerySet:
        """Those of ``rows`` that have a place for this slot in ``language``: all, unless overridden.

        A bulk job over several slots and languages makes no draft elsewhere. Return ``rows`` itself for "all".
        """
        return rows

    def find(self, keys: Iterable[str]) -> dict[str, int]:
        """Ids of targets by the key people know; unknown keys are absent. By the field ``key``, else by id."""
        wanted = {str(key) for key in keys}
        if any(field.name == "key" for field in self.model._meta.concrete_fields):
            return dict(self.queryset().filter(key__in=wanted).values_list("key", "pk"))
        ids = self.queryset().filter(pk__in=[key for key in wanted if key.isdecimal()]).values_list("pk", flat=True)
        return {str(pk): pk for pk in ids}

    @abstractmethod
    def facts(self, targets: Iterable[Model], language: str, channel: str) -> dict[int, FactSheet]:
        """The fact sheet of every target, by id, in a number of queries that does not grow with the targets."""

    @abstractmethod
    def live(self, targets: Iterable[Model], language: str, channel: str) -> dict[int, Value]:
        """What is live at exactly this language and channel now, by target id; absent or None for nothing."""

    @abstractmethod
    def describe(self, targets: Iterable[Model]) -> dict[int, TargetInfo]:
        """How each target is shown, by id."""

    def shown(self, target_ids: Collection[int], language: str, channel: str) -> dict[int, Shown]:
        """``describe`` and ``live`` at once, by target id; override where one query can tell both."""
        targets = list(self.model._default_manager.filter(pk__in=target_ids))
        infos, live = self.describe(targets), self.live(targets, language, channel)
        return {pk: Shown(info, live.get(pk)) for pk, info in infos.items()}

    def digests(self, target_ids: Collection[int], language: str, channel: str) -> dict[int, str]:
        """A digest of all that ``facts`` is made from and of what is live, by target id, in one query.

        Equal digests must mean equal facts and an equal live value, however the data were changed: then approving a
        draft need not read its facts again. Override where that is cheaper than ``facts``; ``{}`` has facts compared.
        """
        return {}

    @property
    def takes_facts(self) -> bool:
        """Whether ``add_fact`` is there: a claim a reviewer confirmed with proof can become a fact of the object."""
        return type(self).add_fact is not Slot.add_fact

    def add_fact(self, actor: Actor, target_id: int, language: str, key: str, value: str, source: str) -> None:
        """Keep a fact of the target in the caller's transaction. Raises ``Forbidden``, ``Invalid`` or ``Conflict``."""
        raise NotImplementedError(f"{self.key} takes no facts")

    @abstractmethod
    def apply(self, changes: Sequence[Change], actor: Actor) -> list[ApplyResult]:
        """Make values live in the caller's transaction, each only where its expectation holds; one result each."""

    def compose(self, copy_text: str, sheet: FactSheet, language: str) -> Value:
        """The typed value of a writer's copy text, unsanitised. Raises ``ValueError`` where text cannot become one."""
        if self.value_type == "html":
            return composition.to_html(copy_text, sheet.spec_rows)
        if self.value_type == "list":
            return composition.to_list(copy_text)
        if self.value_type == "plain":
            return composition.to_plain(copy_text)
        raise ValueError(f"{self.key}: a {self.value_type} is not written as text")

    def channels(self) -> Sequence[tuple[str, str]]:
        """(code, name) of the channels copy may differ by; the console offers them."""
        return ()

    def brief_extra(self, sheet: FactSheet) -> dict[str, Any]:
        """Further ``Brief`` fields of this slot (``situation``, ``instruction`` …)."""
        return {}

    def compensate(self, changes: Sequence[Change], actor: Actor) -> list[ApplyResult]:
        """Undo what ``apply`` created (effect "create" only), in the caller's transaction."""
        raise NotImplementedError(f"{self.key} cannot be compensated")

    def send(self, change: Change) -> str:
        """Send one approved value (effect "send" only), outside any transaction; returns the carrier's reference.

        Placeholders such as ``{{customer}}`` are bound here and nowhere earlier. Raise ``SendRefused`` when certainly
        nothing went out; any other exception leaves the delivery "unknown" for a person to resolve.
        """
        raise NotImplementedError(f"{self.key} does not send")


class SendRefused(Exception):
    """The carrier refused and nothing went out; the message is shown to people and sending may be tried again."""


class ModelFieldSlot(Slot):
    """A slot over one field of a model: give ``target_model``, ``field`` and ``sheet``.

    ``sheet(target, language)`` returns a ``FactSheet``; ``live_hash`` and ``sources`` are filled in here.
    """

    field: ClassVar[str]
    sheet: ClassVar[Callable[[Any, str], FactSheet]]

    def facts(self, targets: Iterable[Model], language: str, channel: str) -> dict[int, FactSheet]:
        """One sheet a target from ``sheet``; no query beyond reading the targets."""
        sheets = {}
        for target in targets:
            sheet = type(self).sheet(target, language)
            sheets[target.pk] = replace(
                sheet,
                live_hash=content_hash(getattr(target, self.field)),
                sources=sheet.sources or ((self.target_type, target.pk),),
            )
        return sheets

    def live(self, targets: Iterable[Model], language: str, channel: str) -> dict[int, Value]:
        """The field's value, whatever the language and channel: the model has only one."""
        return {target.pk: getattr(target, self.field) or None for target in targets}

    def describe(self, targets: Iterable[Model]) -> dict[int, TargetInfo]:
        """Key and label from ``event_key``/``event_label`` where the model has them, else its id and name."""
        return {
            target.pk: TargetInfo(
                type=self.target_type,
                id=target.pk,
                key=target.event_key() if hasattr(target, "event_key") else str(target.pk),
                label=target.event_label() if hasattr(target, "event_label") else str(target),
            )
            for target in targets
        }

    def apply(self, changes: Sequence[Change], actor: Actor) -> list[ApplyResult]:
        """Write the field of every target whose present value is the expected one."""
        rows = self.model._default_manager.select_for_update().in_bulk([change.target_id for change in changes])
        results, written = [], []
        for change in changes:
            row = rows.get(change.target_id)
            if row is None:
                results.append(ApplyResult(change.target_id, False, message=_("The object no longer exists.")))
                continue
            before = getattr(row, self.field)
            if content_hash(before) != (change.expected or ""):
                results.append(ApplyResult(change.target_id, False, current=before))
                continue
            empty = [] if self.value_type == "list" else ""
            setattr(row, self.field, empty if change.value is None else change.value)
            written.append(row)
            results.append(ApplyResult(change.target_id, True, before=before or None))
        self.model._default_manager.bulk_update(written, [self.field])
        return results


slots: ExtensionPoint = ExtensionPoint(
    "generation.slots", module="slots", base=Slot, doc="Places that can be drafted: a Slot subclass each."
)


def get_slot(key: str) -> Slot:
    """The registered slot; raises ``Invalid`` naming the plugin when it is switched off, or the known slots."""
    try:
        found = slots.get(key)
    except UnknownContribution as error:
        raise Invalid(error.message, "unknown_slot") from error
    return found() if isinstance(found, type) else found


def all_slots() -> list[Slot]:
    """Every registered slot in display order."""
    found = [entry() if isinstance(entry, type) else entry for entry in slots.all()]
    return sorted(found, key=lambda slot: (slot.order, slot.key))
