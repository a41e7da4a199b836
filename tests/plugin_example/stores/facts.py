"""What copy may say about a store, and nothing else."""

from generation.engine import Fact
from generation.slots import FactSheet

from .models import Store

#: Labels of the facts, in both languages.
LABELS = {
    "en": {"city": "City", "hours": "Opening hours", "area": "Floor area", "parking": "Parking", "noun": "store"},
    "zh-hans": {"city": "城市", "hours": "营业时间", "area": "营业面积", "parking": "停车", "noun": "门店"},
}


def store_sheet(store: Store, language: str) -> FactSheet:
    """The facts of one store in one language, and the table shown below its story."""
    label = LABELS[language]
    facts = (
        Fact(label["city"], store.city, is_key=True),
        Fact(label["hours"], store.opening_hours, is_key=True),
        Fact(label["area"], str(store.floor_area), unit="m²", data_type="number"),
        Fact(label["parking"], "yes" if store.parking else "no", data_type="boolean"),
    )
    return FactSheet(name=store.name, noun=label["noun"], facts=facts, category="stores")
