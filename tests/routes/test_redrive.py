"""The redrive queue, which catches what the endpoint refuses and never decides the grade."""

from routes.building import OTHER_ACCOUNT, MailPath, gap, known, lines

from auditor.model.cloudwatch import Alarm
from auditor.model.known import Cause, Known, Unknown
from auditor.model.sqs import Queue
from auditor.model.text import text
from auditor.routes.route import Grade, State

NOT_READ = Unknown(Cause.DENIED, "denied")


def redriven(path: MailPath) -> list[tuple[str, State]]:
    route = next(route for route in path.routes() if route.way == "event-destination")
    assert route.grade is Grade.PROGRAMMATIC
    return [(link.name, link.state) for link in route.links if link.is_safety_net]


def test_none() -> None:
    path = MailPath().change("subscription", dead_letter_queue=known(None))
    link = path.link("redrive-queue")
    assert (link.state, link.message) == (State.WEAK, "there is none: what the endpoint refuses is discarded")
    assert redriven(path) == [("redrive-queue", State.WEAK)]


def test_not_told() -> None:
    path = MailPath().change("subscription", dead_letter_queue=NOT_READ)
    assert path.link("redrive-queue").unknowns == (NOT_READ,)
    assert redriven(path) == [("redrive-queue", State.UNKNOWN)]


def test_does_not_exist() -> None:
    path = MailPath().change("subscription", dead_letter_queue=known("arn:aws:sqs:eu-west-1:111122223333:gone", 91))
    link = path.link("redrive-queue")
    assert (link.state, lines(link)) == (State.BROKEN, ["account.json:91"])
    assert redriven(path) == [("redrive-queue", State.BROKEN)]


def test_other_region() -> None:
    path = MailPath().change("subscription", dead_letter_queue=known("arn:aws:sqs:us-east-1:111122223333:dlq"))
    link = path.link("redrive-queue")
    assert link.state is State.BROKEN
    assert link.message == "the queue is in Region us-east-1, the subscription in eu-west-1; SNS needs both in one"


def test_other_account() -> None:
    path = MailPath().change("subscription", dead_letter_queue=known(f"arn:aws:sqs:eu-west-1:{OTHER_ACCOUNT}:dlq"))
    assert path.link("redrive-queue").message.startswith(f"the queue is in account {OTHER_ACCOUNT}")


def test_fifo() -> None:
    assert MailPath().change("redrive", fifo=known(value=True)).link("redrive-queue").state is State.BROKEN


def test_without_policy() -> None:
    path = MailPath().remove("redrive_policy")
    assert path.link("redrive-queue-policy").state is State.BROKEN
    assert path.grade() is Grade.PROGRAMMATIC


def test_queues_were_not_read() -> None:
    path = MailPath().remove("redrive").leave_unread(Queue)
    assert gap(path.link("redrive-queue")).cause is Cause.ELSEWHERE


class TestAlarm:
    def test_watches(self) -> None:
        path = MailPath()
        link = path.link("redrive-queue-alarm")
        assert (link.state, link.resource) == (State.OK, path.parts["alarm"])

    def test_none(self) -> None:
        link = MailPath().remove("alarm").link("redrive-queue-alarm")
        assert (link.state, link.message) == (State.ABSENT, "no alarm watches the queue")

    def test_not_read(self) -> None:
        link = MailPath().remove("alarm").leave_unread(Alarm).link("redrive-queue-alarm")
        assert (link.state, gap(link).cause) == (State.UNKNOWN, Cause.ELSEWHERE)

    def test_does_nothing(self) -> None:
        for fields in ({"actions": known(())}, {"actions_enabled": known(value=False)}):
            assert MailPath().change("alarm", **fields).link("redrive-queue-alarm").state is State.ABSENT

    def test_actions_are_not_told(self) -> None:
        assert MailPath().change("alarm", actions=NOT_READ).link("redrive-queue-alarm").unknowns == (NOT_READ,)

    def test_one_that_computes_from_metrics(self) -> None:
        link = MailPath().change("alarm", namespace=known(None), metric=known(None)).link("redrive-queue-alarm")
        assert link.state is State.UNKNOWN

    def test_watches_something_else(self) -> None:
        for fields in (
            {"dimensions": Known({"QueueName": text("other")})},
            {"metric": known("NumberOfMessagesDeleted")},
            {"namespace": known("AWS/SNS")},
        ):
            assert MailPath().change("alarm", **fields).link("redrive-queue-alarm").state is State.ABSENT
