"""New, fixed, kept, and what can no longer be told."""

from datetime import date

import pytest

from auditor.finding import Severity
from auditor.gate.configuration import Configuration
from auditor.gate.diff import Entry, Side, Standing, compare, last_segment, settings_changes
from auditor.gate.waivers import Waiver

RULE = "sns-topic-odd"


def entry(name: str, standing: Standing = Standing.FAIL, **parts: object) -> Entry:
    made: dict[str, object] = {
        "fingerprint": f"v1:{name}",
        "rule": RULE,
        "type": "AWS::SNS::Topic",
        "resource": name,
        "standing": standing,
        "severity": Severity.HIGH,
    }
    return Entry(**(made | parts))  # type: ignore[arg-type]  # a test's parts


def side(*entries: Entry, kinds: tuple[str, ...] = ("cloudformation",), **parts: object) -> Side:
    made: dict[str, object] = {"entries": entries, "kinds": frozenset(kinds), "rules": frozenset({RULE})}
    return Side(**(made | parts))  # type: ignore[arg-type]  # a test's parts


def test_by_fingerprint() -> None:
    both, old, young = entry("both"), entry("old"), entry("young")

    found = compare(side(both, old), side(young, both))

    assert [(item.entry, item.was) for item in found.new] == [(young, None)]
    assert found.fixed == (old,)
    assert [(item.before, item.after) for item in found.kept] == [(both, both)]
    assert found.unjudged == ()
    assert (found.by_name, found.complete) == (False, True)


FAIL, UNKNOWN, WAIVED = Standing.FAIL, Standing.UNKNOWN, Standing.WAIVED


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        (FAIL, FAIL, "kept"),
        (FAIL, UNKNOWN, "the check is undecided now"),
        (FAIL, WAIVED, "kept"),
        (UNKNOWN, FAIL, "was unknown"),
        (UNKNOWN, UNKNOWN, "kept"),
        (UNKNOWN, WAIVED, "kept"),
        (WAIVED, FAIL, "was waived"),
        (WAIVED, UNKNOWN, "was waived"),
        (WAIVED, WAIVED, "kept"),
    ],
)
def test_a_result_that_counts_otherwise(before: Standing, after: Standing, outcome: str) -> None:
    found = compare(side(entry("a", before)), side(entry("a", after)))

    said = ["kept" for _ in found.kept] + [f"was {item.was}" for item in found.new]
    assert said + [item.why for item in found.unjudged] == [outcome]
    assert found.fixed == ()


def test_a_result_that_became_worse_is_new() -> None:
    mild, bad = entry("a", severity=Severity.MEDIUM), entry("a", severity=Severity.HIGH)

    assert [item.was for item in compare(side(mild), side(bad)).new] == ["medium"]
    assert compare(side(bad), side(mild)).new == ()


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"rules": frozenset()}, "the rule did not run"),
        ({"crashed": frozenset({(RULE, "a")})}, "the rule crashed"),
    ],
)
def test_what_was_not_looked_at_is_not_fixed(parts: dict[str, object], why: str) -> None:
    found = compare(side(entry("a")), side(**parts))

    assert found.fixed == ()
    assert [item.why for item in found.unjudged] == [why]


def test_what_became_undecided_under_another_subject_is_not_fixed() -> None:
    broken, open_ = entry("a1", resource="a", subject=("topic-key",)), entry("a2", UNKNOWN, resource="a")

    found = compare(side(broken), side(open_))

    assert found.fixed == ()
    assert [(item.entry, item.why) for item in found.unjudged] == [(broken, "the check is undecided now")]
    assert [(item.entry, item.was) for item in found.new] == [(open_, None)]


def test_what_was_undecided_before_leaves_the_rest_fixed() -> None:
    broken, open_ = entry("a1", resource="a", subject=("X",)), entry("a2", UNKNOWN, resource="a", subject=("Y",))

    found = compare(side(broken, open_), side(open_))

    assert found.fixed == (broken,)
    assert found.unjudged == ()


def test_what_became_undecided_elsewhere_leaves_the_rest_fixed() -> None:
    broken, open_ = entry("a", subject=("X",)), entry("b", UNKNOWN)

    assert compare(side(broken), side(open_)).fixed == (broken,)


def test_across_kinds_of_input_by_rule_type_and_name() -> None:
    orders = {"names": frozenset({"Orders", "orders"})}
    live = {"names": frozenset({"orders"})}
    base = side(
        entry("t1", subject=("a",), **orders),
        entry("t2", subject=("b",), **orders),
        entry("t3", names=frozenset({"other"})),
        entry("t4", type="AWS::SNS::Subscription", **orders),
    )
    head = side(entry("l1", subject=("x",), **live), entry("l2", subject=("a",), **live), kinds=("aws",))

    found = compare(base, head)

    assert found.by_name is True
    assert {(item.before.resource, item.after.resource) for item in found.kept} == {("t1", "l2"), ("t2", "l1")}
    assert [gone.resource for gone in found.fixed] == ["t3", "t4"]
    assert found.new == ()


def test_across_kinds_of_input_what_became_undecided_is_not_fixed() -> None:
    name = {"names": frozenset({"orders"})}
    broken = entry("t1", subject=("a",), **name), entry("t2", subject=("b",), **name)

    found = compare(side(*broken), side(entry("l1", UNKNOWN, **name), kinds=("aws",)))

    assert [(item.entry, item.why) for item in found.unjudged] == [
        (each, "the check is undecided now") for each in broken
    ]
    assert found.fixed == ()


def test_one_result_is_matched_once() -> None:
    name = {"names": frozenset({"orders"})}

    found = compare(side(entry("t1", **name)), side(entry("l1", **name), entry("l2", **name), kinds=("aws",)))

    assert [item.after.resource for item in found.kept] == ["l1"]
    assert [item.entry.resource for item in found.new] == ["l2"]


def test_within_one_kind_names_do_not_match() -> None:
    name = {"names": frozenset({"orders"})}

    found = compare(side(entry("t1", **name)), side(entry("t2", **name)))

    assert (len(found.new), len(found.fixed), found.by_name) == (1, 1, False)


def test_an_account_and_its_snapshot_are_one_kind() -> None:
    assert compare(side(kinds=("aws",)), side(kinds=("snapshot",))).by_name is False


def test_the_gate_fails_on_new_results_at_or_over_the_thresholds() -> None:
    found = compare(
        side(entry("kept")),
        side(
            entry("kept"),
            entry("high"),
            entry("low", severity=Severity.LOW),
            entry("open", UNKNOWN),
            entry("fine", WAIVED),
        ),
    )

    assert [item.resource for item in found.failing(Severity.LOW, None)] == ["high", "low"]
    assert [item.resource for item in found.failing(Severity.HIGH, Severity.HIGH)] == ["high", "open"]
    assert found.failing(None, None) == ()


@pytest.mark.parametrize("sides", [(False, True), (True, False)])
def test_incomplete_when_one_side_is(sides: tuple[bool, bool]) -> None:
    assert compare(side(complete=sides[0]), side(complete=sides[1])).complete is False


@pytest.mark.parametrize(
    ("address", "segment"),
    [
        ("Orders", "Orders"),
        ("Nested/Orders", "Orders"),
        ("topic/orders", "orders"),
        ("identity/example.com", "example.com"),
        ("aws_sns_topic.orders", "orders"),
        ("module.mail[0].aws_sns_topic.orders", "orders"),
        ('module.m["a/b"].aws_sns_topic.orders[1]', "orders[1]"),
        ('aws_sns_topic.orders["eu/1"]', 'orders["eu/1"]'),
    ],
)
def test_last_segment(address: str, segment: str) -> None:
    assert last_segment(address) == segment


def test_changes_of_settings_and_waivers() -> None:
    def waiver(resource: str, **parts: object) -> Waiver:
        made: dict[str, object] = {"reason": "ok", "until": date(2026, 12, 31), "rule": RULE, "resource": resource}
        return Waiver(**(made | parts))  # type: ignore[arg-type]  # a test's parts

    base = Configuration(path="a", sha256="x", waivers=(waiver("a"), waiver("b"), waiver("c", where="auditor.yaml:3")))
    head = Configuration(
        path="b",
        sha256="y",
        fail_on=None,
        ignore=("sns-*",),
        severities={RULE: Severity.INFO},
        waivers=(waiver("b", until=date(2027, 1, 1)), waiver("c", where="auditor.yaml:9"), waiver("d")),
    )

    assert settings_changes(base, head) == (
        "ignore: none → sns-*",
        "severities: none → sns-topic-odd=info",
        "fail_on: low → none",
        "waiver removed: sns-topic-odd, resource a until 2026-12-31: ok",
        "waiver changed: sns-topic-odd, resource b until 2026-12-31 → 2027-01-01: ok",
        "waiver added: sns-topic-odd, resource d until 2026-12-31: ok",
    )
    assert settings_changes(base, base) == ()
