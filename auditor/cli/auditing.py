"""From what was read to a judged audit: configuration, rules, engine, gate."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auditor.cli.errors import EXIT_USAGE, Stop
from auditor.cli.inputs import Read
from auditor.cli.options import now
from auditor.finding import Severity
from auditor.model.known import Cause

if TYPE_CHECKING:
    from auditor.catalogue import Catalogue
    from auditor.gate.configuration import Configuration
    from auditor.gate.outcome import Judged


def configuration(
    path: str | None,
    *,
    none: bool,
    catalogue: "Catalogue | None" = None,
    start: Path | None = None,
    changes: Mapping[str, object],
) -> "Configuration":
    """The configuration of a run: the named file, the one that is found, or the defaults; options win over it.

    Args:
        path: as named by the user.
        none: whether to use no file at all.
        catalogue: the rules it may name; those of this version by default, which are read only for a file.
        start: where to look upward from; the working folder by default.
        changes: attributes that options set; None leaves what the file says.

    Raises:
        Stop: the file is wrong.
    """
    from auditor.gate.configuration import Configuration, ConfigurationError, find, load

    try:
        found = Path(path) if path else None if none else find(start or Path.cwd())
        made = load(found, catalogue or _shipped(), shown=_shown(found)) if found else Configuration()
    except ConfigurationError as error:
        raise Stop(str(error), EXIT_USAGE) from error
    given = {name: value for name, value in changes.items() if value is not None}
    return msgspec.structs.replace(made, **{name: _severity(name, value) for name, value in given.items()})


def _shipped() -> "Catalogue":
    from auditor.catalogue import shipped

    return shipped()


def _severity(name: str, value: object) -> object:
    if name not in {"fail_on", "fail_on_unknown", "min_severity"}:
        return value
    return None if value == "none" else Severity(str(value))


def _shown(path: Path) -> str:
    try:
        return path.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def audit(found: Read, settings: "Configuration", catalogue: "Catalogue", today: date) -> "Judged":
    """Run the rules that the inputs need and the configuration wants, and decide.

    Raises:
        Stop: the installation's rules are damaged.
    """
    from auditor.catalogue import CatalogueError
    from auditor.engine import run
    from auditor.gate.outcome import Gap, judge
    from auditor.gate.rule_settings import selected

    try:
        rules = selected(catalogue.needed_for(found.inventory.types), settings)
    except CatalogueError as error:
        raise Stop(str(error), EXIT_USAGE) from error
    result = run(rules, found.inventory, today=today, parameters=settings.parameters, severities=settings.severities)
    return judge(
        result,
        settings,
        today,
        started_at=now(),
        rules_digest=catalogue.digest,
        unread=(Gap(cause=Cause.FAILED, what=str(error)) for error in found.errors),
    )
