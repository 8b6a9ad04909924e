"""Strings that patterns with ``*`` and ``?`` stand for."""

from collections import deque

WILD = frozenset("*?")
_FILLER = "~"
_WORK = 250_000
"""Product of the lengths of two patterns up to which a common string is looked for."""


class TooMuchError(Exception):
    """Two patterns are too long to be compared."""


def example(pattern: str, letter: str = _FILLER) -> str:
    """One string that a pattern stands for, with a letter in place of each wildcard."""
    return pattern.replace("*", letter).replace("?", letter)


def common(first: str, second: str) -> str | None:
    """A string that both patterns stand for, None when there is none.

    A star stands for at least one character where that is possible, because empty names are rare.

    Raises:
        TooMuchError: they are too long.
    """
    if len(first) * len(second) > _WORK:
        raise TooMuchError
    return _shortest(_filled(first), _filled(second)) or _shortest(first, second)


def _filled(pattern: str) -> str:
    return pattern.replace("*", "?*")


def _shortest(first: str, second: str) -> str | None:
    """Breadth first over the places in both patterns; a star can be left where it stands."""
    seen = {(0, 0)}
    waiting = deque([(0, 0, "")])
    while waiting:
        one, two, so_far = waiting.popleft()
        if one == len(first) and two == len(second):
            return so_far
        for step in _steps(first, one, second, two, so_far):
            if step[:2] not in seen:
                seen.add(step[:2])
                waiting.appendleft(step) if step[2] == so_far else waiting.append(step)
    return None


def _steps(first: str, one: int, second: str, two: int, so_far: str) -> list[tuple[int, int, str]]:
    a = first[one] if one < len(first) else ""
    b = second[two] if two < len(second) else ""
    steps = []
    if a == "*":
        steps.append((one + 1, two, so_far))
    if b == "*":
        steps.append((one, two + 1, so_far))
    if a and b:
        letter = _both(a, b)
        if letter is not None:
            steps.append((one if a == "*" else one + 1, two if b == "*" else two + 1, so_far + letter))
    return steps


def _both(a: str, b: str) -> str | None:
    """A character that both can be."""
    if a in WILD:
        return _FILLER if b in WILD else b
    return a if b in WILD or a == b else None
