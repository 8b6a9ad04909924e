"""Turns and the time limit, on a clock that the test moves."""

import pytest

from auditor.model.known import Cause, Unknown
from auditor.sources.aws.pacing import Budget, Pacer, Pacing


class Clock:
    """Time passes when somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()

    def wait(_: object, seconds: float) -> bool:
        clock.now += seconds
        return False

    monkeypatch.setattr("threading.Event.wait", wait)
    return clock


def test_turns_keep_the_rate(clock: Clock) -> None:
    pacer = Pacer(2.0, Budget(None, clock=clock))

    moments = []
    for _ in range(4):
        assert pacer.turn()
        moments.append(clock.now)
    assert moments == [100.0, 100.5, 101.0, 101.5]


def test_time_that_passed_is_not_saved_up(clock: Clock) -> None:
    pacer = Pacer(1.0, Budget(None, clock=clock))
    pacer.turn()
    clock.now = 110.0

    moments = []
    for _ in range(2):
        pacer.turn()
        moments.append(clock.now)
    assert moments == [110.0, 111.0]


def test_a_pause_holds_everybody_back_without_pacing_too(clock: Clock) -> None:
    pacer = Pacer(None, Budget(None, clock=clock))
    pacer.pause(4.0)

    assert pacer.turn()
    assert clock.now == 104.0


def test_a_turn_after_the_limit_is_refused_without_waiting(clock: Clock) -> None:
    pacer = Pacer(1.0, Budget(1.5, clock=clock))

    assert [pacer.turn(), pacer.turn(), pacer.turn()] == [True, True, False]
    assert clock.now == 101.0


def test_a_stopped_budget_refuses_every_turn(clock: Clock) -> None:
    budget = Budget(None, clock=clock)
    budget.stop()

    assert not Pacer(None, budget).turn()


def test_the_limit_is_told_in_words(clock: Clock) -> None:
    assert Budget(90.0, clock=clock).limit("sns:ListTopics") == Unknown(
        Cause.LIMIT, "sns:ListTopics: not read before the time limit of 90 s"
    )


def test_operations_of_ses_share_a_pacer_and_those_of_sns_do_not(clock: Clock) -> None:
    pacing = Pacing("eu-west-1", Budget(None, clock=clock), pace=True)

    assert pacing.of("ses:GetAccount") is pacing.of("ses:ListReceiptRuleSets")
    assert pacing.of("sns:ListTopics") is not pacing.of("sns:ListSubscriptions")
