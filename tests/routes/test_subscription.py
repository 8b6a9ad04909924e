"""Subscriptions: whether they are there and confirmed, and what their filters let through."""

import pytest
from routes.building import OTHER_ACCOUNT, MailPath, gap, known, lines, plain_document

from auditor.model.known import Cause, Unknown
from auditor.model.sns import Subscription
from auditor.routes.route import Event, Grade, State

NOT_READ = Unknown(Cause.DENIED, "sns:GetSubscriptionAttributes was denied")
URL = "https://hooks.example.net/bounces"


class TestPresence:
    def test_none(self) -> None:
        path = MailPath().remove("subscription")
        link = path.link("subscription")
        assert (link.state, link.message) == (
            State.BROKEN,
            "the topic has none, so nobody receives what is published",
        )
        assert link.resource == path.parts["topic"]
        assert lines(link) == [str(path.parts["topic"].location)]
        assert path.grade() is Grade.BROKEN

    def test_not_read(self) -> None:
        path = MailPath().remove("subscription").leave_unread(Subscription)
        assert gap(path.link("subscription")).cause is Cause.ELSEWHERE
        assert path.grade() is Grade.UNKNOWN

    def test_one_that_may_not_exist(self) -> None:
        why = Unknown(Cause.NOT_HERE, "condition WithQueue")
        path = MailPath().change("subscription", uncertain=why)
        assert path.link("subscription").unknowns == (why,)
        assert path.grade() is Grade.UNKNOWN

    def test_one_whose_topic_is_not_told(self) -> None:
        path = MailPath().change("subscription", topic=NOT_READ)
        link = path.link("subscription")
        assert (link.message, link.unknowns) == ("it may be of this topic", (NOT_READ,))

    def test_many_whose_topic_is_not_told_are_judged_together(self) -> None:
        path = MailPath().change("subscription", topic=NOT_READ)
        for number in range(30):
            path.parts[f"{number}"] = path.parts["subscription"]
            path.change(f"{number}", address=f"Subscription/{number}", topic=NOT_READ)
        links = [route.links[-1] for route in path.routes() if route.way == "event-destination"]
        assert [link.title for link in links[19:]] == ["subscription Subscription/18", "11 more"]
        assert (links[20].message, links[20].unknowns) == ("they may be of this topic", (NOT_READ,))

    def test_of_very_many_alike_the_last_stands_for_the_rest(self) -> None:
        path = MailPath()
        for number in range(59):
            path.parts[f"{number}"] = path.parts["subscription"]
            path.change(f"{number}", address=f"Subscription/{number}")
        path.parts["broken"] = path.parts["subscription"]
        path.change("broken", address="Subscription/broken", pending=known(value=True))
        routes = [route for route in path.routes() if route.way == "event-destination"]
        assert [route.grade for route in routes] == [Grade.PROGRAMMATIC] * 51 + [Grade.BROKEN]
        titles = [link.title for route in routes for link in route.links if link.name == "subscription"]
        assert titles[49:] == ["sqs subscription", "sqs subscription, and 9 more like it", "sqs subscription"]

    def test_the_best_of_several_counts(self) -> None:
        path = MailPath()
        path.parts["second"] = path.parts["subscription"]
        path.change("second", address="Subscription/second", pending=known(value=True, line=77))
        routes = [route for route in path.routes() if route.way == "event-destination"]
        assert [route.grade for route in routes] == [Grade.PROGRAMMATIC, Grade.BROKEN]
        assert path.grade() is Grade.PROGRAMMATIC
        broken = routes[1].broken
        assert broken is not None
        assert (broken.name, lines(broken)) == ("subscription", ["account.json:77"])


class TestConfirmation:
    def test_pending_does_not_count(self) -> None:
        path = MailPath().change("subscription", pending=known(value=True, line=61))
        link = path.link("subscription")
        assert (link.state, lines(link)) == (State.BROKEN, ["account.json:61"])
        assert link.message.startswith("it is pending")
        assert path.grade() is Grade.BROKEN

    def test_a_queue_of_the_same_account_needs_none(self) -> None:
        link = MailPath().change("subscription", pending=NOT_READ).link("subscription")
        assert (link.state, link.message) == (State.OK, "needs no confirmation")

    def test_a_queue_of_another_account_does(self) -> None:
        path = MailPath().change(
            "subscription", pending=NOT_READ, endpoint=known(f"arn:aws:sqs:eu-west-1:{OTHER_ACCOUNT}:theirs")
        )
        assert path.link("subscription").unknowns == (NOT_READ,)

    @pytest.mark.parametrize("protocol", ["https", "email"])
    def test_receivers_outside_confirm_after_the_deployment(self, protocol: str) -> None:
        unasked = Unknown(Cause.NOT_ASKED, "not read by this source")
        path = MailPath().change("subscription", protocol=known(protocol), endpoint=known(URL), pending=unasked)
        link = path.link("subscription")
        assert (link.state, gap(link).cause) == (State.UNKNOWN, Cause.NOT_YET)

    def test_unauthenticated(self) -> None:
        path = MailPath().change(
            "subscription",
            protocol=known("https"),
            endpoint=known(URL),
            confirmation_authenticated=known(value=False, line=62),
        )
        link = path.link("subscription")
        assert (link.state, lines(link)) == (State.WEAK, ["account.json:62"])
        assert path.grade() is Grade.PROGRAMMATIC

    def test_protocol_is_not_told(self) -> None:
        path = MailPath().change("subscription", protocol=NOT_READ)
        assert path.link("subscription").unknowns == (NOT_READ,)


class TestFilter:
    def path(self, scope: str, **policy: object) -> MailPath:
        return MailPath().change("subscription", filter_policy=plain_document(policy), filter_scope=known(scope))

    def test_attributes_drop_everything(self) -> None:
        path = self.path("MessageAttributes", eventType=["Bounce"])
        link = path.link("filter")
        assert link.state is State.BROKEN
        assert link.message == (
            "drops all Bounce notifications: it asks for the attribute eventType, and SES sends no message attributes"
        )
        assert link.fix is not None
        assert '{"eventType": ["Bounce", "Complaint"]}' in link.fix.text
        assert path.grade() is Grade.BROKEN

    def test_body_of_events(self) -> None:
        path = self.path("MessageBody", eventType=["Bounce"])
        assert path.link("filter", Event.BOUNCE).state is State.OK
        link = path.link("filter", Event.COMPLAINT)
        assert link.state is State.BROKEN
        assert "their eventType does not match (eventType is Complaint)" in link.message

    def test_key_of_the_other_kind_of_notification(self) -> None:
        link = self.path("MessageBody", notificationType=["Bounce"]).link("filter")
        assert link.state is State.BROKEN
        assert "their body has eventType = Bounce and no such key" in link.message

    def test_something_that_differs_between_messages(self) -> None:
        link = self.path("MessageBody", mail={"source": ["a@example.com"]}).link("filter")
        assert (link.state, gap(link).cause) == (State.UNKNOWN, Cause.UNDECIDED)

    def test_empty(self) -> None:
        assert self.path("MessageAttributes").link("filter").state is State.OK

    def test_policy_is_not_told(self) -> None:
        assert MailPath().change("subscription", filter_policy=NOT_READ).link("filter").unknowns == (NOT_READ,)

    def test_scope_is_not_told(self) -> None:
        path = self.path("MessageBody", eventType=["Bounce"]).change("subscription", filter_scope=NOT_READ)
        assert path.link("filter").unknowns == (NOT_READ,)
        # Both scopes drop it, so the scope does not matter.
        path = self.path("MessageBody", notificationType=["Bounce"]).change("subscription", filter_scope=NOT_READ)
        assert path.link("filter").state is State.BROKEN
