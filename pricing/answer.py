"""An estimate with what was asked for beside it: estimate-v1 as it is written."""

from typing import Any

from msgspec import UNSET, UnsetType

from pricing.advice.alternative import Advice
from pricing.attribution import Attribution
from pricing.projection import Projection
from pricing.reconcile import Reconciliation
from pricing.result import Estimate


class Answer(Estimate, frozen=True, kw_only=True):
    """An estimate, and what stands beside it; what was not asked for is left out.

    Attributes:
        attribution: its costs by group.
        projection: of the months from this one on.
        advice: cheaper ways to buy the same.
        reconciliation: with a bill.
    """

    attribution: Attribution | UnsetType = UNSET
    projection: Projection | UnsetType = UNSET
    advice: tuple[Advice, ...] | UnsetType = UNSET
    reconciliation: Reconciliation | UnsetType = UNSET


def answer(
    estimate: Estimate,
    *,
    attribution: Attribution | None = None,
    projection: Projection | None = None,
    advice: tuple[Advice, ...] | None = None,
    reconciliation: Reconciliation | None = None,
) -> Answer:
    """The estimate with what was made beside it; None for what was not asked for."""
    fields: dict[str, Any] = {name: getattr(estimate, name) for name in Estimate.__struct_fields__}
    beside: dict[str, Any] = {
        "attribution": attribution,
        "projection": projection,
        "advice": advice,
        "reconciliation": reconciliation,
    }
    return Answer(**fields, **{name: value for name, value in beside.items() if value is not None})
