"""AWS IAM: users, groups, roles and their policies."""

from collections.abc import Iterator
from typing import Literal, TypeAlias, TypedDict

from auditor.model.iam import Group, InlinePolicy, ManagedPolicy, Role, User
from auditor.model.inventory import AnyResource
from auditor.model.known import Known, Unknown, Value
from auditor.model.origin import How, Origin
from auditor.model.policy import Gap
from auditor.model.text import Text, text
from auditor.sources.cloudformation.declared import Declared, Mapper
from auditor.sources.cloudformation.properties import Properties, items_of

Holder: TypeAlias = Literal["users", "roles", "groups"]


class _Holders(TypedDict):
    """Whom an inline policy is embedded in, by name."""

    users: Value[tuple[Text, ...]]
    roles: Value[tuple[Text, ...]]
    groups: Value[tuple[Text, ...]]


_ROOT_PATH = text("/")


def _role(declared: Declared) -> Iterator[AnyResource]:
    properties = declared.properties
    yield Role(
        **declared.identity(regional=False),
        path=properties.text("Path", _ROOT_PATH),
        managed_policies=properties.texts("ManagedPolicyArns"),
        boundary=properties.text("PermissionsBoundary", None),
        trust=properties.document("AssumeRolePolicyDocument"),
        last_used=declared.not_yet("when the role was used is known only in the account"),
    )
    yield from _embedded(declared, "roles")


def _user(declared: Declared) -> Iterator[AnyResource]:
    properties = declared.properties
    has_login = properties.presence("LoginProfile")
    nothing: Known[bool] = Known(False, declared.absent())
    password = nothing if isinstance(has_login, Known) and not has_login.value else has_login
    yield User(
        **declared.identity(regional=False),
        path=properties.text("Path", _ROOT_PATH),
        managed_policies=properties.texts("ManagedPolicyArns"),
        boundary=properties.text("PermissionsBoundary", None),
        groups=properties.texts("Groups"),
        access_keys=Known((), declared.absent()),
        has_password=password,
    )
    yield from _embedded(declared, "users")


def _group(declared: Declared) -> Iterator[AnyResource]:
    properties = declared.properties
    yield Group(
        **declared.identity(regional=False),
        path=properties.text("Path", _ROOT_PATH),
        managed_policies=properties.texts("ManagedPolicyArns"),
    )
    yield from _embedded(declared, "groups")


def _embedded(declared: Declared, holder: Holder) -> Iterator[InlinePolicy]:
    """The inline policies in the `Policies` of a principal."""
    properties = declared.properties
    owner: Known[tuple[Text, ...]] = Known((declared.name,), Origin(How.WRITTEN, properties.place("Policies")))
    for number, item in enumerate(items_of(properties.node("Policies"))):
        uncertain = item.unknown if isinstance(item, Gap) and item.may_be_absent else None
        yield embedded(declared, Properties(item, item.at), owner, holder, number, uncertain)


def embedded(
    declared: Declared,
    properties: Properties,
    owner: Value[tuple[Text, ...]],
    holder: Holder,
    number: int,
    uncertain: Unknown | None = None,
) -> InlinePolicy:
    """An inline policy that the declaration of its principal holds, with PolicyName and PolicyDocument."""
    named = properties.text("PolicyName", None)
    name = named.value if isinstance(named, Known) else None
    literal = name.literal if name is not None else None
    label = literal if literal is not None else f"Policies/{number}"
    if name is None:
        name = text(declared.resolver.symbol(f"{declared.logical_id}.Policies.{number}"))
    return InlinePolicy(
        **declared.part(label, name, properties.at, uncertain, regional=False),
        document=properties.document("PolicyDocument"),
        **_held(owner, holder),
    )


def _held(owner: Value[tuple[Text, ...]], holder: Holder) -> _Holders:
    nobody: Known[tuple[Text, ...]] = Known((), owner.origin)
    return _Holders(
        users=owner if holder == "users" else nobody,
        roles=owner if holder == "roles" else nobody,
        groups=owner if holder == "groups" else nobody,
    )


def _managed_policy(declared: Declared) -> Iterator[AnyResource]:
    properties = declared.properties
    yield ManagedPolicy(
        **declared.identity(regional=False),
        document=properties.document("PolicyDocument"),
        users=properties.texts("Users"),
        roles=properties.texts("Roles"),
        groups=properties.texts("Groups"),
    )


def _policy(declared: Declared) -> Iterator[AnyResource]:
    properties = declared.properties
    yield InlinePolicy(
        **declared.identity(_policy_name(declared), regional=False),
        document=properties.document("PolicyDocument"),
        users=properties.texts("Users"),
        roles=properties.texts("Roles"),
        groups=properties.texts("Groups"),
    )


def _policy_of(property_name: str, holder: Holder) -> Mapper:
    """The mapper of a type that embeds one policy in one principal."""

    def mapper(declared: Declared) -> Iterator[AnyResource]:
        owner: Value[tuple[Text, ...]] = declared.properties.required(property_name).map(lambda name: (name,))
        yield InlinePolicy(
            **declared.identity(_policy_name(declared), regional=False),
            document=declared.properties.document("PolicyDocument"),
            **_held(owner, holder),
        )

    return mapper


def _policy_name(declared: Declared) -> Text:
    named = declared.properties.text("PolicyName", None)
    if isinstance(named, Known) and named.value is not None:
        return named.value
    return text(declared.resolver.symbol(f"{declared.logical_id}.PolicyName"))


MAPPERS: dict[str, Mapper] = {
    "AWS::IAM::Role": _role,
    "AWS::IAM::User": _user,
    "AWS::IAM::Group": _group,
    "AWS::IAM::ManagedPolicy": _managed_policy,
    "AWS::IAM::Policy": _policy,
    "AWS::IAM::RolePolicy": _policy_of("RoleName", "roles"),
    "AWS::IAM::UserPolicy": _policy_of("UserName", "users"),
    "AWS::IAM::GroupPolicy": _policy_of("GroupName", "groups"),
}
