"""Documents with references of a template in them, as the values that they are taken for."""

import re
from collections.abc import Iterable

from auditor.model.policy import MAX_DEPTH

ACCOUNT = "111111111111"
"""Stands for the account of roles that are given without one."""

_REFERENCE = re.compile(r"\$\{([A-Za-z_][\w-]*(?:\[[^\]]*\])?(?:\.[\w*-]+(?:\[[^\]]*\])?)+)\}")
_ROOT = re.compile(r"(^|[._-])root([._-]|$)")


class References:
    """Documents with references of a template in them, ``${var.caller}``, as the values they are taken for.

    A reference to the ARN of a role that is at hand is that ARN. One whose name says so (``root``) is the account's
    root, which means every principal of the account. Any other stands for one principal, or one name, that is not
    told. What was taken for what stands in `assumptions`. Policy variables (``${aws:username}``) are no references.

    Args:
        roles: names of the roles at hand.
    """

    def __init__(self, roles: Iterable[str] = ()) -> None:
        self._roles = frozenset(roles)
        self._assumed: dict[str, None] = {}

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What references were taken for, in words."""
        return tuple(self._assumed)

    def filled(self, value: object, depth: int = 0) -> object:
        """A document, plain JSON data, with its references replaced.

        Raises:
            ValueError: it is nested deeper than any policy.
        """
        if depth > MAX_DEPTH:
            raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
        match value:
            case str():
                return _REFERENCE.sub(self._value, value)
            case dict():
                return {key: self.filled(item, depth + 1) for key, item in value.items()}
            case list():
                return [self.filled(item, depth + 1) for item in value]
        return value

    def _value(self, found: re.Match[str]) -> str:
        written, name = found.group(), found.group(1)
        role = next((part for part in name.split(".") if part in self._roles), None)
        if role is not None and name.endswith(".arn"):
            return f"arn:aws:iam::{ACCOUNT}:role/{role}"
        if _ROOT.search(name):
            self._assumed[f"{written} is taken for the root of the account, by its name"] = None
            return f"arn:aws:iam::{ACCOUNT}:root"
        if name.rsplit(".", 1)[-1].endswith(("account_id", "account")):
            return ACCOUNT
        self._assumed[f"{written} is taken for one principal or name that is not told"] = None
        return f"arn:aws:iam::{ACCOUNT}:user/{re.sub(r'[^A-Za-z0-9]', '-', name)}"
