"""What a person can do to one draft on the review page, each as one call of a service and an answer for the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from generation import services
from generation.checks.text import view
from generation.console import texts
from generation.console.desk import may_correct
from generation.console.telling import UNDONE
from generation.models import Draft, RejectReason, StoredFinding
from generation.outcomes import Outcome
from generation.policies import ShopRules
from generation.slots import get_slot
from opsportal.access import Actor
from opsportal.console.desk import whole_number
from opsportal.plugins.errors import Conflict, Invalid

#: What the page gets back: ``ok``, ``message``; ``again`` when the same draft stays on the desk; ``undo`` names the
#: action that takes the decision back.
Answer = dict[str, Any]


def draft_of(pk: int) -> Draft:
    """The draft with its brief; raises ``Invalid`` when there is none."""
    draft = Draft.objects.select_related("brief").filter(pk=pk).first()
    if draft is None:
        raise Invalid(_("There is no such draft."), "gone")
    return draft


def _approve(actor: Actor, pk: int, sent: dict[str, Any], rules: ShopRules) -> Answer:
    """Approve the candidate the person looks at, which becomes the draft's text first when it is not yet."""
    seen = str(sent.get("hash", ""))
    if sent.get("choose") is not None:
        chosen = services.choose_candidate(
            actor, pk, whole_number(sent["choose"], -1), whole_number(sent.get("version"))
        )
        if seen and chosen.value_hash != seen:
            raise Conflict(_("The text was changed since you looked at it."), "changed_meanwhile")
    outcome = services.approve(
        actor, [pk], acknowledge=bool(sent.get("anyway")), seen={pk: seen} if seen else None, rules=rules
    )
    if outcome.left and outcome.left[0][1] == "needs_another":
        return {"ok": True, "undo": "return", "message": _("Signed. One more person must approve it.")}
    return _answer(outcome, _("Approved."), undo="return")


def _reject(actor: Actor, pk: int, sent: dict[str, Any], rules: ShopRules) -> Answer:
    seen = {pk: str(sent["hash"])} if sent.get("hash") else None
    reason = str(sent.get("reason", ""))
    outcome = services.reject(actor, [pk], reason, str(sent.get("note", ""))[:2000], seen)
    message = _("Rejected.")
    if reason == RejectReason.DATA_WRONG:
        message = _("Rejected. Correct the product's data: saving them has its drafts written again.")
        if not may_correct(actor, draft_of(pk).target_type):
            message = _("Rejected. Once somebody corrected the product's data, its drafts are written again.")
    return _answer(outcome, message, undo="reopen")


def _regenerate(actor: Actor, pk: int, sent: dict[str, Any], rules: ShopRules) -> Answer:
    services.regenerate(actor, pk, str(sent.get("note", ""))[:2000])
    return {"ok": True, "message": _("Being written again; it comes back to the queue.")}


def _edit(actor: Actor, pk: int, sent: dict[str, Any], rules: ShopRules) -> Answer:
    draft = draft_of(pk)
    slot = get_slot(draft.slot)
    value = texts.edited(str(sent.get("text", "")), draft.value, slot.value_type)
    changed = draft
    if value != draft.value:
        changed = services.edit(actor, pk, value, whole_number(sent.get("version")))
    if not sent.get("approve"):
        return {"ok": True, "again": True, "message": _("Saved.")}
    outcome = services.approve(
        actor, [pk], acknowledge=bool(sent.get("anyway")), seen={pk: changed.value_hash}, rules=rules
    )
    if outcome.left and outcome.left[0][1] in ("four_eyes", "needs_another"):
        return {"ok": True, "message": _("Saved. Someone else must approve it: passed on.")}
    if outcome.left:
        _pk, code, message = outcome.left[0]
        return {
            "ok": False,
            "code": code,
            "saved": True,
            "message": _("Saved, not approved: %(why)s") % {"why": message},
        }
    return {"ok": True, "undo": "return", "message": _("Saved and approved.")}


def _choose(actor: Actor, pk: int, sent: dict[str, Any], rules: ShopRules) -> Answer:
    services.choose_candidate(actor, pk, whole_number(sent.get("index"), -1), whole_number(sent.get("version")))
    return {"ok": True, "again": True, "message": _("Candidate chosen.")}


def _fix(actor: Actor, pk: int, sent: dict[str, Any], rules: ShopRules) -> Answer:
    draft = draft_of(pk)
    slot = get_slot(draft.slot)
    standing = StoredFinding.objects.select_related("candidate").filter(candidate__draft=draft, lapsed=False)
    finding = standing.filter(pk=whole_number(sent.get("finding"))).first()
    if finding is None:
        raise Conflict(_("The text or the rules changed; look at it again."), "changed_meanwhile")
    if finding.fix is None:
        raise Invalid(_("There is nothing to correct by itself here."), "no_fix")
    value = view(finding.candidate.value, slot.value_type).replace(finding.start, finding.end, finding.fix)
    services.edit(actor, pk, value, whole_number(sent.get("version")))
    return {"ok": True, "again": True, "message": _("Corrected.")}


def _refresh(actor: Actor, pk: int, sent: dict[str, Any], rules: ShopRules) -> Answer:
    return _answer(services.refresh(actor, [pk]), _("Compared with the product as it is now."), again=True)


def _attest(actor: Actor, pk: int, sent: dict[str, Any], rules: ShopRules) -> Answer:
    services.attest(actor, pk, [whole_number(sent.get("finding"))], str(sent.get("evidence", ""))[:2000])
    return {"ok": True, "again": True, "message": _("Confirmed with proof.")}


def _fact(actor: Actor, pk: int, sent: dict[str, Any], rules: ShopRules) -> Answer:
    key, value = str(sent.get("key", ""))[:120], str(sent.get("value", ""))[:1000]
    services.keep_as_fact(actor, pk, whole_number(sent.get("finding")), key, value)
    return {"ok": True, "again": True, "message": _("Kept as a fact; the draft was compared with it.")}


def _assign(actor: Actor, pk: int, sent: dict[str, Any], rules: ShopRules) -> Answer:
    name = str(sent.get("to", ""))
    message = _("Assigned to %(name)s.") % {"name": name} if name else _("Assigned to nobody in particular.")
    return _answer(services.assign(actor, [pk], name), message, again=True)


def _silence(actor: Actor, pk: int, sent: dict[str, Any], rules: ShopRules) -> Answer:
    services.silence(actor, pk, whole_number(sent.get("finding")), str(sent.get("reason", ""))[:2000])
    message = _("This alarm is off for these words in this category; the other drafts that wait follow.")
    return {"ok": True, "again": True, "message": message}


def _lift(actor: Actor, pk: int, sent: dict[str, Any], rules: ShopRules) -> Answer:
    approved = services.lift_silence(actor, whole_number(sent.get("silence")), pk)
    message = _("The alarm is on again; the other drafts that wait follow.")
    if approved:
        kept = ngettext(
            "%(count)d approved draft keeps its approval.", "%(count)d approved drafts keep their approval.", approved
        )
        message = f"{message} {kept % {'count': approved}}"
    return {"ok": True, "again": True, "message": message}


def _return(actor: Actor, pk: int, sent: dict[str, Any], rules: ShopRules) -> Answer:
    outcome = services.return_to_review(actor, [pk], UNDONE if sent.get("undo") else "returned")
    return _answer(outcome, _back(sent), again=True)


def _reopen(actor: Actor, pk: int, sent: dict[str, Any], rules: ShopRules) -> Answer:
    return _answer(services.reopen(actor, [pk]), _back(sent), again=True)


def _back(sent: dict[str, Any]) -> str:
    return _("Undone: back in review.") if sent.get("undo") else _("Back in review.")


ACTIONS: dict[str, Callable[[Actor, int, dict[str, Any], ShopRules], Answer]] = {
    "approve": _approve,
    "reject": _reject,
    "regenerate": _regenerate,
    "edit": _edit,
    "choose": _choose,
    "fix": _fix,
    "refresh": _refresh,
    "attest": _attest,
    "fact": _fact,
    "assign": _assign,
    "silence": _silence,
    "lift": _lift,
    "return": _return,
    "reopen": _reopen,
}


def _answer(outcome: Outcome, message: str, **extra: Any) -> Answer:
    if outcome.left:
        _pk, code, why = outcome.left[0]
        return {"ok": False, "code": code, "message": why}
    return {"ok": True, "message": message, **extra}
