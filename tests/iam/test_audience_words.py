"""Strings that stand for all that patterns match."""

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.iam.audience import words
from auditor.iam.automaton import Wild
from auditor.iam.resource import arn_pattern_of
from auditor.iam.wildcard import Glob, wildcards_of
from auditor.model.known import Truth
from auditor.model.text import Symbol, text

patterns = st.text("ab*?", max_size=6).map(lambda written: Glob(tuple(wildcards_of(written)), fold=False).pieces)
SEGMENTS = (("arn", "*"), ("aws", "*"), ("ses", "s*", "*"), ("eu-*", "*-1", ""), ("111111111111", "1*", "*"),
            ("identity/*", "*/a", "i:*", "*"))  # fmt: skip
arns = st.tuples(*(st.sampled_from(each) for each in SEGMENTS)).map(lambda parts: tuple(wildcards_of(":".join(parts))))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(patterns, patterns)
def test_a_common_part_is_matched_by_both(one: words.Pieces, two: words.Pieces) -> None:
    both = words.common(one, two)
    mine, theirs = Glob(one, fold=False), Glob(two, fold=False)
    assert (both is None) is (mine.overlaps(theirs) is Truth.FALSE)
    if both is not None:
        assert mine.covers(Glob(both, fold=False)) is Truth.TRUE
        assert theirs.covers(Glob(both, fold=False)) is Truth.TRUE


@settings(max_examples=300, deadline=None, derandomize=True)
@given(patterns, patterns)
def test_what_only_one_of_two_patterns_matches_is_found(one: words.Pieces, two: words.Pieces) -> None:
    mine, theirs = Glob(one, fold=False), Glob(two, fold=False)
    if Wild.ONE in one or Wild.ONE in two:
        return
    found = words.strings([(one,), (two,)])
    outside = [each for each in found if mine.matches(each) is Truth.TRUE and theirs.matches(each) is Truth.FALSE]
    assert bool(outside) is (theirs.covers(mine) is Truth.FALSE)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(arns, arns)
def test_arns_of_two_patterns(one: words.Pieces, two: words.Pieces) -> None:
    found = words.arns([(one,), (two,)])
    mine, theirs = arn_pattern_of(one), arn_pattern_of(two)
    inside = [
        each for each in found if mine.matches(each) is not Truth.FALSE and theirs.matches(each) is not Truth.FALSE
    ]
    if mine.overlaps(theirs) is Truth.TRUE:
        assert inside


def test_an_account_takes_the_place_of_a_wildcard() -> None:
    made = tuple(wildcards_of("arn:aws:ses:*:*:identity/*"))
    assert [str(each).split(":")[4] for each in words.arns([(made,)], [text("222222222222")])] == [
        words.NEW,
        "222222222222",
    ]
    buckets = words.arns([(tuple(wildcards_of("arn:aws:s3:*:*:bucket")),)], [text("222222222222")])
    assert list(map(str, buckets)) == ["arn:aws:s3:::bucket"]


def test_a_symbol_is_a_letter_of_its_own() -> None:
    name = Symbol("Topic.TopicName")
    assert words.common(("a", name), ("a", Wild.ANY)) == ("a", name)
    assert words.common(("a", name), ("ab",)) is None


def test_common_parts_are_limited() -> None:
    many = [tuple(wildcards_of(f"*{number}*")) for number in range(100)]
    assert words.are_many([many, many[:50]])
    assert not words.are_many([many[:30], many[30:60]])
    assert not words.are_many([many, many])
    assert not words.are_many([many])
    assert len(words.strings([many, many[:50]])) < 1000
