"""Catalogs of a user's own: folders with one data file per service, read whole and written whole or not at all."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from pricing.catalog.encode import encode
from pricing.catalog.lookup import SERVICES, Catalog, CatalogError, read
from pricing.catalog.model import GLOBAL, ServicePrices
from pricing.tiers import TierError, check


class FolderError(Exception):
    """The folder cannot be written; what was there is as it was."""


def load(path: Path) -> Catalog:
    """The catalog of a folder; services that it has no file of have that of the package.

    Raises:
        CatalogError: when the folder has no price data, or a file of it cannot be read or contradicts itself.
    """
    return Catalog(files(path), path)


def files(path: Path) -> tuple[ServicePrices, ...]:
    """The data files of a folder; see `load`."""
    if not path.is_dir():
        raise CatalogError(f"{path} is no folder of price data")
    found = tuple(
        _checked(read(path.joinpath(f"{code}.json"), code))
        for code in SERVICES.values()
        if path.joinpath(f"{code}.json").exists()
    )
    if not found:
        raise CatalogError(f"{path} has no price data: no file like {next(iter(SERVICES.values()))}.json")
    return found


def _checked(file: ServicePrices) -> ServicePrices:
    for dimension in file.dimensions:
        for rate in dimension.rates:
            if not all(tier.begin.is_finite() and tier.price.is_finite() for tier in rate.tiers):
                raise CatalogError(f"the price data of {file.service} has a price of {dimension.id} that is no number")
            try:
                if GLOBAL not in rate.regions:
                    check(rate.tiers, dimension.id)
            except TierError as error:
                raise CatalogError(f"the price data of {file.service} contradicts itself: {error}") from error
    return file


def save(found: Iterable[ServicePrices], path: Path) -> None:
    """Write data files into a folder, which is made when it is not there.

    All are written beside the old ones before the first is replaced, and each is replaced at once.

    Raises:
        FolderError: when that fails.
    """
    ready: list[tuple[Path, Path]] = []
    try:
        path.mkdir(parents=True, exist_ok=True)
        for file in found:
            target = path.joinpath(f"{file.service}.json")
            beside = path.joinpath(f".{file.service}.{secrets.token_hex(4)}")
            ready.append((beside, target))
            # Exclusive, so that nobody can have put a link in its place.
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as stream:
                stream.write(encode(file))
                stream.flush()
                os.fsync(stream.fileno())
        for beside, target in ready:
            beside.replace(target)
    except OSError as error:
        for beside, _ in ready:
            beside.unlink(missing_ok=True)
        raise FolderError(f"{path} cannot be written: {error.strerror or error}") from error
