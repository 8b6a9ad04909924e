"""Relations say whether they are complete; references resolve exactly or not at all."""

from auditor.model import relations
from auditor.model.arn import Place, symbolic_place
from auditor.model.coverage import Coverage
from auditor.model.inventory import Input, Inventory, Relation, merge
from auditor.model.known import Cause, Known, Truth, Unknown
from auditor.model.origin import ABSENT, API
from auditor.model.ses import ConfigurationSet
from auditor.model.sns import Subscription, Topic
from auditor.model.sqs import Queue, QueuePolicy
from auditor.model.text import Symbol, Text, text

HERE = symbolic_place("a.yaml")
LIVE = Place(text("aws"), text("eu-west-1"), text("111122223333"))


def declared_topic(name: str, deployment: str = "a.yaml") -> Topic:
    place = symbolic_place(deployment)
    symbol = Symbol(f"{name}.TopicName", deployment)
    return Topic(
        deployment=deployment,
        address=name,
        name=text(symbol),
        arn=place.arn("sns", symbol),
        account=place.account,
        region=place.region,
    )


def live_topic(name: str) -> Topic:
    return Topic(
        deployment="aws:111122223333:eu-west-1",
        address=f"AWS::SNS::Topic/{name}",
        name=text(name),
        arn=LIVE.arn("sns", name),
        account=LIVE.account,
        region=LIVE.region,
    )


def subscription(topic: Known[Text] | Unknown, address: str = "S", deployment: str = "a.yaml") -> Subscription:
    place = symbolic_place(deployment)
    return Subscription(
        deployment=deployment,
        address=address,
        name=text(address),
        account=place.account,
        region=place.region,
        topic=topic,
    )


def yes(_: object) -> Truth:
    return Truth.TRUE


def test_subscriptions_of_a_declared_topic() -> None:
    orders, other = declared_topic("Orders"), declared_topic("Other")
    assert orders.arn is not None
    mine = subscription(Known(orders.arn))
    inventory = Inventory(resources=(orders, other, mine))

    found = relations.subscriptions(inventory, orders)

    assert found.items == (mine,)
    assert found.possible == ()
    assert found.complete == Known(value=True)
    assert found.complete.origin == ABSENT
    assert relations.subscriptions(inventory, other).any(yes) is Truth.FALSE


def test_a_reference_that_is_not_told_may_mean_any_topic_of_its_deployment() -> None:
    orders, elsewhere = declared_topic("Orders"), declared_topic("Orders", "b.yaml")
    unresolved = subscription(Unknown(Cause.UNDECIDED, "condition"))
    inventory = Inventory(resources=(orders, elsewhere, unresolved))

    assert relations.subscriptions(inventory, orders).possible == (unresolved,)
    assert relations.subscriptions(inventory, orders).any(yes) is Truth.UNKNOWN
    assert relations.subscriptions(inventory, elsewhere).any(yes) is Truth.FALSE


def test_the_same_name_in_two_templates_is_not_the_same_topic() -> None:
    first, second = declared_topic("Orders", "a.yaml"), declared_topic("Orders", "b.yaml")
    assert first.arn is not None
    mine = subscription(Known(first.arn))
    inventory = Inventory(resources=(first, second, mine))

    assert relations.subscriptions(inventory, second).items == ()


def test_a_live_relation_is_as_complete_as_what_was_read() -> None:
    topic = live_topic("orders")
    read = Coverage("111122223333", "eu-west-1", "sns:ListSubscriptions", Known(True, API))
    denied = Coverage("111122223333", "eu-west-1", "sns:ListSubscriptions", Unknown(Cause.DENIED, "no"))

    assert relations.subscriptions(Inventory(resources=(topic,), coverage=(read,)), topic).exists is Truth.FALSE
    assert relations.subscriptions(Inventory(resources=(topic,), coverage=(denied,)), topic).exists is Truth.UNKNOWN
    never = relations.subscriptions(Inventory(resources=(topic,)), topic)
    assert never.complete == Unknown(Cause.ELSEWHERE, "sns:ListSubscriptions was not read in 111122223333 eu-west-1")


def test_find_a_topic() -> None:
    topic = live_topic("orders")
    read = Coverage("111122223333", "eu-west-1", "sns:ListTopics", Known(True, API))
    inventory = Inventory(resources=(topic,), coverage=(read,))
    gone = LIVE.arn("sns", "gone")
    foreign = Place(text("aws"), text("eu-west-1"), text("999999999999")).arn("sns", "gone")

    assert topic.arn is not None
    assert inventory.find(Topic, topic.arn, topic) == Known(topic)
    assert inventory.find(Topic, gone, topic) == Known(None)
    answer = inventory.find(Topic, foreign, topic)
    assert isinstance(answer, Unknown)
    assert answer.cause is Cause.ELSEWHERE


def test_find_from_a_template() -> None:
    orders = declared_topic("Orders")
    inventory = Inventory(resources=(orders,))
    hole = Unknown(Cause.NOT_HERE, "parameter Topic")

    assert orders.arn is not None
    assert inventory.find(Topic, orders.arn, orders) == Known(orders)
    literal = inventory.find(Topic, text("arn:aws:sns:eu-west-1:111122223333:x"), orders)
    assert isinstance(literal, Unknown)
    assert literal.cause is Cause.UNDECIDED
    assert isinstance(inventory.find(Topic, text(hole), orders), Unknown)
    outside = inventory.find(ConfigurationSet, text("main"), orders, by="name")
    assert outside == Unknown(Cause.NOT_HERE, "ConfigurationSet main is not declared in a.yaml")


def test_queue_policies_name_the_queue_by_url() -> None:
    url = text("https://sqs.", HERE.region, ".amazonaws.com/", HERE.account, "/", Symbol("Q.QueueName", "a.yaml"))
    queue = Queue(
        deployment="a.yaml",
        address="Q",
        name=text(Symbol("Q.QueueName", "a.yaml")),
        arn=HERE.arn("sqs", Symbol("Q.QueueName", "a.yaml")),
        account=HERE.account,
        region=HERE.region,
        url=Known(url),
    )
    policy = QueuePolicy(
        deployment="a.yaml",
        address="P",
        name=text("P"),
        account=HERE.account,
        region=HERE.region,
        queues=Known((url,)),
    )

    found = relations.queue_policies(Inventory(resources=(queue, policy)), queue)

    assert found.items == (policy,)
    assert found.possible == ()


def test_relation_logic() -> None:
    closed, open_ = Known(value=True), Unknown(Cause.DENIED, "x")

    def odd(number: int) -> Truth:
        return Truth.of(number % 2 == 1)

    assert Relation([2, 3], open_).any(odd) is Truth.TRUE
    assert Relation([2], open_).any(odd) is Truth.UNKNOWN
    assert Relation([2], closed).any(odd) is Truth.FALSE
    assert Relation([2], closed, possible=[3]).any(odd) is Truth.UNKNOWN
    assert Relation([3], open_).all(odd) is Truth.UNKNOWN
    assert Relation([2], open_).all(odd) is Truth.FALSE
    assert Relation([], closed).none(odd) is Truth.TRUE


def test_merge_is_the_union() -> None:
    first = Inventory(inputs=(Input(path="a.yaml", kind="cloudformation"),), resources=(declared_topic("A"),))
    second = Inventory(
        inputs=(Input(path="b.yaml", kind="cloudformation"),), resources=(declared_topic("B", "b.yaml"),)
    )

    both = merge([first, second])

    assert [item.path for item in both.inputs] == ["a.yaml", "b.yaml"]
    assert [item.address for item in both.of(Topic)] == ["A", "B"]


def test_read_in_full_by_one_input_is_read() -> None:
    topic = live_topic("orders")
    read = Coverage("111122223333", "eu-west-1", "sns:ListSubscriptions", Known(True, API))
    denied = Coverage("111122223333", "eu-west-1", "sns:ListSubscriptions", Unknown(Cause.DENIED, "no"))

    for rows in ((read, denied), (denied, read)):
        both = Inventory(resources=(topic,), coverage=rows)
        assert relations.subscriptions(both, topic).exists is Truth.FALSE


def test_an_account_that_is_read_twice_is_one_account() -> None:
    def configuration_set() -> ConfigurationSet:
        return ConfigurationSet(
            deployment="aws:111122223333:eu-west-1",
            address="AWS::SES::ConfigurationSet/main",
            name=text("main"),
            account=LIVE.account,
            region=LIVE.region,
        )

    both = merge([Inventory(resources=(configuration_set(),)), Inventory(resources=(configuration_set(),))])

    assert both.of(ConfigurationSet) == (configuration_set(),)
    assert both.find(ConfigurationSet, text("main"), configuration_set(), by="name") == Known(configuration_set())


def test_an_account_that_is_read_again_is_as_it_was_last() -> None:
    def read(at: str, region: str, *names: str) -> Inventory:
        site = Input(path=at, kind="snapshot", account="111122223333", region=region, collected_at=at)
        rows = (Coverage("111122223333", region, f"sns:{at}", Known(True, API)),)
        return Inventory(inputs=(site,), resources=tuple(map(live_topic, names)), coverage=rows)

    older = read("2026-11-01T00:00:00Z", "eu-west-1", "gone", "kept")
    newer = read("2026-11-02T00:00:00Z", "eu-west-1", "kept", "new")
    elsewhere = read("2026-10-01T00:00:00Z", "eu-north-1")

    for parts in ([older, newer, elsewhere], [elsewhere, newer, older], [merge([older, elsewhere]), newer]):
        both = merge(parts)
        assert sorted(str(topic.name) for topic in both.of(Topic)) == ["kept", "new"]
        assert {row.operation for row in both.coverage} == {"sns:2026-11-02T00:00:00Z", "sns:2026-10-01T00:00:00Z"}
        assert len(both.inputs) == 3
    assert merge([newer, newer]).of(Topic) == newer.of(Topic)
