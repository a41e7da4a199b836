"""Who may do what with drafts."""

from opsportal.access import RoleGrant, roles

roles.register(
    RoleGrant(
        "viewer",
        (
            "generation.view_draft",
            "generation.view_batch",
            "generation.view_candidate",
            "generation.view_revision",
            "generation.view_delivery",
            "generation.view_prompttemplate",
            "generation.view_writerprofile",
            "generation.view_reviewpolicy",
            "generation.view_silence",
            "generation.view_glossaryterm",
            "generation.view_rulegrade",
            "generation.view_archiveddraft",
            "generation.add_comment",
        ),
    )
)
roles.register(RoleGrant("operator", ("generation.draft_copy", "generation.change_draft")))
roles.register(
    RoleGrant(
        "reviewer",
        (
            "generation.review_draft",
            "generation.change_draft",
            "generation.draft_copy",
            "generation.add_silence",
            "generation.delete_silence",
            "generation.add_glossaryterm",
            "generation.change_glossaryterm",
            "generation.delete_glossaryterm",
        ),
    )
)
roles.register(
    RoleGrant("publisher", ("generation.publish_draft", "generation.revert_draft", "generation.confirm_delivery"))
)
