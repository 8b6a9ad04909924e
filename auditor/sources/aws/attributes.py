"""Attributes that SNS and SQS give as a map of strings."""

import json

import msgspec

from auditor.model.known import Cause, Unknown, Value
from auditor.model.origin import API
from auditor.model.policy import Document
from auditor.model.text import Text
from auditor.sources.aws.answers import told, told_text


class Attributes(msgspec.Struct, frozen=True, rename="pascal"):
    """The answer of GetTopicAttributes, GetSubscriptionAttributes and GetQueueAttributes."""

    attributes: dict[str, str]

    def get(self, name: str) -> str | None:
        """The string; None when it is not there or empty."""
        return self.attributes.get(name) or None

    def document(self, name: str) -> Document | None:
        """The JSON text as a document; None when it is not there."""
        written = self.get(name)
        return None if written is None else Document(json=written)

    def flag(self, name: str, absent: Value[bool]) -> Value[bool]:
        """``true`` or ``false``; what an absent one means is for the caller to say."""
        match self.get(name):
            case None:
                return absent
            case "true":
                return told(value=True)
            case "false":
                return told(value=False)
            case _:
                return _unreadable(name, "neither true nor false")

    def number(self, name: str, absent: Value[int]) -> Value[int]:
        """A whole number; what an absent one means is for the caller to say."""
        written = self.get(name)
        if written is None:
            return absent
        if not (written.isascii() and written.isdigit() and len(written) <= 18):
            return _unreadable(name, "not a whole number")
        return told(int(written))

    def dead_letter_queue(self) -> Value[Text | None]:
        """The queue that a ``RedrivePolicy`` names, None without a policy."""
        written = self.get("RedrivePolicy")
        if written is None:
            return told(None)
        try:
            policy = msgspec.convert(json.loads(written), _RedrivePolicy)
        except (ValueError, RecursionError):
            return _unreadable("RedrivePolicy", "no redrive policy")
        return told_text(policy.target)


class _RedrivePolicy(msgspec.Struct, frozen=True):
    target: str = msgspec.field(name="deadLetterTargetArn")


def _unreadable(name: str, why: str) -> Unknown:
    return Unknown(Cause.FAILED, f"the attribute {name} is {why}", API)
