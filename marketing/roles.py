"""Who may do what with campaigns."""

from opsportal.access import RoleGrant, roles

_VIEWED = ("campaign", "copytext", "copyvariant", "dailyresult", "fieldlimit", "offer", "placement")
_EDITED = ("campaign", "copyvariant", "offer", "placement")

roles.register(RoleGrant("viewer", tuple(f"marketing.view_{model}" for model in _VIEWED)))
roles.register(
    RoleGrant(
        "operator",
        (
            *(f"marketing.{verb}_{model}" for model in _EDITED for verb in ("add", "change", "delete")),
            "marketing.change_fieldlimit",
            "marketing.import_results",
            "marketing.export_campaigns",
        ),
    )
)
# Whoever puts copy before customers decides when.
roles.register(
    RoleGrant("publisher", ("marketing.schedule_campaign", "marketing.promote_variant", "marketing.export_campaigns"))
)
