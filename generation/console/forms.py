"""The form that asks for copy."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from generation import writers
from generation.console.selection import Selection
from generation.models import Batch, PromptTemplate, WriterProfile
from generation.services import BatchSpec
from generation.services.batches import INTERACTIVE, MOST_CANDIDATES, NORMAL
from generation.slots import Slot, all_slots

#: A request for so few objects is written before the big ones: someone waits for it.
_AT_ONCE = 20


class DraftCopyForm(forms.Form):
    """Copy types, languages and the rest of a ``BatchSpec``, for a selection."""

    slots = forms.MultipleChoiceField(label=_("Copy types"), widget=forms.CheckboxSelectMultiple)
    languages = forms.MultipleChoiceField(
        label=_("Languages"), widget=forms.CheckboxSelectMultiple, choices=settings.LANGUAGES
    )
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    tone = forms.ChoiceField(label=_("Tone"), choices=Batch.Tone.choices, initial=Batch.Tone.PLAIN)
    length = forms.ChoiceField(label=_("Length"), choices=Batch.Length.choices, initial=Batch.Length.MEDIUM)
    candidates = forms.IntegerField(
        label=_("Candidates"),
        min_value=1,
        max_value=MOST_CANDIDATES,
        initial=3,
        help_text=_("Texts to choose from for each object; the first without mistakes is proposed."),
    )
    writer = forms.ChoiceField(label=_("Writer"), required=False)
    template = forms.ChoiceField(
        label=_("Prompt template"), required=False, help_text=_("The shop's own words to the writer.")
    )
    note = forms.CharField(
        label=_("Note to the writer"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: mention the warranty, for beginners."),
    )
    skip_existing = forms.BooleanField(
        label=_("Skip those that have copy"),
        required=False,
        initial=True,
        help_text=_("Only what was published here counts; drafts that wait are always skipped."),
    )

    def __init__(self, *args: Any, selection: Selection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.selection = selection
        self.offered = offered_slots(selection.target_type)
        self._field("slots").choices = [(slot.key, str(slot.title)) for slot in self.offered]
        self._field("channel").choices = [("", _("no channel in particular")), *_channels(self.offered)]
        self._field("writer").choices = writer_choices()
        templates = PromptTemplate.objects.filter(state=PromptTemplate.State.ACTIVE)
        self._field("template").choices = [("", _("none")), *((str(row.pk), str(row)) for row in templates)]
        self.initial.setdefault("slots", [slot.key for slot in self.offered[:1]])
        self.initial.setdefault("languages", [get_language() or settings.LANGUAGE_CODE])

    def spec(self) -> BatchSpec:
        """What to ask ``services`` for. Only after ``is_valid()``."""
        values = self.cleaned_data
        chosen = self.selection.ids
        return BatchSpec(
            slots=values["slots"],
            languages=values["languages"],
            channel=values["channel"],
            filter=self.selection.filter,
            target_ids=chosen,
            tone=values["tone"],
            length=values["length"],
            candidates=values["candidates"],
            template_id=int(values["template"]) if values["template"] else None,
            writer=values["writer"],
            skip_existing=values["skip_existing"],
            priority=INTERACTIVE if chosen is not None and len(chosen) <= _AT_ONCE else NORMAL,
            note=values["note"],
        )

    def _field(self, name: str) -> Any:
        return self.fields[name]


def writer_choices() -> list[tuple[str, str]]:
    """Writers to choose from, the shop's default first; one query for the profiles, one for the default."""
    default = writers.default_name()
    profiles = WriterProfile.objects.filter(is_active=True).values_list("name", flat=True)
    names = dict.fromkeys([*profiles, default, writers.TEMPLATE])
    return [("", _("the shop's default (%(name)s)") % {"name": default}), *((name, name) for name in names)]


def offered_slots(target_type: str) -> list[Slot]:
    """Slots for a kind of object; without one, those of the first kind there is."""
    known = all_slots()
    wanted = target_type or (known[0].target_type if known else "")
    return [slot for slot in known if slot.target_type == wanted]


def _channels(offered: list[Slot]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for slot in offered:
        found |= dict(slot.channels())
    return list(found.items())
