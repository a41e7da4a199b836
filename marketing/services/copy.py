"""Copy of a campaign as one: have it drafted, publish what was approved."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from generation.models import Batch, Draft, State
from generation.services import BatchSpec, Outcome, publish, start_batch
from marketing.models import Campaign, CopyText, Placement, Status
from marketing.models.placements import TARGET
from opsportal.access import Actor
from opsportal.plugins import Conflict, Invalid


def draft_campaign(
    actor: Actor,
    campaign: Campaign,
    *,
    placement: Placement | None = None,
    writer: str = "",
    candidates: int = 3,
    only_missing: bool = True,
    seed: int | None = None,
) -> Batch:
    """Have every text of the campaign (or of one placement) drafted as one bulk job; returns at once.

    ``only_missing`` leaves out what is published and still true. A text with an open draft is always left alone. The
    same ``seed`` gives the same texts. Raises ``Forbidden``, ``Conflict`` for a campaign that is over, ``Invalid`` when
    there is nothing to draft.
    """
    spec = drafting_spec(
        campaign, placement=placement, writer=writer, candidates=candidates, only_missing=only_missing, seed=seed
    )
    return start_batch(actor, spec)


def drafting_spec(
    campaign: Campaign,
    *,
    placement: Placement | None = None,
    writer: str = "",
    candidates: int = 3,
    only_missing: bool = True,
    seed: int | None = None,
) -> BatchSpec:
    """What ``draft_campaign`` asks for, to be estimated first; raises the same."""
    if campaign.status == Status.ENDED:
        raise Conflict(_("The campaign is over."), "wrong_status")
    texts = CopyText.objects.filter(campaign=campaign)
    chosen = {"campaign": campaign.key}
    if placement is not None:
        texts = texts.filter(variant__placement=placement)
        chosen["placement"] = placement.key
    if only_missing:
        true = Draft.objects.filter(
            target_type=TARGET, target_id=OuterRef("pk"), state=State.PUBLISHED, stale_since__isnull=True
        )
        texts = texts.filter(Q(content_hash="") | ~Exists(true))
    wanted = list(texts.order_by("pk").values_list("pk", "slot", "language"))
    if not wanted:
        raise Invalid(_("Every text is published and still true: there is nothing to draft."), "nothing_missing")
    return BatchSpec(
        slots=sorted({slot for _pk, slot, _language in wanted}),
        languages=[code for code in campaign.languages if any(language == code for _pk, _slot, language in wanted)]
        or sorted({language for _pk, _slot, language in wanted}),
        filter=chosen,
        target_ids=[pk for pk, _slot, _language in wanted],
        tone=campaign.tone,
        candidates=candidates,
        writer=writer,
        note=note_of(campaign),
        seed=seed,
    )


def publish_campaign(actor: Actor, campaign: Campaign) -> Outcome:
    """Make the approved drafts of a campaign live; what may not go out is reported with its reason."""
    approved = Draft.objects.filter(
        target_type=TARGET,
        target_id__in=CopyText.objects.filter(campaign=campaign).values("pk"),
        state=State.APPROVED,
    )
    return publish(actor, list(approved.order_by("pk").values_list("pk", flat=True)))


def note_of(campaign: Campaign) -> str:
    """What the writer is told beside the facts: goal, audience, brand voice."""
    parts = [campaign.get_goal_display(), campaign.audience, campaign.brand_voice]
    return "\n".join(str(part) for part in parts if part)
