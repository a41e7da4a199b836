"""Messengers: the ways a notice reaches a customer, and where plugins add some (SMS, WeChat, a help desk)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise

from opsportal.plugins import ExtensionPoint


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is to be told; what is not known is blank."""

    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A notice with its placeholders bound. ``reference`` is the same whenever the same notice is handed over."""

    recipient: Recipient
    subject: str
    text: str
    language: str
    reference: str


class CannotSend(Exception):
    """Certainly nothing went out; the message says why, for people."""


class Messenger(ABC):
    """A way to send. ``key`` is the channel of the drafts it sends; subclass and register the class."""

    key: ClassVar[str]
    title: ClassVar[str | Promise]

    @abstractmethod
    def send(self, message: Message) -> str:
        """Send it, once; returns the provider's reference or "".

        Raise ``CannotSend`` when certainly nothing went out. After any other exception it is unknown, and a person looks.
        """


messengers: ExtensionPoint = ExtensionPoint(
    "orders.messengers", module="messengers", base=Messenger, doc="Ways to tell customers something: a Messenger each."
)
