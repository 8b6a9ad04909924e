"""What a template's expressions will be at deployment, as far as the template tells.

A resolved value is a node of `auditor.model.policy`: texts with symbols and holes, lists and mappings that may be
open, and gaps. None stands for ``AWS::NoValue``: the property is not there.
"""

from collections.abc import Mapping

from auditor.model import policy
from auditor.model.arn import Place
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.origin import Location
from auditor.model.policy import Entry, Leaf, Sequence
from auditor.model.text import Part, Symbol, Text, text
from auditor.sources.cloudformation import conditions, functions, loops
from auditor.sources.cloudformation.references import Referrer, url_suffix
from auditor.sources.cloudformation.resolved import Decision, Resolved, escaped, gap, leaf_of, size_of, unknown
from auditor.sources.cloudformation.template import INCLUDE, Declaration, Template, macros_of
from auditor.sources.cloudformation.tree import MAX_NODES, Map, Member, Node, Scalar, Seq, value_of

_MAX_NESTING = 100
"""Expressions inside one another beyond which they are not resolved; each takes several of Python's 1,000 calls."""
_MAX_TEXT = 2**20
"""Longer strings are not put together: CloudFormation's own limit for a whole template is 1 MB."""
_MAX_TEXTS = 64 * 2**20
"""Characters that may be put together for one template."""


class Resolver:
    """Resolves the expressions of one template.

    Attributes:
        template: the template.
        place: its partition, Region and account.
        referrer: names and ARNs of its resources.
        handed: logical ids of what something that is not read may attach to, and why.
        rewriting: name of a macro that may change everything that is written, None without.
        imports: names of exports of other stacks that were asked for and not found.
    """

    def __init__(self, template: Template, place: Place, exports: Mapping[str, Text] | None = None) -> None:
        self.template = template
        self.imports: set[str] = set()
        self._exports = exports or {}
        self.place = place
        self.referrer = Referrer(self)
        self.handed: dict[str, Unknown] = {}
        self.rewriting = next((name for name in macros_of(template) if name != INCLUDE), None)
        self._path = template.path
        self._nesting = 0
        self._work = 0
        self._composed = 0
        self._decisions: dict[str, Decision] = {}
        self._deciding: set[str] = set()
        self._pseudo = _pseudo_parameters(template.path, place)

    def declaration(self, logical_id: str) -> Declaration | None:
        """A declared resource, or one that the template's transform makes."""
        return self.template.resources.get(logical_id) or self.template.implied.get(logical_id)

    def at(self, node: Node, pointer: str) -> Location:
        """The place of a node."""
        return Location(self._path, node.line, node.column, pointer)

    def symbol(self, name: str) -> Symbol:
        """A symbol of this deployment."""
        return Symbol(name, self._path)

    def spend(self, nodes: int) -> bool:
        """Count work; False when it is used up."""
        self._work += nodes
        return self._work <= MAX_NODES

    def resolve(self, node: Node, pointer: str) -> Resolved:
        """The value of an expression.

        Args:
            node: as written.
            pointer: its JSON Pointer.
        """
        at = Location(self._path, node.line, node.column, pointer)
        self._work += 1
        if isinstance(node, Scalar):
            value = value_of(node)
            if isinstance(value, Text) and "{{resolve:" in node.text:
                return self.string([value], at)
            return Leaf(value, at)
        if self._nesting >= _MAX_NESTING or self._work > MAX_NODES:
            return gap(Cause.LIMIT, "more expressions than one template may hold", at)
        self._nesting += 1
        try:
            if isinstance(node, Map):
                if len(node.members) == 1:
                    [(name, member)] = node.members.items()
                    if name == "Ref" or (name.startswith("Fn::") and not name.startswith(loops.PREFIX)):
                        return functions.call(self, name, member.node, f"{pointer}/{name}", at)
                return self._mapping(node, at, pointer)
            return self._sequence(node, at, pointer)
        finally:
            self._nesting -= 1

    def _mapping(self, node: Map, at: Location, pointer: str) -> policy.Mapping:
        entries: list[Entry] = []
        more: Unknown | None = None
        for name, member in node.members.items():
            inner = f"{pointer}/{escaped(name)}"
            if name.startswith("Fn::"):
                added = self._added(name, member, inner)
                if isinstance(added, Unknown):
                    more = added
                else:
                    whole = self._mapping(Map(added, node.line, node.column), at, inner)
                    entries.extend(whole.entries)
                    more = whole.open if more is None else more
                continue
            value = self.resolve(member.node, inner)
            if value is not None:
                key = Text((name,)) if name else Text(())
                entries.append(Entry(key, value, Location(self._path, member.line, member.column, inner)))
        return policy.Mapping(tuple(entries), at, more)

    def _added(self, name: str, member: Member, pointer: str) -> dict[str, Member] | Unknown:
        """What a function beside other keys adds to a mapping."""
        if name.startswith(loops.PREFIX):
            return loops.expand(self, name, member.node, pointer)
        return unknown(Cause.NOT_YET, f"{name} may add entries", self.at(member.node, pointer))

    def _sequence(self, node: Seq, at: Location, pointer: str) -> Sequence:
        items = [self.resolve(item, f"{pointer}/{number}") for number, item in enumerate(node.items)]
        return Sequence(tuple(item for item in items if item is not None), at)

    def string(self, parts: "list[Part | Text]", at: Location) -> policy.Node:
        """A string put together of parts."""
        size = size_of(parts)
        self._composed += size
        if size > _MAX_TEXT or self._composed > _MAX_TEXTS:
            return gap(Cause.LIMIT, f"a string of {size:,} characters", at)
        return leaf_of(parts, at)

    def reference(self, name: str, at: Location) -> Resolved:
        """What ``Ref`` gives for a name."""
        if name == "AWS::NoValue":
            return None
        if name in self._pseudo:
            return Leaf(self._pseudo[name], at)
        if name == "AWS::NotificationARNs":
            return gap(Cause.NOT_YET, "AWS::NotificationARNs is known only in the deployment", at)
        if name in self.template.parameters:
            return self._parameter(name, at)
        return self.referrer.reference(name, at)

    def imported(self, name: str, at: Location) -> policy.Node:
        """What another stack exports."""
        value = self._exports.get(name)
        if value is not None:
            return Leaf(value, at)
        self.imports.add(name)
        return gap(Cause.NOT_HERE, f"{name} is exported by another stack", at)

    def _parameter(self, name: str, at: Location) -> policy.Node:
        declared = self.template.parameters[name]
        if declared.type.startswith("AWS::SSM::Parameter::Value"):
            return gap(Cause.NOT_YET, f"parameter {name} is read from the SSM Parameter Store", at)
        if declared.value is None:
            return gap(Cause.NOT_HERE, f"parameter {name} has no value", at)
        if declared.no_echo:
            return Leaf(text(self.symbol(f"secret {name}")), at)
        if not declared.is_list:
            return self.string([declared.value], at) if "{{resolve:" in declared.value else Leaf(declared.text, at)
        if not self.spend(declared.value.count(",") + 1):
            return gap(Cause.LIMIT, "more values than one template may hold", at)
        items = [item.strip() for item in declared.value.split(",")] if declared.value else []
        return Sequence(tuple(Leaf(text(item), at) for item in items), at)

    def decide(self, name: str, at: Location) -> Decision:
        """The truth of a named condition."""
        known = self._decisions.get(name)
        if known is not None:
            return known
        member = self.template.conditions.get(name)
        if member is None:
            return Decision(Truth.UNKNOWN, unknown(Cause.NOT_HERE, f"condition {name} is not declared", at))
        if name in self._deciding:
            return Decision(Truth.UNKNOWN, unknown(Cause.FAILED, f"condition {name} refers to itself", at))
        self._deciding.add(name)
        truth, why = self.decide_node(member.node, f"/Conditions/{escaped(name)}")
        self._deciding.discard(name)
        if why is not None:
            why = Unknown(why.cause, f"condition {name}: {why.detail}", why.origin)
        decided = self._decisions[name] = Decision(truth, why if truth is Truth.UNKNOWN else None)
        return decided

    def decide_node(self, node: Node, pointer: str) -> Decision:
        """The truth of a condition as written."""
        if self._nesting >= _MAX_NESTING or not self.spend(1):
            why = unknown(Cause.LIMIT, "more conditions than one template may hold", self.at(node, pointer))
            return Decision(Truth.UNKNOWN, why)
        self._nesting += 1
        try:
            return conditions.decide(self, node, pointer)
        finally:
            self._nesting -= 1


def _pseudo_parameters(path: str, place: Place) -> dict[str, Text]:
    stack = Symbol("AWS::StackName", path)
    return {
        "AWS::AccountId": place.account,
        "AWS::Region": place.region,
        "AWS::Partition": place.partition,
        "AWS::URLSuffix": url_suffix(place, path),
        "AWS::StackName": text(stack),
        "AWS::StackId": place.arn("cloudformation", "stack/", stack, "/", Symbol("AWS::StackId", path)),
    }
