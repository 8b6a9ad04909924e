"""Relations say whether they are complete; references resolve exactly or not at all."""

import msgspec

from auditor.model import relations
from auditor.model.arn import Place, symbolic_place
from auditor.model.awslambda import Function, Permission
from auditor.model.candidates import MOST_POSSIBLE, Candidates
from auditor.model.coverage import Coverage
from auditor.model.inventory import Input, Inventory, Relation, merge
from auditor.model.known import Cause, Known, Truth, Unknown
from auditor.model.measurement import Measurement
from auditor.model.origin import ABSENT, API
from auditor.model.ses import ConfigurationSet, EventDestination
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


def named_topic(address: str, name: Symbol | str, deployment: str = "a.yaml") -> Topic:
    place = symbolic_place(deployment)
    return Topic(
        deployment=deployment,
        address=address,
        name=text(name),
        arn=place.arn("sns", name),
        account=place.account,
        region=place.region,
    )


WRITTEN_ARN = Known(text("arn:aws:sns:eu-west-1:111122223333:orders"))


def test_a_written_arn_may_mean_a_declared_topic_of_that_name() -> None:
    orders, other = named_topic("Orders", "orders"), named_topic("Other", "other")
    untold = named_topic("Untold", Symbol("Untold.TopicName", "a.yaml"))
    referring = subscription(WRITTEN_ARN)
    inventory = Inventory(resources=(orders, other, untold, referring))
    assert relations.subscriptions(inventory, orders).possible == (referring,)
    assert relations.subscriptions(inventory, other).exists is Truth.FALSE
    assert relations.subscriptions(inventory, untold).possible == (referring,)


def test_a_written_name_is_none_that_the_deployment_makes_up() -> None:
    orders = named_topic("Orders", Symbol("Orders.TopicName", "a.yaml", generated=True))
    referring = subscription(WRITTEN_ARN)
    copied = subscription(Known(text("arn:aws:sns:eu-west-1:111122223333:shop-Orders-1A2B3C4D5E6F")), "Copied")
    found = relations.subscriptions(Inventory(resources=(orders, referring, copied)), orders)
    assert (found.items, found.possible) == ((), (copied,))


def test_a_written_name_that_another_resource_has_means_that_one() -> None:
    untold = ConfigurationSet(
        deployment="a.yaml",
        address="Untold",
        name=text(Symbol("Untold.Name", "a.yaml")),
        account=HERE.account,
        region=HERE.region,
    )
    main = msgspec.structs.replace(untold, address="Main", name=text("main"))
    referring = EventDestination(
        deployment="a.yaml",
        address="Destination",
        name=text("d"),
        account=HERE.account,
        region=HERE.region,
        configuration_set=Known(text("main")),
    )
    both = Inventory(resources=(untold, main, referring))
    assert relations.event_destinations(both, main).items == (referring,)
    assert relations.event_destinations(both, untold).exists is Truth.FALSE
    alone = Inventory(resources=(untold, referring))
    assert relations.event_destinations(alone, untold).possible == (referring,)


def test_very_many_that_may_belong_to_a_topic_are_not_all_told() -> None:
    orders = declared_topic("Orders")
    unknown = Unknown(Cause.NOT_HERE, "parameter Topic has no value")
    many = tuple(subscription(unknown, f"S{number}") for number in range(MOST_POSSIBLE + 1))
    found = relations.subscriptions(Inventory(resources=(orders, *many)), orders)
    assert found.possible == many[:MOST_POSSIBLE]
    assert found.complete == Unknown(Cause.UNDECIDED, "more than 100 others may belong to Orders")
    found = relations.subscriptions(Inventory(resources=(orders, *many[1:])), orders)
    assert (len(found.possible), isinstance(found.complete, Known)) == (MOST_POSSIBLE, True)


def test_of_very_many_that_may_not_exist_no_absence_is_concluded() -> None:
    orders = declared_topic("Orders")
    assert orders.arn is not None
    why = Unknown(Cause.NOT_HERE, "condition Some")
    many = [
        msgspec.structs.replace(subscription(Known(orders.arn), f"S{number}"), uncertain=why)
        for number in range(MOST_POSSIBLE + 1)
    ]
    found = relations.subscriptions(Inventory(resources=(orders, *many)), orders)
    assert (found.items, len(found.possible)) == ((), MOST_POSSIBLE)
    assert found.complete == Unknown(Cause.UNDECIDED, "more than 100 others may belong to Orders")
    assert found.any(lambda item: Truth.of(item.address == f"S{MOST_POSSIBLE}")) is Truth.UNKNOWN


def test_after_very_many_comparisons_everything_may_be_meant() -> None:
    name = text("x", Symbol("a"), "1")
    candidates = Candidates([((text("y", Symbol("b"), str(number)),), number) for number in range(1000)])
    assert list(candidates.may_be((name,))) == []
    assert [len(list(candidates.may_be((name,)))) for _ in range(300)][-1] == 1000


def test_the_condition_of_another_template_is_another_one() -> None:
    why = Unknown(Cause.NOT_HERE, "condition Production: parameter Stage has no value")
    orders = msgspec.structs.replace(named_topic("Orders", "orders"), arn=WRITTEN_ARN.value, uncertain=why)
    same = msgspec.structs.replace(subscription(WRITTEN_ARN, "Same"), uncertain=why)
    other = msgspec.structs.replace(subscription(WRITTEN_ARN, "Other", "b.yaml"), uncertain=why)
    found = relations.subscriptions(Inventory(resources=(orders, same, other)), orders)
    assert (found.items, found.possible) == ((same,), (other,))


def test_of_several_topics_of_one_arn_the_near_one_is_meant() -> None:
    first, second = (
        msgspec.structs.replace(named_topic(name, "orders", f"{name}.yaml"), arn=WRITTEN_ARN.value) for name in "ab"
    )
    read = msgspec.structs.replace(live_topic("orders"), arn=WRITTEN_ARN.value)
    near = subscription(WRITTEN_ARN, "S", "b.yaml")
    elsewhere = subscription(WRITTEN_ARN, "S", "c.yaml")
    inventory = Inventory(resources=(first, second))
    assert relations.topic(inventory, WRITTEN_ARN.value, near) == Known(second)
    assert relations.topic(inventory, WRITTEN_ARN.value, elsewhere) == Unknown(
        Cause.UNDECIDED, "which Topic is meant: a.yaml, b.yaml each declare it"
    )
    inventory = Inventory(resources=(first, second, read))
    assert relations.topic(inventory, WRITTEN_ARN.value, elsewhere) == Known(read)


def test_of_two_topics_of_one_name_the_one_of_the_same_condition_is_meant() -> None:
    first, second = (
        msgspec.structs.replace(named_topic(name, "orders"), uncertain=Unknown(Cause.NOT_HERE, f"condition {name}"))
        for name in "ab"
    )
    assert first.arn is not None
    near = msgspec.structs.replace(subscription(Known(first.arn)), uncertain=second.uncertain)
    assert relations.topic(Inventory(resources=(first, second)), first.arn, near) == Known(second)


def test_permissions_name_a_function_in_many_ways() -> None:
    symbol = Symbol("Fn.FunctionName", "a.yaml", generated=True)
    function = Function(
        deployment="a.yaml",
        address="Fn",
        name=text(symbol),
        arn=HERE.arn("lambda", "function:", symbol),
        account=HERE.account,
        region=HERE.region,
    )
    assert function.arn is not None
    partial = text(HERE.account, ":function:", symbol)
    ways = (text(symbol), partial, function.arn)
    permissions = tuple(
        Permission(
            deployment="a.yaml",
            address=str(number),
            name=text(str(number)),
            account=HERE.account,
            region=HERE.region,
            function=Known(written),
        )
        for number, written in enumerate((*ways, *(text(way, ":live") for way in ways)))
    )
    inventory = Inventory(resources=(function, *permissions))
    assert relations.permissions(inventory, function).items == permissions[:3]
    assert relations.permissions(inventory, function, text(function.arn, ":live")).items == permissions[3:]
    assert relations.permissions(inventory, function, text(function.arn, ":old")).exists is Truth.FALSE


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
        sent = Measurement(
            account="111122223333", region=region, namespace="AWS/SES", metric="Send", start="", end=at, total="5"
        )
        return Inventory(inputs=(site,), resources=tuple(map(live_topic, names)), coverage=rows, measurements=(sent,))

    older = read("2026-11-01T00:00:00Z", "eu-west-1", "gone", "kept")
    newer = read("2026-11-02T00:00:00Z", "eu-west-1", "kept", "new")
    elsewhere = read("2026-10-01T00:00:00Z", "eu-north-1")

    for parts in ([older, newer, elsewhere], [elsewhere, newer, older], [merge([older, elsewhere]), newer]):
        both = merge(parts)
        assert sorted(str(topic.name) for topic in both.of(Topic)) == ["kept", "new"]
        assert {row.operation for row in both.coverage} == {"sns:2026-11-02T00:00:00Z", "sns:2026-10-01T00:00:00Z"}
        assert sorted(one.end for one in both.measurements) == ["2026-10-01T00:00:00Z", "2026-11-02T00:00:00Z"]
        assert len(both.inputs) == 3
    twice = merge([newer, newer])
    assert (twice.resources, twice.measurements) == (newer.resources, newer.measurements)
