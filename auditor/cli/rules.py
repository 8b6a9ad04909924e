"""``auditor rules``: the catalogue."""

import click

from auditor.cli.errors import EXIT_USAGE, Stop


@click.group("rules")
def command() -> None:
    """List and explain the rules."""


@command.command("list")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
def list_(format_: str) -> None:
    """Every rule with its severity."""
    from auditor.catalogue import shipped

    catalogue = shipped()
    rows = [
        {
            "id": rule.id,
            "severity": str(rule.severity),
            "stage": rule.stage,
            "since": rule.since,
            "title": catalogue.documentation(rule.id).split("\n", 1)[0],
            "controls": {str(framework): list(ids) for framework, ids in rule.controls.items()},
            "parameters": {parameter.name: parameter.default for parameter in rule.parameters},
        }
        for rule in catalogue.all()
    ]
    if format_ == "json":
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode())
        return
    from tabulate import tabulate

    click.echo(tabulate([(row["id"], row["severity"], row["title"]) for row in rows], ("rule", "severity", "title")))


@command.command("explain")
@click.argument("rule")
def explain(rule: str) -> None:
    """The page of one rule: what, why, how to fix, references."""
    from auditor.catalogue import shipped
    from auditor.gate.rule_settings import nearest

    catalogue = shipped()
    name = catalogue.resolve(rule)
    if name is None:
        raise Stop(f"there is no rule {rule!r}{nearest(rule, catalogue.files)}", EXIT_USAGE)
    found = catalogue.get(name)
    click.echo(f"{name}  ({found.severity}, {found.stage} since {found.since})\n")
    click.echo(catalogue.documentation(name).strip())
    if found.controls:
        click.echo("\n## Controls\n")
        for framework, ids in found.controls.items():
            click.echo(f"{framework}: {', '.join(ids)}")
    if found.parameters:
        click.echo("\n## Parameters\n")
        for parameter in found.parameters:
            click.echo(f"{parameter.name} = {parameter.default!r}: {parameter.help}")
