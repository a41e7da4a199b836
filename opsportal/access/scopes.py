"""Scopes of API tokens and the permissions each opens. A token's rights are its scopes cut with its user's rights.

A scope is ``<app>:<area>``. ``<app>:read`` opens the app's view permissions, ``<app>:write`` its add, change and delete
permissions; other areas are named after what they open (``generation:draft``).
"""

from __future__ import annotations

from collections.abc import Iterable

#: Permissions that neither read nor write opens, by scope.
SPECIAL: dict[str, frozenset[str]] = {
    "generation:draft": frozenset({"generation.draft_copy", "generation.change_draft", "generation.add_comment"}),
    "generation:review": frozenset(
        {
            "generation.review_draft",
            "generation.add_comment",
            "generation.add_silence",
            "generation.delete_silence",
            "generation.silence_error",
        }
    ),
    "generation:publish": frozenset(
        {"generation.publish_draft", "generation.revert_draft", "generation.confirm_delivery"}
    ),
    "products:import": frozenset({"products.import_products"}),
    "products:export": frozenset({"products.export_products"}),
    "orders:review": frozenset({"orders.review_order", "orders.decide_returnrequest"}),
    "orders:ship": frozenset({"orders.ship_order"}),
    "orders:import": frozenset({"orders.import_orders"}),
    "orders:export": frozenset({"orders.export_orders"}),
}


def known_scopes(apps: Iterable[str]) -> list[str]:
    """All scopes a token of this installation may carry."""
    return sorted({*SPECIAL, *(f"{app}:{area}" for app in apps for area in ("read", "write"))})


def scope_allows(scopes: frozenset[str], permission: str) -> bool:
    """Whether one of ``scopes`` opens ``permission`` ("products.change_product")."""
    app, _, codename = permission.partition(".")
    if any(permission in SPECIAL.get(scope, ()) for scope in scopes):
        return True
    verb = codename.partition("_")[0]
    if verb == "view":
        return f"{app}:read" in scopes or f"{app}:write" in scopes
    special = any(permission in opened for opened in SPECIAL.values())
    return not special and f"{app}:write" in scopes
