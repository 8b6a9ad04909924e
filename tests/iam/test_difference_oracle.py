"""Comparisons against an SMT solver, over random policies that are told in full: only where z3 is installed.

The solver is asked in regular expressions and real numbers, with nothing of the engine between. ORACLE_PAIRS=5000 asks
of more pairs.
"""

import os
from collections.abc import Iterable
from copy import deepcopy
from random import Random
from typing import Any, TypeAlias

import iam_trees
import pytest

from auditor import iam
from auditor.iam.difference import Kind, difference
from auditor.model.known import Truth

z3 = pytest.importorskip("z3", reason="z3-solver is not installed")

Statement: TypeAlias = dict[str, Any]
PAIRS = int(os.environ.get("ORACLE_PAIRS", "40"))
MILLISECONDS = 5_000
VALUES_AT_ONCE = 3
"""Values of a key that has several: no more are needed to tell two of these conditions apart."""
ACCOUNTS = ("111111111111", "222222222222")
ANY, BUT_COLON = z3.Range(" ", "~"), z3.Union(z3.Range(" ", "9"), z3.Range(";", "~"))


def text(written: str) -> Any:
    return z3.Re(z3.StringVal(written))


def joined(parts: Iterable[Any]) -> Any:
    found = [text(""), text(""), *parts]
    return z3.Concat(*found)


def glob(pattern: str, letter: Any = ANY) -> Any:
    kinds = {"*": z3.Star(letter), "?": letter}
    return joined(kinds[each] if each in kinds else text(each) for each in pattern)


def arn(pattern: str) -> Any:
    """Wildcards of the first five parts keep off colons; a last star goes on, and is added to what is too short."""
    parts = pattern.split(":", 5)
    if pattern == "*":
        return z3.Star(ANY)
    if len(parts) == 6:
        ahead, last = parts[:5], glob(parts[5])
    elif pattern.endswith("*"):
        ahead, last = parts[:-1], joined((glob(parts[-1][:-1], BUT_COLON), z3.Star(ANY)))
    else:
        ahead, last = [*parts, *("*" * (5 - len(parts)))], z3.Star(ANY)
    return joined((*(piece for each in ahead for piece in (glob(each, BUT_COLON), text(":"))), last))


WORD = z3.Plus(z3.Union(z3.Range("a", "z"), z3.Range("0", "9"), text("-")))
ACTIONS = joined((WORD, text(":"), WORD))
RESOURCES = z3.Union(text("*"), arn("arn:*:*:*:*:*"))
PEOPLE = ("arn:aws*:iam::????????????:user/?*", "arn:aws*:iam::????????????:role/?*")
PRINCIPALS = z3.Union(*map(arn, PEOPLE), arn("arn:aws*:iam::????????????:root"), joined((text("service:"), WORD)))


class Asked:
    """The request that is looked for."""

    def __init__(self) -> None:
        self.action, self.resource, self.principal = map(z3.String, ("action", "resource", "principal"))
        self.limits = [
            z3.InRe(self.action, ACTIONS),
            z3.InRe(self.resource, RESOURCES),
            z3.InRe(self.principal, PRINCIPALS),
        ]
        self._values: dict[str, list[tuple[Any, Any]]] = {}

    def values(self, key: str) -> list[tuple[Any, Any]]:
        """Whether each value of a key is there, and the value."""
        if key not in self._values:
            made = z3.Real if key == "s3:max-keys" else z3.String
            count = VALUES_AT_ONCE if key == "aws:TagKeys" else 1
            self._values[key] = [(z3.Bool(f"{key}-{n}-is-there"), made(f"{key}-{n}")) for n in range(count)]
            if made is z3.String:
                self.limits += [z3.InRe(value, z3.Star(ANY)) for _, value in self._values[key]]
        return self._values[key]

    def holds(self, operator: str, key: str, wanted: list[str]) -> Any:
        """A condition."""
        values = self.values(key)
        quantifier, _, operator = operator.rpartition(":")
        if operator == "Null":
            here = z3.Or(*[is_there for is_there, _ in values])
            return z3.Or(*[z3.Not(here) if each == "true" else here for each in wanted])
        base = operator.removesuffix("IfExists")
        negated = "Not" in base

        def matches(value: Any) -> Any:
            found = z3.Or(*[is_like(base.replace("Not", ""), value, each) for each in wanted])
            return z3.Not(found) if negated else found

        if quantifier == "ForAllValues":
            return z3.And(*[z3.Implies(is_there, matches(value)) for is_there, value in values])
        if quantifier == "ForAnyValue":
            return z3.Or(*[z3.And(is_there, matches(value)) for is_there, value in values])
        ((is_there, value),) = values
        return z3.If(is_there, matches(value), z3.BoolVal(negated or base != operator))

    def named(self, principal: Any) -> Any:
        """A Principal element."""
        if principal == "*":
            return z3.BoolVal(True)
        ((kind, name),) = principal.items()
        if kind == "Service":
            return self.principal == f"service:{name}"
        return z3.InRe(self.principal, arn(f"arn:*:*::{name}:*" if name.isdigit() else name))

    def applies(self, statement: Statement) -> Any:
        """A statement."""
        found = []
        for name, value, read in (("Action", self.action, glob), ("Resource", self.resource, arn)):
            patterns = statement.get(name, statement.get(f"Not{name}"))
            written = [each.lower() if name == "Action" else each for each in patterns]
            one = z3.Or(*[z3.InRe(value, read(each)) for each in written])
            found.append(one if name in statement else z3.Not(one))
        if "Principal" in statement:
            found.append(self.named(statement["Principal"]))
        for operator, keys in statement.get("Condition", {}).items():
            found += [self.holds(operator, key, wanted) for key, wanted in keys.items()]
        return z3.And(*found)

    def allowed(self, statements: list[Statement]) -> Any:
        """A policy by itself."""
        by_effect = {
            effect: z3.Or(z3.BoolVal(False), *[self.applies(each) for each in statements if each["Effect"] == effect])
            for effect in ("Allow", "Deny")
        }
        return z3.And(by_effect["Allow"], z3.Not(by_effect["Deny"]))


def is_like(base: str, value: Any, wanted: str) -> Any:
    if base.startswith("Numeric"):
        number = z3.RealVal(wanted)
        found = {"Equals": value == number, "LessThan": value < number, "GreaterThanEquals": value >= number}
        return found[base.removeprefix("Numeric")]
    if base == "StringLike":
        return z3.InRe(value, glob(wanted))
    if base == "StringEquals":
        return value == wanted
    return z3.InRe(value, joined(z3.Union(text(each.lower()), text(each.upper())) for each in wanted))


def solved(new: list[Statement], old: list[Statement]) -> Truth:
    asked = Asked()
    is_new = z3.And(asked.allowed(new), z3.Not(asked.allowed(old)))
    solver = z3.Solver()
    solver.set("timeout", MILLISECONDS)
    solver.add(is_new, *asked.limits)
    found = solver.check()
    return Truth.TRUE if found == z3.sat else Truth.FALSE if found == z3.unsat else Truth.UNKNOWN


# -- random policies --------------------------------------------------------------------------------------------------

STRINGS = [f"String{negated}{name}" for negated in ("", "Not") for name in ("Equals", "Like", "EqualsIgnoreCase")]
NUMBERS = ("NumericLessThan", "NumericEquals", "NumericNotEquals", "NumericGreaterThanEquals")
SOME_ACTIONS = ("*", "s3:*", "s3:Get*", "s3:GetObject", "s3:?etObject", "sns:*")
SOME_RESOURCES = (
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3*",
    "arn:aws:s3:::b",
    "arn:*",
    "arn:aws:sns:*:1:*",
)
SOME_PRINCIPALS = (
    "*",
    *({"AWS": each} for each in ACCOUNTS),
    *({"AWS": f"arn:aws:iam::{each}:user/ann"} for each in ACCOUNTS),
    {"AWS": "arn:aws:iam::111111111111:role/r"},
    {"Service": "ses"},
)


def letters(random: Random, alphabet: str, least: int, most: int) -> str:
    return "".join(random.choices(alphabet, k=random.randint(least, most)))


def resource(random: Random) -> str:
    if random.random() < 0.3:
        return random.choice(SOME_RESOURCES)
    if random.random() < 0.7:
        return "arn:aws:s3:::" + letters(random, "ab/*?", 0, 4)
    parts = (letters(random, "ab*?", 0, 2), letters(random, "1*?", 0, 2), letters(random, "ab*:", 0, 3))
    return "arn:aws:sns:" + ":".join(parts)


def condition(random: Random) -> tuple[str, str, list[str]]:
    which, suffix, count = random.random(), random.choice(("", "", "IfExists")), random.choice((1, 1, 2, 3))
    if which < 0.1:
        key = random.choice(("aws:PrincipalTag/a", "aws:PrincipalTag/b", "aws:TagKeys", "s3:max-keys"))
        return "Null", key, [random.choice(("true", "false"))]
    if which < 0.25:
        return random.choice(NUMBERS) + suffix, "s3:max-keys", random.choices(("1", "2", "2.5", "-1"), k=count)
    if which < 0.45:
        quantifier = random.choice(("ForAllValues:", "ForAnyValue:"))
        wanted = [letters(random, "ab*?", 1, 3) for _ in range(count)]
        return quantifier + random.choice(STRINGS), "aws:TagKeys", wanted
    key = random.choice(("aws:PrincipalTag/a", "aws:PrincipalTag/b"))
    return random.choice(STRINGS) + suffix, key, [letters(random, "aAb*?", 1, 4) for _ in range(count)]


def statement(random: Random, *, named: bool) -> Statement:
    made: Statement = {"Effect": random.choice(("Allow", "Allow", "Deny"))}
    actions = (random.choice((*SOME_ACTIONS, "s3:" + letters(random, "ab*?", 1, 3))) for _ in range(2))
    made[random.choice(("Action",) * 6 + ("NotAction",))] = list(actions)[: random.choice((1, 2))]
    made[random.choice(("Resource",) * 6 + ("NotResource",))] = [resource(random) for _ in range(random.choice((1, 2)))]
    if named:
        made["Principal"] = random.choice(SOME_PRINCIPALS)
    conditions: dict[str, dict[str, list[str]]] = {}
    for operator, key, wanted in (condition(random) for _ in range(random.choice((0, 1, 1, 2, 3)))):
        conditions.setdefault(operator, {})[key] = wanted
    return {**made, "Condition": conditions} if conditions else made


def changed(random: Random, statements: list[Statement], *, named: bool) -> list[Statement]:
    """The policy with a small change."""
    made = deepcopy(statements)
    one = random.choice(made)
    patterns = one.get("Resource", one.get("NotResource"))
    match random.randrange(5):
        case 0:
            patterns.append(resource(random))
        case 1 if len(patterns) > 1:
            patterns.pop()
        case 2:
            operator, key, wanted = condition(random)
            one.setdefault("Condition", {}).setdefault(operator, {})[key] = wanted
        case 3:
            one.pop("Condition", None)
        case _:
            made.append(statement(random, named=named))
    return made


def document(statements: list[Statement]) -> iam.Policy:
    return iam.parse(iam_trees.plain({"Version": "2008-10-17", "Statement": statements}))


@pytest.mark.parametrize("named", [False, True])
def test_a_solver_says_the_same(*, named: bool) -> None:
    random = Random(11)  # noqa: S311 - the same policies every time
    kind = Kind.RESOURCE if named else Kind.IDENTITY
    answers = dict.fromkeys(Truth, 0)
    for _ in range(PAIRS):
        old = [{**statement(random, named=named), "Effect": "Allow"}]
        old += [statement(random, named=named) for _ in range(random.choice((0, 1, 2)))]
        other = changed(random, old, named=named) if random.random() < 0.75 else [statement(random, named=named)]
        for new, before in ((other, old), (old, other)):
            found = difference([document(new)], [document(before)], kind=kind).truth
            answers[found] += 1
            assert {found, solved(new, before)} != {Truth.TRUE, Truth.FALSE}, (found, new, before)
    assert answers[Truth.UNKNOWN] <= PAIRS / 20, answers
