"""What can be drafted for a store."""

from generation.slots import ModelFieldSlot, slots

from .facts import store_sheet


@slots.register
class Story(ModelFieldSlot):
    """The paragraph on the store's own page."""

    key, title = "stores.story", "Store story"
    target_model, field = "stores.Store", "story"
    filter_fields = ("key", "city", "parking")
    sheet = staticmethod(store_sheet)
