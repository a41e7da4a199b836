"""What one product is called in a sentence: "an air purifier"."""

from __future__ import annotations

import re

from products import lexicon
from products.models import Category, Product


def noun_of(product: Product, category: Category | None, language: str) -> str:
    """What one such product is called in a sentence, or "".

    The owner's word is taken as it is. A category's own name only when the product's name confirms it: a grinder filed
    under "Coffee machines" is no coffee machine.
    """
    told = product.nouns.get(language) or (category.nouns.get(language) if category else "")
    if told:
        return told
    name = product.name_in(language)
    candidates = [product.product_type] + ([category.name_in(language)] if category else [])
    for candidate in candidates:
        noun = _safe_noun(candidate.strip(), name, language)
        if noun:
            return noun
    return ""


def _safe_noun(candidate: str, name: str, language: str) -> str:
    if not lexicon.says_what_it_is(candidate):
        return ""
    if language.startswith("zh"):
        fits = re.fullmatch(r"[一-鿿]{2,6}", candidate) and candidate[-2:] in name
        return candidate if fits else ""
    words = candidate.lower().split()
    if not re.fullmatch(r"[a-z][a-z -]{2,29}", candidate.lower()) or len(words) > 3:
        return ""
    words[-1] = _singular(words[-1])
    return " ".join(words) if re.search(rf"\b{re.escape(words[-1])}s?\b", name.lower()) else ""


def _singular(word: str) -> str:
    for ending, replacement in (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x")):
        if word.endswith(ending):
            return word[: -len(ending)] + replacement
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
