"""AWS KMS: all aliases, and the keys that topics and queues name.

Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
"""

from collections.abc import Iterable, Mapping

import msgspec

from auditor.model.inventory import AnyResource
from auditor.model.kms import Alias, Key
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.origin import API
from auditor.model.policy import Document
from auditor.model.sns import Topic
from auditor.model.sqs import Queue
from auditor.model.text import text
from auditor.sources.aws.answers import always, default, told
from auditor.sources.aws.calls import Page, Reads
from auditor.sources.aws.found import Found, Site
from auditor.sources.aws.references import literals

_KEY, _POLICY, _ROTATION = "kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus"
_ALIASES = "kms:ListAliases"
_NOT_FOUND = frozenset({"NotFoundException"})
# AWS writes the policies of these keys and nobody can change them.
_OF_AWS = "alias/aws/"
_NOT_USED = Unknown(Cause.UNDECIDED, "AWS makes the key behind an alias of its own when it is first used", API)


class _Alias(msgspec.Struct, frozen=True, rename="pascal"):
    alias_name: str
    alias_arn: str
    target_key_id: str | None = None


class _Aliases(Page, frozen=True, rename="pascal", kw_only=True):
    aliases: tuple[_Alias, ...]
    truncated: bool = False
    next_marker: str | None = None

    @property
    def is_last(self) -> bool:
        """Whether the list ends here."""
        return not self.truncated

    @property
    def following(self) -> dict[str, str]:
        """The parameters that ask for the next page."""
        return {"Marker": self.next_marker} if self.next_marker else {}


class _Metadata(msgspec.Struct, frozen=True, rename="pascal"):
    key_id: str
    arn: str
    enabled: bool | None = None
    key_state: str | None = None
    key_manager: str | None = None
    key_spec: str | None = None
    origin: str | None = None

    @property
    def can_rotate(self) -> bool:
        """Whether automatic rotation can be turned on and off."""
        is_symmetric = self.key_spec in {None, "SYMMETRIC_DEFAULT"}
        return self.key_manager != "AWS" and is_symmetric and self.origin in {None, "AWS_KMS"}


class _Described(msgspec.Struct, frozen=True, rename="pascal"):
    key_metadata: _Metadata


class _KeyPolicy(msgspec.Struct, frozen=True, rename="pascal"):
    policy: str


class _Rotation(msgspec.Struct, frozen=True, rename="pascal"):
    key_rotation_enabled: bool


def read(reads: Reads, site: Site, users: Iterable[AnyResource]) -> Found:
    """The aliases of a Region and the keys that topics and queues name.

    Args:
        reads: calls of KMS.
        site: the account and Region.
        users: what was read there; other types than topics and queues are left out.
    """
    pages, listed = reads.pages("ListAliases", _Aliases)
    aliases = {alias.alias_name: alias for page in pages for alias in page.aliases}
    asked = _asked(site, users, aliases, listed)
    ids = sorted(set(asked.values()))
    answers = dict(zip(ids, reads.each_if_exists("DescribeKey", _Described, _NOT_FOUND, _key_ids(ids)), strict=True))
    read_keys = (one.value.key_metadata for one in answers.values() if isinstance(one, Known) and one.value is not None)
    keys = dict(sorted((metadata.arn, metadata) for metadata in read_keys))
    # ``default`` is the name of the only policy that a key can have.
    of_keys = [{"KeyId": arn, "PolicyName": "default"} for arn in keys]
    policies = dict(zip(keys, reads.each("GetKeyPolicy", _KeyPolicy, of_keys), strict=True))
    rotating = [arn for arn, metadata in keys.items() if metadata.can_rotate]
    rotations = dict(
        zip(
            rotating,
            reads.each("GetKeyRotationStatus", _Rotation, _key_ids(keys[arn].key_id for arn in rotating)),
            strict=True,
        )
    )
    noun = "keys that topics and queues name"
    return Found(
        (
            *(_alias(site, alias) for _, alias in sorted(aliases.items())),
            *_unlisted_aliases(site, answers),
            *(_key(site, metadata, policies[arn], rotations.get(arn)) for arn, metadata in keys.items()),
            *_unreadable_keys(site, answers),
        ),
        (
            site.covered(_ALIASES, listed),
            *site.covered_named(_KEY, {written: answers[one] for written, one in sorted(asked.items())}, noun),
            *site.covered_named(_POLICY, policies, noun),
            *site.covered_named(_ROTATION, rotations, noun),
        ),
    )


def _key_ids(ids: Iterable[str]) -> list[dict[str, str]]:
    return [{"KeyId": one} for one in ids]


def _asked(
    site: Site, users: Iterable[AnyResource], aliases: Mapping[str, _Alias], listed: Known[bool] | Unknown
) -> dict[str, str]:
    """The references to keys of this account and Region, as they are written, to the key id to ask for."""
    written = literals(user.kms_key for user in users if isinstance(user, Topic | Queue))
    here = f"arn:{site.partition}:kms:{site.region}:{site.account}:"
    asked: dict[str, str] = {}
    for reference in written:
        local = reference.removeprefix(here)
        if local.startswith(("arn:", _OF_AWS)):
            continue
        if not local.startswith("alias/"):
            asked[reference] = local.removeprefix("key/")
        elif local in aliases:
            target = aliases[local].target_key_id
            if target is not None:
                asked[target] = target
        elif isinstance(listed, Unknown):
            asked[reference] = local
    return asked


def _alias(site: Site, alias: _Alias) -> Alias:
    target = alias.target_key_id
    return Alias(
        **site.named(Alias, alias.alias_name, arn=alias.alias_arn),
        key=_NOT_USED if target is None else told(text(target)),
    )


def _unlisted_aliases(site: Site, answers: Mapping[str, Value[_Described | None]]) -> list[Alias]:
    """Aliases that were not listed and that DescribeKey knows."""
    return [
        Alias(
            **site.named(Alias, one, arn=site.place.arn("kms", one)), key=told(text(answer.value.key_metadata.key_id))
        )
        for one, answer in answers.items()
        if one.startswith("alias/") and isinstance(answer, Known) and answer.value is not None
    ]


def _key(site: Site, metadata: _Metadata, policy: Value[_KeyPolicy], rotation: Value[_Rotation] | None) -> Key:
    return Key(
        **site.named(Key, metadata.key_id, arn=metadata.arn),
        policy=policy.map(lambda p: Document(json=p.policy)),
        manager=always(metadata.key_manager, _KEY, "KeyManager"),
        state=always(metadata.key_state, _KEY, "KeyState"),
        enabled=always(metadata.enabled, _KEY, "Enabled"),
        # AWS rotates its own keys every year; what has no status can be rotated by hand only.
        rotation=default(metadata.key_manager == "AWS")
        if rotation is None
        else rotation.map(lambda r: r.key_rotation_enabled),
        spec=always(metadata.key_spec, _KEY, "KeySpec"),
    )


def _unreadable_keys(site: Site, answers: Mapping[str, Value[_Described | None]]) -> list[Key]:
    return [
        Key(
            **site.named(Key, one, arn=site.place.arn("kms", f"key/{one}")),
            policy=answer,
            manager=answer,
            state=answer,
            enabled=answer,
            rotation=answer,
            spec=answer,
        )
        for one, answer in answers.items()
        if isinstance(answer, Unknown) and not one.startswith("alias/")
    ]
