"""What a narrower policy locks out, in words: nothing is taken away in silence."""

from collections.abc import Collection, Iterable

from auditor.iam.narrow.names import FROM_ADDRESS, senders, sending
from auditor.iam.narrow.names import listed as listed_names
from auditor.iam.narrow.pins import Pinned

_ONE = {
    Pinned.IDENTITY: "identity",
    Pinned.CONFIGURATION_SET: "configuration set",
    Pinned.TOPIC: "topic",
}
_PUBLISH = "sns:Publish"
_MOST = 4
"""Names that a sentence shows."""


def by_pin(kind: Pinned, arns: Collection[str], actions: Collection[str]) -> str:
    """What is out when wildcards of some actions are confined to resources of a type."""
    but = shown(arns) if arns else "those named"
    text = f"{counted(actions)} on any {_ONE[kind]} but {but}, also on one of another account or made later"
    if kind is Pinned.TOPIC and _PUBLISH in actions:
        text += "; text messages to phone numbers, and push messages to devices"
    if kind is Pinned.CONFIGURATION_SET:
        text += "; mail without a configuration set stays allowed"
    return text


def by_senders(addresses: Collection[str], actions: Collection[str], left: Collection[str]) -> str:
    """What is out when mail may come from some addresses only; `left` are sending actions without such a key."""
    text = f"{counted(actions)} from any address but {shown(addresses)} ({FROM_ADDRESS}, in this case of letters)"
    if left:
        text += f"; {shown(sorted(left))} cannot be tied to a sender and stays as it is"
    return text


def by_levels(dropped: Collection[str], levels: Iterable[str]) -> str:
    """What is out when wildcards keep some access levels only."""
    return f"{counted(dropped)} of other access levels than {', '.join(levels)}"


def by_expanding(patterns: Collection[str]) -> str:
    """What is out when wildcards are written as the actions of today."""
    return f"actions that AWS adds later and {shown(patterns)} would have granted"


def by_account(account: str) -> str:
    """What is out when statements on every resource are confined to an account."""
    return f"resources of other accounts than {account}, and those of AWS itself"


def without_sender_key() -> frozenset[str]:
    """The actions that send mail and carry no key for the sender."""
    return frozenset(listed_names(sending() & ~senders()))


def counted(names: Collection[str]) -> str:
    """How many actions, and the first of them."""
    return f"{len(names)} {'action' if len(names) == 1 else 'actions'} ({shown(sorted(names, key=str.lower))})"


def shown(names: Collection[str]) -> str:
    """The first of some names."""
    first = ", ".join(list(names)[:_MOST])
    return first if len(names) <= _MOST else f"{first} and {len(names) - _MOST} more"
