"""What a smaller policy is wished to leave out, and what these wishes come to for one principal."""

from collections.abc import Iterable, Iterator

import msgspec

from auditor.iam.database import Access
from auditor.iam.narrow.names import FROM_ADDRESS, listed, senders
from auditor.iam.narrow.pins import Pinned, Pins
from auditor.iam.narrow.plan import Home
from auditor.iam.narrow.stock import Stocks
from auditor.iam.narrow.uses import Record
from auditor.iam.resource import SEGMENTS
from auditor.model import arn as arns
from auditor.model.iam import Role, User
from auditor.model.known import Known

_PREFIX = {Pinned.IDENTITY: "identity/", Pinned.CONFIGURATION_SET: "configuration-set/", Pinned.TOPIC: ""}


class NarrowError(Exception):
    """No smaller policy can be written; the message is one line."""


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    """What to leave out, beside what a record of use shows not to be used.

    Attributes:
        only_recorded: also what the record does not decide, such as sending that no trail recorded.
        own_account: on ``*``, resources of other accounts than the principal's.
        levels: of wildcards in actions, all other access levels; empty for none.
        expand: of wildcards in actions, actions that AWS adds later.
        drop_vain: what a permissions boundary or the control policies cut anyway.
        identities, configuration_sets, topics: of wildcards in resources, all others; names or ARNs.
        known: of wildcards in resources, all others than the inventory knows of the account.
        senders: mail from other addresses.
        recorded_senders: mail from other addresses than the record has.
    """

    only_recorded: bool = False
    own_account: bool = False
    levels: tuple[Access, ...] = ()
    expand: bool = False
    drop_vain: bool = False
    identities: tuple[str, ...] = ()
    configuration_sets: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    known: bool = False
    senders: tuple[str, ...] = ()
    recorded_senders: bool = False

    def named(self, kind: Pinned) -> tuple[str, ...]:
        """The names and ARNs that wildcards are confined to."""
        return {
            Pinned.IDENTITY: self.identities,
            Pinned.CONFIGURATION_SET: self.configuration_sets,
            Pinned.TOPIC: self.topics,
        }[kind]

    @property
    def any(self) -> bool:
        """Whether anything is wished."""
        return self != Wishes()


def problem_of(kind: Pinned, name: str) -> str | None:
    """Why a name or ARN cannot be pinned; None when it can be."""
    if not name.startswith("arn:"):
        return f"{name!r} is no name" if not name or ":" in name or "$" in name else None
    pieces = name.split(":", SEGMENTS - 1)
    example = f"arn:aws:{kind.service}:eu-west-1:111122223333:{_PREFIX[kind]}…"
    is_one = len(pieces) == SEGMENTS and pieces[2] == kind.service and pieces[5].startswith(_PREFIX[kind])
    rest = pieces[-1].removeprefix(_PREFIX[kind])
    return None if is_one and rest and "$" not in name else f"{name!r} is not like {example}"


def home_of(principal: User | Role) -> Home:
    """The account and partition of a principal.

    Raises:
        NarrowError: they are not told.
    """
    account, partition = principal.account.literal, partition_of(principal)
    if account is None or not partition:
        raise NarrowError(f"the account of {principal.name} is not told: use --account and --partition")
    return Home(partition, account)


def partition_of(principal: User | Role) -> str:
    """The partition of a principal; empty where its ARN does not tell it."""
    told = arns.parse(principal.arn) if principal.arn is not None else None
    literal = told.value.partition.literal if isinstance(told, Known) else None
    return literal or ""


def pins_of(wishes: Wishes, principal: User | Role, stocks: Stocks, record: Record | None) -> Pins:
    """What is pinned for a principal.

    Raises:
        NarrowError: a name has to be made an ARN and the account is not told, or the senders are not recorded.
    """
    resources: dict[Pinned, tuple[str, ...]] = {}
    for kind in Pinned:
        names = wishes.named(kind)
        stock = stocks.of(kind, principal.account).arns if wishes.known else ()
        found = (*stock, *(arn for name in names for arn in _arns(kind, name, principal, stocks)))
        if found:
            resources[kind] = tuple(dict.fromkeys(found))
    senders_wished = wishes.senders
    if wishes.recorded_senders:
        senders_wished += _recorded(record)
    return Pins(partition=partition_of(principal), resources=resources, senders=tuple(dict.fromkeys(senders_wished)))


def _arns(kind: Pinned, name: str, principal: User | Role, stocks: Stocks) -> Iterable[str]:
    """The ARNs that a name means: those that are known, else one of any Region."""
    if name.startswith("arn:"):
        return (name,)
    known = stocks.of(kind, principal.account).names.get(name)
    if known:
        return known
    home = home_of(principal)
    return (f"arn:{home.partition}:{kind.service}:*:{home.account}:{_PREFIX[kind]}{name}",)


def _recorded(record: Record | None) -> tuple[str, ...]:
    """The addresses that recorded mail came from.

    Raises:
        NarrowError: there is none, or some mail does not tell its own.
    """
    sends = frozenset(listed(senders()))
    found: dict[str, None] = {}
    for use in () if record is None else record.uses:
        if use.action in sends:
            told = dict(use.context).get(FROM_ADDRESS.lower())
            if told is None:
                raise NarrowError(f"the record does not tell the sender of every use of {use.action}: name the senders")
            found.update(dict.fromkeys(each.replace("${", "${$}{") for each in told))
    if not found:
        raise NarrowError("the record tells no sender of mail: name the senders")
    return tuple(sorted(found))


def sender_assumptions(wishes: Wishes, principal: User | Role, stocks: Stocks) -> Iterator[str]:
    """What is taken for granted about pins."""
    if wishes.recorded_senders:
        yield "mail from addresses that the records do not have is not needed"
    for kind in Pinned:
        stock = stocks.of(kind, principal.account)
        missing = [name for name in wishes.named(kind) if name not in stock.names and name not in stock.arns]
        if missing and stock.arns:
            yield f"{', '.join(missing)}: no such {kind.value} is in the inputs"
        if wishes.known and not stock.arns and not wishes.named(kind):
            yield f"the inputs hold no {kind.value} of account {principal.account}: nothing is pinned to one"
        if wishes.known and stock.arns:
            where = f"in {', '.join(stock.regions)}" if stock.regions else "as far as they were read"
            yield f"each {kind.value} that the account has {where} is in the inputs; others are not needed"
