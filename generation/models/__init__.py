"""Everything generation keeps: batches, drafts and what made them, decisions, what was published, the set-up."""

from generation.models.archive import ArchivedDraft
from generation.models.batches import Batch
from generation.models.decisions import Approval, FindingAcknowledgement, Opening, RejectReason, ReviewPolicy, Silence
from generation.models.drafts import Candidate, Draft, DraftSource, State, StoredBrief, StoredFinding
from generation.models.publishing import Delivery, Revision
from generation.models.setup import PromptTemplate, WriterProfile

__all__ = [
    "Approval",
    "ArchivedDraft",
    "Batch",
    "Candidate",
    "Delivery",
    "Draft",
    "DraftSource",
    "FindingAcknowledgement",
    "Opening",
    "PromptTemplate",
    "RejectReason",
    "ReviewPolicy",
    "Revision",
    "Silence",
    "State",
    "StoredBrief",
    "StoredFinding",
    "WriterProfile",
]
