"""Audits made of a few resources and rules of a few lines."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from auditor.engine import Audit, run
from auditor.finding import Evidence, Fix, Severity, Verdict, failed, passed, undecided
from auditor.gate.configuration import Configuration
from auditor.gate.outcome import Gap, Judged, judge
from auditor.model.arn import Place, symbolic_place
from auditor.model.coverage import Coverage
from auditor.model.inventory import AnyResource, Input, Inventory
from auditor.model.known import UNREAD, Cause, Known, Unknown, Value
from auditor.model.origin import Location
from auditor.model.sns import Subscription, Topic
from auditor.model.text import Symbol, Text, text
from auditor.questions import Questions
from auditor.rule import Rule

TODAY = date(2026, 11, 24)
ACCOUNT = Place(text("aws"), text("eu-west-1"), text("111122223333"))
TEMPLATE = Input(path="mail.yaml", kind="cloudformation", sha256="a" * 64)
LIVE = Input(path="aws:111122223333:eu-west-1", kind="aws", account="111122223333", region="eu-west-1")
MISSING = Unknown(Cause.NOT_HERE, "parameter Key has no value")


def topic(address: str, *, name: str = "", tags: Value[dict[str, Text]] = UNREAD, line: int = 3) -> Topic:
    """A topic of the template ``mail.yaml``; without a name CloudFormation makes one."""
    place = symbolic_place("mail.yaml")
    physical = text(name) if name else text(Symbol(f"{address}.TopicName", "mail.yaml"))
    return Topic(
        deployment="mail.yaml",
        address=address,
        name=physical,
        arn=place.arn("sns", physical),
        account=place.account,
        region=place.region,
        location=Location("mail.yaml", line, 3, f"/Resources/{address}"),
        tags=tags,
    )


def live_topic(name: str) -> Topic:
    """A topic of an account."""
    return Topic(
        deployment=LIVE.path,
        address=f"topic/{name}",
        name=text(name),
        arn=ACCOUNT.arn("sns", name),
        account=ACCOUNT.account,
        region=ACCOUNT.region,
    )


def subscription(endpoint: str | Text, address: str = "Hook") -> Subscription:
    """A subscription of the template ``mail.yaml``, named by its endpoint as sources do."""
    place = symbolic_place("mail.yaml")
    written = text(endpoint)
    return Subscription(
        deployment="mail.yaml",
        address=address,
        name=written,
        account=place.account,
        region=place.region,
        location=Location("mail.yaml", 9, 3, f"/Resources/{address}"),
        protocol=Known("https"),
        endpoint=Known(written),
    )


Judge = Callable[[AnyResource], Iterable[Verdict]]


def rule(name: str, judged: Judge, severity: Severity = Severity.HIGH) -> Rule[Topic | Subscription]:
    """A rule about topics and subscriptions that concludes what a function says."""
    made: Rule[Topic | Subscription] = Rule(
        id=name, applies_to=(Topic, Subscription), severity=severity, stage="stable", since="0.1", controls={}
    )

    @made.check
    def check(resource: Topic | Subscription, _: Questions) -> Iterator[Verdict]:
        yield from judged(resource)

    return made


def bad(message: str = "It is bad.", *, subject: tuple[str, ...] = (), severity: Severity | None = None) -> Verdict:
    """A failure."""
    return failed(
        message,
        evidence=(Evidence("attribute", "it is set"),),
        fix=Fix("Unset it."),
        subject=subject,
        severity=severity,
    )


def open_(unknown: Unknown = MISSING, *, severity: Severity | None = None) -> Verdict:
    """An undecided check."""
    return undecided("It is not told.", (unknown,), severity=severity)


def good() -> Verdict:
    """A pass."""
    return passed("It is good.")


def audit(
    rules: Iterable[Rule[Topic | Subscription]],
    *resources: AnyResource,
    inputs: tuple[Input, ...] = (TEMPLATE,),
    coverage: tuple[Coverage, ...] = (),
) -> Audit:
    """What rules conclude about resources."""
    return run(rules, Inventory(inputs, resources, coverage), today=TODAY)


def judged(*verdicts: Verdict, unread: tuple[Gap, ...] = (), **settings: object) -> Judged:
    """One topic about which one rule of severity high concludes something, judged by some settings."""
    made = audit([rule("sns-topic-odd", lambda _: verdicts)], topic("Orders"))
    return judge(made, Configuration(**settings), TODAY, unread=unread)  # type: ignore[arg-type]  # a test's settings
