"""Values of condition keys that stand for all others, each with who can send it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from auditor.iam.audience import words
from auditor.iam.audience.every import WITH_FRESH, every
from auditor.iam.audience.keys import ANYBODY, FORMS, OWN_ORGANIZATION, PERHAPS, SOMEWHERE, Limit
from auditor.iam.audience.scene import Candidate, Scene, Test
from auditor.iam.audience.words import NEW, Groups, Pieces
from auditor.iam.automaton import Wild
from auditor.iam.operators import Quantifier, date, network, number
from auditor.model.text import Symbol, Text, text

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

    Networks = list[IPv4Network | IPv6Network]

_SHAPES: Mapping[str, Pieces] = {
    "aws:sourcevpc": ("vpc-",),
    "aws:ec2instancesourcevpc": ("vpc-",),
    "aws:sourcevpce": ("vpce-",),
    "aws:vpceorgid": ("o-",),
    "aws:vpceorgpaths": ("o-",),
}
"""How the values of keys begin."""
MOST = 400
"""Values of one part that are looked at."""
_MANY = 40
"""Values of one key of which pairs are made."""
_KNOWN = ("aws:", "sns:", "ses:", "sqs:", "kms:", "s3:", "sts:")
"""Beginnings of keys of which it is known that they tell what is done, or how, and never who does it."""
_ALWAYS = frozenset({"aws:securetransport", "aws:currenttime", "aws:epochtime", "aws:principalisawsservice"})
"""Keys that every request carries."""
_BOOLEANS = frozenset({"aws:securetransport", "aws:viaawsservice", "aws:multifactorauthpresent"})
_MANY_VALUES = frozenset({
    "aws:calledvia", "aws:principalorgpaths", "aws:principalservicenameslist", "aws:sourceorgpaths", "aws:tagkeys",
    "aws:vpceorgpaths", "kms:encryptioncontextkeys", "kms:grantoperations", "kms:resourcealiases",
    "s3:requestobjecttagkeys", "ses:recipients", "sts:transitivetagkeys",
})  # fmt: skip
"""Those of these keys that have several values."""


def anything(*keys: str) -> Candidate:
    """Of values of which it is not told what they make of the statements."""
    return Candidate(dict.fromkeys(keys), PERHAPS, anything=True)


def of_key(scene: Scene, key: str, *, silent: bool = False) -> tuple[Candidate, ...]:
    """Values of a condition key that callers choose.

    Args:
        scene: the statements.
        key: in lower case.
        silent: whether the key is known to tell nothing about who calls.
    """
    told = scene.pieces(key)
    tests = [test for test, _ in told]
    known = silent or key in FORMS or key.startswith(_KNOWN)
    narrow = _narrow(scene) if key == "aws:sourceip" else []
    found: list[Candidate] = [] if key in _ALWAYS else [Candidate({key: None}, ANYBODY if known else PERHAPS)]
    values = list(dict.fromkeys((*_values(key, told), *_between(scene, key, told))))
    for value in values[:MOST]:
        limit = _limit(key, value, scene.owner, narrow) if known else PERHAPS
        found.append(Candidate({key: (value,)}, limit, shown=value))
    several = key in _MANY_VALUES or not key.startswith(_KNOWN)
    if several and any(test.how.quantifier is not Quantifier.SINGLE for test in tests):
        found.extend(
            Candidate({key: pair}, ANYBODY if known else PERHAPS) for pair in combinations(values[:_MANY], _AT_ONCE)
        )
    many = several and sum(map(_may_want_its_own, tests)) > _AT_ONCE
    if many or len(values) > MOST or words.are_many(scene.groups(key)):
        found.append(anything(key))
    return tuple(found)


_AT_ONCE = 2
"""Values of a key that are looked at together."""


def _may_want_its_own(test: Test) -> bool:
    """Whether a request may need a value for a condition alone: to be let in by it, or not to be kept out."""
    return test.how.quantifier is (Quantifier.ALL if test.number else Quantifier.ANY)


def _limit(key: str, value: Text, owner: Text, narrow: "Networks") -> Limit:
    if key == "aws:sourceip":
        return _of_address(value, narrow)
    form = FORMS.get(key)
    return ANYBODY if form is None else form[1].limit(value, owner)


def _values(key: str, told: Sequence[tuple[Test, tuple[Pieces, ...]]]) -> Iterator[Text]:
    """The values, each once."""
    by_family: dict[str, list[Sequence[Pieces]]] = {}
    for test, pieces in told:
        by_family.setdefault(_family(test.how.base), []).append(pieces)
    found: dict[Text, None] = {}
    for family, groups in by_family.items():
        found.update(dict.fromkeys(_of_family(key, family, groups)))
    yield from found


def _between(scene: Scene, key: str, told: Sequence[tuple[Test, tuple[Pieces, ...]]]) -> Iterable[Text]:
    """What the patterns of several conditions leave between them."""
    of_patterns = [(test, pieces) for test, pieces in told if _family(test.how.base) in {"", "arn"}]
    patterns = [each for _, pieces in of_patterns for each in pieces]
    bases = {test.how.base for test, _ in of_patterns}
    folded = len(bases) > 1 and "stringequalsignorecase" in bases
    if not (folded or any(map(words.has_wildcards, patterns))) or key in _BOOLEANS:
        return ()
    from auditor.iam.sets.atoms import of_pieces

    atoms = [of_pieces(each, test.how.base) for test, pieces in of_patterns for each in pieces]
    # Of a key that tells who calls, only the values of others.
    fresh = WITH_FRESH if key in FORMS else None
    return every(atoms, (*_SHAPES.get(key, ()), Wild.ANY), scene.work, fresh=fresh)


def _family(base: str) -> str:
    return next(
        (each for each in ("numeric", "date", "ip", "bool", "arn", "binary", "null") if base.startswith(each)), ""
    )


def _of_family(key: str, family: str, groups: Groups) -> Iterable[Text]:
    patterns = [each for group in groups for each in group]
    literals = [piece for pieces in patterns for piece in pieces if isinstance(piece, str)]
    symbols = [words.filled(each) for each in patterns if any(isinstance(piece, Symbol) for piece in each)]
    match family:
        case "bool":
            return (text("true"), text("false"))
        case "numeric":
            return (*symbols, *_around([number(each) for each in literals]))
        case "date":
            return (*symbols, *_around([date(each) for each in literals]))
        case "ip":
            return (*symbols, *_addresses(literals))
        case "binary":
            return (*map(text, literals), text("AAAA" * (1 + max(map(len, literals), default=0))))
        case "arn":
            return (*words.arns(groups), text(":".join(("arn", *[NEW] * 5))))
    if key in _BOOLEANS:
        return (text("true"), text("false"))
    if family == "null" and key == "aws:sourceip":
        return _addresses(())
    shape = _SHAPES.get(key, ())
    return (*words.strings(groups, (*shape, Wild.ANY)), words.filled((*shape, Wild.ANY)))


def _around(values: Iterable[Decimal | None]) -> Iterator[Text]:
    known = sorted({each for each in values if each is not None})
    for each in known:
        yield from (text(format(each + more, "f")) for more in (-1, 0, 1))
    for one, two in pairwise(known):
        yield text(format((one + two) / 2, "f"))
    if not known:
        yield text("0")


def _addresses(written: Iterable[str]) -> Iterator[Text]:
    """The first and last address of each range, those beside it, and some that are far from all."""
    from ipaddress import IPv4Address, IPv6Address

    for each in written:
        block = network(each)
        if block is None:
            continue
        first, last = int(block.network_address), int(block.broadcast_address)
        make = IPv4Address if block.version == 4 else IPv6Address
        for value in (first, last, first - 1, last + 1):
            if 0 <= value < 2**block.max_prefixlen:
                yield text(str(make(value)))
    yield from map(text, ("198.51.100.77", "2001:db8:ffff::77"))


def _narrow(scene: Scene) -> "Networks":
    """The ranges that conditions name and that are not broad: at most /8 of IPv4, /32 of IPv6."""
    from ipaddress import collapse_addresses

    found: Networks = []
    for test, _ in scene.pieces("aws:sourceip"):
        blocks = [block for value in test.told.values if (block := network(value.literal or "")) is not None]
        for version, most in ((4, 8), (6, 32)):
            same = collapse_addresses(block for block in blocks if block.version == version)  # type: ignore[type-var]
            found.extend(block for block in same if block.prefixlen >= most)
    return found


def _of_address(value: Text, narrow: "Networks") -> Limit:
    address = network(value.literal or "")
    if address is None:
        return PERHAPS
    inside = any(
        address.version == block.version and address.subnet_of(block)  # type: ignore[arg-type]
        for block in narrow
    )
    return SOMEWHERE if inside else ANYBODY


_ORGANIZATION: Pieces = ("o-", Wild.ANY)
_PATH: Pieces = ("o-", Wild.ANY, "/")


def of_organization(scene: Scene, key: str, paths: str) -> tuple[Candidate, ...]:
    """Organizations that callers or sources can be of: none, one that no policy has, and those that conditions name."""
    if key not in scene.tests and paths not in scene.tests:
        return (Candidate({}, ANYBODY),)
    found = [Candidate({key: None, paths: None}, ANYBODY)]
    for name in dict.fromkeys((*words.strings(scene.groups(key), _ORGANIZATION), words.filled(_ORGANIZATION))):
        limit = FORMS[key][1].limit(name, scene.owner)
        shown = name if name.parts != (OWN_ORGANIZATION,) else None
        found.append(Candidate({key: (name,), paths: (name + f"/r-{NEW}/ou-{NEW}/",)}, limit, shown=shown))
    for path in words.strings(scene.groups(paths), _PATH):
        first = path.parts[0] if path.parts else ""
        name = text(first.partition("/")[0]) if isinstance(first, str) else path
        limit = FORMS[paths][1].limit(path, scene.owner)
        found.append(Candidate({key: (name,), paths: (path,)}, limit, shown=name))
    if words.are_many(scene.groups(key)) or words.are_many(scene.groups(paths)):
        found.append(anything(key, paths))
    return tuple(found[:MOST])
