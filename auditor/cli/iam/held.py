"""The parts of a case that hold the policies of a principal: with names, without, and control policies by level."""

from collections.abc import Iterator, Mapping

from auditor.cli.iam.cases import Case, CaseError


def named(case: Case, member: str, name: str = "name") -> Iterator[tuple[str, object]]:
    """The documents of a list of ``{"name", "document"}``, each with its name; none where the case has no such list.

    Raises:
        CaseError: it is no such list.
    """
    for number, each in enumerate(_list(case, member), 1):
        if not isinstance(each, Mapping):
            raise CaseError(f"{member} #{number} is not an object")
        yield str(each.get(name, f"{member} #{number}")), each.get("document")


def listed(case: Case, member: str) -> Iterator[tuple[str, object]]:
    """The documents of a list, each with the name that it goes by in messages; none where the case has no such list.

    Raises:
        CaseError: it is no list.
    """
    yield from ((f"{member} #{number}", each) for number, each in enumerate(_list(case, member), 1))


def one_or_more(written: object) -> list[object]:
    """The documents of a member that holds one or a list of them."""
    return written if isinstance(written, list) else [written]


def levels(case: Case) -> list[list[object]] | None:
    """The service control policies: a list with one list per level, or one list for one level; None for none.

    Raises:
        CaseError: they are no list.
    """
    if case.get("scp") is None:
        return None
    written = _list(case, "scp")
    return list(map(one_or_more, written)) if all(isinstance(each, list) for each in written) else [written]


def _list(case: Case, member: str) -> list[object]:
    found = case.get(member, [])
    if not isinstance(found, list):
        raise CaseError(f"{member} is not a list")
    return found
