"""AWS IAM: users, groups, roles and their policies."""

from collections.abc import Iterator

from auditor.model import policy
from auditor.model.iam import Group, InlinePolicy, ManagedPolicy, Role, User
from auditor.model.inventory import AnyResource
from auditor.model.known import Known, Value
from auditor.model.origin import How, Origin
from auditor.model.policy import Gap, Sequence
from auditor.model.text import Text, text
from auditor.sources.cloudformation.declared import Declared, Mapper
from auditor.sources.cloudformation.properties import Properties

_NONE: tuple[Text, ...] = ()
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
    has_login = properties.node("LoginProfile")
    password: Value[bool] = Known(False, declared.absent())
    if isinstance(has_login, Gap):
        password = has_login.unknown
    elif has_login is not None:
        password = Known(True, Origin(How.WRITTEN, properties.place("LoginProfile")))
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


def _embedded(declared: Declared, holder: str) -> Iterator[InlinePolicy]:
    """The inline policies in the `Policies` of a principal."""
    node = declared.properties.node("Policies")
    items: tuple[policy.Node, ...] = node.items if isinstance(node, Sequence) else ()
    if isinstance(node, Gap):
        items = (node,)
    elif isinstance(node, Sequence) and node.open is not None:
        items = (*items, Gap(node.open, node.at))
    origin = Origin(How.WRITTEN, declared.properties.place("Policies"))
    owner: Known[tuple[Text, ...]] = Known((declared.name,), origin)
    nobody: Known[tuple[Text, ...]] = Known(_NONE, origin)
    for number, item in enumerate(items):
        properties = Properties(item, item.at)
        named = properties.text("PolicyName", None)
        name = named.value if isinstance(named, Known) else None
        literal = name.literal if name is not None else None
        label = literal if literal is not None else f"Policies/{number}"
        identity = declared.identity(
            name if name is not None else text(declared.resolver.symbol(f"{declared.logical_id}.Policies.{number}")),
            address=f"{declared.logical_id}/{label}",
            regional=False,
        )
        identity["location"] = item.at
        yield InlinePolicy(
            **identity,
            document=properties.document("PolicyDocument"),
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


def _policy_of(property_name: str, holder: str) -> Mapper:
    """The mapper of a type that embeds one policy in one principal."""

    def mapper(declared: Declared) -> Iterator[AnyResource]:
        properties = declared.properties
        owner: Value[tuple[Text, ...]] = properties.required(property_name).map(lambda name: (name,))
        nobody: Known[tuple[Text, ...]] = Known(_NONE, declared.default())
        yield InlinePolicy(
            **declared.identity(_policy_name(declared), regional=False),
            document=properties.document("PolicyDocument"),
            users=owner if holder == "users" else nobody,
            roles=owner if holder == "roles" else nobody,
            groups=owner if holder == "groups" else nobody,
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
