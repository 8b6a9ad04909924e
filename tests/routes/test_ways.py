"""The ways out of an identity and a configuration set, and what they come to together."""

from datetime import date

import msgspec
import pytest
from routes.building import MailPath, document, gap, known, lines, name

from auditor.finding import Confidence
from auditor.model.known import Cause, Unknown
from auditor.model.ses import ConfigurationSet, EmailIdentity, EventDestination
from auditor.model.sns import Subscription
from auditor.questions import Questions
from auditor.routes import grade, trace
from auditor.routes.route import Event, Grade, Route, State

NOT_READ = Unknown(Cause.DENIED, "not allowed")


def ways(routes: tuple[Route, ...]) -> list[tuple[str, Grade]]:
    return [(route.way, route.grade) for route in routes]


def test_a_working_path_reaches_a_program_and_every_link_holds() -> None:
    routes = MailPath().routes()
    assert ways(routes) == [
        ("event-destination", Grade.PROGRAMMATIC),
        ("identity-topic", Grade.NONE),
        ("email-forwarding", Grade.NONE),
    ]
    assert [(link.name, link.state) for link in routes[0].links] == [
        ("identity", State.OK),
        ("default-configuration-set", State.OK),
        ("event-destination", State.OK),
        ("topic", State.OK),
        ("topic-policy", State.OK),
        ("topic-key", State.OK),
        ("subscription", State.OK),
        ("filter", State.OK),
        ("endpoint", State.OK),
        ("endpoint-policy", State.OK),
        ("endpoint-key", State.OK),
        ("redrive-queue", State.OK),
        ("redrive-queue-policy", State.OK),
        ("redrive-queue-key", State.OK),
        ("redrive-queue-alarm", State.OK),
    ]
    assert grade(routes) is Grade.PROGRAMMATIC


def test_bounce_and_complaint_are_judged_apart() -> None:
    path = MailPath().change("destination", event_types=known(("BOUNCE",)))
    assert path.grade(Event.BOUNCE) is Grade.PROGRAMMATIC
    assert path.grade(Event.COMPLAINT) is Grade.FALLBACK_EMAIL
    link = path.link("event-destination", Event.COMPLAINT)
    assert link.state is State.ABSENT
    assert link.message == "no event destination publishes COMPLAINT"


class TestDefaultConfigurationSet:
    def test_none(self) -> None:
        path = MailPath().change("identity", configuration_set=known(None), feedback_forwarding=known(value=True))
        link = path.link("default-configuration-set")
        assert link.state is State.ABSENT
        assert "whose sender names a configuration set" in link.message
        assert lines(link) == ["account.json:1"]
        assert path.grade() is Grade.EMAIL_ONLY

    def test_not_told(self) -> None:
        path = MailPath().change("identity", configuration_set=NOT_READ)
        link = path.link("default-configuration-set")
        assert (link.state, link.unknowns) == (State.UNKNOWN, (NOT_READ,))
        assert path.grade() is Grade.UNKNOWN

    def test_does_not_exist(self) -> None:
        path = MailPath().change("identity", configuration_set=name("gone"))
        link = path.link("default-configuration-set")
        assert link.state is State.BROKEN
        assert "SES refuses messages" in link.message
        assert link.evidence[0].text == "ConfigurationSetName = gone"
        assert path.grade() is Grade.BROKEN

    def test_sets_were_not_read(self) -> None:
        path = MailPath().change("identity", configuration_set=name("gone")).leave_unread(ConfigurationSet)
        link = path.link("default-configuration-set")
        assert link.state is State.UNKNOWN
        assert gap(link).cause is Cause.ELSEWHERE
        assert path.grade() is Grade.UNKNOWN

    def test_may_not_exist(self) -> None:
        why = Unknown(Cause.NOT_HERE, "condition IsProduction")
        path = MailPath().change("set", uncertain=why)
        assert path.link("default-configuration-set").unknowns == (why,)
        assert path.grade() is Grade.UNKNOWN

    def test_sending_is_disabled(self) -> None:
        path = MailPath().change("set", sending_enabled=known(value=False, line=7))
        link = path.link("default-configuration-set")
        assert (link.state, lines(link)) == (State.WEAK, ["account.json:7"])
        assert path.grade() is Grade.PROGRAMMATIC


class TestEventDestination:
    def test_more_than_ses_takes_are_not_all_judged(self) -> None:
        path = MailPath().change("destination", enabled=known(value=False))
        for number in range(50):
            path.parts[f"{number}"] = path.parts["destination"]
            path.change(f"{number}", address=f"Destination/{number}")
        assert path.grade() is Grade.UNKNOWN
        why = Unknown(Cause.UNDECIDED, "SES takes 10 event destinations, and 51 are declared")
        assert [route.unknowns for route in path.routes() if route.grade is Grade.UNKNOWN] == [(why,)]

    def test_sets_of_one_arn_in_two_inputs_are_judged_each(self) -> None:
        path = MailPath()
        other = {
            f"other {name}": msgspec.structs.replace(part, deployment="b.yaml")
            for name, part in path.parts.items()
            if name in {"identity", "set"}
        }
        path.parts |= other
        path.change("other set", sending_enabled=known(value=False))
        ask = Questions(path.inventory, date(2026, 11, 24))
        states = [
            [link.state for link in ask.routes(item, Event.BOUNCE)[0].links[:2]]
            for item in ask.inventory.of(EmailIdentity)
        ]
        assert states == [[State.OK, State.OK], [State.OK, State.WEAK]]

    def test_disabled(self) -> None:
        path = MailPath().change("destination", enabled=known(value=False, line=12))
        link = path.link("event-destination")
        assert (link.state, lines(link)) == (State.BROKEN, ["account.json:12"])
        assert link.message == "it is disabled"
        assert link.fix is not None
        assert path.grade() is Grade.BROKEN
        # What stands behind a broken link is still judged.
        assert path.link("endpoint-policy").state is State.OK

    def test_enabled_is_not_told(self) -> None:
        path = MailPath().change("destination", enabled=NOT_READ)
        assert path.link("event-destination").unknowns == (NOT_READ,)
        assert path.grade() is Grade.UNKNOWN

    def test_event_types_are_not_told(self) -> None:
        path = MailPath().change("destination", event_types=NOT_READ)
        assert path.link("event-destination").unknowns == (NOT_READ,)

    def test_there_is_none(self) -> None:
        path = MailPath().remove("destination")
        assert path.link("event-destination").state is State.ABSENT
        assert path.grade() is Grade.FALLBACK_EMAIL

    def test_destinations_were_not_read(self) -> None:
        path = MailPath().remove("destination").leave_unread(EventDestination)
        assert gap(path.link("event-destination")).cause is Cause.ELSEWHERE
        assert path.grade() is Grade.UNKNOWN

    def test_unread_others_do_not_matter_when_one_works(self) -> None:
        assert MailPath().leave_unread(EventDestination).grade() is Grade.PROGRAMMATIC

    @pytest.mark.parametrize("kind", ["cloudwatch", "pinpoint_application"])
    def test_counts_only(self, kind: str) -> None:
        value = known(value=True) if kind == "cloudwatch" else known("arn:aws:mobiletargeting:eu-west-1:1:apps/a")
        path = MailPath().change("destination", topic=known(None), **{kind: value})
        assert path.grade() is Grade.METRIC_ONLY
        assert path.change("identity", feedback_forwarding=known(value=True)).grade() is Grade.EMAIL_ONLY

    def test_rules_of_the_event_bus_are_not_read(self) -> None:
        path = MailPath()
        path.change("destination", topic=known(None), event_bus=known(path.arn("events", "event-bus/default")))
        assert gap(path.link("endpoint")).cause is Cause.NOT_ASKED
        assert path.grade() is Grade.UNKNOWN

    def test_other_event_buses_are_not_supported(self) -> None:
        path = MailPath()
        path.change("destination", topic=known(None), event_bus=known(path.arn("events", "event-bus/mail")))
        link = path.link("endpoint")
        assert (link.state, link.message) == (State.BROKEN, "SES publishes to the default event bus only")

    def test_receiver_is_not_told(self) -> None:
        path = MailPath().change("destination", topic=NOT_READ)
        assert path.link("endpoint").unknowns == (NOT_READ,)
        assert path.grade() is Grade.UNKNOWN


class TestConfigurationSet:
    def test_has_its_event_destinations_only(self) -> None:
        routes = MailPath().routes(publisher="set")
        assert ways(routes) == [("event-destination", Grade.PROGRAMMATIC)]
        first = routes[0].links[0]
        assert (first.name, first.state) == ("configuration-set", State.OK)
        assert "that senders send with it" in first.message

    def test_without_destination_nothing_is_set_up(self) -> None:
        assert MailPath().remove("destination").grade(publisher="set") is Grade.NONE


class TestIdentityTopic:
    def path(self) -> MailPath:
        path = MailPath().change("identity", configuration_set=known(None))
        path.change("identity", bounce_topic=known(path.arn("sns", "ses-bounces")))
        return path.change("topic_policy", document=document(path.allow_ses("identity/example.com")))

    def test_works(self) -> None:
        routes = self.path().routes()
        assert ways(routes) == [
            ("event-destination", Grade.NONE),
            ("identity-topic", Grade.PROGRAMMATIC),
            ("email-forwarding", Grade.NONE),
        ]
        assert self.path().link("identity-topic").message == "is set"

    def test_is_for_one_event(self) -> None:
        assert self.path().grade(Event.COMPLAINT) is Grade.FALLBACK_EMAIL

    def test_not_told(self) -> None:
        path = MailPath().change("identity", configuration_set=known(None), bounce_topic=NOT_READ)
        assert path.link("identity-topic").unknowns == (NOT_READ,)
        assert path.grade() is Grade.UNKNOWN

    def test_names_the_policy_that_is_for_the_configuration_set(self) -> None:
        path = self.path()
        path.change("identity", configuration_set=name("main"))
        path.change("destination", event_types=known(()))
        path.change("topic_policy", document=MailPath().parts["topic_policy"].document)
        assert path.link("identity-topic").message == (
            "is set; when publishing fails, SES removes the setting and mails instead"
        )
        link = path.link("topic-policy")
        assert link.state is State.BROKEN
        assert "it names the ARN of configuration set main, and SES sends that of identity example.com" in link.message


class TestForwarding:
    def path(self) -> MailPath:
        return MailPath().change("identity", configuration_set=known(None))

    def test_on(self) -> None:
        path = self.path().change("identity", feedback_forwarding=known(value=True, line=4))
        link = path.link("email-forwarding")
        assert (link.state, lines(link)) == (State.OK, ["account.json:4"])
        assert path.grade() is Grade.EMAIL_ONLY

    def test_off_and_nothing_else(self) -> None:
        link = self.path().link("email-forwarding")
        assert link.state is State.WEAK
        assert "to the Return-Path all the same" in link.message
        assert self.path().grade() is Grade.FALLBACK_EMAIL

    def test_not_told(self) -> None:
        path = self.path().change("identity", feedback_forwarding=NOT_READ)
        assert path.grade() is Grade.UNKNOWN

    def test_a_broken_way_is_not_made_good_by_mail(self) -> None:
        path = MailPath().change("identity", feedback_forwarding=known(value=True)).remove("subscription")
        assert path.grade() is Grade.BROKEN


def test_an_address_has_its_own_settings_and_not_its_domains() -> None:
    path = MailPath()
    path.parts["address"] = path.parts["identity"]
    path.change(
        "address",
        name=name("bob@example.com").value,
        address="EmailIdentity/bob@example.com",
        arn=known(path.arn("ses", "identity/bob@example.com")).value,
        identity_type=known("EMAIL_ADDRESS"),
        configuration_set=known(None),
    )
    assert path.grade(publisher="identity") is Grade.PROGRAMMATIC
    assert path.grade(publisher="address") is Grade.FALLBACK_EMAIL


@pytest.mark.parametrize(("status", "state"), [("SUCCESS", State.OK), ("FAILED", State.WEAK), ("PENDING", State.WEAK)])
def test_verification_does_not_decide(status: str, state: State) -> None:
    path = MailPath().change("identity", verification_status=known(status))
    assert path.link("identity").state is state
    assert path.grade() is Grade.PROGRAMMATIC


def test_absence_in_a_template_is_less_certain() -> None:
    path = MailPath()
    for key in path.parts:
        path.change(key, deployment="mail.yaml")
    link = path.remove("subscription").link("subscription")
    assert (link.state, link.confidence) == (State.BROKEN, Confidence.MEDIUM)
    assert link.message == "the topic has none, as far as this input tells, so nobody receives what is published"


def test_identities_that_share_a_set_are_judged_as_if_alone() -> None:
    path = MailPath()
    path.change("topic_policy", document=document(path.allow_ses("identity/example.com")))
    inventory, memory = path.inventory, {}
    identity, main = path.parts["identity"], path.parts["set"]
    assert isinstance(identity, EmailIdentity)
    assert isinstance(main, ConfigurationSet)
    for publisher in (main, identity, main):
        alone = trace(publisher, Event.BOUNCE, inventory)
        assert trace(publisher, Event.BOUNCE, inventory, memory) == alone


def test_an_undecided_route_tells_what_it_is_at_best() -> None:
    path = MailPath().change("topic", fifo=NOT_READ)
    route = path.routes()[0]
    assert (route.grade, route.at_best) == (Grade.UNKNOWN, Grade.PROGRAMMATIC)
    path.change("destination", enabled=known(value=False))
    route = path.routes()[0]
    assert (route.grade, route.at_best) == (Grade.BROKEN, Grade.BROKEN)


class TestOpenRelations:
    def test_other_destinations_could_be_better_than_a_broken_one(self) -> None:
        path = MailPath().change("destination", enabled=known(value=False)).leave_unread(EventDestination)
        assert [route.grade for route in path.routes()] == [Grade.BROKEN, Grade.UNKNOWN, Grade.NONE, Grade.NONE]
        assert path.grade() is Grade.UNKNOWN

    def test_other_subscriptions_could_be_better_than_a_pending_one(self) -> None:
        path = MailPath().change("subscription", pending=known(value=True)).leave_unread(Subscription)
        assert [route.grade for route in path.routes()][:2] == [Grade.BROKEN, Grade.UNKNOWN]
        assert [route.grade for route in MailPath().leave_unread(Subscription).routes()] == [
            Grade.PROGRAMMATIC,
            Grade.NONE,
            Grade.NONE,
        ]

    def test_a_destination_that_may_be_of_the_set_matters_only_for_its_events(self) -> None:
        path = MailPath().change("destination", configuration_set=NOT_READ, event_types=known(("BOUNCE",)))
        assert path.link("event-destination").unknowns == (NOT_READ,)
        assert path.link("event-destination", Event.COMPLAINT).state is State.ABSENT
