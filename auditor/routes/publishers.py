"""Which identity or configuration set a person means by a name."""

import difflib

from auditor.model.inventory import Inventory
from auditor.model.ses import ConfigurationSet, EmailIdentity


def called(inventory: Inventory, written: str) -> tuple[EmailIdentity | ConfigurationSet, ...]:
    """The identities with a name, address in their input, or ARN; else the configuration sets; in input order.

    A name can mean several: the same domain in two Regions or two templates.
    """
    identities = tuple(item for item in inventory.of(EmailIdentity) if written.lower() in _names(item))
    return identities or tuple(item for item in inventory.of(ConfigurationSet) if written.lower() in _names(item))


def sending_for(inventory: Inventory, written: str) -> tuple[EmailIdentity, ...]:
    """The identities under which mail of an address or domain is sent that is no identity itself: the nearest domain.

    An address that is an identity uses its own settings, so ask `called` first.
    """
    domain = written.lower().rpartition("@")[2]
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        above = ".".join(labels[start:])
        found = tuple(item for item in inventory.of(EmailIdentity) if item.name.literal == above)
        if found:
            return found
    return ()


def close_names(inventory: Inventory, written: str) -> tuple[str, ...]:
    """Names of identities and configuration sets that look like a name, nearest first."""
    publishers: tuple[EmailIdentity | ConfigurationSet, ...] = (
        *inventory.of(EmailIdentity),
        *inventory.of(ConfigurationSet),
    )
    names = {name for item in publishers for name in _names(item)}
    return tuple(difflib.get_close_matches(written.lower(), sorted(names), n=3))


def _names(item: EmailIdentity | ConfigurationSet) -> set[str]:
    arn = item.arn.literal if item.arn is not None else None
    return {name.lower() for name in (item.name.literal, item.address, arn) if name}
