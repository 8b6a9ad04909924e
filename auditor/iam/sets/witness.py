"""A request written out: the classes that a search found, as one request that can be asked again."""

from collections.abc import Mapping

import msgspec

from auditor.iam.sets.atoms import VARIABLE, Word
from auditor.iam.sets.box import ACTION, PRINCIPAL, RESOURCE
from auditor.iam.sets.spaces import Choice
from auditor.model.text import Symbol

_ACCOUNT = "999999999999"


class Witness(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request.

    Attributes:
        action: in full, with the service in lower case.
        resource: ARN, or ``*`` for actions without one.
        principal: ARN, ``service:…``, ``federated:…``, ``canonical:…``, ``id:…`` or ``anonymous``; empty when it
            does not matter who sends the request.
        context: condition key to its values; keys that are not listed are absent.
    """

    action: str
    resource: str
    principal: str = ""
    context: Mapping[str, tuple[str, ...]] = {}


def witness(classes: Mapping[str, Choice]) -> Witness:
    """The request that a search found; symbols stand in it as ``{name}``."""
    context = {
        name: tuple(_written(word) for word in choice.words)
        for name, choice in classes.items()
        if name not in {ACTION, RESOURCE, PRINCIPAL} and choice.values is not None
    }
    for choice in classes.values():
        for word in choice.words:
            for letter in word:
                if isinstance(letter, Symbol) and letter.scope == VARIABLE:
                    context.setdefault(_key(letter), (_value(letter),))
    return Witness(
        action=_written(classes[ACTION].words[0]),
        resource=_written(classes[RESOURCE].words[0]),
        principal=_principal(classes, context),
        context=context,
    )


def _principal(classes: Mapping[str, Choice], context: Mapping[str, tuple[str, ...]]) -> str:
    if PRINCIPAL in classes:
        return _written(classes[PRINCIPAL].words[0])
    account = context.get("aws:principalaccount")
    return "" if account is None else f"arn:aws:iam::{account[0]}:user/x"


def _written(word: Word) -> str:
    return "".join(letter if isinstance(letter, str) else _value(letter) for letter in word)


def _key(variable: Symbol) -> str:
    return variable.name.removeprefix("${").partition("}")[0].lower()


def _value(symbol: Symbol) -> str:
    if symbol.scope == VARIABLE:
        if _key(symbol) == "aws:principalaccount":
            return _ACCOUNT
        return f"a-{_key(symbol).rpartition(':')[2].replace('/', '-')}-of-its-own"
    return "{" + symbol.name + "}"
