"""Names of the special tokens, shared by corpus, mask and writer. Their ids live in the tokenizer."""

from __future__ import annotations

from typing import Any

MOST_FACTS = 12

PAD, END, COPY, FREE, MORE, UNNAMED = "<|pad|>", "<|end|>", "<|copy|>", "<|free|>", "<|more|>", "<|unnamed|>"
NAME, BRAND, NOUN = "<n>", "<b>", "<t>"
YES, NO = "<yes>", "<no>"

LANGUAGES = ("zh", "en")
TONES = ("plain", "warm")
LENGTHS = ("short", "medium", "long")
COPY_KINDS = (
    "description",
    "highlights",
    "seo_title",
    "seo_description",
    "generic",
    "headline",
    "ad_description",
    "email_subject",
    "email_body",
    "sms",
    "social",
    "notice",
    "reply",
)
SITUATIONS = (
    *("shipped", "delayed", "held", "cancelled", "returned", "refund"),
    *("where_is_my_order", "return", "damaged", "wrong_item", "invoice", "stock"),
    *("product_question", "complaint", "thanks"),
)
SPARE = tuple(f"<|spare{number}|>" for number in range(16))


def control(word: str) -> str:
    """The control token of a language, copy kind, tone, length or situation."""
    return f"<|{word}|>"


def kind_token(kind: str) -> str:
    """The token that tells of which attribute kind a fact is."""
    return f"<{kind}>"


def mark_tokens(kind: str, polarity: str) -> tuple[str, ...]:
    """What the model writes before it speaks of a fact: the kind, and yes or no where that is all there is to say."""
    side = {"yes": (YES,), "no": (NO,)}.get(polarity, ())
    return (kind_token(kind), *side)


def pointer(letter: str, number: int) -> str:
    """``<k3>``, ``<v3>`` or ``<c3>``; numbers start at 1."""
    return f"<{letter}{number}>"


def special_tokens(kinds: list[str]) -> list[str]:
    """Every special token in a fixed order; ``kinds`` are the attribute kinds of the corpus."""
    controls = [*LANGUAGES, *TONES, *LENGTHS, *COPY_KINDS, *SITUATIONS]
    return [
        *(PAD, END, COPY, FREE, MORE, UNNAMED, NAME, BRAND, NOUN, YES, NO),
        *(pointer(letter, number) for letter in "kvc" for number in range(1, MOST_FACTS + 1)),
        *dict.fromkeys(control(word) for word in controls),
        *SPARE,
        *(kind_token(kind) for kind in sorted(kinds)),
    ]


def token_id(tokenizer: Any, token: str) -> int:
    """The number of one special token in a Hugging Face tokenizer."""
    return int(tokenizer.convert_tokens_to_ids(token))
