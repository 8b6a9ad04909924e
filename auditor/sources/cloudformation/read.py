"""A template as an inventory."""

from collections import Counter
from collections.abc import Iterator, Mapping

from auditor.model import policy
from auditor.model.arn import Place, symbolic_place
from auditor.model.inventory import AnyResource, Input, Inventory
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.origin import Location
from auditor.model.policy import Gap, Leaf, Sequence
from auditor.model.text import Text, text
from auditor.sources.cloudformation import (
    awslambda,
    cloudwatch,
    iam,
    kms,
    loops,
    membership,
    outputs,
    serverless,
    ses,
    sns,
    sqs,
)
from auditor.sources.cloudformation.declared import Declared, Mapper
from auditor.sources.cloudformation.handed import CONNECTOR, CUSTOM, STACKS, handed
from auditor.sources.cloudformation.resolve import Resolver
from auditor.sources.cloudformation.resolved import Decision, unknown
from auditor.sources.cloudformation.stack import Stack
from auditor.sources.cloudformation.template import (
    NO_TYPE,
    Declaration,
    Template,
    declaration_of,
    macros_of,
    template_of,
)
from auditor.sources.cloudformation.tree import Map
from auditor.sources.interface import Bindings

KIND = "cloudformation"
_MODULE = "::MODULE"
"""End of the type of a module, which stands for resources of this template."""

MAPPERS: dict[str, Mapper] = {
    **ses.MAPPERS,
    **sns.MAPPERS,
    **iam.MAPPERS,
    **kms.MAPPERS,
    **sqs.MAPPERS,
    **awslambda.MAPPERS,
    **cloudwatch.MAPPERS,
    **serverless.MAPPERS,
}
"""Resource type to what makes model resources of it."""


def read(
    root: Map,
    path: str,
    *,
    sha256: str = "",
    parameters: Mapping[str, str],
    bindings: Bindings,
    exports: Mapping[str, Text] | None = None,
    site: str = "",
) -> Stack:
    """The resources of a template that the model has a place for.

    A resource whose condition is false does not exist; one whose condition is not decided is kept and says so in
    `uncertain`.

    Args:
        root: the parsed file.
        path: relative to the run's root; it names the deployment.
        sha256: of the file.
        parameters: values that win over defaults.
        bindings: values for ``{account}``, ``{region}`` and ``{partition}``.
        exports: what other stacks export, by name.
        site: names the account and Region where they are not told, when other stacks are there too.

    Raises:
        InputError: a section is malformed.
    """
    template = template_of(root, path, parameters)
    resolver = Resolver(template, _place(site or path, bindings), exports or {})
    unsupported: Counter[str] = Counter(f"macro {name}" for name in macros_of(template))
    hidden = [_added(f"macro {name}", Location(path)) for name in macros_of(template)]
    hidden += _expand_loops(template, resolver, unsupported)
    serverless.imply(template)
    for item in template.resources.values():
        if item.type.endswith(_MODULE) or (item.type == NO_TYPE and item.transformed):
            hidden.append(_added(f"{item.type} {item.logical_id}", Location(path, item.line, item.column)))
        for name, why in handed(template, item):
            if name in template.resources and _truth(item, resolver).truth is not Truth.FALSE:
                resolver.handed.setdefault(name, why)
    existing = [declared for item in template.resources.values() for declared in _existing(item, resolver, unsupported)]
    resources: list[AnyResource] = []
    leaves = unknown_leaves = 0
    for declared in existing:
        mapper = MAPPERS.get(declared.declaration.type)
        if mapper is not None:
            resources.extend(mapper(declared))
        read_leaves, untold = _leaves(declared.tree)
        leaves += read_leaves
        unknown_leaves += untold
    record = Input(
        path=path,
        kind=KIND,
        sha256=sha256,
        account=bindings.account,
        region=bindings.region,
        unsupported=dict(sorted(unsupported.items())),
        open=hidden[0] if hidden else None,
        handed=resolver.handed,
        leaves=leaves,
        unknown_leaves=unknown_leaves,
    )
    inventory = Inventory(inputs=(record,), resources=tuple(membership.joined(resources, existing)))
    exported = dict(outputs.exports(template, resolver))
    return Stack(inventory, exported, frozenset(resolver.imports), frozenset(template.parameters))


def _added(by: str, at: Location) -> Unknown:
    return unknown(Cause.NOT_YET, f"{by} may add resources", at)


def _expand_loops(template: Template, resolver: Resolver, unsupported: Counter[str]) -> list[Unknown]:
    """Put what the loops of the Resources section stand for into it; count those that cannot be told, and say why."""
    untold: list[Unknown] = []
    for name, member in template.loops.items():
        if not name.startswith(loops.PREFIX):
            unsupported[name] += 1
            untold.append(_added(name, Location(template.path, member.line, member.column)))
            continue
        members = loops.expand(resolver, name, member.node, f"/Resources/{name}")
        if isinstance(members, Unknown):
            unsupported["Fn::ForEach"] += 1
            if not loops.makes_only(member.node, _adds_nothing):
                untold.append(members)
            continue
        for logical_id, inner in members.items():
            template.resources.setdefault(logical_id, declaration_of(logical_id, inner, template.path))
    return untold


def _adds_nothing(kind: str) -> bool:
    """Whether resources of a type, however many, neither are in the model nor attach anything to what is."""
    reaches_others = kind in STACKS or kind == CONNECTOR or kind.startswith(CUSTOM) or kind.endswith(_MODULE)
    return kind not in MAPPERS and kind not in membership.TYPES and not reaches_others


def _existing(item: Declaration, resolver: Resolver, unsupported: Counter[str]) -> Iterator[Declared]:
    """A declared resource of a supported type, unless its condition is false."""
    truth, uncertain = _truth(item, resolver)
    if truth is Truth.FALSE:
        return
    if item.type not in MAPPERS and item.type not in membership.TYPES:
        unsupported[item.type] += 1
        return
    yield Declared(item, resolver, uncertain)


def _truth(item: Declaration, resolver: Resolver) -> Decision:
    """Whether a declared resource exists, and why that is not told."""
    if item.condition is None:
        return Decision(Truth.TRUE)
    return resolver.decide(item.condition, Location(resolver.template.path, item.line, item.column))


def _place(site: str, bindings: Bindings) -> Place:
    symbolic = symbolic_place(site)
    return Place(
        partition=symbolic.partition if bindings.partition is None else text(bindings.partition),
        region=symbolic.region if bindings.region is None else text(bindings.region),
        account=symbolic.account if bindings.account is None else text(bindings.account),
    )


def _leaves(node: policy.Node | None) -> tuple[int, int]:
    """How many scalars there are, and how many of them are not told in full; symbols are told."""
    leaves = untold = 0
    pending = [node] if node is not None else []
    while pending:
        inner = pending.pop()
        if isinstance(inner, Leaf):
            leaves += 1
            untold += isinstance(inner.value, Text) and not inner.value.is_exact
        elif isinstance(inner, Gap):
            leaves += 1
            untold += 1
        elif isinstance(inner, Sequence):
            pending.extend(inner.items)
        else:
            pending.extend(entry.node for entry in inner.entries)
    return leaves, untold
