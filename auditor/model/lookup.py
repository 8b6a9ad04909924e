"""Finding what a reference names, and who refers to a resource, in an inventory.

Every answer is kept: what many resources have in common is looked for once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from auditor.model import arn as arns
from auditor.model.candidates import MOST_POSSIBLE, Candidates
from auditor.model.coverage import ASKED_BY, LISTED_BY
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.naming import own_texts
from auditor.model.origin import API
from auditor.model.resource import Resource
from auditor.model.text import Text

if TYPE_CHECKING:
    from auditor.model.inventory import Inventory

References: TypeAlias = Value[Text] | Value[tuple[Text, ...]] | Value[Text | None]
"""What a resource refers to."""

R = TypeVar("R", bound=Resource)


class Lookup:
    """Looks up the resources of an inventory."""

    def __init__(self, inventory: "Inventory") -> None:
        self._inventory = inventory
        self._found: dict[object, Value[Resource | None]] = {}
        self._relations: dict[object, tuple[tuple[Resource, ...], tuple[Resource, ...]]] = {}
        self._names: dict[object, dict[str, frozenset[Text]]] = {}
        self._groups: dict[object, dict[object, Candidates[Resource]]] = {}

    def find(self, kind: type[R], reference: Text, near: Resource, by: str) -> Value[R | None]:
        """The resource that a reference names; see `Inventory.find`."""
        key = (kind, by, reference, near.deployment, near.account, near.region, near.uncertain)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._find(kind, reference, near, by)
        return found  # type: ignore[return-value]  # the key holds the type

    def _find(self, kind: type[R], reference: Text, near: Resource, by: str) -> Value[R | None]:
        index = self._inventory.index(kind, by, lambda item: own_texts(item, by))
        matches = [item for item in index.get(reference, ()) if by == "arn" or _near(item, near)]
        if matches and reference.is_exact:
            return _chosen(matches, near)
        maybe = tuple(islice(self._maybe(kind, reference, near, by), 4))
        if maybe:
            which = ", ".join(item.address for item in maybe[:3])
            return Unknown(Cause.UNDECIDED, f"{reference} may be {which}{' …' if len(maybe) > 3 else ''}")
        if reference.holes:
            return reference.holes[0]
        return self._absent(kind, reference, near, by)

    def _maybe(self, kind: type[R], reference: Text, near: Resource, by: str) -> Iterator[R]:
        """The resources near another one that a reference may mean."""
        groups = self._grouped(kind, ("own", by), lambda item: own_texts(item, by), _groups_of)
        return (item for group in _groups_of(near) if group in groups for item in groups[group].may_be((reference,)))

    def _absent(self, kind: type[R], reference: Text, near: Resource, by: str) -> Value[R | None]:
        account, region, literal = near.account, near.region, reference.literal
        if by == "arn":
            parts = arns.parse(reference)
            if isinstance(parts, Unknown):
                return parts
            account, region = parts.value.account, parts.value.region
        if near.is_declared and by == "name":
            return Unknown(Cause.NOT_HERE, f"{kind.__name__} {reference} is not declared in {near.deployment}")
        asked = self._inventory.asked(ASKED_BY.get(kind, ""), account, region, literal) if literal else None
        complete = self._inventory.read(account, region, LISTED_BY[kind]) if asked is None else asked
        if isinstance(complete, Unknown):
            where = f"{kind.__name__} {reference} is not in the inputs"
            cause = Cause.NOT_HERE if near.is_declared and complete.cause is Cause.ELSEWHERE else complete.cause
            return Unknown(cause, where if cause is Cause.NOT_HERE else f"{where}: {complete.detail}")
        return Known(None, API)

    def related(
        self,
        kind: type[R],
        to: Resource,
        key: str,
        references: Callable[[R], References],
        names: Callable[[Resource], tuple[Text, ...]],
        wanted: tuple[Text, ...],
    ) -> tuple[tuple[R, ...], tuple[R, ...]]:
        """Those that certainly refer to a resource, and those that may: one more than `MOST_POSSIBLE` of very many."""
        asked = (kind, key, wanted, to.deployment, to.account, to.region, to.uncertain)
        found = self._relations.get(asked)
        if found is not None:
            return found  # type: ignore[return-value]  # the key holds the type
        index = self._inventory.index(kind, key, lambda item: _texts(references(item)))
        items: dict[R, None] = {}
        for name in wanted:
            if name.is_exact:
                items |= {item: None for item in index.get(name, ()) if arns.is_arn(name) or _near(item, to)}
        certain = tuple(item for item in items if exists_with(item, to))
        possible = [item for item in items if not exists_with(item, to)]
        resolved = self._resolved(type(to), key, names)

        def untold(item: R) -> tuple[Text, ...] | None:
            value = references(item)
            if isinstance(value, Unknown):
                return None
            here = resolved.get(item.deployment, frozenset())
            return tuple(text for text in _texts(value) if text not in here and text not in resolved[""])

        group = self._grouped(kind, (key, type(to)), untold, _deployment_of).get(to.deployment)
        more = (item for item in group.may_be(wanted) if item not in items) if group is not None else ()
        made = certain, tuple(islice(chain(possible, more), MOST_POSSIBLE + 1))
        self._relations[asked] = made
        return made

    def _resolved(
        self, kind: type[Resource], key: str, names: Callable[[Resource], tuple[Text, ...]]
    ) -> dict[str, frozenset[Text]]:
        """The texts that certainly mean a resource of a type, by deployment; ARNs, which mean it in all, under ""."""
        cached = self._names.get((kind, key))
        if cached is None:
            made: dict[str, set[Text]] = defaultdict(set)
            for item in self._inventory.of(kind):
                for name in names(item):
                    if name.is_exact:
                        made["" if arns.is_arn(name) else item.deployment].add(name)
            cached = self._names[kind, key] = {"": frozenset()} | {
                where: frozenset(told) for where, told in made.items()
            }
        return cached

    def _grouped(
        self,
        kind: type[R],
        key: object,
        told: Callable[[R], Iterable[Text] | None],
        groups: Callable[[Resource], Iterable[object]],
    ) -> dict[object, Candidates[R]]:
        """The resources of a type of which something is told or may be, by group; made once per `key`."""
        cached = self._groups.get((kind, key))
        if cached is None:
            made: dict[object, list[tuple[tuple[Text, ...] | None, Resource]]] = defaultdict(list)
            for item in self._inventory.of(kind):
                texts = told(item)
                if texts is None or (texts := tuple(texts)):
                    for group in groups(item):
                        made[group].append((texts, item))
            cached = self._groups[kind, key] = {group: Candidates(pairs) for group, pairs in made.items()}
        return cached  # type: ignore[return-value]  # the cache is keyed by the type


def _texts(value: References) -> tuple[Text, ...]:
    if isinstance(value, Unknown) or value.value is None:
        return ()
    return (value.value,) if isinstance(value.value, Text) else value.value


def _near(item: Resource, near: Resource) -> bool:
    """Whether a plain name in `near` can mean `item`: same deployment, or same account and Region."""
    return not set(_groups_of(item)).isdisjoint(_groups_of(near))


def _groups_of(resource: Resource) -> tuple[object, ...]:
    """Where a plain name means the same: a deployment, and the account and Region."""
    return resource.deployment, (resource.account, resource.region)


def _deployment_of(resource: Resource) -> tuple[object, ...]:
    return (resource.deployment,)


def _chosen(matches: Sequence[R], near: Resource) -> Value[R | None]:
    """The one of several resources of one name that is meant: that of the same deployment, or that of an account."""
    here = [item for item in matches if item.deployment == near.deployment]
    if here:
        return Known(next((item for item in here if item.uncertain == near.uncertain), here[0]))
    read = next((item for item in matches if not item.is_declared), None)
    if read is None and len(matches) > 1:
        which = ", ".join(item.deployment for item in matches[:3])
        return Unknown(Cause.UNDECIDED, f"which {type(matches[0]).__name__} is meant: {which} each declare it")
    return Known(matches[0] if read is None else read)


def exists_with(item: Resource, other: Resource) -> bool:
    """Whether a resource exists wherever another one does."""
    return item.uncertain is None or (item.uncertain == other.uncertain and item.deployment == other.deployment)
