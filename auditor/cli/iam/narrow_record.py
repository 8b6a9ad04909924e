"""What ``auditor iam narrow`` is told about use: files, stdin, or IAM itself."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from auditor.cli.errors import EXIT_INCOMPLETE, EXIT_NO_INPUT, EXIT_USAGE, Stop, explain
from auditor.cli.iam.piped import content

if TYPE_CHECKING:
    from auditor.iam.narrow import Record
    from auditor.model.iam import Role, User


class Records:
    """The records of principals, by the id of the principal.

    Attributes:
        incomplete: whether something that was asked for is not known.
    """

    def __init__(self, principals: Iterable["User | Role"]) -> None:
        self._principals = tuple(principals)
        self._found: dict[str, Record] = {}
        self.incomplete = False

    def of(self, principal: "User | Role") -> "Record | None":
        """What is known of the use of a principal; None for nothing."""
        return self._found.get(principal.id)

    def read(self, path: str) -> None:
        """Add what a file tells.

        Raises:
            Stop: it cannot be read, records nothing, or adds a second record of one kind.
        """
        from auditor.iam.narrow import UseError, read, read_for_all

        arns = self._arns()
        try:
            if len(self._principals) == 1:
                ((arn, who),) = arns.items()
                self._add(path, who, read(content(path), arn, smtp=_sends_by_smtp(who)))
                return
            told = read_for_all(content(path), {arn: _sends_by_smtp(who) for arn, who in arns.items()})
        except UseError as error:
            raise Stop(f"{path}: {error}", EXIT_NO_INPUT) from error
        for arn, record in told.items():
            self._add(path, arns[arn], record)

    def ask(self, options: Mapping[str, Any]) -> None:
        """Add what IAM tells of last use; of what it does not tell nothing is taken for unused.

        Raises:
            Stop: there are no usable credentials.
        """
        from auditor.cli.inputs import last_accessed
        from auditor.iam.narrow import UseError, read
        from auditor.model.known import Unknown

        arns = self._arns()
        answers = last_accessed(tuple(arns), options)
        if answers.endpoint is not None:
            explain(f"last use was told by {answers.endpoint}", 0)
        for arn, told in answers.details.items():
            if isinstance(told, Unknown):
                self._unknown(arn, told.detail)
                continue
            try:
                self._add(arn, arns[arn], read(told.value, arn, smtp=_sends_by_smtp(arns[arn])))
            except UseError as error:
                self._unknown(arn, str(error))

    def _unknown(self, arn: str, why: str) -> None:
        self.incomplete = True
        explain(f"last use of {arn} is UNKNOWN: {why}; nothing is left out for lack of use", EXIT_INCOMPLETE)

    def _add(self, path: str, who: "User | Role", more: "Record") -> None:
        known = self._found.get(who.id)
        try:
            self._found[who.id] = more if known is None else known.and_(more)
        except ValueError as error:
            raise Stop(f"{path}: {error}; join CloudTrail files into one", EXIT_USAGE) from error

    def _arns(self) -> "dict[str, User | Role]":
        """The principals by ARN.

        Raises:
            Stop: there is but one, and its ARN is not told.
        """
        told: Sequence[tuple[str | None, User | Role]]
        told = [(each.arn.literal if each.arn is not None else None, each) for each in self._principals]
        found = {arn: each for arn, each in told if arn is not None}
        if not found and told:
            raise Stop(f"the ARN of {told[0][1].name} is not told: use --account and --partition", EXIT_USAGE)
        return found


def _sends_by_smtp(who: "User | Role") -> bool:
    from auditor.model.iam import User

    return isinstance(who, User)
