"""The resource that is asked about: whose it is, its policy, its tags, and what limits access to it."""

from typing import TypeVar

import msgspec

from auditor.iam.access import Named
from auditor.model import arn as arns
from auditor.model import relations
from auditor.model.awslambda import Permission
from auditor.model.iam import Role, User
from auditor.model.inventory import Inventory, Relation
from auditor.model.kms import Alias, Key
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.other import OtherResource
from auditor.model.policy import Document
from auditor.model.resource import Resource
from auditor.model.s3 import Bucket
from auditor.model.ses import EmailIdentity, IdentityPolicy
from auditor.model.sns import Topic, TopicPolicy
from auditor.model.sqs import Queue, QueuePolicy
from auditor.model.text import Text, text

# Services of which a resource can have a policy that names principals.
# Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
_NAMES = """
acm-pca airflow aps apigateway aoss appmesh backup backup-gateway bedrock cassandra cloudtrail
codeartifact codebuild codeconnections dataexchange datazone deadline dsql dynamodb ecr ecr-public
elasticfilesystem entityresolution es events execute-api geo glacier glue imagebuilder internetmonitor
iot iotfleetwise ivs kafka kinesis kinesisvideo kms lambda lex license-manager logs mediaconvert
mediapackagev2 mediastore mobiletargeting network-firewall organizations outposts pca-connector-ad
personalize pipes pricing proton qbusiness ram redshift redshift-serverless refactor-spaces resource-
groups rolesanywhere route53-recovery-control-config route53profiles route53resolver s3 s3-object-lambda
s3-outposts s3express s3tables s3vectors schemas secretsmanager serverlessrepo servicecatalog ses signer
sns sqs ssm ssm-contacts ssm-incidents states sts timestream transcribe vpc-lattice xray
"""
_WITH_POLICIES = frozenset(_NAMES.split())
_NAMED_BY_TRUST = "sts:"
R = TypeVar("R", bound=Resource)


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A resource.

    Attributes:
        arn: as asked.
        owner: its account; None where neither the ARN nor the inventory tells it.
        policies: on it.
        unread: why its policy was not read; None when it was, or when there is none.
        missing: why it is not there at all.
        tags: in the context of requests; None when requests do not carry them.
        restrict_public: whether a public policy lets only its own account and AWS services in (S3).
        found: whether the inventory has it.
    """

    arn: str
    owner: Text | None
    policies: tuple[Named, ...] = ()
    unread: Unknown | None = None
    missing: Unknown | None = None
    tags: Value[dict[str, Text]] | None = Unknown(Cause.ELSEWHERE, "the tags of the resource were not read")
    restrict_public: Value[bool] = Known(value=False)
    found: bool = False


def target(
    inventory: Inventory, action: str, resource: str, account: str | None, *, tags_grant: bool | None = None
) -> Target:
    """What the inventory tells of a resource.

    Args:
        inventory: to look in.
        action: in full; only actions of STS are about the trust policy of a role.
        resource: ARN, pattern, or ``*``.
        account: that owns it, where the caller tells it.
        tags_grant: whether tags of buckets are in the context of requests; None for what the inventory says.
    """
    told = None if account is None else text(account)
    parts = resource.split(":", 5)
    if len(parts) != 6:
        return Target(arn=resource, owner=told, tags=None)
    service, rest = parts[2], parts[5]
    owner = told or (text(parts[4]) if parts[4].isdigit() else None)
    found: Resource | None = None
    if service == "s3" and not parts[3]:
        bucket = _one(inventory, Bucket, ":".join((*parts[:5], rest.partition("/")[0])))
        if bucket is not None:
            return _bucket(bucket, resource, told, tags_grant)
    elif service == "iam":
        return _of_iam(inventory, action, resource, owner)
    elif service == "kms":
        found = _key(inventory, resource)
    else:
        kinds: dict[str, type[Resource]] = {"sns": Topic, "sqs": Queue, "ses": EmailIdentity}
        if service in kinds:
            found = _one(inventory, kinds[service], resource)
    if found is None:
        found = _holder(inventory, resource)
    if found is not None:
        policies, unread = policies_on(inventory, found)
        return Target(arn=resource, owner=owner, policies=policies, unread=unread, tags=found.tags, found=True)
    granted = _granted(inventory, resource)
    if granted:
        return Target(arn=resource, owner=owner, policies=granted, found=True)
    return Target(arn=resource, owner=owner, unread=_absent(resource) if service in _WITH_POLICIES else None)


def _of_iam(inventory: Inventory, action: str, resource: str, owner: Text | None) -> Target:
    """Something of IAM; only who assumes a role is the business of its trust policy."""
    if not action.lower().startswith(_NAMED_BY_TRUST):
        named_by = _one(inventory, Role, resource) or _one(inventory, User, resource)
        if named_by is None:
            return Target(arn=resource, owner=owner)
        return Target(arn=resource, owner=owner, tags=named_by.tags, found=True)
    role = _one(inventory, Role, resource)
    if role is not None:
        named = Named(resource, role.trust)
        return Target(arn=resource, owner=owner, policies=(named,), tags=role.tags, found=True)
    read = None if owner is None else inventory.read(owner, Text(()), "iam:GetAccountAuthorizationDetails")
    if isinstance(read, Known):
        return Target(arn=resource, owner=owner, missing=Unknown(Cause.NOT_HERE, f"account {owner} has no {resource}"))
    return Target(arn=resource, owner=owner, unread=_absent(resource))


def _absent(resource: str) -> Unknown:
    return Unknown(Cause.ELSEWHERE, f"the policy of {resource} was not read")


def _one(inventory: Inventory, kind: type[R], arn: str) -> R | None:
    index = inventory.index(kind, "arn", lambda item: [item.arn] if item.arn is not None else [])
    found = index.get(text(arn))
    return found[0] if found else None


def _bucket(bucket: Bucket, resource: str, told: Text | None, tags_grant: bool | None) -> Target:  # noqa: FBT001
    tags: Value[dict[str, Text]] | None = bucket.tags
    grant = bucket.tags_grant if tags_grant is None else Known(tags_grant)
    if isinstance(grant, Unknown):
        tags = grant
    elif not grant.value:
        tags = None
    elif "/" in resource.split(":", 5)[5]:
        tags = Unknown(Cause.UNDECIDED, "whether requests for objects carry the tags of their bucket")
    policies, unread = _told(resource.partition("/")[0], bucket.policy)
    return Target(
        arn=resource,
        owner=told or bucket.account,
        policies=policies,
        unread=unread,
        tags=tags,
        restrict_public=bucket.restrict_public,
        found=True,
    )


def _told(name: str, policy: Value[Document | None] | Value[Document]) -> tuple[tuple[Named, ...], Unknown | None]:
    if isinstance(policy, Unknown):
        return (), policy
    return () if policy.value is None else (Named(name, Known(policy.value, policy.origin)),), None


def _key(inventory: Inventory, resource: str) -> Resource | None:
    """The key of an ARN, by its alias as well."""
    found = _one(inventory, Key, resource)
    if found is not None:
        return found
    alias = _one(inventory, Alias, resource)
    if alias is None or isinstance(alias.key, Unknown):
        return None
    named = relations.key(inventory, alias.key.value, alias)
    return named.value if isinstance(named, Known) else None


def _holder(inventory: Inventory, resource: str) -> Resource | None:
    """A resource that the model has no class for, or the one that the asked one is part of."""
    index = inventory.index(OtherResource, "arn", lambda item: [item.arn] if item.arn is not None else [])
    name = resource
    while name.count(":") >= 5:
        found = index.get(text(name))
        if found:
            return found[0]
        cut = max(name.rfind("/"), name.rfind(":"))
        name = name[:cut]
    return None


def _granted(inventory: Inventory, resource: str) -> tuple[Named, ...]:
    """The statements of a function's policy, which stand as one permission each."""
    if ":lambda:" not in resource:
        return ()
    place = ":".join(resource.split(":")[3:7])
    index = inventory.index(Permission, "place", _place)
    return tuple(Named(resource, item.document) for item in index.get(text(place), ()))


def _place(item: Permission) -> list[Text]:
    """Region, account and name of the function, as they stand in its ARN."""
    if isinstance(item.function, Unknown):
        return []
    parts = arns.parse(item.function.value)
    if isinstance(parts, Known):
        named = parts.value
        return [text(named.region, ":", named.account, ":", named.resource)]
    return [text(item.region, ":", item.account, ":function:", item.function.value)]


def policies_on(inventory: Inventory, found: Resource) -> tuple[tuple[Named, ...], Unknown | None]:
    """The policies on a resource, and why they are not all."""
    match found:
        case Topic():
            return _related(found, relations.topic_policies(inventory, found))
        case Queue():
            return _related(found, relations.queue_policies(inventory, found))
        case EmailIdentity():
            return _related(found, relations.identity_policies(inventory, found))
        case Key():
            return _told(found.id, found.policy)
        case OtherResource():
            return _told(found.id, found.policy)
        case _:
            return (), None


P = TypeVar("P", TopicPolicy, QueuePolicy, IdentityPolicy)


def _related(found: Resource, relation: Relation[P]) -> tuple[tuple[Named, ...], Unknown | None]:
    policies = tuple(Named(found.id, item.document) for item in relation.items)
    unread = relation.unknowns
    return policies, (unread[0] if unread and not policies else None)
