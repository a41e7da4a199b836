"""Who may do what with products."""

from opsportal.access import RoleGrant, roles

_VIEWED = (
    "attributedefinition", "attributevalue", "benefit", "brand", "category", "categoryattribute", "channel", "exportrun",
    "importrun", "livecopy", "pricechange", "product", "productimage", "sellingpoint", "sourcetext", "variant",
)  # fmt: skip
_EDITED = (
    "attributedefinition", "attributevalue", "benefit", "brand", "category", "categoryattribute", "product",
    "productimage", "sellingpoint", "variant",
)  # fmt: skip

roles.register(RoleGrant("viewer", tuple(f"products.view_{model}" for model in _VIEWED)))
roles.register(
    RoleGrant(
        "operator",
        (
            *(f"products.{verb}_{model}" for model in _EDITED for verb in ("add", "change", "delete")),
            "products.import_products",
            "products.export_products",
            # Whoever puts the file into the shop is the one who knows that it is live there.
            "generation.confirm_delivery",
        ),
    )
)
# Selling points and benefits become facts: whoever vouches for copy vouches for them.
roles.register(RoleGrant("reviewer", ("products.approve_sellingpoint", "products.approve_benefit")))
roles.register(RoleGrant("publisher", ("products.export_products",)))
