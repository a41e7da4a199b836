"""The allow-listed product filters: one set for console lists, API, commands and batches."""

from __future__ import annotations

import django_filters
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from generation.models import Draft
from generation.models.drafts import State
from products.facts import FEWEST_USEFUL
from products.models import LiveCopy, Product, Variant
from products.models.catalogue import PATH_SEPARATOR

#: Copy a product "has" when nothing more exact is asked for.
MAIN_SLOT = "products.description"


def in_category(rows: QuerySet[Product], path: str) -> QuerySet[Product]:
    """Products of a category and of those below it."""
    path = path.strip().strip(PATH_SEPARATOR)
    return rows.filter(Q(category__path=path) | Q(category__path__startswith=path + PATH_SEPARATOR))


def with_copy(rows: QuerySet[Product], told: str, wanted: bool) -> QuerySet[Product]:
    """Products that have (or lack) live copy; ``told`` is a language, or slot and language joined by ":"."""
    slot, _colon, language = told.rpartition(":")
    live = LiveCopy.objects.filter(product=OuterRef("pk"), slot=slot or MAIN_SLOT, language=language)
    return rows.filter(Exists(live)) if wanted else rows.filter(~Exists(live))


def with_draft(rows: QuerySet[Product], state: str) -> QuerySet[Product]:
    """Products with a draft in ``state``; "none" for those without any open draft."""
    drafts = Draft.objects.filter(target_type="products.product", target_id=OuterRef("pk"))
    if state == "none":
        return rows.filter(~Exists(drafts.filter(closed_at__isnull=True)))
    return rows.filter(Exists(drafts.filter(state=state)))


def searched(rows: QuerySet[Product], words: str) -> QuerySet[Product]:
    """Key or SKU begins with the words, or the name contains them."""
    words = words.strip()
    of_variant = Variant.objects.filter(product=OuterRef("pk")).filter(
        Q(sku__istartswith=words) | Q(barcode__istartswith=words)
    )
    return rows.filter(Q(key__istartswith=words) | Q(name__icontains=words) | Exists(of_variant))


class ProductFilter(django_filters.FilterSet):
    """Everything products can be narrowed by."""

    q = django_filters.CharFilter(label=_("Search"), method="search")
    id = django_filters.NumberFilter()
    key = django_filters.CharFilter(label=_("Key"), method="has_key", help_text=_("one or several, comma separated"))
    category = django_filters.CharFilter(label=_("Category"), method="of_category")
    brand = django_filters.CharFilter(label=_("Brand"), field_name="brand__name")
    channel = django_filters.CharFilter(label=_("Channel"), field_name="channels__code")
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Product.Status.choices)
    tag = django_filters.CharFilter(label=_("Tag"), method="has_tag")
    needs_data = django_filters.BooleanFilter(label=_("Needs data"), method="lacks_data")
    incomplete = django_filters.ChoiceFilter(
        label=_("Incomplete in"), choices=lambda: settings.LANGUAGES, method="is_incomplete"
    )
    has_copy = django_filters.CharFilter(label=_("Has copy"), method="having_copy")
    lacks_copy = django_filters.CharFilter(label=_("Lacks copy"), method="lacking_copy")
    draft_state = django_filters.ChoiceFilter(
        label=_("Draft"), choices=lambda: [*State.choices, ("none", _("none"))], method="having_draft"
    )

    class Meta:
        model = Product
        fields: list[str] = []

    def search(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        """Find by words."""
        return searched(rows, value)

    def has_key(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        """Exactly these keys, or SKUs of their variants."""
        wanted = [part.strip() for part in value.split(",") if part.strip()]
        of_variant = Variant.objects.filter(product=OuterRef("pk"), sku__in=wanted)
        return rows.filter(Q(key__in=wanted) | Exists(of_variant))

    def of_category(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        """A category and those below it."""
        return in_category(rows, value)

    def has_tag(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        """A tag, found as a word in the stored list."""
        return rows.filter(tags__icontains=value)

    def lacks_data(self, rows: QuerySet[Product], name: str, value: bool) -> QuerySet[Product]:
        """Too few facts to write about, or enough."""
        return rows.filter(useful_facts__lt=FEWEST_USEFUL) if value else rows.filter(useful_facts__gte=FEWEST_USEFUL)

    def is_incomplete(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        """Less than all that should be known is known in this language."""
        return rows.filter(**{f"completeness__{value}__lt": 100})

    def having_copy(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        """Live copy in a language."""
        return with_copy(rows, value, True)

    def lacking_copy(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        """No live copy in a language."""
        return with_copy(rows, value, False)

    def having_draft(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        """A draft in a state."""
        return with_draft(rows, value)
