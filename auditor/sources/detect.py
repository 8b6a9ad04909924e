"""Which files are inputs, and of what kind."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path

from auditor.model.inventory import Inventory, merge
from auditor.sources.interface import Bindings, InputError, Loaded, Progress

_MENTIONS_TEMPLATE = re.compile(rb"AWSTemplateFormatVersion|Resources")
_BEGINS_LIKE_TEMPLATE = re.compile(rb"""(?m)^\s*\{?\s*["']?(?:AWSTemplateFormatVersion|Resources)["']?\s*:""")


def load(
    paths: Sequence[Path],
    *,
    root: Path,
    parameters: Mapping[str, str] | None = None,
    bindings: Bindings | None = None,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Loaded:
    """Read files and folders.

    Args:
        paths: files and folders as named by the caller.
        root: the run's root; results name files relative to it.
        parameters: template parameters, for every template that declares them.
        bindings: account, Region and partition of all of them.
        jobs: how many processes may read.
        executor: runs the readers instead.
        progress: told each path before it is read.
    """
    inventories: list[Inventory] = []
    errors: list[InputError] = []
    files: list[str] = []
    for path in paths:
        try:
            inventories.append(read_file(path, _name(path, root), parameters or {}, bindings or Bindings()))
            files.append(_name(path, root))
        except InputError as error:
            errors.append(error)
    return Loaded(inventory=merge(inventories), errors=tuple(errors), files=tuple(files))


def _name(path: Path, root: Path) -> str:
    try:
        return path.absolute().relative_to(root.absolute()).as_posix()
    except ValueError:
        return path.as_posix()


def read_file(path: Path, name: str, parameters: Mapping[str, str], bindings: Bindings) -> Inventory:
    """Read a file that is an input.

    Raises:
        InputError: it is none, or cannot be read.
    """
    from auditor.sources.cloudformation.json_tree import read_json
    from auditor.sources.cloudformation.read import read
    from auditor.sources.cloudformation.template import is_template
    from auditor.sources.cloudformation.tree import Map
    from auditor.sources.cloudformation.yaml_tree import read_yaml

    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(name, error.strerror or str(error)) from None
    tree = read_yaml(data, name) if not data.lstrip().startswith(b"{") else read_json(data.decode(), name)
    if not isinstance(tree, Map) or not is_template(tree):
        raise InputError(name, "is no input: neither a snapshot nor a CloudFormation template")
    return read(tree, name, sha256=hashlib.sha256(data).hexdigest(), parameters=parameters, bindings=bindings)
