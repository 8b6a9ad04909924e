"""Who can send a request: the sorts of callers that a statement and its Deny statements tell apart.

A sort of callers has the condition keys that all of them carry or lack, and parts to choose from: the caller, its
organization, or for a service what it acts for.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from auditor.iam.audience import words
from auditor.iam.audience.keys import ANYBODY, FORMS, PERHAPS, About, Limit, of_account, of_arn
from auditor.iam.audience.scene import Candidate, Scene
from auditor.iam.audience.search import RANK
from auditor.iam.audience.values import MOST, anything, of_organization
from auditor.iam.audience.words import FRESH, NEW, Pieces
from auditor.iam.automaton import Wild
from auditor.iam.decision import Reach
from auditor.iam.elements import Named
from auditor.iam.principal import account_of
from auditor.iam.request import ANONYMOUS, UNSIGNED_ACCOUNT, Caller, ContextValue, Kind
from auditor.model import arn as arns
from auditor.model.known import Cause, Known, Truth, Unknown
from auditor.model.text import Symbol, Text, text

_MEETINGS = 12
"""Comparisons of conditions that take as long as to find what a pattern and principals of an account have in common."""
STRANGER = text(FRESH * 12)
"""An account that no policy has."""
_OF_PRINCIPALS = (
    *(key for key, (about, _) in FORMS.items() if about is About.PRINCIPAL),
    "aws:principaltype", "aws:username", "aws:tokenissuetime", "aws:multifactorauthpresent", "aws:multifactorauthage",
    "aws:sourceidentity",
)  # fmt: skip
_OF_NETWORKS = (
    *(key for key, (about, _) in FORMS.items() if about is About.NETWORK and not key.startswith("s3:")),
    "aws:sourceip", "aws:vpcsourceip",
)  # fmt: skip
_OF_SOURCES = tuple(key for key, (about, _) in FORMS.items() if about is About.SOURCE)
_SERVICE_FLAG, _TAGS = "aws:principalisawsservice", "aws:principaltag/"
_SERVICE_NAMES = ("aws:principalservicename", "aws:principalservicenameslist")
_WHO = ("aws:principalarn", "aws:principalaccount", "kms:calleraccount", "aws:principaltype", "aws:username")
_FOR_WHOM = ("aws:sourceaccount", "aws:sourceowner", "aws:sourcearn")
_TELLS_SOURCE = frozenset(f"{name}.amazonaws.com" for name in ("cloudwatch", "s3", "ses"))
"""Services of which it is documented that their requests to topics, queues, keys and buckets carry the source keys."""


class Sort(NamedTuple):
    """A sort of callers.

    Attributes:
        base: how wide an audience they can be at all.
        told: keys that they all carry or lack.
        caller: each caller, with the keys that follow from it.
        parts: what else there is to choose that tells who they are.
        sources: what a service acts for.
        silent: whether condition keys of other services tell nothing about who calls.
    """

    base: Limit
    told: dict[str, ContextValue]
    caller: tuple[Candidate, ...]
    parts: tuple[tuple[Candidate, ...], ...] = ()
    sources: tuple[Candidate, ...] = ()
    silent: bool = False


def everybody(scene: Scene) -> Iterator[Sort]:
    """Anonymous callers, principals of any account, and services that act for anybody."""
    absent = _absent(scene, _OF_SOURCES)
    flag: dict[str, ContextValue] = {_SERVICE_FLAG: (text("false"),)}
    nobody = {**_absent(scene, _OF_PRINCIPALS, _TAGS), "aws:principalaccount": (text(UNSIGNED_ACCOUNT),)}
    if scene.choice(Candidate({**absent, **flag}, ANYBODY)).allow is not Truth.FALSE:
        yield Sort(ANYBODY, {**absent, **nobody, **flag}, (Candidate({}, ANYBODY, ANONYMOUS),))
        yield Sort(ANYBODY, {**absent, **flag}, _people(scene), (_organizations(scene),))
    tells = any(key in scene.tests for key in (_SERVICE_FLAG, *_SERVICE_NAMES))
    base = Limit(Reach.SERVICE, Reach.SERVICE) if tells else ANYBODY
    names = _service_names(scene)
    telling = tuple(each for each in names if each.caller is not None and each.caller.service in _TELLS_SOURCE)
    if telling and not scene.tests.keys().isdisjoint(_FOR_WHOM):
        yield _services(scene, base, telling)
        names = tuple(each for each in names if each not in telling)
    yield _services(scene, base, names)


def named(scene: Scene, one: Named) -> Sort:
    """The callers that a principal names."""
    if one.kind == "Service":
        name = str(one.value)
        caller = Candidate(_name_of(name), ANYBODY, Caller(Kind.SERVICE, service=name), shown=text(name))
        return _services(scene, Limit(Reach.SERVICE, Reach.SERVICE), (caller,))
    told: dict[str, ContextValue] = {**_absent(scene, _OF_SOURCES), _SERVICE_FLAG: (text("false"),)}
    account = account_of(one.value) if one.kind == "AWS" else None
    parts = arns.parse(one.value) if one.kind == "AWS" else None
    if account is not None:
        base, people = of_account(account, scene.owner), _people_of(scene, account)
    elif isinstance(parts, Known):
        base, people = of_account(parts.value.account, scene.owner), (_person(scene, one.value, parts.value),)
    else:
        base, people = Limit(Reach.OWNER, Reach.ACCOUNTS), (_somebody(one),)
    return Sort(_of_somebody(base), told, people, (_organizations(scene),))


def provided(scene: Scene, provider: Text, base: Limit) -> Sort:
    """Those that an identity provider vouches for; those of one that is not told may be of an account."""
    told: dict[str, ContextValue] = {
        **_absent(scene, _OF_SOURCES if provider.literal is None else (*_OF_SOURCES, *_OF_PRINCIPALS)),
        _SERVICE_FLAG: (text("false"),),
        "aws:federatedprovider": (provider,),
    }
    return Sort(base, told, (Candidate({}, ANYBODY, Caller(Kind.FEDERATED, provider)),), silent=True)


def _of_somebody(base: Limit) -> Limit:
    """An account that is not told at all is still one."""
    return Limit(Reach.OWNER, Reach.ACCOUNTS) if base.most is Reach.PUBLIC else base


def _absent(scene: Scene, keys: Iterable[str], prefix: str = "") -> dict[str, ContextValue]:
    """Keys that are tested and that the callers do not carry."""
    wanted = set(keys)
    return dict.fromkeys(key for key in scene.tests if key in wanted or (prefix and key.startswith(prefix)))


# -- principals -------------------------------------------------------------------------------------------------------


def _organizations(scene: Scene) -> tuple[Candidate, ...]:
    return of_organization(scene, "aws:principalorgid", "aws:principalorgpaths")


def _people(scene: Scene) -> tuple[Candidate, ...]:
    """People of the accounts that the statements name, of the owner's, and of one that they do not."""
    accounts: dict[Text, None] = {STRANGER: None, scene.owner: None}
    for key in ("aws:principalaccount", "kms:calleraccount"):
        accounts.update(dict.fromkeys(words.strings(scene.groups(key))))
    for statement in scene.all:
        for element in (statement.principals, statement.not_principals):
            for one in () if element is None else element.items:
                account = _account(one)
                if account is not None:
                    accounts[account] = None
    for arn in words.arns(scene.groups("aws:principalarn")):
        parts = arns.parse(arn)
        if isinstance(parts, Known):
            accounts[parts.value.account] = None
    found: list[Candidate] = []
    for account in accounts:
        found.extend(_people_of(scene, account))
        if len(found) > MOST:
            break
    if len(found) > MOST or words.are_many(scene.groups("aws:principalarn")):
        found = [*found[:MOST], anything(*_WHO)._replace(caller=Caller(Kind.OTHER, text(Symbol("caller"))))]
    return tuple(found)


def _account(one: Named) -> Text | None:
    if one.kind != "AWS":
        return None
    parts = arns.parse(one.value)
    return parts.value.account if isinstance(parts, Known) else account_of(one.value)


def _people_of(scene: Scene, account: Text) -> tuple[Candidate, ...]:
    """Users, roles and the root user of an account, those among them that statements name or describe."""
    own = (":iam::", *account.parts)
    if not scene.asks_who:
        user = text("arn:", scene.partition, *own, ":user/", NEW)
        return (_person(scene, user, arns.Arn(scene.partition, text("iam"), text(), account, text("user/", NEW))),)
    patterns = [each for each in scene.people if _may_be_of(each, account)]
    shapes: list[Pieces] = [
        ("arn:", *partition.parts, *own, *resource)
        for partition in _partitions(scene, patterns)
        for resource in ((":user/", Wild.ANY), (":role/", Wild.ANY), (":root",))
    ]
    scene.work.spend(len(scene.people) // 4 + _MEETINGS * len(patterns))
    found: dict[Text, None] = dict.fromkeys(map(words.filled, shapes))
    for name in words.strings(scene.groups("aws:username")):
        found[text("arn:", scene.partition, *own, ":user/", name)] = None
    for each in (*patterns, *(tuple(arn.parts) for arn in _excepted(scene))):
        for shape in shapes:
            both = words.common(shape, each)
            if both is not None:
                found[words.filled(both)] = None
                found[words.filled(both, "")] = None
    people = []
    for arn in found:
        parts = arns.parse(arn)
        if (
            isinstance(parts, Known)
            and parts.value.account == account
            and parts.value.service.literal in {"iam", "sts"}
        ):
            person = _person(scene, arn, parts.value)
            elsewhere = parts.value.partition != scene.partition
            people.append(person._replace(limit=person.limit._replace(doubtful=True)) if elsewhere else person)
    return tuple(people)


def _partitions(scene: Scene, patterns: Iterable[Pieces]) -> tuple[Text, ...]:
    """The partition of the resource and, where it is not told, those that patterns name: it may be one of them."""
    found: dict[Text, None] = {scene.partition: None}
    for pieces in patterns if scene.partition.literal is None else ():
        segments = words.segments(pieces)
        if segments is not None and not words.has_wildcards(segments[1]):
            found[words.filled(segments[1])] = None
    return tuple(found)


def _may_be_of(pieces: Pieces, account: Text) -> bool:
    segments = words.segments(pieces)
    return segments is None or words.common(segments[4], tuple(account.parts)) is not None


def _excepted(scene: Scene) -> Iterator[Text]:
    """The principals that NotPrincipal of a Deny leaves."""
    for statement in scene.denies:
        for one in () if statement.not_principals is None else statement.not_principals.items:
            if one.kind == "AWS" and isinstance(arns.parse(one.value), Known):
                yield one.value


_NAME = Unknown(Cause.NOT_HERE, "whether a principal is a user, and its name")


def _person(scene: Scene, arn: Text, parts: arns.Arn) -> Candidate:
    """A user, a session of a role, or another principal, by ARN."""
    names = parts.resource.split("/")
    kind = names[0].literal if names is not None else None
    caller, kind_shown, own = Caller(Kind.OTHER, arn, parts.account), "", arn
    if parts.resource.literal == "root":
        caller, kind_shown = Caller(Kind.ROOT, arn, parts.account), "Account"
    elif names is not None and kind == "user":
        caller, kind_shown = Caller(Kind.USER, arn, parts.account), "User"
    elif names is not None and kind == "role":
        session = text("arn:", parts.partition, ":sts::", parts.account, ":assumed-role/", names[-1], "/", NEW)
        caller, kind_shown = Caller(Kind.SESSION, session, parts.account), "AssumedRole"
    elif names is not None and kind == "assumed-role" and len(names) > 2:
        caller, kind_shown = Caller(Kind.SESSION, arn, parts.account), "AssumedRole"
        own = text("arn:", parts.partition, ":iam::", parts.account, ":role/", names[1])
    elif names is not None and kind == "federated-user":
        caller, kind_shown = Caller(Kind.FEDERATED_USER, arn, parts.account), "FederatedUser"
    told: dict[str, ContextValue] = {
        "aws:principalarn": (own,),
        "aws:principalaccount": (parts.account,),
        "kms:calleraccount": (parts.account,),
        "aws:principaltype": (text(kind_shown or Symbol("principal type")),),
        "aws:username": _NAME if names is None else (names[-1],) if kind == "user" else None,
    }
    limit = of_account(parts.account, scene.owner)
    # Where an operator takes a wildcard for a plain character, there may be no such principal.
    odd = any(isinstance(part, str) and ("*" in part or "?" in part) for part in own.parts)
    return Candidate(told, limit._replace(doubtful=limit.doubtful or odd), caller, parts.account)


def _somebody(one: Named) -> Candidate:
    """A principal of an account that is not told."""
    account, arn = text(Symbol("account of a principal")), text(Symbol("ARN of a principal"))
    told: dict[str, ContextValue] = {"aws:principalarn": (arn,), **dict.fromkeys(_WHO[1:3], (account,))}
    told |= {key: (text(Symbol(key)),) for key in _WHO[3:]}
    caller = Caller(Kind.OTHER, arn, account)
    if one.kind == "CanonicalUser":
        caller = Caller(Kind.CANONICAL_USER, one.value)
    return Candidate(told, ANYBODY, caller)


# -- services ---------------------------------------------------------------------------------------------------------


def _services(scene: Scene, base: Limit, names: tuple[Candidate, ...]) -> Sort:
    told = {**_absent(scene, (*_OF_PRINCIPALS, *_OF_NETWORKS), _TAGS), _SERVICE_FLAG: (text("true"),)}
    always = all(each.caller is not None and each.caller.service in _TELLS_SOURCE for each in names)
    sources = _sources(scene, always=always)
    organizations = of_organization(scene, "aws:sourceorgid", "aws:sourceorgpaths")
    return Sort(base, told, names, (organizations,), sources)


def _name_of(name: str) -> dict[str, ContextValue]:
    return dict.fromkeys(_SERVICE_NAMES, (text(name),))


def _service_names(scene: Scene) -> tuple[Candidate, ...]:
    """The services that statements name, and one that they do not."""
    found: dict[str, None] = {f"{NEW}.amazonaws.com": None}
    for statement in scene.all:
        for element in (statement.principals, statement.not_principals):
            for one in () if element is None else element.items:
                if one.kind == "Service" and one.value.literal is not None:
                    found[one.value.literal] = None
    for key in _SERVICE_NAMES:
        for value in words.strings(scene.groups(key)):
            if value.literal is not None and value.literal.endswith(".amazonaws.com"):
                found[value.literal] = None
    return tuple(_of_name(name) for name in list(found)[:MOST])


def _of_name(name: str) -> Candidate:
    # Where an operator takes a wildcard for a plain character, there is no such service.
    limit = PERHAPS if "*" in name or "?" in name else ANYBODY
    return Candidate(_name_of(name), limit, Caller(Kind.SERVICE, service=name), text("*" if FRESH in name else name))


def _sources(scene: Scene, *, always: bool) -> tuple[Candidate, ...]:
    """What services act for."""
    keys = ("aws:sourceaccount", "aws:sourceowner")
    if scene.tests.keys().isdisjoint(_FOR_WHOM):
        return (Candidate({}, ANYBODY, shown=STRANGER),)
    groups = scene.groups("aws:sourcearn")
    accounts: dict[Text, None] = {STRANGER: None, scene.owner: None}
    for key in keys:
        accounts.update(dict.fromkeys(words.strings(scene.groups(key))))
    shape: Pieces = ("arn:", *scene.partition.parts, ":", Wild.ANY, ":", Wild.ANY, ":", Wild.ANY, ":", Wild.ANY)
    found: list[Candidate] = [] if always else [Candidate(dict.fromkeys(_FOR_WHOM), PERHAPS)]
    if "aws:sourcearn" not in scene.tests:
        return (*found, *(_of_source(scene, account) for account in list(accounts)[:MOST]), *_too_many(len(accounts)))
    for arn in words.arns([(shape,), *groups], accounts):
        parts = arns.parse(arn)
        account = parts.value.account if isinstance(parts, Known) else text()
        if account.parts:
            owners: Iterable[Text] = (STRANGER,) if account.literal == NEW else (account,)
        else:
            owners = accounts
        found.extend(_source(scene, arn, owner) for owner in owners)
    for test, pieces in scene.pieces("aws:sourcearn"):
        if test.how.base == "stringlike":
            found.extend(_swallowed(each) for each in pieces if _may_swallow(each))
    if len(found) > MOST or words.are_many(groups):
        found = [*found[:MOST], anything(*_FOR_WHOM)]
    return tuple(found)


def _of_source(scene: Scene, account: Text) -> Candidate:
    return Candidate(dict.fromkeys(_FOR_WHOM[:2], (account,)), of_account(account, scene.owner), shown=account)


def _too_many(size: int) -> tuple[Candidate, ...]:
    return (anything(*_FOR_WHOM),) if size > MOST else ()


def _source(scene: Scene, arn: Text, account: Text) -> Candidate:
    told: dict[str, ContextValue] = {"aws:sourcearn": (arn,), **dict.fromkeys(_FOR_WHOM[:2], (account,))}
    limits = [of_account(account, scene.owner), of_arn(arn, scene.owner)]
    narrow = min(limits, key=lambda each: RANK[each.most])
    doubtful = any(each.doubtful for each in limits)
    return Candidate(told, narrow._replace(doubtful=doubtful), shown=account)


def _may_swallow(pieces: Pieces) -> bool:
    """Whether a wildcard stands before the account of an ARN that is compared as a string."""
    segments = words.segments(pieces)
    return segments is not None and any(words.has_wildcards(each) for each in segments[1:4])


def _swallowed(pieces: Pieces) -> Candidate:
    """An ARN of somebody else whose name looks like the rest of a pattern; whether there is one is not known."""
    segments = words.segments(pieces) or ()
    ahead = [words.filled(each) for each in segments[:3]]
    shape = (*ahead[0].parts, ":", *ahead[1].parts, ":", *ahead[2].parts, ":", NEW, ":", *STRANGER.parts, ":", Wild.ANY)
    both = words.common(shape, pieces)
    told: dict[str, ContextValue] = dict.fromkeys(_FOR_WHOM[:2], (STRANGER,))
    arn = words.filled(both if both is not None else shape)
    return Candidate({**told, "aws:sourcearn": (arn,)}, PERHAPS, shown=STRANGER)
