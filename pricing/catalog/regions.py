"""The Regions of the price table, their names in AWS price files, and the currency of their partition.

Sources: botocore 1.44.5 (endpoints.json); the names of Europe as price files before 2021 have them; usage types of the
price files of Amazon SNS and Amazon SES.
"""

from collections.abc import Mapping
from types import MappingProxyType

_NAMES = {
    "af-south-1": "Africa (Cape Town)",
    "ap-east-1": "Asia Pacific (Hong Kong)",
    "ap-east-2": "Asia Pacific (Taipei)",
    "ap-northeast-1": "Asia Pacific (Tokyo)",
    "ap-northeast-2": "Asia Pacific (Seoul)",
    "ap-northeast-3": "Asia Pacific (Osaka)",
    "ap-south-1": "Asia Pacific (Mumbai)",
    "ap-south-2": "Asia Pacific (Hyderabad)",
    "ap-southeast-1": "Asia Pacific (Singapore)",
    "ap-southeast-2": "Asia Pacific (Sydney)",
    "ap-southeast-3": "Asia Pacific (Jakarta)",
    "ap-southeast-4": "Asia Pacific (Melbourne)",
    "ap-southeast-5": "Asia Pacific (Malaysia)",
    "ap-southeast-6": "Asia Pacific (New Zealand)",
    "ap-southeast-7": "Asia Pacific (Thailand)",
    "ca-central-1": "Canada (Central)",
    "ca-west-1": "Canada West (Calgary)",
    "cn-north-1": "China (Beijing)",
    "cn-northwest-1": "China (Ningxia)",
    "eu-central-1": "Europe (Frankfurt)",
    "eu-central-2": "Europe (Zurich)",
    "eu-north-1": "Europe (Stockholm)",
    "eu-south-1": "Europe (Milan)",
    "eu-south-2": "Europe (Spain)",
    "eu-west-1": "Europe (Ireland)",
    "eu-west-2": "Europe (London)",
    "eu-west-3": "Europe (Paris)",
    "il-central-1": "Israel (Tel Aviv)",
    "me-central-1": "Middle East (UAE)",
    "me-south-1": "Middle East (Bahrain)",
    "mx-central-1": "Mexico (Central)",
    "sa-east-1": "South America (Sao Paulo)",
    "us-east-1": "US East (N. Virginia)",
    "us-east-2": "US East (Ohio)",
    "us-gov-east-1": "AWS GovCloud (US-East)",
    "us-gov-west-1": "AWS GovCloud (US-West)",
    "us-west-1": "US West (N. California)",
    "us-west-2": "US West (Oregon)",
}

REGIONS: tuple[str, ...] = tuple(sorted(_NAMES))
"""Every Region of the commercial, GovCloud and China partitions."""

CHINA = ("cn-north-1", "cn-northwest-1")
GOVERNMENT = ("us-gov-east-1", "us-gov-west-1")

CODES: Mapping[str, str] = MappingProxyType(
    {name: code for code, name in _NAMES.items()}
    | {name.replace("Europe (", "EU ("): code for code, name in _NAMES.items() if name.startswith("Europe (")}
    | {"AWS GovCloud (US)": "us-gov-west-1"}
)
"""Name of a Region in a price file to its code."""

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "af-south-1": "AFS1",
        "ap-east-1": "APE1",
        "ap-northeast-1": "APN1",
        "ap-northeast-2": "APN2",
        "ap-northeast-3": "APN3",
        "ap-south-1": "APS3",
        "ap-southeast-1": "APS1",
        "ap-southeast-2": "APS2",
        "ap-southeast-3": "APS4",
        "ca-central-1": "CAN1",
        "eu-central-1": "EUC1",
        "eu-north-1": "EUN1",
        "eu-south-1": "EUS1",
        "eu-west-1": "EU",
        "eu-west-2": "EUW2",
        "eu-west-3": "EUW3",
        "me-central-1": "MEC1",
        "me-south-1": "MES1",
        "sa-east-1": "SAE1",
        "us-east-1": "USE1",
        "us-east-2": "USE2",
        "us-gov-east-1": "UGE1",
        "us-gov-west-1": "UGW1",
        "us-west-1": "USW1",
        "us-west-2": "USW2",
    }
)
"""Region to the prefix of its usage types (``EU-Requests-Tier1``); of the others no price file was read that tells it.

us-east-1 has none in most. The usage type of traffic between Regions has both: ``EU-USE1-AWS-Out-Bytes``.
"""


def currency(region: str) -> str:
    """The currency in which AWS prices a Region."""
    return "CNY" if region.startswith("cn-") else "USD"
