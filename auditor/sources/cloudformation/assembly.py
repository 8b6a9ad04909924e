"""CDK cloud assemblies: which templates a ``manifest.json`` names, and where they will be deployed.

Source: https://docs.aws.amazon.com/cdk/v2/guide/deploy.html, the cloud assembly schema of the AWS CDK.
"""

import re
from collections.abc import Iterator

import msgspec

from auditor.sources.interface import Bindings, InputError

_ENVIRONMENT = re.compile(r"aws://([0-9]{12}|unknown-account)/([a-z0-9-]+|unknown-region)")
_STACK = "aws:cloudformation:stack"
_NESTED = "cdk:cloud-assembly"


class Properties(msgspec.Struct, frozen=True, rename="camel"):
    """What an artifact says of itself, as far as it matters here."""

    template_file: str | None = None
    directory_name: str | None = None
    parameters: dict[str, str] = {}


class Artifact(msgspec.Struct, frozen=True):
    """A stack, a nested assembly or something else."""

    type: str
    environment: str | None = None
    properties: Properties = Properties()


class Manifest(msgspec.Struct, frozen=True):
    """The part of a manifest that is read."""

    version: str
    artifacts: dict[str, Artifact]


class Stack(msgspec.Struct, frozen=True):
    """A stack of an assembly.

    Attributes:
        file: template, relative to the manifest's folder.
        bindings: account and Region that the manifest tells.
        parameters: values that the assembly deploys with.
    """

    file: str
    bindings: Bindings
    parameters: dict[str, str]


def is_manifest(data: bytes) -> bool:
    """Whether a JSON file could be a manifest."""
    return b'"artifacts"' in data and b'"version"' in data


def stacks(data: bytes, path: str) -> tuple[tuple[Stack, ...], tuple[str, ...]]:
    """The stacks of a manifest, and the folders of nested assemblies.

    Raises:
        InputError: it is no manifest.
    """
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except RecursionError:
        raise InputError(path, "is no manifest of a cloud assembly: nested too deep") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(path, f"is no manifest of a cloud assembly: {error}") from None
    return tuple(_stacks(manifest)), tuple(_folders(manifest))


def _stacks(manifest: Manifest) -> Iterator[Stack]:
    for _, artifact in sorted(manifest.artifacts.items()):
        file = artifact.properties.template_file
        if artifact.type == _STACK and file is not None:
            yield Stack(file, _bindings(artifact.environment), artifact.properties.parameters)


def _folders(manifest: Manifest) -> Iterator[str]:
    for _, artifact in sorted(manifest.artifacts.items()):
        folder = artifact.properties.directory_name
        if artifact.type == _NESTED and folder is not None:
            yield folder


def _bindings(environment: str | None) -> Bindings:
    found = _ENVIRONMENT.fullmatch(environment or "")
    if found is None:
        return Bindings()
    account, region = found[1], found[2]
    return Bindings(
        account=None if account == "unknown-account" else account,
        region=None if region == "unknown-region" else region,
    )
