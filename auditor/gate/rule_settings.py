"""Rules as a configuration names them: resolved, and refused where there is no such rule or parameter."""

import difflib
from collections.abc import Iterable, Mapping

from auditor.catalogue import Catalogue
from auditor.gate.configuration import Configuration, Source
from auditor.gate.waivers import matches
from auditor.rule import AnyRule, Parameter, ParameterValue
from auditor.strict_yaml import Steps


class RuleNames:
    """Resolves the rule names in one file; an error tells the file, the line and the nearest rule."""

    def __init__(self, catalogue: Catalogue, source: Source) -> None:
        self._catalogue = catalogue
        self._source = source

    def one(self, name: str, steps: Steps) -> str:
        """The present id of a rule.

        Raises:
            ConfigurationError: there is none.
        """
        found = self._catalogue.resolve(name)
        if found is None:
            near = nearest(name, (*self._catalogue.files, *self._catalogue.aliases))
            raise self._source.error(steps, f"there is no rule {name!r}{near}")
        return found

    def patterns(self, names: Iterable[str], steps: Steps) -> tuple[str, ...]:
        """Ids and patterns, the ids resolved; a pattern must match a rule."""
        return tuple(self._pattern(name, (*steps, number)) for number, name in enumerate(names))

    def _pattern(self, name: str, steps: Steps) -> str:
        if "*" not in name:
            return self.one(name, steps)
        if not any(matches(name, rule) for rule in self._catalogue.files):
            raise self._source.error(steps, f"no rule matches {name!r}")
        return name

    def parameters(
        self, written: Mapping[str, Mapping[str, object]], steps: Steps
    ) -> dict[str, Mapping[str, ParameterValue]]:
        """Rule id to parameters, each as its rule declares it."""
        found: dict[str, Mapping[str, ParameterValue]] = {}
        for name, values in written.items():
            rule = self._catalogue.get(self.one(name, (*steps, name)))
            declared = {parameter.name: parameter for parameter in rule.parameters}
            taken: dict[str, ParameterValue] = {}
            for key, value in values.items():
                at = (*steps, name, key)
                if key not in declared:
                    what = (
                        f"rule {rule.id} has no parameter {key!r}" if declared else f"rule {rule.id} has no parameters"
                    )
                    raise self._source.error(at, what + nearest(key, declared))
                taken[key] = self._typed(declared[key], value, at)
            found[rule.id] = taken
        return found

    def _typed(self, parameter: Parameter, value: object, steps: Steps) -> ParameterValue:
        """A value as the parameter's default is: the type of one is the type of the other."""
        default = parameter.default
        wanted = "text"
        if isinstance(default, bool):
            wanted = "true or false"
            if isinstance(value, bool):
                return value
        elif isinstance(default, int):
            wanted = "a whole number"
            if isinstance(value, int) and not isinstance(value, bool):
                return value
        elif isinstance(default, tuple):
            wanted = "a list of texts"
            texts = [_text(item) for item in value] if isinstance(value, list) else [None]
            if None not in texts:
                return tuple(text for text in texts if text is not None)
        else:
            text = _text(value)
            if text is not None:
                return text
        raise self._source.error(steps, f"{parameter.name} must be {wanted}")


def selected(rules: Iterable[AnyRule], configuration: Configuration) -> tuple[AnyRule, ...]:
    """Those of the rules that a configuration wants to run.

    A rule in preview runs when previews are on or its id is selected; ignoring wins over selecting.
    """
    return tuple(rule for rule in rules if _is_wanted(rule, configuration))


def nearest(name: str, names: Iterable[str]) -> str:
    """``; did you mean 'x'?`` for the name that is most like the given one, nothing when none is."""
    found = difflib.get_close_matches(name, list(names), 1)
    return f"; did you mean {found[0]!r}?" if found else ""


def _is_wanted(rule: AnyRule, configuration: Configuration) -> bool:
    if configuration.since is not None and _version(rule.since) > _version(configuration.since):
        return False
    if any(matches(pattern, rule.id) for pattern in configuration.ignore):
        return False
    if rule.stage == "preview" and not configuration.preview and rule.id not in configuration.select:
        return False
    return not configuration.select or any(matches(pattern, rule.id) for pattern in configuration.select)


def _version(text: str) -> tuple[int, ...]:
    parts = [int(part) for part in text.split(".")]
    while parts and parts[-1] == 0:  # 1.0 is 1
        parts.pop()
    return tuple(parts)


def _text(value: object) -> str | None:
    """Text; a number stands for its digits, because account ids are seldom written in quotes."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None
