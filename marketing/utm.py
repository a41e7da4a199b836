"""Tracking addresses: a landing page with its UTM values (source, medium, campaign, term, content).

The parameters are those of Google's Campaign URL Builder, which other analytics tools read as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

PARAMETERS = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")


def tracking_url(landing_url: str, values: Mapping[str, str]) -> str:
    """``landing_url`` with the given UTM ``values`` (keys of ``PARAMETERS``; blank ones are left out).

    Other parameters and the fragment stay as they are; UTM parameters already there are replaced. "" stays "".
    """
    if not landing_url:
        return ""
    parts = urlsplit(landing_url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in PARAMETERS]
    added = [(name, values[name]) for name in PARAMETERS if values.get(name)]
    return urlunsplit(parts._replace(query=urlencode(kept + added)))
