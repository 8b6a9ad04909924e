"""Finds rules by file and loads those that an inventory needs.

Rules are loaded by location from the folder that belongs to the running package, never by searching ``sys.path``: the
folder being scanned may have a ``rules/`` of its own.
"""

import hashlib
import importlib.util
import sys
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from auditor.model.iam import Group, InlinePolicy, ManagedPolicy, Role, User
from auditor.model.resource import Resource
from auditor.model.ses import (
    AccountSettings,
    ConfigurationSet,
    EmailIdentity,
    EventDestination,
    IdentityPolicy,
    ReceiptRule,
    ReceiptRuleSet,
)
from auditor.model.sns import Subscription, Topic, TopicPolicy
from auditor.rule import AnyRule, Rule

# A folder <service>/<resource> holds rules about these types; only then are its modules imported.
FOLDERS: Mapping[str, tuple[type[Resource], ...]] = {
    "sns/topic": (Topic, TopicPolicy),
    "sns/subscription": (Subscription,),
    "ses/identity": (EmailIdentity, IdentityPolicy, ConfigurationSet),
    "ses/configuration_set": (ConfigurationSet, EventDestination),
    "ses/account": (AccountSettings,),
    "ses/receipt_rule": (ReceiptRule, ReceiptRuleSet),
    "iam/policy": (ManagedPolicy, InlinePolicy, User, Role, Group),
    "iam/user": (User,),
    "iam/role": (Role,),
    "iam/group": (Group,),
}


class CatalogueError(Exception):
    """The shipped rules are damaged: a module does not load or does not declare what its path says."""


class Catalogue:
    """The rules of one folder, by id. Nothing is imported before it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._loaded: dict[str, AnyRule] = {}

    @cached_property
    def files(self) -> Mapping[str, Path]:
        """Rule id to module, from file names alone."""
        found = {}
        for place in FOLDERS:
            for path in sorted((self.folder / place).glob("*.py")):
                found[rule_id(place, path.stem)] = path
        return dict(sorted(found.items()))

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """Former id to present id."""
        path = self.folder / "aliases.toml"
        if not path.is_file():
            return {}
        import tomllib

        return {str(old): str(new) for old, new in tomllib.loads(path.read_text("utf-8")).get("aliases", {}).items()}

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the rules' sources: the same digest means the same rules."""
        total = hashlib.sha256()
        for name, path in self.files.items():
            total.update(name.encode())
            total.update(path.read_bytes())
        return total.hexdigest()

    def resolve(self, name: str) -> str | None:
        """The present id of a rule, given its id or a former one; None when there is none."""
        name = self.aliases.get(name, name)
        return name if name in self.files else None

    def get(self, name: str) -> AnyRule:
        """The rule with an id."""
        if name not in self._loaded:
            self._loaded[name] = load(name, self.files[name])
        return self._loaded[name]

    def documentation(self, name: str) -> str:
        """The docstring of a rule: its page."""
        module = sys.modules[_module_name(self.get(name).id)]
        return module.__doc__ or ""

    def all(self) -> tuple[AnyRule, ...]:
        """Every rule."""
        return tuple(self.get(name) for name in self.files)

    def needed_for(self, types: Iterable[type[Resource]]) -> tuple[AnyRule, ...]:
        """The rules about any of the types.

        Raises:
            CatalogueError: a service that one of the types belongs to has no rules at all.
        """
        wanted = frozenset(types)
        chosen: list[AnyRule] = []
        services = {name.split("-", 1)[0] for name in self.files}
        for place, about in FOLDERS.items():
            if wanted.isdisjoint(about):
                continue
            if place.split("/", 1)[0] not in services:
                raise CatalogueError(f"no {place} rules in {self.folder}: reinstall messaging-auditor")
            chosen += [
                rule
                for rule in (self.get(name) for name, path in self.files.items() if path.parent == self.folder / place)
                if not wanted.isdisjoint(rule.applies_to)
            ]
        return tuple(chosen)


def shipped() -> Catalogue:
    """The rules that belong to the running package."""
    return Catalogue(Path(__file__).resolve().parent.parent / "rules")


def rule_id(place: str, stem: str) -> str:
    """The id that a module's path means: ``sns/topic`` and ``no_sse_kms`` give ``sns-topic-no-sse-kms``."""
    return f"{place}/{stem}".replace("/", "-").replace("_", "-")


def load(name: str, path: Path) -> AnyRule:
    """The rule that a module declares.

    Raises:
        CatalogueError: the module does not load, has no rule, or a rule with another id.
    """
    spec = importlib.util.spec_from_file_location(_module_name(name), path)
    if spec is None or spec.loader is None:
        raise CatalogueError(f"{path}: cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except (ImportError, SyntaxError, NameError, TypeError, AttributeError) as error:
        raise CatalogueError(f"{path}: {type(error).__name__}: {error}") from error
    rule = getattr(module, "rule", None)
    if not isinstance(rule, Rule) or rule.id != name:
        raise CatalogueError(f"{path}: declares no rule {name}")
    return rule


def _module_name(name: str) -> str:
    return "auditor_rule_" + name.replace("-", "_")
