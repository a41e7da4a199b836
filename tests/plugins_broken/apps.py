"""Declarations of the plugins that fail. The packages hold the module that does."""

from django.apps import AppConfig

from opsportal.plugins import PortalPlugin


class Halfway(PortalPlugin):
    """Its roles load; its navigation registers one link and then fails."""

    name = "tests.plugins_broken.halfway"


class Nested(PortalPlugin):
    """Its subscribers module exists and imports something that does not."""

    name = "tests.plugins_broken.nested"


class WrongType(PortalPlugin):
    """It registers something that is no subscriber."""

    name = "tests.plugins_broken.wrong_type"


class Duplicate(PortalPlugin):
    """It registers a doorbell under a key of the host's."""

    name = "tests.plugins_broken.duplicate"


class BadAdmin(PortalPlugin):
    """Its admin module fails after it registered a page."""

    name = "tests.plugins_broken.bad_admin"


class BadModels(PortalPlugin):
    """Its models cannot be imported: a portal that half knows its tables must not start."""

    name = "tests.plugins_broken.bad_models"


class NoPlugin(AppConfig):
    """An ordinary Django app."""

    name = "tests.plugins_broken.no_plugin"


class NeedsAbsent(PortalPlugin):
    """It requires a plugin nobody has."""

    name = "tests.plugins_broken.needs_absent"
    requires = ("teleport",)


class NeedsNeeding(PortalPlugin):
    """It requires one that cannot be on."""

    name = "tests.plugins_broken.needs_needing"
    requires = ("needs_absent",)


class CircleA(PortalPlugin):
    """It requires CircleB."""

    name = "tests.plugins_broken.circle_a"
    requires = ("circle_b",)


class CircleB(PortalPlugin):
    """It requires CircleA."""

    name = "tests.plugins_broken.circle_b"
    requires = ("circle_a",)


class Impostor(PortalPlugin):
    """It takes the name of a package of the host."""

    name = "tests.plugins_broken.impostor"
    label = "generation"
