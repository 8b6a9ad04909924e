"""The shape of a usage file, usage-v1."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from auditor.strict_yaml import Node, Plain, Steps
from pricing.catalog.lookup import PLANS
from pricing.meters.registry import SERVICES, quantities
from pricing.usage.shape import Choice, Day, Fields, Items, Keyed, Mistake, Number, OrNull, Schema, Word

_MOST = Decimal(10) ** 15
REGION = Word(r"[a-z]{2,}(-[a-z]+)+-\d+", "a Region like eu-west-1")
_MONTH = Word(r"\d{4}-(0[1-9]|1[0-2])", "a month like 2026-12")
_FACTOR = Number(Decimal(0), Decimal(1000), 6)
_GROWTH = Number(Decimal(-1), Decimal(10), 6)
_AMOUNT = OrNull(Number(Decimal(0), _MOST, 12, "a number or null"))
_PLAN = OrNull(Choice(PLANS))
_DAY = OrNull(Day())


def _change_of_plan(told: Mapping[str, Node]) -> str | None:
    is_told = [name in told and told[name].value is not None for name in ("ses_plan_since", "ses_plan_before")]
    if any(is_told) and not (all(is_told) and "ses_plan" in told and told["ses_plan"].value is not None):
        return "a change of plan needs ses_plan, ses_plan_since and ses_plan_before"
    return None


def _one_selector(told: Mapping[str, Node]) -> str | None:
    service, region, resource = (
        name in told and told[name].value is not None for name in ("service", "region", "resource")
    )
    if resource != (service or region) and service == region:
        return None
    return "needs either service and region, or resource"


_ACCOUNT = Fields(
    words="Whose usage it is. Its presence says that the file has the whole account's usage, so free allowances apply.",
    fields={
        "opened": (_DAY, "When the account was opened."),
        "first_ses_use": (_DAY, "When it first used Amazon SES."),
    },
)
_OF_REGION = Fields(
    words="What is chosen per Region.",
    fields={
        "ses_plan": (_PLAN, "SES pricing plan; NONE is à la carte; absent or null is unknown."),
        "ses_plan_since": (
            _DAY,
            "First day of that plan; needs ses_plan_before. Absent: it holds in every month.",
        ),
        "ses_plan_before": (_PLAN, "The SES pricing plan until then."),
    },
    rule=_change_of_plan,
)
_CASE = OrNull(
    Fields(
        words="How usage may turn out instead of as expected.",
        fields={
            "volume": (_FACTOR, "Factor of all volumes; 1 when absent."),
            "growth_per_month": (OrNull(_GROWTH), "In place of the expected growth."),
        },
    )
)
_PROJECTION = Fields(
    words="How the usage of the months after the first differs from it. Sizes, rates and leased things stay as they "
    "are.",
    fields={
        "growth_per_month": (_GROWTH, "0.05 is 5 % more than the month before; 0 when absent."),
        "growth": (
            Keyed(Word(r"[a-z_0-9.-]+", "the name of a quantity or its beginning"), _GROWTH),
            "Growth of quantities by name or beginning of the name; the longest wins.",
        ),
        "seasonality": (
            Keyed(Word(r"([1-9]|1[0-2])", "a month from 1 to 12"), _FACTOR),
            "Calendar month to its volume beside an average month's, which is 1; needs month.",
        ),
        "cases": (Fields(words="", fields={"best": (_CASE, ""), "worst": (_CASE, "")}), "Beside what is expected."),
    },
)
_FOR = Fields(
    words="What quantities are for: a service in a Region, or resources.",
    fields={
        "service": (OrNull(Choice(tuple(SERVICES))), ""),
        "region": (OrNull(REGION), ""),
        "resource": (
            OrNull(Word(r"[\s\S]{1,2048}", "an id, ARN or address of at most 2,048 characters")),
            "id, ARN or address; * stands for any characters.",
        ),
    },
    rule=_one_selector,
)


class _Entry:
    """Quantities of one selector; whether there are quantities of such names is checked before."""

    def schema(self) -> Schema:
        """See `pricing.usage.shape.Shape`."""
        properties: Schema = {"for": _FOR.schema()}
        patterns: Schema = {}
        for item in quantities().values():
            family = next((prefix for prefix in _FAMILIES if item.id.startswith(prefix) and item.id != _PRICE), None)
            if family is None:
                most = _MOST if item.most is None else item.most
                properties[item.id] = _amount(item.least, most, f"{item.help} Unit: {item.unit}.")
        for prefix, (suffix, words) in _FAMILIES.items():
            names = [
                re.escape(name[len(prefix) : -len(suffix)]).replace(r"\-", "-")
                for name in quantities()
                if name.startswith(prefix) and name != _PRICE
            ]
            pattern = f"^{re.escape(prefix)}({'|'.join(names)}){re.escape(suffix)}$"
            patterns[pattern] = _amount(Decimal(0), _MOST, words)
        return {
            "type": "object",
            "description": "Quantities of a month. null is unknown, as is a quantity that is left out; 0 is none.",
            "required": ["for"],
            "properties": properties,
            "patternProperties": patterns,
            "additionalProperties": False,
        }

    def mistakes(self, node: Node, at: Steps) -> Iterator[Mistake]:
        """See `pricing.usage.shape.Shape`."""
        if not isinstance(node.value, dict):
            yield at, "should be a mapping"
            return
        if "for" not in node.value:
            yield at, "needs for"
        for name, value in node.value.items():
            yield from (_FOR if name == "for" else _AMOUNT).mistakes(value, (*at, name))


_PRICE = "sns.sms.price_per_part"
_FAMILIES = {
    "data_transfer.to.": (".gb", "Traffic to that Region that no other quantity has, in GB of 10^9 bytes."),
    "ses.data_transfer.to.": (".gb", "Mail and events that SES sends to services in that Region, GB of 10^9 bytes."),
    "sns.data_transfer.to.": (".gb", "Messages for queues and functions in that Region, in GB of 10^9 bytes."),
    "sns.sms.": (".parts", "Message parts (140 bytes) to that country, by kind of sender where prices differ."),
}
"""How the names of many quantities that differ in a Region or country begin, to how they end and what they are."""


def _amount(least: Decimal, most: Decimal, words: str) -> Plain:
    return {"type": ["number", "null"], "minimum": int(least), "maximum": int(most), "description": words}


FILE = Fields(
    words="Monthly usage for a cost estimate.",
    fields={
        "version": (Choice((1,)), "Version of this format."),
        "month": (
            OrNull(_MONTH),
            "The month whose hours count and whose allowances hold; absent: 730 hours, no dated allowance.",
        ),
        "account": (OrNull(_ACCOUNT), ""),
        "regions": (Keyed(REGION, _OF_REGION), ""),
        "projection": (OrNull(_PROJECTION), ""),
        "usage": (Items(_Entry()), ""),
    },
    required=("version",),
)
"""A usage file."""


def json_schema() -> dict[str, Plain]:
    """The JSON Schema (2020-12) of a usage file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **FILE.schema()}
