"""The services that publish to a topic, with what their requests tell of the resource they act for."""

from auditor.model import relations
from auditor.model.cloudwatch import Alarm
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Unknown, Value
from auditor.model.relations import ServicePublisher
from auditor.model.resource import Resource
from auditor.model.ses import ConfigurationSet, EventDestination
from auditor.model.sns import Topic
from auditor.model.text import Text, text
from auditor.routes import key
from auditor.routes.grant import Sender
from auditor.routes.link import arn_of, called
from auditor.routes.route import Link


def key_link(topic: Topic, publisher: ServicePublisher, inventory: Inventory) -> Link:
    """Whether a service can use the topic's key to publish for a resource."""
    return key.link("topic-key", topic.kms_key, topic, sender_of(publisher, inventory), inventory)


def sender_of(publisher: ServicePublisher, inventory: Inventory) -> Sender:
    """The service as it presents itself to SNS and KMS.

    SES acts for the configuration set of an event destination, for an identity, or for a receipt rule.
    """
    resource = publisher.resource
    is_alarm = isinstance(resource, Alarm)
    arn, source = _source(resource, inventory)
    return Sender(
        principal=publisher.service,
        label="CloudWatch" if is_alarm else "SES",
        account=resource.account,
        region=resource.region,
        arn=arn,
        source=source,
        names_account=True,
        tells_kms=False,
    )


def _source(resource: Resource, inventory: Inventory) -> tuple[Text, str]:
    """The ARN that the service sends as aws:SourceArn, and what it is in words."""
    if isinstance(resource, EventDestination):
        found = _configuration_set(resource, inventory)
        if isinstance(found, Unknown) or found.value is None:
            why = found if isinstance(found, Unknown) else Unknown(Cause.UNDECIDED, "a configuration set")
            return text(why), f"the configuration set of event destination {called(resource)}"
        return arn_of(found.value), f"configuration set {called(found.value)}"
    kind = resource.type_name.rsplit("::", 1)[-1]
    words = {"EmailIdentity": "identity", "ReceiptRule": "receipt rule", "Alarm": "alarm"}.get(kind, kind)
    return arn_of(resource), f"{words} {called(resource)}"


def _configuration_set(destination: EventDestination, inventory: Inventory) -> Value[ConfigurationSet | None]:
    name = destination.configuration_set
    if isinstance(name, Unknown):
        return name
    return relations.configuration_set(inventory, name.value, destination)
