"""The reviewer's desk: what people say about a draft, what they are told, which views they keep."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from generation.models.drafts import Draft


class Comment(models.Model):
    """What a person says about a draft. ``mentions`` are the ids of the people named with @."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="comments", verbose_name=_("draft"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("author")
    )
    text = models.TextField(_("comment"), max_length=4000)
    mentions = models.JSONField(_("people mentioned"), default=list, blank=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.draft_id}: {self.text[:40]}"


class Notice(models.Model):
    """Something a person is told in the console.

    ``subject`` says it happened to what, for the link: "draft", "batch", or the label of a model ("stores.store") that
    has ``get_absolute_url``.
    """

    class Kind(models.TextChoices):
        BATCH_FINISHED = "batch_finished", _("bulk job finished")
        MENTION = "mention", _("mentioned in a comment")
        RETURNED = "returned", _("draft returned")
        PUBLISH_FAILED = "publish_failed", _("publishing failed")
        ATTENTION = "attention", _("needs your attention")
        ASSIGNED = "assigned", _("drafts assigned")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("for"))
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    subject = models.CharField(_("about"), max_length=20, blank=True)
    subject_id = models.BigIntegerField(_("number"), null=True, blank=True)
    label = models.CharField(_("object"), max_length=300, blank=True)
    text = models.TextField(_("details"), blank=True)
    #: What happened, by its event: the same event told twice makes one notice.
    event_id = models.BigIntegerField(_("event"), null=True, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    #: Whether it still has to go out by e-mail, because the person wants such news there.
    mail_due = models.BooleanField(_("to be sent by e-mail"), default=False)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["user", "read_at", "-id"], name="notice_of_user"),
            models.Index(fields=["id"], name="notice_to_mail", condition=models.Q(mail_due=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "event_id"], name="one_notice_per_event"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.label}"


class MailChoice(models.Model):
    """Which news a person wants by e-mail as well (``kinds`` of ``Notice``); without a row none."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_choice", verbose_name=_("person")
    )
    kinds = models.JSONField(_("news by e-mail"), default=list, blank=True)

    class Meta:
        verbose_name = _("choice of e-mails")
        verbose_name_plural = _("choices of e-mails")

    def __str__(self) -> str:
        return f"{self.user_id}: {', '.join(self.kinds)}"


class SavedView(models.Model):
    """A person's filter of the review queue under a name; ``query`` is the query string of the page."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", verbose_name=_("owner")
    )
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filter"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="one_view_per_name")]

    def __str__(self) -> str:
        return self.name
