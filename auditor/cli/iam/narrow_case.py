"""One case of ``auditor iam narrow --cases``: the policies of one principal, what limits it, what it used."""

import msgspec

from auditor.cli.iam.cases import Answer, Case, CaseError, policy_of
from auditor.cli.iam.held import levels, listed, named, one_or_more
from auditor.iam.document import Policy
from auditor.iam.narrow import Limits, NarrowError, Record, UseError, Wishes, limits, narrow, read
from auditor.model import arn as arns
from auditor.model.iam import InlinePolicy, Role, User
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Unknown
from auditor.model.policy import Document, node_of
from auditor.model.text import Text, text
from auditor.report.narrow_json import smaller

_PLACE = "case"
"""Where the principal of a case is declared: what is not in the case counts as absent."""
_UNTOLD = text(Unknown(Cause.NOT_HERE, "the case names no principal"))
_NONE = Text(())


def answer(case: Case, *, wishes: Wishes) -> Answer:
    """The smaller policy of a case.

    A case holds ``policies`` (a list of ``{"name", "document"}``) or ``identity`` (a list of documents), and may hold
    ``principal`` (its ARN), ``boundary``, ``scp`` (a list of documents, or of lists with one list per level) and
    ``used`` (CloudTrail records, or what get-service-last-accessed-details prints).

    Raises:
        CaseError: a part is not of its form, or no smaller policy can be written.
    """
    who = _principal(case)
    documents = (*named(case, "policies"), *listed(case, "identity"))
    if not documents:
        raise CaseError("holds neither policies nor identity")
    held = (_embedded(who, name, _document(each, name)) for name, each in documents)
    inventory = Inventory(resources=(who, *held))
    bounds = _limits(case)
    try:
        made = narrow(who, inventory, _record(case, who), wishes, lambda _: bounds)
    except NarrowError as error:
        raise CaseError(str(error)) from error
    found: dict[str, object] = msgspec.to_builtins(smaller(made))
    return {name: value for name, value in found.items() if name != "schema"}


def _principal(case: Case) -> User | Role:
    """The user or role of a case.

    Raises:
        CaseError: it is neither.
    """
    written = case.get("principal")
    if written is None:
        return _made(Role, "principal", None, _UNTOLD)
    told = arns.parse(text(written)) if isinstance(written, str) else None
    literal = told.value.resource.literal if isinstance(told, Known) else None
    kind, _, path = (literal or "").partition("/")
    if not isinstance(told, Known) or kind not in {"user", "role"} or not path:
        raise CaseError("principal is not the ARN of a user or role")
    name = path.rpartition("/")[2]
    return _made(User if kind == "user" else Role, name, text(str(written)), told.value.account)


def _made(kind: type[User] | type[Role], name: str, arn: Text | None, account: Text) -> User | Role:
    made = kind(
        deployment=_PLACE,
        address=name,
        name=text(name),
        arn=arn,
        account=account,
        region=_NONE,
        managed_policies=Known(()),
        boundary=Known(None),
    )
    return msgspec.structs.replace(made, groups=Known(())) if isinstance(made, User) else made


def _embedded(who: User | Role, name: str, document: Document) -> InlinePolicy:
    mine = Known((who.name,))
    return InlinePolicy(
        deployment=_PLACE,
        address=name,
        name=text(name),
        account=who.account,
        region=_NONE,
        document=Known(document),
        users=mine if isinstance(who, User) else Known(()),
        roles=mine if isinstance(who, Role) else Known(()),
        groups=Known(()),
    )


def _document(value: object, what: str) -> Document:
    if isinstance(value, str):
        return Document(json=value)
    if not isinstance(value, dict):
        raise CaseError(f"{what} is not a policy document")
    try:
        return Document(tree=node_of(value))
    except RecursionError as error:
        raise CaseError(f"{what} is nested too deep for a policy document") from error


def _limits(case: Case) -> Limits:
    boundary, over = case.get("boundary"), levels(case)
    return limits(
        None if boundary is None else _policies(one_or_more(boundary), "boundary"),
        None if over is None else [_policies(level, "scp") for level in over],
    )


def _policies(written: list[object], what: str) -> list[Policy]:
    return [policy_of(each, f"{what} #{number}") for number, each in enumerate(written, 1)]


def _record(case: Case, who: User | Role) -> Record | None:
    used = case.get("used")
    if used is None:
        return None
    if who.arn is None:
        raise CaseError("used needs a principal")
    if not isinstance(used, dict | list):
        raise CaseError("used is neither an object nor a list")
    try:
        data = msgspec.json.encode({"Records": used} if isinstance(used, list) else used)
        return read(data, str(who.arn), smtp=isinstance(who, User))
    except UnicodeEncodeError:
        raise CaseError("used: a text holds half a character") from None
    except UseError as error:
        raise CaseError(f"used: {error}") from error
