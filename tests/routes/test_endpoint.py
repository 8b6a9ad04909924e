"""What stands at the end of a subscription."""

import pytest
from routes.building import OTHER_ACCOUNT, MailPath, allow, document, gap, known, lines

from auditor.model.awslambda import Function, Permission
from auditor.model.known import Cause, Known, Unknown
from auditor.model.sqs import Queue, QueuePolicy
from auditor.model.text import Symbol, text
from auditor.routes.route import Grade, State

NOT_READ = Unknown(Cause.DENIED, "denied")
TOPIC = "arn:aws:sns:eu-west-1:111122223333:ses-bounces"
QUEUE = "arn:aws:sqs:eu-west-1:111122223333:bounce-queue"


class TestQueue:
    def test_does_not_exist(self) -> None:
        path = MailPath().change("subscription", endpoint=known("arn:aws:sqs:eu-west-1:111122223333:gone", 81))
        link = path.link("endpoint")
        assert (link.state, link.message, lines(link)) == (State.BROKEN, "no such queue exists", ["account.json:81"])

    def test_was_not_read(self) -> None:
        path = MailPath().remove("queue").leave_unread(Queue)
        assert gap(path.link("endpoint")).cause is Cause.ELSEWHERE
        assert path.grade() is Grade.UNKNOWN

    def test_in_another_account(self) -> None:
        path = MailPath().change("subscription", endpoint=known(f"arn:aws:sqs:eu-west-1:{OTHER_ACCOUNT}:theirs"))
        assert gap(path.link("endpoint")).cause is Cause.ELSEWHERE

    def test_fifo(self) -> None:
        link = MailPath().change("queue", fifo=known(value=True)).link("endpoint")
        assert (link.state, "standard queues only" in link.message) == (State.BROKEN, True)

    def test_fifo_is_not_told(self) -> None:
        # A name that does not end in .fifo is that of a standard queue.
        assert MailPath().change("queue", fifo=NOT_READ).link("endpoint").state is State.OK
        queue = text("arn:aws:sqs:eu-west-1:111122223333:", Symbol("Queue.QueueName", "mail.yaml"))
        path = MailPath().change("queue", fifo=NOT_READ, arn=queue)
        path.change("subscription", endpoint=Known(queue))
        assert path.link("endpoint").unknowns == (NOT_READ,)

    def test_arn_is_not_told(self) -> None:
        queue = text(Unknown(Cause.NOT_HERE, "parameter QueueArn"))
        link = MailPath().change("subscription", endpoint=Known(queue)).link("endpoint")
        assert (link.state, link.title) == (State.UNKNOWN, "queue {?}")

    def test_without_policy(self) -> None:
        path = MailPath().remove("queue_policy")
        link = path.link("endpoint-policy")
        assert link.state is State.BROKEN
        assert link.message == "there is none, so nothing allows SNS sqs:SendMessage for topic ses-bounces"
        assert link.fix is not None
        assert f'"aws:SourceArn": "{TOPIC}"' in link.fix.text
        assert path.grade() is Grade.BROKEN

    def test_a_policy_that_may_take_the_place_of_another(self) -> None:
        path = MailPath()
        path.parts["rival"] = path.parts["queue_policy"]
        path.change("rival", address="QueuePolicy/rival", uncertain=Unknown(Cause.NOT_HERE, "condition IsProduction"))
        assert path.link("endpoint-policy").state is State.OK
        path.change("rival", document=document())
        assert path.link("endpoint-policy").state is State.UNKNOWN

    def test_policies_were_not_read(self) -> None:
        path = MailPath().remove("queue_policy").leave_unread(QueuePolicy)
        assert gap(path.link("endpoint-policy")).cause is Cause.ELSEWHERE

    def test_policy_of_another_topic(self) -> None:
        statement = allow(
            "sns.amazonaws.com", "sqs:SendMessage", QUEUE, ArnEquals={"aws:SourceArn": TOPIC.replace("ses-", "other-")}
        )
        link = MailPath().change("queue_policy", document=document(statement)).link("endpoint-policy")
        assert link.state is State.BROKEN

    def test_everybody_acting_for_the_topic(self) -> None:
        statement = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "SQS:SendMessage",
            "Resource": QUEUE,
            "Condition": {"ArnEquals": {"aws:SourceArn": TOPIC}},
        }
        assert MailPath().change("queue_policy", document=document(statement)).link("endpoint-policy").state is State.OK

    def test_condition_on_an_account_that_sns_may_not_send(self) -> None:
        statement = allow(
            "sns.amazonaws.com", "sqs:SendMessage", QUEUE, StringEquals={"aws:SourceAccount": "111122223333"}
        )
        link = MailPath().change("queue_policy", document=document(statement)).link("endpoint-policy")
        assert gap(link) == Unknown(Cause.UNDECIDED, "AWS does not document whether SNS sends aws:SourceAccount")

    def test_policy_was_not_read(self) -> None:
        path = MailPath().change("queue_policy", document=NOT_READ)
        assert path.link("endpoint-policy").unknowns == (NOT_READ,)


class TestFunction:
    def permission(self, topic: str = TOPIC) -> dict:
        return allow("sns.amazonaws.com", "lambda:InvokeFunction", "*", ArnLike={"AWS:SourceArn": topic})

    def test_may_be_invoked(self) -> None:
        path = MailPath().to_lambda(self.permission())
        assert path.link("endpoint-policy").state is State.OK
        assert path.grade() is Grade.PROGRAMMATIC

    def test_one_permission_of_several_is_enough(self) -> None:
        path = MailPath().to_lambda(self.permission(f"{TOPIC}-2"), self.permission())
        assert path.link("endpoint-policy").state is State.OK

    def test_without_permission(self) -> None:
        link = MailPath().to_lambda().link("endpoint-policy")
        assert link.state is State.BROKEN
        assert link.message == "there is none, so nothing allows SNS lambda:InvokeFunction for topic ses-bounces"

    def test_for_another_topic(self) -> None:
        path = MailPath().to_lambda(self.permission(f"{TOPIC}-2"))
        link = path.link("endpoint-policy")
        assert link.state is State.BROKEN
        assert link.fix is not None
        assert link.fix.text == (
            f"Add a permission: sns.amazonaws.com may lambda:InvokeFunction when aws:SourceArn is {TOPIC}."
        )

    def test_permissions_were_not_read(self) -> None:
        assert gap(MailPath().to_lambda().leave_unread(Permission).link("endpoint-policy")).cause is Cause.ELSEWHERE

    def test_permissions_of_an_alias_are_not_read(self) -> None:
        path = MailPath().to_lambda()
        path.change("subscription", endpoint=known(path.arn("lambda", "function:on-bounce:live")))
        link = path.link("endpoint-policy")
        assert (link.state, gap(link).cause) == (State.UNKNOWN, Cause.NOT_ASKED)

    def test_does_not_exist(self) -> None:
        path = MailPath().to_lambda().remove("function")
        assert path.link("endpoint").message == "no such function exists"

    def test_functions_were_not_read(self) -> None:
        path = MailPath().to_lambda().remove("function").leave_unread(Function)
        assert gap(path.link("endpoint")).cause is Cause.ELSEWHERE

    def test_may_not_exist(self) -> None:
        why = Unknown(Cause.NOT_HERE, "condition")
        assert MailPath().to_lambda().change("function", uncertain=why).link("endpoint").unknowns == (why,)


class TestOthers:
    def path(self, protocol: str, endpoint: str) -> MailPath:
        return MailPath().change("subscription", protocol=known(protocol), endpoint=known(text(endpoint)))

    def test_https(self) -> None:
        path = self.path("https", "https://hooks.example.net/b?token=1")
        link = path.link("endpoint")
        assert (link.state, link.assumptions) == (State.OK, ("the endpoint answers; it was not called",))
        assert path.grade() is Grade.PROGRAMMATIC

    def test_http(self) -> None:
        link = self.path("http", "http://hooks.example.net/b").link("endpoint")
        assert link.state is State.WEAK
        assert link.fix is not None

    @pytest.mark.parametrize("protocol", ["email", "email-json", "sms"])
    def test_people(self, protocol: str) -> None:
        path = self.path(protocol, "ops@example.net")
        assert path.link("endpoint").state is State.OK
        assert path.grade() is Grade.EMAIL_ONLY
        assert "redrive-queue" not in [link.name for route in path.routes() for link in route.links]

    def test_unknown_protocol(self) -> None:
        assert gap(self.path("pigeon", "coop").link("endpoint")).cause is Cause.UNDECIDED

    def test_endpoint_is_not_told(self) -> None:
        path = MailPath().change("subscription", endpoint=NOT_READ)
        assert path.link("endpoint").unknowns == (NOT_READ,)

    def test_delivery_stream(self) -> None:
        path = self.path("firehose", "arn:aws:firehose:eu-west-1:111122223333:deliverystream/mail")
        link = path.link("role")
        assert link.state is State.BROKEN
        assert link.message == "none is set, and SNS writes to a delivery stream only through a role"


class TestOtherRegions:
    def path(self, region: str, *services: str) -> MailPath:
        queue = f"arn:aws:sqs:{region}:111122223333:bounce-queue"
        path = MailPath().change("subscription", endpoint=known(queue))
        path.change("queue", arn=text(queue), region=text(region))
        statement = allow(list(services), "sqs:SendMessage", queue, ArnEquals={"aws:SourceArn": TOPIC})
        return path.change("queue_policy", queues=known((text(queue),)), document=document(statement))

    def test_between_regions_that_are_always_on(self) -> None:
        assert self.path("us-east-1", "sns.amazonaws.com").link("endpoint-policy").state is State.OK

    def test_into_a_region_that_is_opted_in(self) -> None:
        link = self.path("me-south-1", "sns.amazonaws.com").link("endpoint-policy")
        assert (link.state, gap(link).cause) == (State.UNKNOWN, Cause.UNDECIDED)
        both = self.path("me-south-1", "sns.amazonaws.com", "sns.me-south-1.amazonaws.com")
        assert both.link("endpoint-policy").state is State.OK
        neither = self.path("me-south-1", "events.amazonaws.com")
        assert neither.link("endpoint-policy").state is State.BROKEN
