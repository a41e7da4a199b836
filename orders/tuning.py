"""The review rules as this shop has set them: every registered rule with its parameters."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

from django.utils.translation import gettext as _

from opsportal.plugins.errors import Invalid
from orders.models import RuleSetting
from orders.review import Rule, review_rules


@lru_cache(maxsize=1)
def _bundled() -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files("orders.data").joinpath("rules.toml").read_text("utf-8"))


def default_parameters(rule: type[Rule]) -> dict[str, Any]:
    """The parameters of a rule nobody changed."""
    return {**rule.defaults, **_bundled().get(rule.key, {})}


def active_rules() -> list[Rule]:
    """Every rule that is switched on, ready to be asked. One query."""
    stored = {row.key: row for row in RuleSetting.objects.all()}
    ready = []
    for rule in review_rules:
        own = stored.get(rule.key)
        if own is None:
            ready.append(rule(default_parameters(rule)))
        elif own.active:
            ready.append(rule({**default_parameters(rule), **own.parameters}))
    return ready


def checked_parameters(rule: type[Rule], parameters: dict[str, Any]) -> dict[str, Any]:
    """``parameters`` if each is one of the rule's and of its kind; raises ``Invalid`` saying which is not."""
    known = default_parameters(rule)
    for name, value in parameters.items():
        if name not in known:
            raise Invalid(
                _("The rule has no parameter “%(name)s”. It has: %(known)s.")
                % {"name": name, "known": ", ".join(known) or "–"},
                "unknown_field",
            )
        wanted = known[name]
        if isinstance(wanted, list):
            fits = isinstance(value, list) and all(isinstance(item, str) for item in value)
        else:
            fits = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        if not fits:
            raise Invalid(
                _("“%(name)s” takes a list of words.") % {"name": name}
                if isinstance(wanted, list)
                else _("“%(name)s” takes a number of zero or more.") % {"name": name},
                "bad_parameter",
            )
    return parameters
