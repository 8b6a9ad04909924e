"""The topic that SES publishes to, and its policy."""

from routes.building import ACCOUNT, OTHER_ACCOUNT, MailPath, allow, document, gap, known, lines

from auditor.finding import Confidence
from auditor.model.known import Cause, Known, Unknown
from auditor.model.sns import Topic, TopicPolicy
from auditor.model.text import Symbol, text
from auditor.routes.route import Grade, State

NOT_READ = Unknown(Cause.DENIED, "sns:GetTopicAttributes was denied")


class TestTopic:
    def test_does_not_exist(self) -> None:
        path = MailPath().change("destination", topic=known("arn:aws:sns:eu-west-1:111122223333:gone", 9))
        link = path.link("topic")
        assert (link.state, link.message, lines(link)) == (State.BROKEN, "no such topic exists", ["account.json:9"])
        assert path.grade() is Grade.BROKEN

    def test_topics_were_not_read(self) -> None:
        path = MailPath().remove("topic").leave_unread(Topic)
        assert gap(path.link("topic")).cause is Cause.ELSEWHERE
        assert path.grade() is Grade.UNKNOWN

    def test_is_in_an_account_that_was_not_read(self) -> None:
        path = MailPath().change("destination", topic=known(f"arn:aws:sns:eu-west-1:{OTHER_ACCOUNT}:shared"))
        assert gap(path.link("topic")).cause is Cause.ELSEWHERE

    def test_fifo(self) -> None:
        link = MailPath().change("topic", fifo=known(value=True, line=21)).link("topic")
        assert (link.state, lines(link)) == (State.BROKEN, ["account.json:21"])
        assert link.message == "it is a FIFO topic, and SES publishes to standard topics only"
        assert link.fix is not None
        assert link.fix.locks_out == ("The subscribers of the FIFO topic, until they are subscribed to the new one.",)

    def test_fifo_by_name_where_the_topic_is_not_known(self) -> None:
        path = MailPath().change("destination", topic=known("arn:aws:sns:eu-west-1:444455556666:mail.fifo"))
        assert path.link("topic").state is State.BROKEN

    def test_fifo_is_not_told(self) -> None:
        path = MailPath().change("topic", fifo=NOT_READ)
        assert path.link("topic").unknowns == (NOT_READ,)

    def test_other_region(self) -> None:
        path = MailPath().change("destination", topic=known("arn:aws:sns:us-east-1:111122223333:ses-bounces"))
        link = path.link("topic")
        assert link.state is State.BROKEN
        assert link.message == "the topic is in us-east-1, and SES publishes within eu-west-1 only"

    def test_region_of_a_template_is_not_told(self) -> None:
        here = text(Symbol("region", "mail.yaml"))
        path = MailPath().change("set", region=here).change("identity", region=here)
        path.change("destination", deployment="mail.yaml").change("set", deployment="mail.yaml")
        path.change("identity", deployment="mail.yaml")
        link = path.link("topic")
        assert link.state is State.UNKNOWN
        assert gap(link).cause is Cause.NOT_HERE
        assert "--region" in gap(link).detail

    def test_may_not_exist(self) -> None:
        why = Unknown(Cause.NOT_HERE, "condition IsProduction")
        assert MailPath().change("topic", uncertain=why).link("topic").unknowns == (why,)


class TestTopicPolicy:
    def test_names_the_deciding_statement(self) -> None:
        link = MailPath().link("topic-policy")
        assert link.state is State.OK
        assert link.message == "statement Let allows SES sns:Publish for configuration set main"
        assert link.evidence[0].text.startswith("statement Let: ")
        assert link.resource == MailPath().parts["topic_policy"]

    def test_policy_for_the_identity_does_not_admit_the_configuration_set(self) -> None:
        path = MailPath()
        path.change("topic_policy", document=document(path.allow_ses("identity/example.com")))
        link = path.link("topic-policy")
        assert link.state is State.BROKEN
        assert link.message.endswith(
            ": it names the ARN of identity example.com, and SES sends that of configuration set main"
        )
        assert link.fix is not None
        assert '"aws:SourceArn": "arn:aws:ses:eu-west-1:111122223333:configuration-set/main"' in link.fix.text
        assert path.grade() is Grade.BROKEN

    def test_organization_of_a_principal_never_matches_a_service(self) -> None:
        statement = allow("ses.amazonaws.com", "sns:Publish", StringEquals={"aws:PrincipalOrgID": "o-abcdefghij"})
        link = MailPath().change("topic_policy", document=document(statement)).link("topic-policy")
        assert link.state is State.BROKEN
        assert any("aws:principalorgid" in item.text.lower() for item in link.evidence)

    def test_other_account(self) -> None:
        path = MailPath()
        statement = path.allow_ses("configuration-set/main", account=OTHER_ACCOUNT)
        assert path.change("topic_policy", document=document(statement)).link("topic-policy").state is State.BROKEN

    def test_deny_wins(self) -> None:
        path = MailPath()
        deny = {"Sid": "Never", "Effect": "Deny", "Principal": "*", "Action": "sns:*", "Resource": "*"}
        path.change("topic_policy", document=document(path.allow_ses("configuration-set/main"), deny))
        link = path.link("topic-policy")
        assert link.state is State.BROKEN
        assert link.message == "statement Never denies SES sns:Publish for configuration set main"
        assert link.fix is not None
        assert "Never" in link.fix.text

    def test_any_account_can_use_it(self) -> None:
        path = MailPath().change("topic_policy", document=document(allow("ses.amazonaws.com", "sns:Publish")))
        link = path.link("topic-policy")
        assert link.state is State.WEAK
        assert "on behalf of any account" in link.message
        assert path.grade() is Grade.PROGRAMMATIC

    def test_one_that_may_take_its_place(self) -> None:
        path = MailPath()
        why = Unknown(Cause.NOT_HERE, "condition IsProduction")
        path.parts["rival"] = path.parts["topic_policy"]
        path.change("rival", address="TopicPolicy/rival", uncertain=why)
        assert path.link("topic-policy").state is State.OK
        path.change("rival", document=document())
        link = path.link("topic-policy")
        assert (link.state, len(link.unknowns)) == (State.UNKNOWN, 1)
        assert path.grade() is Grade.UNKNOWN

    def test_one_that_may_take_the_place_of_the_default(self) -> None:
        why = Unknown(Cause.NOT_HERE, "condition IsProduction")
        path = MailPath().change("topic_policy", uncertain=why)
        assert path.link("topic-policy").state is State.OK
        path.change("topic_policy", document=document())
        assert path.link("topic-policy").state is State.UNKNOWN

    def test_default_statement_of_aws(self) -> None:
        statement = {
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": ["SNS:GetTopicAttributes", "SNS:Publish"],
            "Resource": "arn:aws:sns:eu-west-1:111122223333:ses-bounces",
            "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
        }
        path = MailPath().change("topic_policy", document=document(statement))
        assert path.link("topic-policy").state is State.OK

    def test_not_read(self) -> None:
        path = MailPath().change("topic_policy", document=NOT_READ)
        link = path.link("topic-policy")
        assert (link.state, link.unknowns) == (State.UNKNOWN, (NOT_READ,))
        assert path.grade() is Grade.UNKNOWN

    def test_policies_were_not_read(self) -> None:
        path = MailPath().remove("topic_policy").leave_unread(TopicPolicy)
        assert gap(path.link("topic-policy")).cause is Cause.ELSEWHERE

    def test_two_policies_that_disagree(self) -> None:
        path = MailPath()
        path.parts["second"] = path.parts["topic_policy"]
        path.change("second", address="TopicPolicy/other", document=document(path.allow_ses("identity/example.com")))
        assert gap(path.link("topic-policy")).cause is Cause.UNDECIDED

    def test_evidence_stands_where_the_statement_does(self) -> None:
        link = MailPath().link("topic-policy")
        policy = MailPath().parts["topic_policy"].location
        assert link.evidence[0].location.path == policy.path

    def test_broken_json(self) -> None:
        from auditor.model.policy import Document

        path = MailPath().change("topic_policy", document=Known(Document(json="{")))
        link = path.link("topic-policy")
        assert link.state is State.UNKNOWN
        assert gap(link).cause is Cause.FAILED


class TestDefaultPolicy:
    def test_admits_the_same_account(self) -> None:
        link = MailPath().remove("topic_policy").link("topic-policy")
        assert link.state is State.OK
        assert "AWS's default applies" in link.message
        assert link.assumptions == ("no other policy was set on the topic, so AWS's default policy is in force",)

    def test_refuses_another_account(self) -> None:
        path = MailPath().remove("topic_policy")
        topic = f"arn:aws:sns:eu-west-1:{OTHER_ACCOUNT}:ses-bounces"
        path.change("topic", arn=text(topic), account=text(OTHER_ACCOUNT), deployment="other.yaml")
        path.change("destination", topic=known(topic))
        link = path.link("topic-policy")
        assert (link.state, link.confidence) == (State.BROKEN, Confidence.MEDIUM)
        assert f"admits only the topic's own account {OTHER_ACCOUNT}, not {ACCOUNT}" in link.message

    def test_account_is_not_told(self) -> None:
        path = MailPath().remove("topic_policy")
        owner = text(Symbol("account", "other.yaml"))
        topic = text("arn:aws:sns:eu-west-1:", owner, ":ses-bounces")
        path.change("topic", arn=topic, account=owner, deployment="other.yaml")
        path.change("destination", topic=Known(topic))
        link = path.link("topic-policy")
        assert link.state is State.UNKNOWN
        assert gap(link).cause is Cause.NOT_HERE
