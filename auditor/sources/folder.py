"""The candidates of a folder: files whose names say that they could be inputs."""

import os
from collections.abc import Iterator
from pathlib import Path

from auditor.sources.ignored import Ignored
from auditor.sources.interface import InputError

SUFFIXES = (".json", ".yaml", ".yml", ".template")
"""Ends of the names of candidates."""
TERRAFORM = (".tf", ".tf.json")
"""Ends of the names of Terraform configuration, which this version does not read."""
MANIFEST = "manifest.json"
"""The file that says what a CDK cloud assembly holds."""
_ASSEMBLY = "cdk.out"
"""Name of the folder that the CDK writes, and of a file in it wherever it is."""
_SKIPPED = frozenset({".git", ".terraform", ".venv", "node_modules"})
_MAX_DEPTH = 64


def candidates(top: Path) -> Iterator[Path | InputError]:
    """The candidates of a folder in the order of their names, and an error for each folder that cannot be listed.

    Terraform files are among them. What git ignores, hidden tool folders and links that lead out of the folder are
    left out. Of a CDK cloud assembly only the manifest is a candidate.
    """
    folder = top.absolute()
    yield from _walk(folder, folder.resolve(), Ignored.above(folder), 0)


def _walk(folder: Path, top: Path, ignored: Ignored, depth: int) -> Iterator[Path | InputError]:
    if depth > _MAX_DEPTH:
        yield InputError(str(folder), f"folders are nested deeper than {_MAX_DEPTH} levels: not read")
        return
    ignored = ignored.inside(folder)
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        yield InputError(str(folder), error.strerror or "cannot be listed")
        return
    names = {entry.name for entry in entries}
    if MANIFEST in names and (folder.name == _ASSEMBLY or _ASSEMBLY in names):
        yield folder / MANIFEST
        return
    for entry in entries:
        path = folder / entry.name
        is_folder = entry.is_dir(follow_symlinks=False)
        if entry.name in _SKIPPED or ignored.ignores(path, is_folder=is_folder):
            continue
        if is_folder:
            yield from _walk(path, top, ignored, depth + 1)
        elif entry.name.endswith((*SUFFIXES, *TERRAFORM)) and _is_inside(entry, path, top):
            yield path


def _is_inside(entry: "os.DirEntry[str]", path: Path, top: Path) -> bool:
    """Whether it is a regular file, for a link one inside the folder."""
    if not entry.is_symlink():
        return entry.is_file(follow_symlinks=False)
    target = path.resolve()
    return target.is_relative_to(top) and target.is_file()
