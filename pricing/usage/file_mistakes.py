"""What is wrong with a usage file: every mistake with the path to it.

msgspec stops at the first mistake and does not name the keys of mappings, so a file that it refuses is read again part
by part.
"""

from collections.abc import Iterator
from types import NoneType
from typing import Any, Literal, TypeAlias, get_args, get_origin

import msgspec
from msgspec.structs import fields

from auditor.strict_yaml import Plain, Steps
from pricing.usage.file_shape import EntrySection, convert

Mistake: TypeAlias = tuple[Steps, str]
"""Where, and what is wrong."""


def mistakes(value: Plain, kind: Any, at: Steps = ()) -> Iterator[Mistake]:
    """What is wrong with a part of the file, its entries `pricing.usage.file_shape.apart`; nothing when it is right."""
    try:
        convert(value, kind)
    except msgspec.ValidationError as error:
        said = str(error)
    else:
        return
    found = False
    for mistake in _inside(value, kind, at):
        found = True
        yield mistake
    if not found:
        yield at, _words(value, kind, said)


def _inside(value: Plain, kind: Any, at: Steps) -> Iterator[Mistake]:
    """What is wrong with the keys and values of a mapping and the items of a list."""
    bare, _ = _bare(kind)
    if isinstance(value, list) and get_origin(bare) is list:
        for index, item in enumerate(value):
            yield from mistakes(item, get_args(bare)[0], (*at, index))
    elif isinstance(value, dict) and get_origin(bare) is dict:
        of_keys, of_values = get_args(bare)
        for key, item in value.items():
            yield from mistakes(key, of_keys, (*at, key))
            yield from mistakes(item, of_values, (*at, key))
    elif isinstance(value, dict) and isinstance(bare, type) and issubclass(bare, msgspec.Struct):
        known = {field.encode_name: field for field in fields(bare)}
        for name, field in known.items():
            if field.required and name not in value:
                yield at, f"needs {name}"
        for name, item in value.items():
            if name not in known:
                yield (*at, name), f"is no key here; there are {', '.join(known)}"
            else:
                stands_apart = bare is EntrySection and name == "quantities"
                yield from mistakes(item, known[name].type, at if stands_apart else (*at, name))


def _words(value: Plain, kind: Any, said: str) -> str:
    """What is wrong with a value by itself; `said` is what its type says."""
    bare, words = _bare(kind)
    if words:
        return f"should be {words}"
    if get_origin(bare) is Literal:
        *others, last = map(str, get_args(bare))
        return f"should be {', '.join(others)} or {last}" if others else f"should be {last}"
    if get_origin(bare) is list:
        return "should be a list"
    is_mapping = get_origin(bare) is dict or issubclass(bare, msgspec.Struct)
    return "should be a mapping" if is_mapping and not isinstance(value, dict) else said


def _bare(kind: Any) -> tuple[Any, str]:
    """A type without what is annotated to it and without null, and the words that its annotation has for it."""
    words = ""
    while True:
        if hasattr(kind, "__metadata__"):
            words = (kind.__metadata__[0].extra or {}).get("words", words)
            kind = get_args(kind)[0]
        elif NoneType in get_args(kind):
            kind = get_args(kind)[0]
        else:
            return kind, words
