"""The usual carriers, which differ in data only (``data/carriers.toml``)."""

import tomllib
from importlib import resources

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.carrier import Carrier, carriers

#: What the carriers are called. Here, so that the names are translated like every other text.
TITLES = {
    "shunfeng": _("SF Express"),
    "zhongtong": _("ZTO Express"),
    "yuantong": _("YTO Express"),
    "yunda": _("Yunda Express"),
    "shentong": _("STO Express"),
    "jd": _("JD Logistics"),
    "ems": pgettext_lazy("carrier", "EMS"),
    "youzhengguonei": _("China Post"),
    "dhl": pgettext_lazy("carrier", "DHL"),
    "ups": pgettext_lazy("carrier", "UPS"),
    "fedex": pgettext_lazy("carrier", "FedEx"),
    "usps": pgettext_lazy("carrier", "USPS"),
    "royalmail": _("Royal Mail"),
}


def _register() -> None:
    rows = tomllib.loads(resources.files("orders.data").joinpath("carriers.toml").read_text("utf-8"))
    for key, row in rows.items():
        values = {
            "__doc__": f"The carrier {key}.",
            "key": key,
            "title": TITLES.get(key, key),
            "tracking_page": row.get("page", ""),
            "names": tuple(row.get("names", ())),
        }
        carriers.register(type(f"Listed_{key}", (Carrier,), values))


_register()
