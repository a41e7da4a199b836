"""Stores for the demo shop."""

from collections.abc import Iterable

from opsportal.access import Actor
from opsportal.maintenance.points import Demo, demos

from .models import Store
from .services import save_store

STORES = (
    {
        "key": "harbour",
        "name": "Harbour Street",
        "city": "Qingdao",
        "opening_hours": "10:00 to 20:00",
        "floor_area": 320,
    },
    {"key": "old-mill", "name": "Old Mill", "city": "Hangzhou", "opening_hours": "9:30 to 21:00", "floor_area": 180},
)


@demos.register
class DemoStores(Demo):
    """Two stores."""

    key = "stores"
    order = 80

    def load(self, actor: Actor) -> Iterable[str]:
        """Add those that are missing."""
        for values in STORES:
            if not Store.objects.filter(key=values["key"]).exists():
                save_store(actor, Store(), parking=True, **values)
        yield f"{len(STORES)} stores"
