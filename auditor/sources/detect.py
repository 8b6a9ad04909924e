"""Which files are inputs, and of what kind; reads them all."""

import codecs
import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from auditor.model.collector import collector_off
from auditor.model.inventory import Inventory, merge
from auditor.model.text import Text
from auditor.sources import authorization_details, folder, iam_collect, joining, snapshot
from auditor.sources.cloudformation.stack import Stack
from auditor.sources.content import TooLargeError, read_bytes
from auditor.sources.interface import Bindings, InputError, Loaded, Progress

if TYPE_CHECKING:
    from concurrent.futures import Executor

_WORTH_PROCESSES = 40
"""Files from which on starting processes pays."""
_CHUNK = 8
_TERRAFORM = "Terraform configuration"
_MAX_ASSEMBLIES = 100


class Task(msgspec.Struct, frozen=True):
    """A file to read.

    Attributes:
        path: absolute.
        name: relative to the run's root.
        named: whether the caller named it, so that it must be an input.
        bindings: account, Region and partition.
        parameters: values of template parameters.
        exports: what other stacks export, by name.
        site: name of the first of the stacks that are in one account and Region with it; its own by default.
    """

    path: str
    name: str
    named: bool
    bindings: Bindings
    parameters: dict[str, str]
    exports: dict[str, Text] = {}
    site: str = ""


class NotAnInput(msgspec.Struct, frozen=True):
    """What a candidate that is no input is read as."""


Outcome: TypeAlias = Stack | InputError | NotAnInput


def load(  # noqa: PLR0913 - each is a choice of the caller
    paths: Sequence[str | Path],
    *,
    root: Path,
    parameters: Mapping[str, str] | None = None,
    bindings: Bindings | None = None,
    jobs: int | None = None,
    executor: "Executor | None" = None,
    progress: Progress | None = None,
    names: Mapping[Path, str] | None = None,
) -> Loaded:
    """Read files and folders.

    Args:
        paths: files and folders as named by the caller.
        root: the run's root; results name files relative to it.
        parameters: template parameters, for every template that declares them.
        bindings: account, Region and partition of all of them.
        jobs: how many processes may read, one for each processor by default.
        executor: runs the readers instead.
        progress: told each path before it is read.
        names: absolute path to the name that results use instead, so that two versions of a file are one deployment.

    Returns:
        What was read; inputs that could not be are among the errors.
    """
    found = _Found(root.absolute(), bindings or Bindings(), dict(parameters or {}), names or {})
    for path in paths:
        found.add(Path(path))
    tasks = list(found.tasks.values())
    with collector_off():
        outcomes = list(_outcomes(tasks, jobs, executor, progress))
        joining.join(outcomes, [task.name for task in tasks], lambda *told: _read_again(tasks, *told))
    inventories: list[Inventory] = []
    errors = list(found.errors)
    files: list[str] = []
    declared: set[str] = set()
    not_inputs = found.not_inputs
    for task, outcome in zip(tasks, outcomes, strict=True):
        if isinstance(outcome, InputError):
            errors.append(outcome)
        elif isinstance(outcome, Stack):
            inventories.append(outcome.inventory)
            files.append(task.name)
            declared |= outcome.parameters
        else:
            not_inputs += 1
    return Loaded(
        inventory=merge(inventories),
        errors=tuple(errors),
        files=tuple(files),
        not_inputs=not_inputs,
        not_read=dict(found.not_read),
        parameters=frozenset(declared),
    )


class _Found:
    """The files to read, each once, found under what the caller named."""

    def __init__(self, root: Path, bindings: Bindings, parameters: dict[str, str], names: Mapping[Path, str]) -> None:
        self.root = root
        self._names = names
        self.bindings = bindings
        self.parameters = parameters
        self.tasks: dict[str, Task] = {}
        self.errors: list[InputError] = []
        self.not_inputs = 0
        self.not_read: Counter[str] = Counter()
        self._assemblies: set[Path] = set()

    def add(self, named: Path) -> None:
        """Add a file, or the candidates of a folder."""
        path = _straight(named.absolute())
        try:
            if not path.is_dir():
                self._add_file(path, named=True)
                return
            if iam_collect.partitions(path):
                self._add_task(path, named=True)
                return
            for candidate in folder.candidates(path):
                if isinstance(candidate, InputError):
                    self.errors.append(InputError(self._name(Path(candidate.path)), candidate.reason))
                elif candidate.name.endswith(folder.TERRAFORM):
                    self.not_read[_TERRAFORM] += 1
                else:
                    self._add_file(candidate, named=False)
        except InputError as error:
            self.errors.append(error)

    def _add_file(self, path: Path, *, named: bool) -> None:
        if path.name.endswith(folder.TERRAFORM):
            raise InputError(self._name(path), f"is {_TERRAFORM}, which this version does not read")
        if path.name == folder.MANIFEST and self._add_assembly(path, named=named):
            return
        self._add_task(path, named=named)

    def _add_task(
        self, path: Path, *, named: bool, told: Bindings | None = None, parameters: Mapping[str, str] | None = None
    ) -> None:
        mine = self.bindings
        bindings = mine
        if told is not None:
            bindings = Bindings(
                account=mine.account or told.account,
                region=mine.region or told.region,
                partition=mine.partition or told.partition,
            )
        task = Task(str(path), self._name(path), named, bindings, {**(parameters or {}), **self.parameters})
        # What an assembly tells of a template is more than what its name does.
        if told is not None or task.path not in self.tasks:
            self.tasks[task.path] = task

    def _add_assembly(self, manifest: Path, *, named: bool) -> bool:
        """Add the stacks of a cloud assembly; False when the file is no manifest of one."""
        from auditor.sources.cloudformation import assembly

        name = self._name(manifest)
        data = read_bytes(manifest, name, _limit_of)
        if not assembly.is_manifest(data):
            return False
        try:
            stacks, nested = assembly.stacks(data, name)
        except InputError:
            if named:
                raise
            return False
        if manifest in self._assemblies or not (stacks or nested):
            return bool(stacks or nested)
        self._assemblies.add(manifest)
        if len(self._assemblies) > _MAX_ASSEMBLIES:
            raise InputError(name, f"more than {_MAX_ASSEMBLIES} cloud assemblies: not read")
        for stack in stacks:
            self._add_task(
                self._inside(manifest, stack.file), named=True, told=stack.bindings, parameters=stack.parameters
            )
        for directory in nested:
            self._add_assembly(self._inside(manifest, directory) / folder.MANIFEST, named=True)
        return True

    def _inside(self, manifest: Path, relative: str) -> Path:
        """A file that a manifest names.

        Raises:
            InputError: it is outside the manifest's folder.
        """
        path = manifest.parent / relative
        if "\0" in relative or not path.resolve().is_relative_to(manifest.parent.resolve()):
            raise InputError(self._name(manifest), f"names {relative!r}, which is outside its folder")
        return path

    def _name(self, path: Path) -> str:
        if path in self._names:
            return self._names[path]
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()


def _straight(path: Path) -> Path:
    """Without ``..``, so that a file that is named in two ways is read once; as it is where a link would mislead."""
    straight = Path(os.path.normpath(path))
    try:
        return straight if straight.samefile(path) else path
    except (OSError, ValueError):
        return path


def _outcomes(
    tasks: Sequence[Task], jobs: int | None, executor: "Executor | None", progress: Progress | None
) -> Iterable[Outcome]:
    if executor is not None:
        return _by(executor, tasks)
    workers = jobs if jobs is not None else os.cpu_count() or 1
    if workers > 1 and len(tasks) > _WORTH_PROCESSES:
        from concurrent.futures import ProcessPoolExecutor

        with ProcessPoolExecutor(workers) as made:
            return list(_by(made, tasks))
    return _here(tasks, progress)


def _here(tasks: Sequence[Task], progress: Progress | None) -> Iterator[Outcome]:
    for task in tasks:
        if progress is not None:
            progress(task.name)
        yield read_task(task)


def _by(executor: "Executor", tasks: Sequence[Task]) -> Iterator[Outcome]:
    decoder = msgspec.msgpack.Decoder(Stack)
    for result in executor.map(_packed, tasks, chunksize=_CHUNK):
        yield decoder.decode(result) if isinstance(result, bytes) else result


def _packed(task: Task) -> bytes | InputError | NotAnInput:
    """An outcome as it travels between processes: MessagePack is many times quicker than pickling the resources."""
    with collector_off():
        outcome = read_task(task)
    return msgspec.msgpack.encode(outcome) if isinstance(outcome, Stack) else outcome


def _read_again(tasks: Sequence[Task], number: int, exports: dict[str, Text], site: str) -> Outcome:
    return read_task(msgspec.structs.replace(tasks[number], exports=exports, site=site))


def read_task(task: Task) -> Outcome:
    """Read a file."""
    try:
        return _read(task)
    except InputError as error:
        return error


def _read(task: Task) -> Outcome:
    from auditor.sources.cloudformation import files

    if Path(task.path).is_dir():
        return Stack(iam_collect.read(Path(task.path), task.name))
    try:
        data = read_bytes(Path(task.path), task.name, _limit_of)
    except TooLargeError as error:
        if task.named or _is_ours(error.head) or files.begins_like(error.head):
            raise
        return NotAnInput()
    if snapshot.begins_like(data):
        return Stack(snapshot.decode(data, task.name))
    if authorization_details.begins_like(data):
        return Stack(authorization_details.decode(data, task.name))
    read = _template(task, data) if files.mentions(data) else None
    if read is not None:
        return read
    if task.named:
        raise InputError(task.name, f"is {_what(data)}")
    return NotAnInput()


def _template(task: Task, data: bytes) -> Stack | None:
    """What a template holds; None for a file that is none.

    Raises:
        InputError: it cannot be read, and is named or begins like a template.
    """
    from auditor.sources.cloudformation import files
    from auditor.sources.cloudformation.read import read
    from auditor.sources.cloudformation.template import is_template
    from auditor.sources.cloudformation.tree import Map

    try:
        tree = files.read_tree(data, task.name)
    except InputError:
        if task.named or files.begins_like(data):
            raise
        return None
    if not isinstance(tree, Map) or not is_template(tree):
        return None
    digest = hashlib.sha256(data).hexdigest()
    return read(
        tree,
        task.name,
        sha256=digest,
        parameters=task.parameters,
        bindings=task.bindings,
        exports=task.exports,
        site=task.site,
    )


def _limit_of(head: bytes) -> int:
    from auditor.sources.cloudformation.tree import MAX_BYTES

    if snapshot.begins_like(head):
        return snapshot.MAX_BYTES
    return authorization_details.MAX_BYTES if authorization_details.begins_like(head) else MAX_BYTES


def _is_ours(head: bytes) -> bool:
    return snapshot.begins_like(head) or authorization_details.begins_like(head)


def _what(data: bytes) -> str:
    """What a named file that is no input is."""
    if not data.strip():
        return "empty"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "in UTF-16: write it in UTF-8"
    if b'"terraform_version"' in data[:4096]:
        return "a Terraform plan or state, which this version does not read"
    return "no input: neither a CloudFormation template nor a snapshot nor authorization details"
