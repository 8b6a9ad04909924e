"""The settings of a run: what ``auditor.yaml`` says, or the defaults.

The file is found upward from where the run starts, and only to the root of the repository, so that a file in a shared
parent folder cannot change the result. In a pull request its author is the author of the change.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auditor.bounded import NotRegularError, TooLargeError, read_regular
from auditor.finding import Severity
from auditor.gate.waivers import Waiver
from auditor.strict_yaml import Limits, Node, Steps, YamlError, of_settings, parse

if TYPE_CHECKING:
    from auditor.catalogue import Catalogue
    from auditor.rule import ParameterValue

NAMES = ("auditor.yaml", "auditor.yml")
LIMITS = Limits(size=1_048_576, depth=32, values=100_000, scalar=1_048_576)
"""Of a configuration or waiver file."""


class ConfigurationError(Exception):
    """The configuration cannot be used; the message is one line and begins with ``path:line``."""


class Configuration(msgspec.Struct, frozen=True, kw_only=True):
    """What a run was asked to do. The defaults are those of a run without a file.

    Attributes:
        path: of the file, as a person would write it; empty without one.
        sha256: of its bytes; empty without one.
        since: only rules that this version already had; None for all.
        select: ids and patterns of the rules to run; empty for all.
        ignore: ids and patterns of rules not to run.
        preview: whether rules in preview run without being selected by their id.
        severities: rule id to severity, where it differs from the rule's own.
        parameters: rule id to parameters, where they differ from the defaults.
        fail_on: mildest severity of a failure that fails the gate; None: none does.
        fail_on_unknown: the same for undecided checks.
        min_severity: mildest severity that is shown; decides nothing.
        require_complete: whether an incomplete audit is answered with its own exit code even when the gate failed.
        account, region, partition: where templates will be deployed to; None when not told.
        template_parameters: values of template parameters.
        waivers: in order of declaration.
        prices: folder of price data, relative to the file, as it says; None for the price data of this version.
        max_price_age_days: age from which prices are said to be old; None when not told.
    """

    path: str = ""
    sha256: str = ""
    since: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    preview: bool = False
    severities: Mapping[str, Severity] = {}
    parameters: "Mapping[str, Mapping[str, ParameterValue]]" = {}
    fail_on: Severity | None = Severity.LOW
    fail_on_unknown: Severity | None = None
    min_severity: Severity = Severity.INFO
    require_complete: bool = False
    account: str | None = None
    region: str | None = None
    partition: str | None = None
    template_parameters: Mapping[str, str] = {}
    waivers: tuple[Waiver, ...] = ()
    prices: str | None = None
    max_price_age_days: int | None = None

    @property
    def prices_folder(self) -> Path | None:
        """Where the folder of price data is."""
        return None if self.prices is None else Path(self.path).resolve().parent / self.prices


class Source(msgspec.Struct, frozen=True):
    """A file that was read: its path as a person would write it, the hash of its bytes, its content."""

    path: str
    sha256: str
    tree: Node

    def error(self, steps: Steps, message: str) -> ConfigurationError:
        """The error of a node."""
        return ConfigurationError(f"{self.path}:{self.tree.at(steps).line}: {message}")


def find(start: Path) -> Path | None:
    """The configuration file that applies to a folder: its own, or the nearest one above it in the same repository.

    Raises:
        ConfigurationError: two files in one folder, or one that is a link out of the repository.
    """
    here = start.resolve()
    if here.is_file():
        here = here.parent
    root = repository_root(here)
    for folder in (here, *here.parents):
        found = [folder / name for name in NAMES if (folder / name).is_symlink() or (folder / name).is_file()]
        if len(found) > 1:
            raise ConfigurationError(f"{found[1]}:1: {NAMES[0]} stands beside it: keep one of them")
        if found:
            if not found[0].resolve().is_relative_to(root):
                raise ConfigurationError(f"{found[0]}:1: is a link to a file outside {root}")
            return found[0]
        if folder == root:
            break
    return None


def repository_root(folder: Path) -> Path:
    """The root of the repository that a folder is in; the folder itself when it is in none."""
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), folder)


def load(path: Path, catalogue: "Catalogue", *, shown: str = "") -> Configuration:
    """What a configuration file says.

    Args:
        path: the file.
        catalogue: the rules that it may name.
        shown: the path for messages and reports; `path` by default.

    Raises:
        ConfigurationError: it cannot be read, is not as it must be, or names a rule that does not exist.
    """
    # The models of the file and their library cost more time than a small audit: only who has a file pays for them.
    from auditor.gate.configuration_file import settings

    source = read(path, shown or str(path))
    return settings(source, path.resolve().parent, catalogue)


def read(path: Path, shown: str) -> Source:
    """A YAML file of limited size.

    Raises:
        ConfigurationError: no regular file, not readable, not YAML.
    """
    try:
        data = read_regular(path, LIMITS.size)
    except (NotRegularError, TooLargeError) as error:
        raise ConfigurationError(f"{shown}:1: {error}") from error
    except OSError as error:
        raise ConfigurationError(f"{shown}:1: cannot be read: {error.strerror}") from error
    try:
        tree = parse(data, LIMITS, of_settings)
    except YamlError as error:
        raise ConfigurationError(f"{shown}:{error.line}: {error}") from error
    return Source(shown, hashlib.sha256(data).hexdigest(), tree)
