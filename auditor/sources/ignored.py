"""What git ignores, as far as ``.gitignore`` files tell: enough to leave out what no one means to audit.

Source: https://git-scm.com/docs/gitignore
"""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

_MAX_BYTES = 2**20
_MAX_PATTERNS = 10_000


class Pattern(NamedTuple):
    """One line of a ``.gitignore``.

    Attributes:
        segments: what the names of the path must look like; ``**`` stands for any number of names.
        negated: whether it takes back what others ignore.
        only_folders: whether it means folders only.
    """

    segments: tuple[str, ...]
    negated: bool
    only_folders: bool


class Ignored:
    """The patterns that hold in a folder: its own and those of the folders above it, up to the repository's root."""

    def __init__(self, levels: Sequence[tuple[Path, Sequence[Pattern]]] = ()) -> None:
        self._levels = tuple(levels)

    @classmethod
    def above(cls, folder: Path) -> "Ignored":
        """The patterns of the folders above one, when it is in a repository."""
        parents = list(folder.parents)
        top = next((number for number, parent in enumerate([folder, *parents]) if (parent / ".git").exists()), 0)
        found = cls()
        for parent in reversed(parents[:top]):
            found = found.inside(parent)
        return found

    def inside(self, folder: Path) -> "Ignored":
        """With the patterns of a folder added."""
        patterns = tuple(_read(folder / ".gitignore"))
        return Ignored((*self._levels, (folder, patterns))) if patterns else self

    def ignores(self, path: Path, *, is_folder: bool) -> bool:
        """Whether the last pattern that matches says so; the nearest file wins."""
        for folder, patterns in reversed(self._levels):
            names = path.relative_to(folder).parts
            for pattern in reversed(patterns):
                if (is_folder or not pattern.only_folders) and _matches(names, pattern.segments):
                    return not pattern.negated
        return False


def _read(path: Path) -> Iterator[Pattern]:
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _MAX_BYTES:
            return
        lines = path.read_bytes().decode("utf-8", "replace").splitlines()
    except OSError:
        return
    for line in lines[:_MAX_PATTERNS]:
        pattern = _pattern(line)
        if pattern is not None:
            yield pattern


def _pattern(line: str) -> Pattern | None:
    written = line.rstrip("\r\n")
    while written.endswith(" ") and not written.endswith("\\ "):
        written = written[:-1]
    if not written or written.startswith("#"):
        return None
    negated = written.startswith("!")
    written = written.removeprefix("!")
    only_folders = written.endswith("/")
    anchored = "/" in written.rstrip("/")
    segments = [_glob(segment) for segment in written.strip("/").split("/") if segment]
    if not segments:
        return None
    if not anchored:
        segments.insert(0, "**")
    if segments[-1] == "**":
        segments.append("*")
    return Pattern(tuple(segments), negated, only_folders)


def _glob(segment: str) -> str:
    """A segment as fnmatch writes it: an escaped wildcard is ``[*]``, ``[^a]`` is ``[!a]``."""
    first, *rest = segment.replace("[^", "[!").split("\\")
    return first + "".join(f"[{piece[0]}]{piece[1:]}" if piece[:1] in {*"*?["} else piece for piece in rest)


def _matches(names: Sequence[str], segments: Sequence[str]) -> bool:
    """Whether a path matches from its first name to its last; the work is the product of both lengths."""
    reached = {0}
    for segment in segments:
        if segment == "**":
            reached = set(range(min(reached), len(names) + 1)) if reached else reached
        else:
            reached = {at + 1 for at in reached if at < len(names) and fnmatchcase(names[at], segment)}
    return len(names) in reached
