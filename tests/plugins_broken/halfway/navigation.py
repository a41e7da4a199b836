"""One link, then a failure."""

from opsportal.console import NavItem, navigation

navigation.register(NavItem("start", "Halfway", "warning", "admin:nowhere"))

raise RuntimeError("the rest of the links is missing")
