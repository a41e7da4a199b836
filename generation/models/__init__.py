"""Everything generation keeps: batches, drafts and what made them, decisions, what was published, the set-up."""

from generation.models.archive import ArchivedDraft
from generation.models.batches import Batch
from generation.models.checking import GlossaryTerm, TextBand
from generation.models.decisions import (
    Approval,
    FindingAcknowledgement,
    Opening,
    RejectReason,
    ReviewPolicy,
    RuleGrade,
    Silence,
)
from generation.models.desk import Comment, MailChoice, Notice, SavedView
from generation.models.drafts import Candidate, Draft, DraftSource, State, StoredBrief, StoredFinding
from generation.models.publishing import Delivery, Revision
from generation.models.setup import PromptTemplate, WriterProfile

__all__ = [
    "Approval",
    "ArchivedDraft",
    "Batch",
    "Candidate",
    "Comment",
    "Delivery",
    "Draft",
    "DraftSource",
    "FindingAcknowledgement",
    "GlossaryTerm",
    "MailChoice",
    "Notice",
    "Opening",
    "PromptTemplate",
    "RejectReason",
    "ReviewPolicy",
    "Revision",
    "RuleGrade",
    "SavedView",
    "Silence",
    "State",
    "StoredBrief",
    "StoredFinding",
    "TextBand",
    "WriterProfile",
]
