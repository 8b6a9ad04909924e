"""AWS KMS: keys and aliases."""

from collections.abc import Iterator

from auditor.model.inventory import AnyResource
from auditor.model.kms import Alias, Key
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.policy import Document, Leaf, Sequence
from auditor.model.text import Text
from auditor.sources.cloudformation.declared import Declared, Mapper
from auditor.sources.cloudformation.resolved import leaf, mapping


def _key(declared: Declared) -> Iterator[AnyResource]:
    properties = declared.properties
    enabled = properties.boolean("Enabled", default=True)
    yield Key(
        **declared.identity(),
        policy=_key_policy(declared),
        manager=Known("CUSTOMER", declared.default()),
        state=_state(declared, enabled),
        enabled=enabled,
        rotation=properties.boolean("EnableKeyRotation", default=False),
        spec=properties.word("KeySpec", "SYMMETRIC_DEFAULT"),
    )


def _replica_key(declared: Declared) -> Iterator[AnyResource]:
    properties = declared.properties
    enabled = properties.boolean("Enabled", default=True)
    primary = Unknown(Cause.NOT_HERE, "that of the primary key", properties.required("PrimaryKeyArn").origin)
    yield Key(
        **declared.identity(),
        policy=properties.document("KeyPolicy"),
        manager=Known("CUSTOMER", declared.default()),
        state=_state(declared, enabled),
        enabled=enabled,
        rotation=primary,
        spec=primary,
    )


def _state(declared: Declared, enabled: Value[bool]) -> Value[str]:
    origin = declared.properties.word("Origin", "AWS_KMS")
    if isinstance(origin, Unknown):
        return origin
    if origin.value != "AWS_KMS":
        return declared.not_yet("the state of a key whose material is imported is known after the deployment")
    return (
        enabled if isinstance(enabled, Unknown) else Known("Enabled" if enabled.value else "Disabled", enabled.origin)
    )


def _key_policy(declared: Declared) -> Value[Document]:
    if declared.properties.node("KeyPolicy") is not None:
        return declared.properties.document("KeyPolicy")
    return Known(_default_key_policy(declared), declared.default())


def _default_key_policy(declared: Declared) -> Document:
    """The policy that AWS KMS gives to a key that is created without: the account may do everything.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    at = declared.location
    root = declared.place.arn("iam", "root", region=Text(()))
    statement = mapping(
        at,
        Effect=leaf("Allow", at),
        Principal=mapping(at, AWS=Leaf(root, at)),
        Action=leaf("kms:*", at),
        Resource=leaf("*", at),
    )
    tree = mapping(at, Version=leaf("2012-10-17", at), Statement=Sequence((statement,), at))
    return Document(tree=tree, at=at)


def _alias(declared: Declared) -> Iterator[AnyResource]:
    yield Alias(**declared.identity(), key=declared.properties.required("TargetKeyId"))


MAPPERS: dict[str, Mapper] = {
    "AWS::KMS::Key": _key,
    "AWS::KMS::ReplicaKey": _replica_key,
    "AWS::KMS::Alias": _alias,
}
