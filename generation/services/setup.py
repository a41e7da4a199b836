"""Setting up: writers, prompt templates, review policies, how rules are graded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Model
from django.utils.translation import gettext as _

from generation import writers
from generation.checks.registry import all_checks
from generation.models import GlossaryTerm, PromptTemplate, ReviewPolicy, RuleGrade, WriterProfile
from generation.points import draft_checks
from opsportal import events
from opsportal.access import Actor
from opsportal.plugins.errors import FieldProblem, Invalid


@transaction.atomic
def add_writer(actor: Actor, name: str, kind: str, settings: Mapping[str, Any], note: str = "") -> WriterProfile:
    """A writer under a new name, or new settings for one that exists."""
    actor.require("generation.add_writerprofile")
    if kind not in writers.kinds():
        raise Invalid(
            _("There is no kind of writer “%(kind)s”; known kinds: %(known)s.")
            % {"kind": kind, "known": ", ".join(writers.kinds())},
            "unknown_kind",
        )
    before = WriterProfile.objects.filter(name=name).values("kind", "settings").first()
    profile = WriterProfile.objects.filter(name=name).first() or WriterProfile(name=name)
    profile.kind, profile.settings, profile.note = kind, dict(settings), note or profile.note
    _save(profile)
    events.record(
        "writer.saved",
        actor=actor,
        target=profile,
        before=before,
        # Settings may hold the key of a server: events name them, never their values.
        after={"kind": kind, "settings": sorted(settings)},
    )
    return profile


@transaction.atomic
def promote_writer(actor: Actor, name: str) -> WriterProfile:
    """Make a writer the shop's default."""
    actor.require("generation.change_writerprofile")
    choice = writers.resolve(name)
    profile, _created = WriterProfile.objects.get_or_create(name=choice.name, defaults={"kind": choice.kind})
    before = WriterProfile.objects.filter(is_default=True).values_list("name", flat=True).first()
    WriterProfile.objects.filter(is_default=True).update(is_default=False)
    WriterProfile.objects.filter(pk=profile.pk).update(is_default=True)
    profile.refresh_from_db()
    events.record("writer.promoted", actor=actor, target=profile, before={"default": before}, after={"default": name})
    return profile


@transaction.atomic
def save_template(
    actor: Actor, *, name: str, text: str, slot: str = "", language: str = "", template_id: int | None = None
) -> PromptTemplate:
    """A new template, new words for one not used yet, or the next version of one that was."""
    actor.require("generation.add_prompttemplate")
    template = PromptTemplate.objects.select_for_update().filter(pk=template_id).first() if template_id else None
    if template is None or template.used_at is not None:
        last = PromptTemplate.objects.filter(name=name).aggregate(last=Max("version"))["last"] or 0
        template = PromptTemplate(name=name, version=last + 1, created_by=actor.user)
    template.name, template.text, template.slot, template.language = name, text, slot, language
    _save(template)
    events.record("template.saved", actor=actor, target=template, after={"name": name, "version": template.version})
    return template


@transaction.atomic
def activate_template(actor: Actor, template_id: int) -> PromptTemplate:
    """Offer a template for drafting; other versions of the same name are archived."""
    actor.require("generation.change_prompttemplate")
    template = PromptTemplate.objects.select_for_update().get(pk=template_id)
    PromptTemplate.objects.filter(name=template.name, state=PromptTemplate.State.ACTIVE).update(
        state=PromptTemplate.State.ARCHIVED
    )
    return _template_state(actor, template, PromptTemplate.State.ACTIVE)


@transaction.atomic
def archive_template(actor: Actor, template_id: int) -> PromptTemplate:
    """Offer a template no longer."""
    actor.require("generation.change_prompttemplate")
    template = PromptTemplate.objects.select_for_update().get(pk=template_id)
    return _template_state(actor, template, PromptTemplate.State.ARCHIVED)


@transaction.atomic
def save_policy(actor: Actor, slot: str = "", category: str = "", **values: Any) -> ReviewPolicy:
    """What approving and publishing needs for a copy type and category; ``values`` are ``ReviewPolicy`` fields."""
    actor.require("generation.change_reviewpolicy")
    before = ReviewPolicy.objects.filter(slot=slot, category=category).values().first()
    policy = ReviewPolicy.objects.filter(slot=slot, category=category).first()
    policy = policy or ReviewPolicy(slot=slot, category=category)
    for name, value in values.items():
        setattr(policy, name, value)
    _save(policy)
    after = {name: str(value) for name, value in values.items()}
    shown = {name: str(value) for name, value in before.items() if name in values} if before else None
    events.record("policy.saved", actor=actor, target=policy, before=shown, after=after)
    return policy


@transaction.atomic
def set_rule_grade(
    actor: Actor, rule: str, severity: str, reason: str, slot: str = "", settings: Mapping[str, Any] | None = None
) -> RuleGrade:
    """Grade a rule "error", "warning" or "off" ("": as it grades itself) for one copy type or all, and set its options.

    Raises ``Invalid`` for a rule or option that does not exist.
    """
    actor.require("generation.change_rulegrade")
    settings = dict(settings or {})
    known = {check.key: check.options for check in (*all_checks(), *draft_checks.all())}
    if rule not in known:
        raise Invalid(_("There is no rule “%(rule)s”.") % {"rule": rule}, "unknown_rule")
    if strange := sorted(set(settings) - set(known[rule])):
        raise Invalid(
            _("The rule has no setting “%(name)s”; it has: %(known)s.")
            % {"name": strange[0], "known": ", ".join(known[rule]) or "-"},
            "unknown_setting",
        )
    for name, value in settings.items():
        if not _of_kind(value, known[rule][name]):
            raise Invalid(
                _("The setting “%(name)s” takes a value like %(example)s.")
                % {"name": name, "example": json.dumps(known[rule][name])},
                "bad_setting",
            )
    grade = RuleGrade.objects.filter(rule=rule, slot=slot).first() or RuleGrade(rule=rule, slot=slot)
    before = {"severity": grade.severity, "settings": grade.settings} if grade.pk else None
    grade.severity, grade.reason, grade.settings = severity, reason, settings
    _save(grade)
    after = {"severity": severity, "settings": settings, "reason": reason}
    events.record("rule.graded", actor=actor, target=grade, before=before, after=after)
    return grade


def _of_kind(value: Any, default: Any) -> bool:
    """Whether ``value`` can stand for an option with this default."""
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, int | float):
        return isinstance(value, int | float)
    if isinstance(default, str):
        return isinstance(value, str)
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


@transaction.atomic
def save_term(
    actor: Actor, *, term: str, preferred: str = "", language: str = "", channel: str = "", note: str = ""
) -> GlossaryTerm:
    """What the shop writes instead of ``term`` in this language and channel (blank: all); blank ``preferred``: nothing.

    One entry a place: a second one for the same term replaces the first.
    """
    actor.require("generation.add_glossaryterm")
    term, preferred = term.strip(), preferred.strip()
    if term.casefold() == preferred.casefold():
        raise Invalid(_("The preferred term is the same as the one to avoid."), "same_term")
    place = {"term": term, "language": language, "channel": channel}
    row = GlossaryTerm.objects.filter(**place).first() or GlossaryTerm(**place, created_by=actor.user)
    before = {"preferred": row.preferred} if row.pk else None
    row.preferred, row.note = preferred, note.strip()
    _save(row)
    events.record("glossary.saved", actor=actor, target=row, before=before, after={**place, "preferred": preferred})
    return row


@transaction.atomic
def remove_term(actor: Actor, term_id: int) -> None:
    """Take a term out of the glossary."""
    actor.require("generation.delete_glossaryterm")
    row = GlossaryTerm.objects.select_for_update().get(pk=term_id)
    before = {"term": row.term, "preferred": row.preferred, "language": row.language, "channel": row.channel}
    events.record("glossary.removed", actor=actor, target=row, before=before)
    row.delete()


def _template_state(actor: Actor, template: PromptTemplate, state: str) -> PromptTemplate:
    before = template.state
    template.state = state
    template.save(update_fields=["state"])
    events.record("template.moved", actor=actor, target=template, before={"state": before}, after={"state": state})
    return template


def _save(row: Model) -> None:
    """Validate, then save; raises ``Invalid`` naming the fields."""
    try:
        row.full_clean()
    except ValidationError as error:
        problems = [
            FieldProblem(" ".join(messages), "" if name == "__all__" else name)
            for name, messages in error.message_dict.items()
        ]
        raise Invalid(_("Some values are not usable."), "invalid", problems) from error
    row.save()
