"""The shape of Infracost's JSON, version 0.2, as far as an estimate fills it.

Source: the schema in Infracost's repository, schema/infracost.schema.json. Names are written in camel case; amounts are
decimal strings, null for what is not known.
"""

import msgspec

VERSION = "0.2"
NO_TIME = "0001-01-01T00:00:00Z"
"""A time that is not told."""


class CostComponent(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A part of the cost of a resource."""

    name: str
    unit: str
    hourly_quantity: str | None
    monthly_quantity: str | None
    price: str | None
    hourly_cost: str | None
    monthly_cost: str | None
    usage_based: bool
    price_not_found: bool


class Resource(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A resource, or all of a service in a Region that belongs to no resource in particular."""

    name: str
    resource_type: str = ""
    tags: dict[str, str] | None = None
    metadata: dict[str, str]
    hourly_cost: str | None
    monthly_cost: str | None
    monthly_usage_cost: str | None
    cost_components: list[CostComponent]


class Breakdown(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a project costs."""

    resources: list[Resource]
    total_hourly_cost: str | None
    total_monthly_cost: str | None
    total_monthly_usage_cost: str | None


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the estimate takes for granted or could not read."""

    code: int = 0
    message: str
    data: None = None
    is_error: bool = False


class ProjectMetadata(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Where a project is from."""

    path: str
    type: str
    warnings: list[Diagnosis]


class Summary(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How many resources there are; those without a price are free, those not supported are not priced."""

    total_detected_resources: int
    total_supported_resources: int
    total_unsupported_resources: int
    total_usage_based_resources: int
    total_no_price_resources: int
    supported_resource_counts: dict[str, int]
    unsupported_resource_counts: dict[str, int]
    no_price_resource_counts: dict[str, int]


class Project(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """All inputs together: tiers and allowances are those of the whole account."""

    name: str
    display_name: str
    metadata: ProjectMetadata
    past_breakdown: Breakdown
    breakdown: Breakdown
    diff: Breakdown
    summary: Summary


class Metadata(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Of the run. What it is asked for and a run of this tool does not know is empty."""

    infracost_command: str = "breakdown"
    vcs_branch: str = ""
    vcs_commit_sha: str = ""
    vcs_commit_author_name: str = ""
    vcs_commit_author_email: str = ""
    vcs_commit_timestamp: str = NO_TIME
    vcs_commit_message: str = ""
    usage_file_path: str = ""


class Root(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The document."""

    version: str
    metadata: Metadata
    currency: str
    projects: list[Project]
    total_hourly_cost: str | None
    total_monthly_cost: str | None
    total_monthly_usage_cost: str | None
    past_total_hourly_cost: str | None = None
    past_total_monthly_cost: str | None = None
    past_total_monthly_usage_cost: str | None = None
    diff_total_hourly_cost: str | None = None
    diff_total_monthly_cost: str | None = None
    diff_total_monthly_usage_cost: str | None = None
    time_generated: str
    summary: Summary
