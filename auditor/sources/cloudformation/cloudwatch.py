"""Amazon CloudWatch alarms."""

from collections.abc import Iterator

from auditor.model.cloudwatch import Alarm
from auditor.model.inventory import AnyResource
from auditor.model.known import Known, Unknown, Value
from auditor.model.origin import How, Origin
from auditor.model.text import Text
from auditor.sources.cloudformation.declared import Declared, Mapper
from auditor.sources.cloudformation.properties import Properties, items_of


def _alarm(declared: Declared) -> Iterator[AnyResource]:
    properties = declared.properties
    yield Alarm(
        **declared.identity(),
        namespace=properties.word("Namespace", None),
        metric=properties.word("MetricName", None),
        dimensions=_dimensions(declared),
        threshold=properties.word("Threshold", None),
        comparison=properties.required_word("ComparisonOperator"),
        period_seconds=properties.integer("Period", None),
        evaluation_periods=properties.required_integer("EvaluationPeriods"),
        treat_missing_data=properties.word("TreatMissingData", "missing"),
        actions_enabled=properties.boolean("ActionsEnabled", default=True),
        actions=properties.texts("AlarmActions"),
    )


def _dimensions(declared: Declared) -> Value[dict[str, Text]]:
    node = declared.properties.node("Dimensions")
    if node is None:
        return Known({}, declared.default())
    dimensions: dict[str, Text] = {}
    for item in items_of(node):
        dimension = Properties(item, item.at)
        name = dimension.required_word("Name")
        value = dimension.required("Value")
        if isinstance(name, Unknown):
            return name
        if isinstance(value, Unknown):
            return value
        dimensions[name.value] = value.value
    return Known(dimensions, Origin(How.WRITTEN, node.at))


MAPPERS: dict[str, Mapper] = {"AWS::CloudWatch::Alarm": _alarm}
