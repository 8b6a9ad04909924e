"""Comparisons of hostile policies end: their work and what they hold are counted, and what is too much is unknown."""

from collections.abc import Iterator
from random import Random

import iam_trees
import pytest

from auditor import iam
from auditor.iam.difference import Difference, Kind, difference
from auditor.iam.sets import strings, work
from auditor.iam.sets.strings import Together
from auditor.iam.sets.work import TooMuchError, Work
from auditor.model.known import Cause, Truth

LETTERS = "abcdefghij"
LITTLE = 100_000
"""Units of work that are given here: what is counted is the same with more."""
Statement = dict[str, object]


def allow(resource: object = "*", action: object = "s3:*", **more: object) -> Statement:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def document(*statements: Statement) -> iam.Policy:
    return iam.parse(iam_trees.plain({"Version": "2012-10-17", "Statement": list(statements)}))


def noise(seed: int, size: int) -> str:
    random = Random(seed)  # noqa: S311 - the same pattern every time
    return "arn:aws:s3:::" + "".join(random.choices("abc*?", k=size))


def keys(count: int, operator: str = "StringLike") -> Iterator[Statement]:
    for number in range(count):
        both = {f"x:k{number}": "a*", f"x:k{(number + 1) % count}": "*b"}
        yield allow(Condition={operator: both})


def root(number: int) -> str:
    return f"arn:aws:iam::{number:012d}:root"


TAGS = {"ForAnyValue:StringLike": {"aws:TagKeys": [f"*{letter}*" for letter in LETTERS]}}
HOSTILE = {
    "many statements": (
        document(*(allow(f"arn:aws:s3:::b{number}*x") for number in range(300))),
        document(allow(), *({**allow(f"arn:aws:s3:::*c{number}*"), "Effect": "Deny"} for number in range(300))),
    ),
    "stars between letters": (
        document(allow("arn:aws:s3:::" + "*".join(LETTERS * 100))),
        document(*(allow("arn:aws:s3:::" + "*".join(letter + LETTERS * 60)) for letter in LETTERS)),
    ),
    "nothing but stars": (document(allow("arn:aws:s3:::" + "*" * 6000 + "x")),
        document(allow("arn:aws:s3:::" + "?*" * 1000))),
    "noise": (
        document(*(allow(noise(seed, 2000)) for seed in range(20))),
        document(*(allow(noise(seed, 2000)) for seed in range(20, 40))),
    ),
    "many letters": (
        document(allow([f"arn:aws:s3:::*{chr(0x4E00 + number)}*" for number in range(500)])),
        document(allow([f"arn:aws:s3:::*{chr(0x4E00 + number)}x*" for number in range(500)])),
    ),
    "many actions": (
        document(allow(action=[f"s3:a{number}*b" for number in range(800)])),
        document(allow(action=[f"s3:a{number}*" for number in range(800)])),
    ),
    "many keys": (document(allow()), document(*keys(60))),
    "many keys that must differ": (document(allow()), document(*keys(60, "StringNotLike"))),
    "many values": (
        document(allow(Condition=TAGS)),
        document(*(allow(Condition={"ForAllValues:StringLike": {"aws:TagKeys": f"*{each}*"}}) for each in LETTERS)),
    ),
    "many networks": (
        document(allow()),
        document(*(allow(Condition={"IpAddress": {"aws:SourceIp": [f"10.{n}.{m}.0/24" for m in range(50)]}})
                   for n in range(50))),
    ),
    "many accounts": (
        document(*(allow(Principal={"AWS": root(number)}) for number in range(300))),
        document(allow(Principal={"AWS": [root(number) for number in range(1, 300)]})),
    ),
    "all but many sessions": (
        document(allow(NotPrincipal={"AWS": [f"arn:aws:sts::111111111111:assumed-role/r{n}/s" for n in range(50)]})),
        document(allow(Principal={"AWS": [f"arn:aws:sts::111111111111:assumed-role/r{n}/s" for n in range(50)]})),
    ),
}  # fmt: skip


@pytest.mark.parametrize("known", ["any actions", "known actions"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_policies_take_no_more_work_than_is_given(
    name: str, known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Work.__init__, "__defaults__", (LITTLE,))
    looked_at = 0
    after = Together._after

    def counting(self: Together, *args: object) -> object:
        nonlocal looked_at
        looked_at += 1
        assert looked_at * self.size <= LITTLE * strings._BITS_OF_A_UNIT
        return after(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Together, "_after", counting)
    named = Kind.RESOURCE if name in {"many accounts", "all but many sessions"} else Kind.IDENTITY
    for new, old in (HOSTILE[name], HOSTILE[name][::-1]):
        found = difference([new], [old], kind=named, real=known == "known actions")
        assert looked_at <= 2 * LITTLE
        assert found.truth is not Truth.UNKNOWN or found.unknowns[0].cause is Cause.UNDECIDED


def test_a_comparison_that_is_stopped_is_unknown_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Work.__init__, "__defaults__", (100,))
    found = difference([document(allow("arn:aws:s3:::a"))], [document(allow("arn:aws:s3:::b"))])
    assert found.truth is Truth.UNKNOWN
    assert [why.detail for why in found.unknowns] == [
        "the comparison stopped: it takes more work than the engine takes on"
    ]


def test_an_answer_does_not_depend_on_earlier_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    new, old = document(allow("arn:aws:s3:::a*b*")), document(allow("arn:aws:s3:::*b*c"), allow("arn:aws:s3:::a*"))

    def spent() -> tuple[Difference, int]:
        made: list[Work] = []
        begin = Work.__init__

        def beginning(self: Work, *args: int) -> None:
            begin(self, *args)
            made.append(self)

        with monkeypatch.context() as patched:
            patched.setattr(work.Work, "__init__", beginning)
            return difference([new], [old]), made[0].left

    assert spent() == spent()


def test_states_are_counted_by_their_size() -> None:
    from auditor.iam.automaton import Wild
    from auditor.iam.sets.atoms import made

    pieces = [made((Wild.ANY, letter * 40, Wild.ANY)).certain or () for letter in LETTERS]
    with pytest.raises(TooMuchError, match="more work"):
        list(Together(tuple(pieces), (False,) * len(pieces)).classes((), Work(20_000)))
