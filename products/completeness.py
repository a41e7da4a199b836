"""How much of what copy needs is known about a product, per language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from generation.slots import FactSheet
from products.facts import FEWEST_USEFUL, Known, load, sheet, useful
from products.languages import CODES
from products.models import Product


def assess(product: Product, known: Known, language: str, facts: FactSheet) -> list[tuple[str | Promise, bool]]:
    """(what copy needs, whether it is there), in the order a person would fill it in."""
    variants = known.variants[product.pk]
    given = {value.attribute_id for value in known.values[product.pk] if value.value}
    required = known.required.get(product.category_id or 0, set())
    needs: list[tuple[str | Promise, bool]] = [
        (_("name in this language"), product.language == language or bool(product.names.get(language))),
        (_("category"), product.category_id is not None),
        (_("brand"), product.brand_id is not None),
        (_("image"), bool(product.image)),
        (_("price"), any(variant.price is not None for variant in variants)),
        (_("four useful facts"), useful(facts.facts) >= FEWEST_USEFUL),
    ]
    if required:
        needs.append((_("all required attributes"), required <= given))
    return needs


def percent(needs: Sequence[tuple[str | Promise, bool]]) -> int:
    """Share of what is there, 0 to 100."""
    return round(100 * sum(met for _label, met in needs) / len(needs))


def measure(products: Iterable[Product]) -> list[Product]:
    """Set ``useful_facts`` and ``completeness`` on ``products`` (not saved); returns those for which something changed."""
    listed = list(products)
    known = load(listed, CODES)
    changed = []
    for product in listed:
        sheets = {language: sheet(product, known, language) for language in CODES}
        facts = max(useful(found.facts) for found in sheets.values())
        complete = {code: percent(assess(product, known, code, found)) for code, found in sheets.items()}
        if (product.useful_facts, product.completeness) != (facts, complete):
            product.useful_facts, product.completeness = facts, complete
            changed.append(product)
    return changed


def missing(product: Product, language: str) -> list[str | Promise]:
    """What copy in ``language`` would still need."""
    known = load([product], [language])
    return [label for label, met in assess(product, known, language, sheet(product, known, language)) if not met]
