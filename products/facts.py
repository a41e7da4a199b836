"""Facts: everything known about products, in the form a writer may use. Bulk, in a fixed number of queries.

Price and stock never appear here: copy does not quote them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext_noop

from generation.engine import Fact
from generation.slots import FactSheet
from products import lexicon
from products.imports.cells import amount
from products.models import (
    AttributeDefinition,
    AttributeValue,
    Benefit,
    Brand,
    Category,
    CategoryAttribute,
    Product,
    SellingPoint,
    SourceText,
    Variant,
)
from products.models.catalogue import PATH_SEPARATOR
from products.nouns import noun_of
from products.shop_text import found_pairs, visible_lines
from products.statements import statements

#: What a fact from the shop's own description gives as its source.
SHOP_TEXT = gettext_noop("shop text")
#: What an approved selling point or benefit, and an option of the variants, give as theirs.
OWNER, VARIANTS = gettext_noop("owner"), gettext_noop("variants")
#: With fewer useful facts than this a product is on the "needs data" list.
FEWEST_USEFUL = 4
MOST_FACTS = 30
#: Characters of the shop's own texts that checks may take as evidence.
MOST_BACKGROUND = 6000
MOST_SCOPES = 4
#: Option values joined to more characters than this are counted in the table only, not told in prose.
LONGEST_OPTIONS = 90


@dataclass(slots=True)
class Known:
    """What the database knows about some products, by product id; the rest is shared by all."""

    values: dict[int, list[AttributeValue]] = field(default_factory=lambda: defaultdict(list))
    variants: dict[int, list[Variant]] = field(default_factory=lambda: defaultdict(list))
    selling_points: dict[int, list[SellingPoint]] = field(default_factory=lambda: defaultdict(list))
    texts: dict[int, list[SourceText]] = field(default_factory=lambda: defaultdict(list))
    benefits: dict[int, list[Benefit]] = field(default_factory=lambda: defaultdict(list))
    key_attributes: dict[int, set[int]] = field(default_factory=dict)
    required: dict[int, set[int]] = field(default_factory=dict)
    categories: dict[int, Category] = field(default_factory=dict)
    brands: dict[int, Brand] = field(default_factory=dict)
    #: What was found in a shop's text, by its id: one search serves all languages.
    pairs: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    lines: dict[int, list[str]] = field(default_factory=dict)


def load(products: Collection[Product], languages: Sequence[str]) -> Known:
    """Read all that ``sheet`` needs for ``products``; the number of queries does not depend on how many there are."""
    ids = [product.pk for product in products]
    known = Known()
    for value in AttributeValue.objects.filter(product_id__in=ids).select_related("attribute").order_by("id"):
        known.values[value.product_id].append(value)
    for variant in Variant.objects.filter(product_id__in=ids).order_by("position", "id"):
        known.variants[variant.product_id].append(variant)
    points = SellingPoint.objects.filter(product_id__in=ids, approved_at__isnull=False, language__in=languages)
    for point in points.order_by("position", "id"):
        known.selling_points[point.product_id].append(point)
    texts = SourceText.objects.filter(product_id__in=ids, field="description").exclude(text="")
    for text in texts.order_by("channel", "language"):
        known.texts[text.product_id].append(text)
    attribute_ids = {value.attribute_id for values in known.values.values() for value in values}
    benefits = Benefit.objects.filter(
        attribute_id__in=attribute_ids, approved_at__isnull=False, language__in=languages
    ).select_related("category")
    for benefit in benefits.order_by("id"):
        known.benefits[benefit.attribute_id].append(benefit)
    known.brands = Brand.objects.in_bulk({product.brand_id for product in products if product.brand_id})
    _load_attribute_sets(known, {product.category_id for product in products if product.category_id})
    return known


def _load_attribute_sets(known: Known, category_ids: set[int]) -> None:
    """Key and required attributes of each category, those of the categories above it included."""
    known.categories = Category.objects.in_bulk(category_ids)
    paths: dict[str, list[int]] = defaultdict(list)
    for category in known.categories.values():
        parts = category.path.split(PATH_SEPARATOR)
        for size in range(1, len(parts) + 1):
            paths[PATH_SEPARATOR.join(parts[:size])].append(category.pk)
    for member in CategoryAttribute.objects.filter(category__path__in=paths).select_related("category"):
        for category_id in paths[member.category.path]:
            if member.is_key:
                known.key_attributes.setdefault(category_id, set()).add(member.attribute_id)
            if member.required:
                known.required.setdefault(category_id, set()).add(member.attribute_id)


def fact_sheets(products: Iterable[Product], language: str) -> dict[int, FactSheet]:
    """The sheet of every product in ``language``, by id (``live_hash`` is left to the slot)."""
    listed = list(products)
    known = load(listed, [language])
    return {product.pk: sheet(product, known, language) for product in listed}


def sheet(product: Product, known: Known, language: str) -> FactSheet:
    """One product's sheet from what ``load`` read."""
    category = known.categories.get(product.category_id or 0)
    brand = known.brands.get(product.brand_id or 0)
    facts, rows = _attribute_facts(product, known, language)
    option_facts, option_rows = _option_facts(known.variants[product.pk], language)
    taken = {_identity(fact.key) for fact in facts}
    facts += [fact for fact in option_facts if _identity(fact.key) not in taken]
    rows += [row for row in option_rows if _identity(row[0]) not in taken]
    taken = {_identity(fact.key) for fact in facts} | {_identity(label) for label, _value in rows}
    for fact, row in _text_facts(known, known.texts[product.pk], language):
        if _identity(fact.key) not in taken:
            taken.add(_identity(fact.key))
            facts.append(fact)
            rows.append(row)
    points = [
        Fact(key=_label("selling_point", language), value=point.text, kind="selling_point", source=OWNER)
        for point in known.selling_points[product.pk]
        if point.language == language
    ]
    noun = noun_of(product, category, language)
    points += _statement_facts(product, known, noun, language)
    sources: list[tuple[str, int]] = [("products.product", product.pk)]
    if product.category_id:
        sources.append(("products.category", product.category_id))
    if product.brand_id:
        sources.append(("products.brand", product.brand_id))
    return FactSheet(
        name=product.name_in(language),
        noun=noun,
        brand=brand.name_in(language) if brand else "",
        category=category.path if category else "",
        facts=tuple((points + facts)[:MOST_FACTS]),
        spec_rows=tuple(rows[:MOST_FACTS]),
        background=_background(product, known),
        keywords_use=tuple(product.keywords_use),
        keywords_avoid=tuple(product.keywords_avoid),
        sources=tuple(sources),
        image=product.image,
    )


def useful(facts: Iterable[Fact]) -> int:
    """How many facts say something of their own: a benefit repeats the fact it explains, a statement the shop's text."""
    return sum(fact.kind not in ("benefit", "statement") for fact in facts)


def _identity(label: str) -> str:
    return lexicon.attribute_code(label) or lexicon.fold(label)


def _label(name: str, language: str) -> str:
    chinese = language.startswith("zh")
    return {
        "selling_point": "卖点" if chinese else "Selling point",
        "statement": "商品描述" if chinese else "Description",
    }[name]


def _attribute_facts(product: Product, known: Known, language: str) -> tuple[list[Fact], list[tuple[str, str]]]:
    """Facts of attribute values (key ones first, each followed by its benefits) and their rows for the table."""
    keys = known.key_attributes.get(product.category_id or 0, set())
    variants = {variant.pk: variant for variant in known.variants[product.pk]}
    shared: list[tuple[AttributeValue, str]] = []
    of_variants: dict[tuple[int, str, str], dict[str, list[AttributeValue]]] = defaultdict(dict)
    for value in known.values[product.pk]:
        if not value.attribute.in_copy or not value.value:
            continue
        if value.variant_id is None:
            shared.append((value, ""))
        else:
            address = (value.attribute_id, value.condition, value.part)
            of_variants[address].setdefault(value.value, []).append(value)
    for groups in of_variants.values():
        if len(groups) == 1 and len(next(iter(groups.values()))) == len(variants):
            shared.append((next(iter(groups.values()))[0], ""))
        elif len(groups) <= MOST_SCOPES:
            for values in groups.values():
                labels = [variants[value.variant_id].label_in(language) for value in values if value.variant_id]
                scope = ("、" if language.startswith("zh") else ", ").join(label for label in labels if label)
                if scope and len(scope) <= LONGEST_OPTIONS:
                    shared.append((values[0], scope))
    shared.sort(key=lambda pair: not (pair[0].attribute.is_key or pair[0].attribute_id in keys))
    facts: list[Fact] = []
    rows: list[tuple[str, str]] = []
    for value, scope in shared:
        is_key = value.attribute.is_key or value.attribute_id in keys
        fact = attribute_fact(value, language, scope=scope, is_key=is_key)
        facts.append(fact)
        facts += _benefits(product, value, fact, known, language)
        rows.append(_spec_row(fact, language))
    return facts, rows


def attribute_fact(value: AttributeValue, language: str, scope: str = "", is_key: bool = False) -> Fact:
    """The fact one attribute value states in ``language``."""
    attribute = value.attribute
    text = value.values.get(language) or _choice_in(attribute, value.value, language)
    unit = value.unit or attribute.unit_in(language)
    if value.number is not None:
        text, unit = _split(text, unit, value.number, language)
    elif attribute.data_type != "number":
        unit = value.unit
    return Fact(
        key=attribute.names.get(language) or lexicon.attribute_label(attribute.name, language),
        value=text,
        unit=unit,
        condition=value.conditions.get(language) or value.condition,
        part=value.parts.get(language) or value.part,
        scope=scope,
        is_key=is_key,
        data_type=attribute.data_type,  # type: ignore[arg-type]
        source=value.source,
        date=value.as_of.isoformat() if value.as_of else "",
    )


def _split(text: str, unit: str, number: Decimal, language: str) -> tuple[str, str]:
    """The amount as written and its unit in ``language``: "1400W" is "1400" and "W"."""
    parsed = amount(text)
    if parsed is not None and parsed.unit:
        text, unit = text[: len(text) - len(parsed.unit)].strip(), parsed.unit
    return text, lexicon.unit_in(unit, language, is_one=number == 1)


def _choice_in(attribute: AttributeDefinition, value: str, language: str) -> str:
    for choice in attribute.choices:
        if choice.get("value") == value:
            return choice.get("names", {}).get(language) or value
    return value


def _benefits(product: Product, value: AttributeValue, fact: Fact, known: Known, language: str) -> list[Fact]:
    category = known.categories.get(product.category_id or 0)
    found = []
    for benefit in known.benefits[value.attribute_id]:
        if benefit.language == language and benefit_applies(benefit, value, category):
            found.append(
                Fact(
                    key=fact.key, value=benefit.text, condition=fact.condition, part=fact.part, scope=fact.scope,
                    kind="benefit", source=OWNER,
                )
            )  # fmt: skip
    return found


def benefit_applies(benefit: Benefit, value: AttributeValue, category: Category | None) -> bool:
    """Whether ``value`` is one of those the benefit was approved for."""
    if benefit.category is not None:
        above = benefit.category.path
        if category is None or not (category.path + PATH_SEPARATOR).startswith(above + PATH_SEPARATOR):
            return False
    if benefit.equals:
        return benefit.equals.casefold() in {
            value.value.casefold(),
            *(text.casefold() for text in value.values.values()),
        }
    if value.number is None:
        return False
    too_low = benefit.minimum is not None and value.number < benefit.minimum
    return not too_low and (benefit.maximum is None or value.number <= benefit.maximum)


def _spec_row(fact: Fact, language: str) -> tuple[str, str]:
    chinese = language.startswith("zh")
    label = fact.key if not fact.part else (f"{fact.part}{fact.key}" if chinese else f"{fact.key} ({fact.part})")
    shown = fact.display
    if fact.data_type == "boolean":
        shown = {"yes": "是" if chinese else "Yes", "no": "否" if chinese else "No"}.get(fact.value, fact.value)
    remarks = "; ".join(text for text in (fact.condition, fact.scope) if text)
    if remarks:
        shown = f"{shown}（{remarks}）" if chinese else f"{shown} ({remarks})"
    return label, shown


def _option_facts(variants: list[Variant], language: str) -> tuple[list[Fact], list[tuple[str, str]]]:
    """One fact an option: "Color: Black, Blue". Options too many for prose stay in the table."""
    values: dict[str, dict[str, str]] = {}
    labels: dict[str, str] = {}
    for variant in variants:
        for option in variant.options:
            name = option["name"]
            labels[name] = option.get("names", {}).get(language) or lexicon.attribute_label(name, language)
            values.setdefault(name, {})[option["value"]] = option.get("values", {}).get(language) or option["value"]
    facts, rows = [], []
    for name, found in values.items():
        joined = ("、" if language.startswith("zh") else ", ").join(dict.fromkeys(found.values()))
        rows.append((labels[name], joined[:400]))
        if len(joined) <= LONGEST_OPTIONS:
            facts.append(Fact(key=labels[name], value=joined, data_type="choice", source=VARIANTS))
    return facts, rows


def _text_facts(known: Known, texts: list[SourceText], language: str) -> list[tuple[Fact, tuple[str, str]]]:
    """Properties found in the shop's own description; the one in ``language`` is preferred."""
    for text in sorted(texts, key=lambda text: text.language != language):
        if text.pk not in known.pairs:
            known.pairs[text.pk] = found_pairs(text.text)
        found = []
        for label, value in known.pairs[text.pk]:
            if lexicon.attribute_code(label) == "" and text.language != language:
                continue  # a label we cannot translate would be foreign in this copy
            shown = lexicon.attribute_label(label, language)
            parsed = amount(value)
            unit = ""
            if parsed is not None and parsed.unit:
                value, unit = _split(value, "", parsed.number, language)
            fact = Fact(
                key=shown, value=value, unit=unit, source=SHOP_TEXT, data_type="number" if parsed else "text"
            )  # fmt: skip
            found.append((fact, (shown, fact.display)))
        if found:
            return found
    return []


def _statement_facts(product: Product, known: Known, noun: str, language: str) -> list[Fact]:
    """What the shop's own description in ``language`` says the product is."""
    short = language.split("-")[0]
    if short not in ("zh", "en"):
        return []
    name = product.name_in(language)
    said = noun or (name[-2:] if short == "zh" else name.split(" ")[-1])
    said = said if short == "zh" else said.split(" ")[-1]
    for text in known.texts[product.pk]:
        if text.language == language:
            return [
                Fact(key=_label("statement", language), value=value, kind="statement", source=SHOP_TEXT)
                for value in statements(_lines(known, text), said, short)
            ]
    return []


def _lines(known: Known, text: SourceText) -> list[str]:
    """The visible lines of a shop's text, read once."""
    if text.pk not in known.lines:
        known.lines[text.pk] = visible_lines(text.text)
    return known.lines[text.pk]


def _background(product: Product, known: Known) -> tuple[str, ...]:
    """What the shop's own texts, tags and type say: evidence for checks, in whatever language it is written."""
    lines = [product.name, *product.names.values(), product.product_type, *map(str, product.tags)]
    for text in known.texts[product.pk]:
        lines += _lines(known, text)
    kept: list[str] = []
    left = MOST_BACKGROUND
    for line in dict.fromkeys(line for line in lines if line):
        kept.append(line[:left])
        left -= len(line)
        if left <= 0:
            break
    return tuple(kept)


def needs_data(product: Product) -> bool:
    """Whether too little is known to write copy that says something."""
    return product.useful_facts < FEWEST_USEFUL
