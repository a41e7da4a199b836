"""Setting up: writers, prompt templates, review policies, how rules are graded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Model
from django.utils.translation import gettext as _

from generation import writers
from generation.models import PromptTemplate, ReviewPolicy, RuleGrade, WriterProfile
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
def set_rule_grade(actor: Actor, rule: str, severity: str, reason: str, slot: str = "") -> RuleGrade:
    """Grade a rule "error", "warning" or "off" for one copy type, or for all."""
    actor.require("generation.change_rulegrade")
    grade = RuleGrade.objects.filter(rule=rule, slot=slot).first() or RuleGrade(rule=rule, slot=slot)
    before = {"severity": grade.severity} if grade.pk else None
    grade.severity, grade.reason = severity, reason
    _save(grade)
    events.record(
        "rule.graded", actor=actor, target=grade, before=before, after={"severity": severity, "reason": reason}
    )
    return grade


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
