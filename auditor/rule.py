"""What a rule is: a value with a check. One module under ``rules/`` holds one rule."""

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeAlias, TypeVar

from auditor.finding import Framework, Severity, Verdict
from auditor.model.resource import Resource
from auditor.questions import Questions

R = TypeVar("R", bound=Resource)
Check: TypeAlias = Callable[[R, Questions], Iterator[Verdict]]
ParameterValue: TypeAlias = str | int | bool | tuple[str, ...]


class Parameter:
    """A setting of a rule that ``auditor.yaml`` may change.

    Attributes:
        name: as written in the configuration.
        default: its value without configuration; its type is the parameter's type.
        help: one line.
    """

    __slots__ = ("default", "help", "name")

    def __init__(self, name: str, default: ParameterValue, help: str) -> None:  # noqa: A002 - the word users read
        self.name = name
        self.default = default
        self.help = help


class Rule(Generic[R]):
    """A rule with its check.

    Attributes:
        id: ``service-resource-defect``, the path of the module; permanent.
        applies_to: the resource types it judges.
        severity: of its failures unless a verdict says otherwise.
        stage: ``stable``, ``preview`` (runs only when asked for) or ``deprecated``.
        since: first version that had it.
        controls: framework to control ids.
        parameters: what configuration may set.
    """

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 - the word users read
        applies_to: type[R] | tuple[type[R], ...],
        severity: Severity,
        stage: str,
        since: str,
        controls: Mapping[Framework, tuple[str, ...]],
        parameters: tuple[Parameter, ...] = (),
    ) -> None:
        self.id = id
        self.applies_to = applies_to if isinstance(applies_to, tuple) else (applies_to,)
        self.severity = severity
        self.stage = stage
        self.since = since
        self.controls = controls
        self.parameters = parameters
        self._check: Check[R] | None = None

    def check(self, function: Check[R]) -> Check[R]:
        """Decorator that makes a generator function the check."""
        self._check = function
        return function

    @property
    def documentation(self) -> str:
        """The docstring of the module that declares the check: the rule's page."""
        module = sys.modules.get(self._check.__module__) if self._check is not None else None
        return (module.__doc__ or "") if module is not None else ""

    @property
    def title(self) -> str:
        """The first line of its documentation, without the full stop; its id when it has none."""
        first, _, _ = self.documentation.partition("\n")
        return first.rstrip(". ") or self.id

    def judge(self, resource: R, ask: Questions) -> Iterator[Verdict]:
        """The verdicts about one resource; none when the rule does not apply to it."""
        if self._check is None:
            raise TypeError(f"rule {self.id} has no check")
        return self._check(resource, ask)


AnyRule: TypeAlias = Rule[Any]
