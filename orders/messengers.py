"""The messenger that comes with the portal: Django's e-mail (EMAIL_URL; without it mails appear on the console)."""

from __future__ import annotations

from smtplib import SMTPConnectError, SMTPRecipientsRefused, SMTPSenderRefused

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.messenger import CannotSend, Message, Messenger, messengers


@messengers.register
class Email(Messenger):
    """A plain text e-mail."""

    key = "email"
    title = gettext_lazy("E-mail")

    def send(self, message: Message) -> str:
        """The message's own id, by which the mail is found in the logs of mail servers."""
        address = message.recipient.email
        try:
            validate_email(address)
        except ValidationError as error:
            raise CannotSend(_("The customer has no usable e-mail address.")) from error
        mail = EmailMessage(
            message.subject, message.text, to=[address], headers={"Message-ID": f"<{message.reference}@opsportal>"}
        )
        try:
            sent = mail.send()
        except (ConnectionRefusedError, SMTPConnectError, SMTPRecipientsRefused, SMTPSenderRefused) as error:
            raise CannotSend(_("The mail server did not take it: %(error)s") % {"error": str(error)[:200]}) from error
        if not sent:
            raise CannotSend(_("The mail server did not take it: %(error)s") % {"error": "0"})
        return message.reference
