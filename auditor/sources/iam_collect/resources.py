"""Resources with policies: buckets, topics, queues, keys, identities, and those the model has no class for."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec

from auditor.model.coverage import GLOBAL, Coverage
from auditor.model.inventory import AnyResource, Inventory
from auditor.model.kms import Key
from auditor.model.known import Known, Value
from auditor.model.origin import API, DEFAULT
from auditor.model.other import OtherResource
from auditor.model.s3 import Bucket
from auditor.model.ses import EmailIdentity, IdentityPolicy
from auditor.model.sns import Topic, TopicPolicy
from auditor.model.sqs import Queue, QueuePolicy
from auditor.model.text import Text, text
from auditor.sources.iam_collect.tree import Tree, told

_FILE = "metadata.json"
_READ_ELSEWHERE = frozenset({"iam", "ram"})
_NOT_OF_THE_RESOURCE = (":vpc-endpoint/",)
"""Types whose policy is about what goes through them, and not about themselves."""


class _Metadata(msgspec.Struct, frozen=True, rename="camel"):
    arn: str = ""
    region: str | None = None
    abac_enabled: bool | None = None


class _Block(msgspec.Struct, frozen=True, rename="pascal"):
    restrict_public_buckets: bool = False


class _At(msgspec.Struct, frozen=True):
    """One resource: its folder, ARN and the parts of that."""

    tree: Tree
    folder: Path
    owner: str
    metadata: _Metadata
    parts: tuple[str, ...]
    restrict_public: bool

    @property
    def region(self) -> str:
        """Its Region; empty for what is in none."""
        return self.parts[3] or self.metadata.region or ""

    @property
    def deployment(self) -> str:
        """How the inventory names the place."""
        return f"aws:{self.owner}:{self.region or GLOBAL}"

    @property
    def account(self) -> Text:
        """The account that it is in."""
        return text(self.owner)

    @property
    def name(self) -> str:
        """The last part of its ARN."""
        return self.parts[5].rpartition("/")[2]

    @property
    def tags(self) -> Value[dict[str, Text]]:
        """Its tags."""
        found = self.tree.tags(self.folder)
        return found.map(lambda tags: {key: text(value) for key, value in tags.items()})

    def read(self, operation: str) -> Coverage:
        """That an operation was answered for it."""
        return Coverage(self.owner, self.region, operation, Known(value=True, origin=API), self.metadata.arn)


def read(tree: Tree, account: Path) -> Inventory:
    """The resources of an account besides those of IAM."""
    found: list[AnyResource] = []
    coverage: list[Coverage] = []
    block = tree.json(account / "s3-bpa.json", _Block, _Block()).restrict_public_buckets
    for service in tree.folders(account):
        if service.name in _READ_ELSEWHERE:
            continue
        for folder in tree.holding(service, _FILE):
            metadata = tree.json(folder / _FILE, _Metadata, _Metadata())
            parts = tuple(metadata.arn.split(":", 5))
            if len(parts) != 6 or any(kind in f":{parts[5]}" for kind in _NOT_OF_THE_RESOURCE):
                continue
            at = _At(tree, folder, account.name, metadata, parts, block)
            for item in _MAKERS.get(_kind(parts), _other)(at):
                if isinstance(item, Coverage):
                    coverage.append(item)
                else:
                    found.append(item)
    return Inventory(resources=tuple(found), coverage=tuple(coverage))


def _kind(parts: tuple[str, ...]) -> str:
    """Service and resource type of an ARN."""
    service, rest = parts[2], parts[5]
    if service in {"sns", "sqs"} or (service == "s3" and not parts[3] and "/" not in rest):
        return service
    return f"{service}:{rest.replace(':', '/').partition('/')[0]}"


def _bucket(at: _At) -> Iterator[AnyResource | Coverage]:
    own = at.tree.json(at.folder / "bpa.json", _Block, _Block())
    grants = at.metadata.abac_enabled
    yield Bucket(
        deployment=at.deployment,
        address=f"{Bucket.type_name}/{at.name}",
        name=text(at.name),
        arn=text(at.metadata.arn),
        account=at.account,
        region=text(at.region),
        tags=at.tags,
        policy=told(at.tree.document(at.folder / "policy.json")),
        restrict_public=Known(own.restrict_public_buckets or at.restrict_public, API),
        tags_grant=Known(value=False, origin=DEFAULT) if grants is None else Known(grants, API),
    )


def _topic(at: _At) -> Iterator[AnyResource | Coverage]:
    arn = text(at.metadata.arn)
    yield Topic(
        deployment=at.deployment,
        address=f"{Topic.type_name}/{at.name}",
        name=text(at.name),
        arn=arn,
        account=at.account,
        region=text(at.region),
        tags=at.tags,
    )
    yield at.read("sns:GetTopicAttributes")
    document = at.tree.document(at.folder / "policy.json")
    if document is not None:
        yield TopicPolicy(
            deployment=at.deployment,
            address=f"{TopicPolicy.type_name}/{at.name}",
            name=text(at.name),
            account=at.account,
            region=text(at.region),
            topics=Known((arn,), API),
            document=Known(document, API),
        )


def _queue(at: _At) -> Iterator[AnyResource | Coverage]:
    arn = text(at.metadata.arn)
    yield Queue(
        deployment=at.deployment,
        address=f"{Queue.type_name}/{at.name}",
        name=text(at.name),
        arn=arn,
        account=at.account,
        region=text(at.region),
        tags=at.tags,
    )
    yield at.read("sqs:GetQueueAttributes")
    document = at.tree.document(at.folder / "policy.json")
    if document is not None:
        yield QueuePolicy(
            deployment=at.deployment,
            address=f"{QueuePolicy.type_name}/{at.name}",
            name=text(at.name),
            account=at.account,
            region=text(at.region),
            queues=Known((arn,), API),
            document=Known(document, API),
        )


def _key(at: _At) -> Iterator[AnyResource | Coverage]:
    document = at.tree.document(at.folder / "policy.json")
    made = Key(
        deployment=at.deployment,
        address=f"{Key.type_name}/{at.name}",
        name=text(at.name),
        arn=text(at.metadata.arn),
        account=at.account,
        region=text(at.region),
        tags=at.tags,
    )
    yield made if document is None else msgspec.structs.replace(made, policy=Known(document, API))


def _identity(at: _At) -> Iterator[AnyResource | Coverage]:
    name = at.parts[5].partition("/")[2]
    yield EmailIdentity(
        deployment=at.deployment,
        address=f"{EmailIdentity.type_name}/{name}",
        name=text(name),
        arn=text(at.metadata.arn),
        account=at.account,
        region=text(at.region),
    )
    yield Coverage(at.owner, at.region, "ses:GetEmailIdentity", Known(value=True, origin=API), at.metadata.arn)
    policies = at.tree.json(at.folder / "policies.json", dict[str, msgspec.Raw], {})
    for title, document in policies.items():
        yield IdentityPolicy(
            deployment=at.deployment,
            address=f"{IdentityPolicy.type_name}/{name}/{title}",
            name=text(title),
            account=at.account,
            region=text(at.region),
            identity=Known(text(name), API),
            document=Known(at.tree.document_of(document), API),
        )


def _other(at: _At) -> Iterator[AnyResource | Coverage]:
    kind = _kind(at.parts)
    yield OtherResource(
        deployment=at.deployment,
        address=f"{kind}/{at.parts[5]}",
        name=text(at.name),
        arn=text(at.metadata.arn),
        account=at.account,
        region=text(at.region),
        tags=at.tags,
        kind=kind,
        policy=told(at.tree.document(at.folder / "policy.json")),
    )


_MAKERS: Mapping[str, Callable[[_At], Iterator[AnyResource | Coverage]]] = {
    "s3": _bucket,
    "sns": _topic,
    "sqs": _queue,
    "kms:key": _key,
    "ses:identity": _identity,
}
