"""The kinds of policy that can be checked, by all the names that they go by."""

from enum import StrEnum


class PolicyType(StrEnum):
    """What a policy is attached to, which decides what may stand in it."""

    IDENTITY = "identity"
    """Of a user, group or role, inline or managed."""
    MANAGED = "managed"
    """A customer managed policy: an identity policy for which IAM asks for the current version of the language."""
    RESOURCE = "resource"
    TRUST = "trust"
    BOUNDARY = "boundary"
    SESSION = "session"
    SCP = "scp"
    RCP = "rcp"
    ENDPOINT = "endpoint"
    ANY = "any"
    """Not told: only what holds for every kind is checked."""

    @property
    def is_of_principal(self) -> bool:
        """Whether it belongs to a principal, so that it names none."""
        return self in _OF_PRINCIPALS

    @property
    def needs_resource(self) -> bool:
        """Whether a statement has to name resources."""
        return self.is_of_principal or self in {PolicyType.SCP, PolicyType.RCP, PolicyType.ENDPOINT}


_OF_PRINCIPALS = frozenset({PolicyType.IDENTITY, PolicyType.MANAGED, PolicyType.BOUNDARY, PolicyType.SESSION})
_WORDS_TO_DROP = ("policy", "based")
_ALIASES = {
    "user": PolicyType.IDENTITY,
    "group": PolicyType.IDENTITY,
    "role": PolicyType.IDENTITY,
    "inline": PolicyType.IDENTITY,
    "customermanaged": PolicyType.MANAGED,
    "permissionsboundary": PolicyType.BOUNDARY,
    "permissionboundary": PolicyType.BOUNDARY,
    "assumerole": PolicyType.TRUST,
    "roletrust": PolicyType.TRUST,
    "servicecontrol": PolicyType.SCP,
    "resourcecontrol": PolicyType.RCP,
    "vpcendpoint": PolicyType.ENDPOINT,
    "vpce": PolicyType.ENDPOINT,
}


def policy_type(name: str) -> PolicyType | None:
    """A kind of policy by a name of it in any spelling (``scp``, ``IDENTITY_POLICY``, ``trustPolicy``)."""
    plain = "".join(character for character in name.lower() if character.isalpha())
    for word in _WORDS_TO_DROP:
        plain = plain.replace(word, "")
    if plain in _ALIASES:
        return _ALIASES[plain]
    return PolicyType(plain) if plain in set(PolicyType) else None
