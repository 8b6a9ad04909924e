"""What comparisons see at a glance: patterns that are apart, or inside of others, and thousands of accounts."""

import itertools
import re
import sys
from collections.abc import Sequence
from random import Random

import iam_alphabet
import iam_trees
import pytest
from examples import examples

from auditor import iam
from auditor.iam.automaton import Piece, Step, Wild
from auditor.iam.difference import Kind, difference
from auditor.iam.sets.apart import Neighbours, are_apart, is_inside
from auditor.iam.sets.atoms import Atom, made, made_arn
from auditor.iam.sets.box import Box, Part
from auditor.iam.sets.work import Work
from auditor.model.known import Truth

Statement = dict[str, object]
WORDS = tuple("".join(letters) for size in range(6) for letters in itertools.product("a:b", repeat=size))
COUNT = 1000
"""Of accounts."""


def matched(atom: Atom) -> frozenset[str]:
    """The words that an atom matches."""

    def written(step: Step) -> str:
        letters = "." if step.letters is None else f"[{''.join(step.letters)}]"
        return (letters if step.colon or step.letters else "[^:]") + ("*" if step.loop else "")

    pattern = re.compile("".join(map(written, atom.possible or ())))
    return frozenset(word for word in WORDS if pattern.fullmatch(word))


def atom_of(random: Random) -> Atom:
    pieces: list[Piece] = random.choices(("a", "b", ":", Wild.ANY, Wild.ONE), k=random.randrange(6))
    return (made if random.random() < 0.5 else made_arn)(tuple(pieces))


def test_patterns_that_are_apart_have_no_word_in_common() -> None:
    random = Random(1)  # noqa: S311 - the same patterns every time
    for _ in range(examples(1500)):
        one, two = atom_of(random), atom_of(random)
        assert are_apart(one, two) is are_apart(two, one)
        if are_apart(one, two):
            assert not matched(one) & matched(two), (one, two)
        if is_inside(one, two):
            assert matched(one) <= matched(two), (one, two)


def test_neighbours_are_those_that_are_not_apart() -> None:
    random = Random(2)  # noqa: S311 - the same patterns every time
    for _ in range(examples(150)):
        atoms = [atom_of(random) for _ in range(12)]
        asked = atom_of(random)
        assert Neighbours(atoms).of(asked, len(atoms)) == [each for each in atoms if not are_apart(each, asked)]


@pytest.mark.parametrize(
    ("narrow", "wide", "expected"),
    [
        ("arn:aws:sns:eu-west-1:111111111111:orders", "arn:aws:sns:*:*:o*", True),
        ("arn:aws:sns:eu-west-1:111111111111:orders", "arn:aws:sns:*:orders", False),
        ("arn:aws:sns:eu-west-1:*:o*", "arn:aws:sns:eu-*:*:o*", True),
        ("arn:aws:sns:eu-west-1:*:o*", "arn:aws:sns:eu-*:*:o*s", False),
        ("arn:aws:sns:eu-west-1:*:o?", "arn:aws:sns:eu-west-1:*:o*", True),
        ("arn:aws:sns:eu-west-1:*:o*", "arn:aws:sns:eu-west-1:*:o?", False),
    ],
)
def test_a_pattern_is_seen_to_be_inside_another(narrow: str, wide: str, *, expected: bool) -> None:
    def atom(written: str) -> Atom:
        return made_arn(tuple({"*": Wild.ANY, "?": Wild.ONE}.get(part, part) for part in re.split(r"([*?])", written)))

    assert is_inside(atom(narrow), atom(wide)) is expected


class Blind:
    """A cover of which nothing is seen at a glance."""

    def __init__(self, parts: Sequence[Part], _: Work) -> None:
        self.parts = tuple(parts)

    def left_of(self, box: Box) -> Box:
        return box

    def beside(self, _: object) -> list[Part]:
        return list(self.parts)

    def near(self, _: object) -> range:
        return range(len(self.parts))


@pytest.mark.parametrize("named", [False, True])
def test_what_is_seen_at_a_glance_changes_no_answer(monkeypatch: pytest.MonkeyPatch, *, named: bool) -> None:
    random = Random(11)  # noqa: S311 - the same policies every time
    module = sys.modules["auditor.iam.sets.sides"]
    for _ in range(examples(60)):
        old = iam_alphabet.policy(random, named=named)
        new = iam_alphabet.changed(random, old, named=named)
        one, two = (iam.parse(iam_trees.plain(each)) for each in (new, old))
        kind = Kind.RESOURCE if named else Kind.IDENTITY
        found = difference([one], [two], kind=kind).truth
        with monkeypatch.context() as patched:
            patched.setattr(module, "Cover", Blind)
            patched.setattr(module, "chunks", lambda base: [list(base)])
            blind = difference([one], [two], kind=kind).truth
        assert found is blind or blind is Truth.UNKNOWN, (new, old)


# -- many accounts ----------------------------------------------------------------------------------------------------


def document(*statements: Statement) -> iam.Policy:
    return iam.parse(iam_trees.plain({"Version": "2012-10-17", "Statement": list(statements)}))


def allow(principal: object, resource: str = "*", **more: object) -> Statement:
    return {"Effect": "Allow", "Action": "sns:Publish", "Resource": resource, "Principal": principal, **more}


def deny(principal: object) -> Statement:
    return {**allow(principal), "Effect": "Deny"}


def topic(number: int) -> str:
    return f"arn:aws:sns:eu-west-1:111111111111:t{number}"


IDS = [f"{number:012d}" for number in range(COUNT)]
ROOTS = [f"arn:aws:iam::{each}:root" for each in IDS]
USERS = [f"arn:aws:iam::{each}:user/u" for each in IDS]
EACH = document(*(allow({"AWS": root}) for root in ROOTS))
LIST = document(allow({"AWS": ROOTS}))
FEWER = document(allow({"AWS": ROOTS[1:]}))
MORE = document(allow({"AWS": [*IDS, "999999999999"]}))
EACH_USER = document(*(allow({"AWS": user}) for user in USERS))
USER_LIST = document(allow({"AWS": USERS}))
BY_CONDITION = document(allow("*", Condition={"StringEquals": {"aws:PrincipalAccount": IDS}}))
BY_SOURCE = document(allow("*", Condition={"StringEquals": {"aws:SourceAccount": IDS}}))
BY_EACH_SOURCE = document(
    *(allow("*", Condition={"StringEquals": {"aws:SourceAccount": each}}) for each in reversed(IDS))
)
EVERYBODY = document(allow("*"))
REFUSED = document(allow("*"), deny({"AWS": ROOTS}))
EACH_REFUSED = document(allow("*"), *(deny({"AWS": root}) for root in ROOTS))
FEWER_REFUSED = document(allow("*"), *(deny({"AWS": root}) for root in ROOTS[1:]))
OWN_TOPICS = document(*(allow({"AWS": root}, topic(number)) for number, root in enumerate(ROOTS)))
ALL_TOPICS = document(allow({"AWS": ROOTS}, topic(0)[:-1] + "*"))
OTHERS = document(allow({"AWS": ROOTS}), allow({"AWS": "*"}, Condition={"StringEquals": {"aws:SourceAccount": "1"}}))
PAIRS: dict[str, tuple[iam.Policy, iam.Policy, Truth]] = {
    "a list and a statement for each": (LIST, EACH, Truth.FALSE),
    "a statement for each and a list": (EACH, LIST, Truth.FALSE),
    "one more than each": (MORE, EACH, Truth.TRUE),
    "one more than a list": (MORE, LIST, Truth.TRUE),
    "one fewer than each": (FEWER, EACH, Truth.FALSE),
    "each and one fewer": (EACH, FEWER, Truth.TRUE),
    "a list and one fewer": (LIST, FEWER, Truth.TRUE),
    "users of accounts": (EACH_USER, EACH, Truth.FALSE),
    "a list of users of accounts": (USER_LIST, EACH, Truth.FALSE),
    "accounts of users": (LIST, EACH_USER, Truth.TRUE),
    "accounts by condition and each": (BY_CONDITION, EACH, Truth.FALSE),
    "each and accounts by condition": (EACH, BY_CONDITION, Truth.FALSE),
    "sources and each source": (BY_SOURCE, BY_EACH_SOURCE, Truth.FALSE),
    "each source and sources": (BY_EACH_SOURCE, BY_SOURCE, Truth.FALSE),
    "refused by list, and one by one": (REFUSED, EACH_REFUSED, Truth.FALSE),
    "refused one by one, and by list": (EACH_REFUSED, REFUSED, Truth.FALSE),
    "one fewer refused": (FEWER_REFUSED, REFUSED, Truth.TRUE),
    "one more refused": (REFUSED, FEWER_REFUSED, Truth.FALSE),
    "nobody refused": (EVERYBODY, REFUSED, Truth.TRUE),
    "everybody but some": (REFUSED, EVERYBODY, Truth.FALSE),
    "topics of their own and all topics": (OWN_TOPICS, ALL_TOPICS, Truth.FALSE),
    "all topics and topics of their own": (ALL_TOPICS, OWN_TOPICS, Truth.TRUE),
    "others on a condition": (OTHERS, LIST, Truth.TRUE),
}


@pytest.mark.parametrize("name", PAIRS)
def test_many_accounts_are_compared(name: str) -> None:
    new, old, expected = PAIRS[name]
    assert difference([new], [old], kind=Kind.RESOURCE).truth is expected
