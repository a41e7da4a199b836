"""What a shop adds to the checks: its glossary, settings of rules, its own words as evidence, an index of alike texts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generation import services, similar
from generation.checking import Judge, context_of
from generation.checks.base import Context
from generation.checks.service import blocking, run_checks
from generation.engine import Fact
from generation.models import Draft, GlossaryTerm, RuleGrade, State, StoredFinding, TextBand
from generation.slots import get_slot
from generation.text_checks import TextChecker, TextToCheck
from opsportal.access import Forbidden
from opsportal.plugins.errors import Invalid

LONG = "A plain band for every day, light on the wrist and easy to put on and off, with a strap you can wipe clean."


@pytest.fixture
def graded(people):
    """The rules about words and copies count again."""
    RuleGrade.objects.filter(rule__in=("glossary", "near_duplicate", "sms_parts")).delete()


def findings_of(text: str, slot: str = "things.blurb", **context):
    place = get_slot(slot)
    judged = Judge().judge(place, text, Context(slot=slot, language="en", **context), "", "")
    return [finding for finding in judged.findings if finding.rule in ("glossary", "near_duplicate", "sms_parts")]


def test_the_glossary_is_kept_by_reviewers_and_offers_the_preferred_word(graded, people):
    with pytest.raises(Forbidden):
        services.save_term(people["operator"], term="wristband", preferred="band")
    with pytest.raises(Invalid):
        services.save_term(people["reviewer"], term="Band", preferred="band")
    made = services.save_term(people["reviewer"], term="wristband", preferred="band", language="en")
    services.save_term(people["reviewer"], term="cheap", channel="outlet")
    found = findings_of("A cheap wristband.")
    assert [(finding.rule, finding.fix) for finding in found] == [("glossary", "band")]
    assert len(findings_of("A cheap wristband.", channel="outlet")) == 2
    services.save_term(people["reviewer"], term="wristband", preferred="strap", language="en")
    assert GlossaryTerm.objects.get(pk=made.pk).preferred == "strap"
    services.remove_term(people["reviewer"], made.pk)
    assert not findings_of("A wristband.")


def test_findings_lapse_when_the_glossary_or_a_setting_changes(graded, people):
    slot, before = get_slot("things.blurb"), Judge().key(get_slot("things.blurb"), "")
    services.save_term(people["reviewer"], term="cheap")
    changed = Judge().key(slot, "")
    services.set_rule_grade(people["admin"], "sms_parts", "", "we pay", settings={"parts": 1})
    assert len({before, changed, Judge().key(slot, "")}) == 3


def test_settings_of_a_rule(graded, people):
    long_sms = "x" * 200
    assert not findings_of(long_sms, channel="sms")
    services.set_rule_grade(
        people["admin"], "sms_parts", "", "we pay", settings={"parts": 1, "price": 0.05, "currency": "EUR"}
    )
    (found,) = findings_of(long_sms, channel="sms")
    assert (found.severity, found.params["parts"], found.params["cost"]) == ("warning", 2, "0.100 EUR")
    services.set_rule_grade(
        people["admin"], "sms_parts", "error", "dear", slot="things.blurb", settings={"currency": "USD"}
    )
    (found,) = findings_of(long_sms, channel="sms")
    assert (found.severity, found.params["cost"]) == ("error", "0.100 USD")


@pytest.mark.parametrize(
    ("rule", "settings"), [("sms_parts", {"pieces": 1}), ("sms_parts", {"parts": "two"}), ("no_such_rule", {})]
)
def test_a_setting_nobody_knows_is_refused(people, rule, settings):
    with pytest.raises(Invalid):
        services.set_rule_grade(people["admin"], rule, "", "why not", settings=settings)


def test_a_copy_of_another_draft_asks_while_that_one_stands(graded, drafted, people, ids_of):
    first, second = ids_of(drafted(2))
    first_draft = Draft.objects.get(pk=first)
    services.edit(people["operator"], first, LONG, first_draft.version)
    second_draft = Draft.objects.get(pk=second)
    services.edit(people["operator"], second, LONG.replace("plain", "simple"), second_draft.version)
    named = StoredFinding.objects.get(rule="near_duplicate", lapsed=False, candidate__draft=second)
    assert named.params["label"] == first_draft.target_label
    assert not StoredFinding.objects.filter(rule="near_duplicate", candidate__draft=first).exists()
    slot, asked = get_slot("things.blurb"), [(second_draft.target_id, LONG)]
    assert similar.around(slot, "en", asked) != [()]
    services.reject(people["reviewer"], [first], "dull")
    assert Draft.objects.get(pk=first).state == State.REJECTED
    assert similar.around(slot, "en", asked) == [()]
    assert similar.around(slot, "zh-hans", asked) == [()]


def test_drafts_of_one_batch_are_compared_with_each_other(graded, drafted, scripted, ids_of):
    scripted(says=LONG)
    rows = ids_of(drafted(3, writer="scripted"))
    copies = StoredFinding.objects.filter(rule="near_duplicate", candidate__draft__in=rows)
    assert copies.count() == 2
    assert TextBand.objects.filter(draft__in=rows).count() == 30


def test_what_is_known_of_a_text_stands_when_its_neighbours_become_known(graded):
    slot, judge = get_slot("things.blurb"), Judge()
    context, near = Context(language="en", name="Wave"), (("Wave 2", LONG),)
    text = LONG + " It weighs 999 g."
    alone = judge.judge(slot, text, context, "1:a", "")
    whole = judge.judge(slot, text, context, "1:a", "", near)
    assert {finding.rule for finding in whole.findings} == {"unsupported_number", "near_duplicate"}
    assert judge.beside(alone, slot, text, context, "", near) == whole
    assert judge.beside(whole, slot, text, context, "", ()) == alone


def test_a_look_up_reads_a_bounded_number_of_rows(drafted, ids_of, django_assert_max_num_queries):
    draft = Draft.objects.get(pk=ids_of(drafted(1))[0])
    similar.index([(draft, LONG)])
    with django_assert_max_num_queries(2):
        similar.around(get_slot("things.blurb"), "en", [(-1, LONG)] * 50)


def test_the_owners_own_words_are_evidence_but_not_for_superlatives():
    context = Context(language="en", name="Mug", facts=(Fact("Capacity", "350", "ml"),))
    text = "Thrown in stoneware with a matt glaze."
    assert blocking(run_checks(text, "plain", context))
    told = replace(context, background=("Our best mug, thrown in stoneware.", "Not dishwasher safe."))
    assert not blocking(run_checks(text, "plain", told))
    assert blocking(run_checks("Dishwasher safe.", "plain", told))
    assert blocking(run_checks("The best mug in the world.", "plain", told))


def test_background_travels_with_the_brief(drafted, ids_of):
    draft = Draft.objects.select_related("brief").get(pk=ids_of(drafted(1))[0])
    draft.brief.background = ["Knitted in Leeds."]
    assert context_of(get_slot(draft.slot), draft.brief).background == ("Knitted in Leeds.",)


def test_one_text_that_cannot_be_checked_does_not_stop_the_others(drafted, ids_of, monkeypatch):
    draft = Draft.objects.get(pk=ids_of(drafted(1))[0])
    texts = [TextToCheck(draft.target_key.removeprefix("T"), "things.blurb", "en", text) for text in ("boom", "fine")]
    checker, judge = TextChecker(), Judge.judge

    def fail(self, slot, value, *rest):
        if value == "boom":
            raise RuntimeError("broken rule")
        return judge(self, slot, value, *rest)

    monkeypatch.setattr(Judge, "judge", fail)
    first, second = checker.check(texts)
    assert "broken rule" in first.to_json()["error"]
    assert second.to_json()["blocking"] is False
