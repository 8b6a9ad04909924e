"""Asks for every principal whether it can, and gathers the answer."""

from collections.abc import Iterator

import msgspec

from auditor.iam import database
from auditor.iam.who import others, principals
from auditor.iam.who.answer import Access, Undecided, WhoCan
from auditor.iam.who.outside import accounts_of, outsiders, services
from auditor.iam.who.question import Question
from auditor.iam.who.search import Found, Outcome
from auditor.iam.who.setting import Setting
from auditor.model.iam import Role, User
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.text import Text, text


def who_can(action: str, resource: str, inventory: Inventory, *, account: str | None = None) -> WhoCan:
    """Who can do an action to a resource.

    A principal is listed when some request of it is allowed: conditions on what the inventory does not tell of requests
    stand beside it. What is not told of policies or principals makes it undecided.

    Args:
        action: in full, ``sns:Publish``.
        resource: ARN; with ``*`` and ``?`` in it, some resource that matches; ``*`` for actions without resource.
        inventory: accounts, their principals and policies, and organizations.
        account: that owns the resource, where neither its ARN nor the inventory tells it.
    """
    return ask(Question(action=action, resource=resource, account=account), inventory)


def ask(question: Question, inventory: Inventory) -> WhoCan:
    """The answer to a question."""
    setting = Setting(question, inventory)
    who: list[Access] = []
    undecided: list[Undecided] = []
    for principal in _principals(setting):
        found = principals.outcome(setting, principal)
        if found.found.allowed is Truth.TRUE:
            who.append(_access(principal, found))
        elif found.found.allowed is Truth.UNKNOWN:
            undecided.append(Undecided(principal.id, found.found.unknowns))
    for name in services(setting.resource):
        if question.scope is None or question.scope.has(name):
            answered = others.service(setting, name)
            if answered.allowed is Truth.TRUE:
                who.append(_service(name, answered))
            elif answered.allowed is Truth.UNKNOWN:
                undecided.append(Undecided(name, answered.unknowns))
    outside = outsiders(inventory, setting.target, setting.written)
    if outside.everybody is not Truth.TRUE:
        outside = msgspec.structs.replace(outside, any_service=others.any_service(setting))
    return WhoCan(
        action=question.action,
        resource=question.resource,
        who=tuple(sorted(who, key=lambda access: access.principal)),
        undecided=tuple(sorted(undecided, key=lambda one: one.principal)),
        roots=others.roots(setting),
        outsiders=outside,
        incomplete=_incomplete(setting),
        assumptions=_assumptions(setting),
    )


def _principals(setting: Setting) -> Iterator[User | Role]:
    """Those that the question is about and that can be allowed at all."""
    scope = setting.question.scope
    found: tuple[User | Role, ...] = (*setting.inventory.of(User), *setting.inventory.of(Role))
    for principal in found:
        if scope is not None and not scope.has(principal.id, principal.account.literal or ""):
            continue
        if setting.candidates.has(principal):
            yield principal


def _access(principal: User | Role, outcome: Outcome) -> Access:
    return Access(
        principal=principal.id,
        kind="user" if isinstance(principal, User) else "role",
        account=str(principal.account),
        because=outcome.found.because,
        conditions=outcome.found.conditions,
        sessions=outcome.sessions,
        request=dict(outcome.found.request),
        patterns=outcome.patterns,
    )


def _service(name: str, found: Found) -> Access:
    return Access(
        principal=name,
        kind="service",
        because=found.because,
        conditions=found.conditions,
        request=dict(found.request),
    )


def _incomplete(setting: Setting) -> tuple[Unknown, ...]:
    """Why there may be others."""
    found: list[Unknown] = []
    target, inventory = setting.target, setting.inventory
    found.extend(why for why in (target.unread, target.missing) if why is not None)
    for part in setting.resource:
        found.extend(part.policy.open)
    found.extend(setting.limits)
    held = accounts_of(inventory)
    if target.owner is not None and target.owner.literal not in held:
        found.append(Unknown(Cause.ELSEWHERE, f"the principals of account {target.owner} were not read"))
    if any(item.is_declared for kind in (User, Role) for item in inventory.of(kind)):
        found.append(Unknown(Cause.NOT_HERE, "principals that the templates do not declare are not in the inputs"))
    for account in sorted(held - {""}):
        read = inventory.read(text(account), Text(()), "iam:GetAccountAuthorizationDetails")
        if isinstance(read, Unknown):
            found.append(read)
    return tuple(dict.fromkeys(found))


def _assumptions(setting: Setting) -> tuple[str, ...]:
    """What was not read and could still limit the answer."""
    found = list(setting.unread)
    asked = setting.question.action
    if database.action(asked) is None:
        found.append(f"{asked} is an action: AWS had none of this name on {database.provenance().date}")
    if setting.target.unread is not None:
        found.append(f"{setting.target.unread.detail}: nobody is taken to be denied by it")
    if setting.target.owner is None and setting.question.resource != "*":
        found.append("the resource is taken to be in the account of each principal: its own account is not told")
    return tuple(found)
