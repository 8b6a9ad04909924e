"""A request written out: the classes that a search found, as one request that can be asked again."""

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from auditor.iam import database
from auditor.iam.database import KeyType
from auditor.iam.elements import Policy
from auditor.iam.request import ANONYMOUS, UNSIGNED_ACCOUNT, Caller, ContextValue, Request, caller
from auditor.iam.request import Kind as CallerKind
from auditor.iam.sets.atoms import VARIABLE
from auditor.iam.sets.canonical import with_ids_told
from auditor.iam.sets.checks import ACTION, PRINCIPAL, RESOURCE, SESSION
from auditor.iam.sets.contents import WHOSE
from auditor.iam.sets.kind import Kind
from auditor.iam.sets.readings import Word
from auditor.iam.sets.spaces import Choice
from auditor.iam.statement import PolicyKind, applies
from auditor.model import arn as arns
from auditor.model.known import Known, Truth
from auditor.model.text import Part, Symbol, Text, text

SOMEBODY = text("arn:aws:iam::999999999999:user/x")
"""A principal that policies do not name."""
_OF_AN_ACCOUNT = re.compile(r"arn:[^:]+:[^:]+::[^:]+:.+", re.DOTALL)
_OWN_SESSION = text("a-session-of-its-own")
_KEYS_OF_PRINCIPAL = frozenset({"aws:principalarn", "aws:principalaccount", "aws:username"})


class Witness(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request.

    Attributes:
        action: in full, with the service in lower case.
        resource: ARN, or ``*`` for actions without one.
        principal: ARN, ``service:…``, ``federated:…``, ``canonical:…``, ``id:…`` or ``anonymous``; empty when it
            does not matter who sends the request.
        context: condition key to its values; keys that are not listed are absent.
    """

    action: str
    resource: str
    principal: str = ""
    context: Mapping[str, tuple[str, ...]] = {}


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A request that a search found; symbols and nothing else can be untold in it.

    Attributes:
        principal: as in `Witness`; None when it does not matter who sends the request.
        context: condition key to its values, without those that follow from the principal.
    """

    action: str
    resource: Text
    principal: Text | None
    context: Mapping[str, tuple[Text, ...]]

    @property
    def witness(self) -> Witness:
        """As strings; symbols stand in them as ``{name}``."""
        return Witness(
            action=self.action,
            resource=str(self.resource),
            principal="" if self.principal is None else str(self.principal),
            context={key: tuple(map(str, values)) for key, values in self.context.items()},
        )

    def is_new(self, new: Sequence[Policy], old: Sequence[Policy], kind: Kind) -> bool:
        """Whether the policies certainly allow it and the old ones certainly do not, decided value by value."""
        request = self._request()
        if self.principal is not None and str(self.principal).startswith("id:"):
            # Whom a unique id belongs to is not known to decisions.
            new, old = with_ids_told(new), with_ids_told(old)
        is_new = _allowed(new, request, kind) is Truth.TRUE and _allowed(old, request, kind) is Truth.FALSE
        if not is_new or any(map(_may_be_of_no_type, self.context, self.context.values())):
            return False
        return _is_resource(self.resource)

    def is_asked(self, within: Policy | None, kind: Kind) -> bool:
        """Whether a policy, where there is one, certainly allows it."""
        return within is None or _allowed((within,), self._request(), kind) is Truth.TRUE

    def _request(self) -> Request:
        who, context = _asking(SOMEBODY if self.principal is None else self.principal)
        return Request(
            caller=who,
            action=self.action,
            resource=self.resource,
            resource_account=text(""),
            context={**context, **self.context},
            closed=True,
        )


def _is_resource(written: Text) -> bool:
    """Whether it is an ARN, or ``*``, whatever its symbols are; one that can hold an ARN is taken to hold one."""
    first = written.parts[0] if written.parts else ""
    if isinstance(first, Symbol):
        return first.may_hold_colon
    return written.literal == "*" or written.startswith("arn:") is Truth.TRUE


_STRINGS = frozenset({KeyType.STRING, KeyType.ARN})


def _may_be_of_no_type(key: str, values: Sequence[Text]) -> bool:
    """Whether a value that is not told may be none that a key has: no boolean, number, date or address."""
    if all(value.literal is not None for value in values):
        return False
    known = database.condition_key(key)
    return known is not None and known.type not in _STRINGS


def _allowed(policies: Sequence[Policy], request: Request, kind: Kind) -> Truth:
    """Whether policies by themselves allow a request."""
    read_as = PolicyKind.IDENTITY if kind is Kind.IDENTITY else PolicyKind.RESOURCE
    allow = deny = Truth.FALSE
    for policy in policies:
        if policy.open:
            allow, deny = allow | Truth.UNKNOWN, deny | Truth.UNKNOWN
        for statement in policy.statements:
            truth = applies(statement, request, policy, kind=read_as).truth
            effect = statement.effect.value if isinstance(statement.effect, Known) else ""
            if effect != "Deny":
                allow |= truth if effect else truth & Truth.UNKNOWN
            if effect != "Allow":
                deny |= truth if effect else truth & Truth.UNKNOWN
    return allow & ~deny


def _asking(principal: Text) -> tuple[Caller, dict[str, ContextValue]]:
    """The caller that a principal is, and the keys that follow from it."""
    first = principal.parts[0] if principal.parts else ""
    kind, _, name = first.partition(":") if isinstance(first, str) else ("arn", "", "")
    rest = text(name, *principal.parts[1:])
    context: dict[str, ContextValue] = {"aws:principalisawsservice": (text("false"),)}
    match kind:
        case "service":
            context["aws:principalisawsservice"] = (text("true"),)
            context["aws:principalservicename"] = (rest,)
            return Caller(CallerKind.SERVICE, service=str(rest)), context
        case "federated":
            return Caller(CallerKind.FEDERATED, rest), context
        case "canonical" | "id":
            return Caller(CallerKind.CANONICAL_USER, rest), context
        case "anonymous":
            context["aws:principalaccount"] = (text(UNSIGNED_ACCOUNT),)
            return ANONYMOUS, context
    who = caller(principal)
    if who.account is not None:
        context["aws:principalaccount"] = (who.account,)
    context["aws:principalarn"] = (principal,)
    return who, context


def agreeing(found: Found) -> Iterator[Found]:
    """The request with one account for its resource: that of the key in the ARN, or that of the ARN in the key.

    The search knows the two apart.
    """
    told, parsed = found.context.get(WHOSE), arns.parse(found.resource)
    if told is None or len(told) != 1 or not isinstance(parsed, Known) or not parsed.value.account.parts:
        yield found
        return
    (account,), arn = told, parsed.value
    if account.equals(arn.account) is Truth.TRUE:
        yield found
        return
    resource = text("arn:", arn.partition, ":", arn.service, ":", arn.region, ":", account, ":", arn.resource)
    yield msgspec.structs.replace(found, resource=resource)
    yield msgspec.structs.replace(found, context={**found.context, WHOSE: (arn.account,)})


def request_of(classes: Mapping[str, Choice], more: Sequence[str] = ()) -> Found:
    """The request that a search found.

    Args:
        classes: a class for each dimension that matters.
        more: condition keys that it carries beside, with values that equal nothing else.
    """
    variables = dict.fromkeys(_variables(classes))
    role = _principal(classes)
    asked_of_principal = {_key(each) for each in variables} & _KEYS_OF_PRINCIPAL
    if asked_of_principal and (role is None or not asked_of_principal <= _of_principal(role).keys()):
        role = _user_beside(role)
    values = {each: _value(each, classes, role) for each in variables}
    context = {
        name: tuple(_text(word, values) for word in choice.words)
        for name, choice in classes.items()
        if name not in {ACTION, RESOURCE, PRINCIPAL, SESSION} and choice.values is not None
    }
    for variable, value in values.items():
        if _key(variable) not in {"aws:principalarn", "aws:principalaccount"}:
            context.setdefault(_key(variable), (value,))
    for key in more:
        if key not in classes and key not in {"aws:principalarn", "aws:principalaccount"}:
            context.setdefault(key, (_own(key),))
    session = _session(classes, role)
    if session is not None and role is not None:
        context["aws:principalarn"] = (role,)
    return Found(
        action=str(_text(classes[ACTION].words[0], values)),
        resource=_text(classes[RESOURCE].words[0], values),
        principal=role if session is None else session,
        context=context,
    )


def _principal(classes: Mapping[str, Choice]) -> Text | None:
    """Who asks; where a policy wants it in the account that another key names, in that account."""
    if PRINCIPAL not in classes:
        return None
    word = classes[PRINCIPAL].words[0]
    symbols = [each for each in word if isinstance(each, Symbol) and each.scope == VARIABLE]
    filled = [each for each in symbols if _key(each) not in _KEYS_OF_PRINCIPAL]
    found = _text(word, {each: _value(each, classes, None) for each in filled})
    if not filled or _OF_AN_ACCOUNT.fullmatch(str(found)):
        return found
    # The value of the variable stands for the end of the ARN too.
    return text(*found.parts, "user/x") if str(found).endswith(":") else SOMEBODY


def _session(classes: Mapping[str, Choice], role: Text | None) -> Text | None:
    """The ARN of the session, where it matters which one it is."""
    parsed = arns.parse(role) if role is not None and SESSION in classes else None
    if not isinstance(parsed, Known):
        return None
    parts = parsed.value
    names = parts.resource.split("/")
    if names is None or len(names) < 2 or names[0].literal != "role":
        return None
    choice = classes[SESSION]
    name = _OWN_SESSION if choice.values is None else _text(choice.words[0], {})
    return text("arn:", parts.partition, ":sts::", parts.account, ":assumed-role/", names[-1], "/", name)


def _variables(classes: Mapping[str, Choice]) -> Iterator[Symbol]:
    for choice in classes.values():
        for word in choice.words:
            for letter in word:
                if isinstance(letter, Symbol) and letter.scope == VARIABLE:
                    yield letter


def _text(word: Word, values: Mapping[Symbol, Text]) -> Text:
    parts: list[Part | Text] = [values.get(each, each) if isinstance(each, Symbol) else each for each in word]
    return text(*parts)


def _key(variable: Symbol) -> str:
    return variable.name.removeprefix("${").partition("}")[0].lower()


def _value(variable: Symbol, classes: Mapping[str, Choice], principal: Text | None) -> Text:
    """The value of a policy variable: what the request has for its key, or one of its own."""
    key = _key(variable)
    choice = classes.get(key)
    if choice is not None and len(choice.words) == 1:
        word = choice.words[0]
        if not any(isinstance(each, Symbol) and each.scope == VARIABLE for each in word):
            return _text(word, {})
    if principal is not None and key in _of_principal(principal):
        return _of_principal(principal)[key]
    _, equals, default = variable.name.partition("}=")
    if choice is not None and choice.values is None and equals:
        return text(default)
    return _own(key)


def _own(key: str) -> Text:
    return text(f"a-{key.rpartition(':')[2].replace('/', '-')}-of-its-own")


def _user_beside(principal: Text | None) -> Text:
    """A user, in the account of a principal that has one."""
    parsed = arns.parse(principal) if principal is not None else None
    if not isinstance(parsed, Known):
        return SOMEBODY
    return text("arn:", parsed.value.partition, ":iam::", parsed.value.account, ":user/x")


def _of_principal(principal: Text) -> Mapping[str, Text]:
    """The keys that follow from a principal with an ARN."""
    parsed = arns.parse(principal)
    if not isinstance(parsed, Known):
        return {}
    found = {"aws:principalarn": principal, "aws:principalaccount": parsed.value.account}
    names = parsed.value.resource.split("/")
    if names is not None and len(names) > 1 and names[0].literal == "user":
        found["aws:username"] = names[-1]
    return found
