"""What the inventory tells of a request: the keys that follow from who asks and from the resource.

Keys that are not here are up to the request (its address, its time, whether it is encrypted …).

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Iterable

from auditor.iam.request import Caller, ContextValue, Kind, principal_context
from auditor.iam.who.target import Target
from auditor.model import relations
from auditor.model.iam import Role, User
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.text import Text, text

_PRINCIPAL_TAG = "aws:principaltag/"
_RESOURCE_TAGS = ("aws:resourcetag/", "iam:resourcetag/", "s3:buckettag/")
# Carried by every request: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
ALWAYS = frozenset(
    {
        "aws:currenttime",
        "aws:epochtime",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principaltype",
        "aws:requestedregion",
        "aws:securetransport",
        "aws:userid",
        "aws:viaawsservice",
    }
)


class Facts:
    """Makes contexts; what is the same for all principals of an account is made once."""

    def __init__(self, inventory: Inventory, target: Target, action: str) -> None:
        self._inventory = inventory
        self._target = target
        self._is_kms = action.lower().startswith("kms:")
        self._of_account: dict[tuple[Text, Text], dict[str, ContextValue]] = {}

    def of(self, principal: User | Role, who: Caller, owner: Text, keys: Iterable[str]) -> dict[str, ContextValue]:
        """The keys of a request that are told or are a fact that is not told, for a user or role.

        Args:
            principal: who asks.
            who: as a caller of kind user or role.
            owner: account of the resource.
            keys: those that policies ask for.
        """
        context = {**principal_context(who, owner), **self._of_accounts(principal.account, owner)}
        if who.kind is Kind.USER:
            context |= {"aws:federatedprovider": None, "aws:sourceidentity": None}
        for key in keys:
            if key in context:
                continue
            if key.startswith(_PRINCIPAL_TAG):
                self._principal_tag(context, principal, key)
            elif key == "aws:userid" and isinstance(principal, User) and isinstance(principal.unique_id, Known):
                context[key] = (text(principal.unique_id.value),)
            else:
                self._resource_tag(context, key)
        return context

    def of_root(self, who: Caller, owner: Text, keys: Iterable[str]) -> dict[str, ContextValue]:
        """The keys of a request of a root user."""
        account = who.account if who.account is not None else Text(())
        context = {**principal_context(who, owner), **self._of_accounts(account, owner)}
        context |= {"aws:principaltype": (text("Account"),), "aws:userid": (account,)}
        for key in keys:
            if key.startswith(_PRINCIPAL_TAG):
                context[key] = None
            elif key not in context:
                self._resource_tag(context, key)
        return context

    def of_service(self, context: dict[str, ContextValue], owner: Text, keys: Iterable[str]) -> None:
        """Adds what is told of the resource to the context of an AWS service."""
        context |= {key: value for key, value in self._of_resource(owner).items() if key not in context}
        for key in keys:
            if key not in context:
                self._resource_tag(context, key)

    def _of_accounts(self, account: Text, owner: Text) -> dict[str, ContextValue]:
        found = self._of_account.get((account, owner))
        if found is None:
            found = self._of_resource(owner) | self._organization("aws:principalorg", account)
            if self._is_kms:
                found["kms:calleraccount"] = (account,)
            self._of_account[(account, owner)] = found
        return found

    def _of_resource(self, owner: Text) -> dict[str, ContextValue]:
        return self._organization("aws:resourceorg", owner) | {"s3:resourceaccount": (owner,)}

    def _organization(self, prefix: str, account: Text) -> dict[str, ContextValue]:
        found = relations.organization(self._inventory, account)
        if isinstance(found, Unknown) or found.value is None:
            why = found if isinstance(found, Unknown) else Unknown(Cause.ELSEWHERE, f"the organization of {account}")
            return {f"{prefix}id": why, f"{prefix}paths": why}
        path = relations.organization_path(found.value, account.literal or "")
        paths: ContextValue = path if isinstance(path, Unknown) else None
        if isinstance(path, Known):
            # The account itself is no part of the path.
            paths = (text("/".join((str(found.value.name), *path.value[:-1])) + "/"),)
        return {f"{prefix}id": (found.value.name,), f"{prefix}paths": paths}

    def _principal_tag(self, context: dict[str, ContextValue], principal: User | Role, key: str) -> None:
        """A tag of the principal; a role's session may bring others where its trust policy lets sessions be tagged."""
        if isinstance(principal.tags, Unknown):
            context[key] = principal.tags
            return
        found = _tag(principal.tags, key.removeprefix(_PRINCIPAL_TAG))
        if found is not None:
            context[key] = (found,)
        elif isinstance(principal, User) or not may_be_tagged(principal):
            context[key] = None

    def _resource_tag(self, context: dict[str, ContextValue], key: str) -> None:
        prefix = next((each for each in _RESOURCE_TAGS if key.startswith(each)), None)
        if prefix is None:
            return
        tags = self._target.tags
        if tags is None or isinstance(tags, Unknown):
            context[key] = tags
            return
        found = _tag(tags, key.removeprefix(prefix))
        context[key] = None if found is None else (found,)


def _tag(tags: Value[dict[str, Text]], name: str) -> Text | None:
    """The value of a tag; condition keys ignore the case of its name."""
    if isinstance(tags, Unknown):
        return None
    return next((value for key, value in tags.value.items() if key.lower() == name), None)


def may_be_tagged(role: Role) -> bool:
    """Whether the trust policy may let sessions be tagged.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """
    if isinstance(role.trust, Unknown):
        return True
    from auditor.iam import action as actions
    from auditor.iam.document import parse
    from auditor.model.known import Truth

    policy = parse(role.trust.value)
    if policy.open:
        return True
    return any(
        statement.actions is None
        or statement.actions.open is not None
        or any(actions.matches(each, "sts:TagSession") is not Truth.FALSE for each in statement.actions.items)
        for statement in policy.statements
    )
