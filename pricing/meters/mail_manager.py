"""Amazon SES Mail Manager: ingress endpoints, messages, archive, add-ons."""

from decimal import Decimal

from auditor.model.known import Value
from pricing.meters.meter import Meter, Quantity, Told, as_told, told_or
from pricing.meters.ses import PRICING, mail_chunks
from pricing.options import Choices

_GUIDE = "https://docs.aws.amazon.com/ses/latest/dg"
_MESSAGES, _CHUNKS, _SIZE = (
    "ses.mail_manager.messages",
    "ses.mail_manager.chunks_256kb",
    "ses.mail_manager.average_bytes",
)
_ADD_ONS = {
    "spamhaus": "Spamhaus Domain Block List",
    "abusix": "Abusix Mail Intelligence",
    "trend_micro": "Trend Micro Virus Scanning",
    "vade": "Vade Advanced Email Security",
}

QUANTITIES = (
    Quantity(
        _SIZE,
        "byte",
        f"Mean size of a mail that Mail Manager processes, with headers and attachments; gives {_CHUNKS} if absent.",
    ),
)


def processed_chunks(told: Told, choices: Choices) -> Value[Decimal]:
    """Chunks of 256 KB (262,144 bytes) of the mail that Mail Manager processes.

    Told as chunks, or derived from ses.mail_manager.messages and ses.mail_manager.average_bytes, every mail having the
    mean size. Whether a chunk that is not full counts is the option ses.inbound.chunk_rounding.
    """
    return mail_chunks(_MESSAGES, _SIZE, told, choices)


def _meter(name: str, unit: str, rule: str, source: str, dimension: str = "") -> Meter:
    full = f"ses.mail_manager.{name}"
    return Meter(
        id=full,
        unit=unit,
        dimension=f"ses.mail_manager.{dimension}" if dimension else full,
        measure=as_told(full, rule),
        source=source,
    )


METERS = (
    _meter(
        "ingress_endpoints",
        "endpoint-month",
        "Ingress endpoints that exist in the month, also while they are closed; ENTERPRISE includes the first.",
        f"{_GUIDE}/eb-ingress.html",
    ),
    _meter("messages", "message", "Every mail that Mail Manager processes.", PRICING),
    Meter(
        id=_CHUNKS,
        unit="chunk",
        dimension=_CHUNKS,
        measure=told_or(_CHUNKS, processed_chunks),
        source=PRICING,
        implied_by=(_MESSAGES, _SIZE),
        options=("ses.inbound.chunk_rounding",),
        assumption="every mail has the mean size that is told",
    ),
    _meter(
        "archive.ingest_gb",
        "GB",
        "Mail that is written to an archive.",
        f"{_GUIDE}/eb-archiving.html",
        "archive.ingest",
    ),
    _meter(
        "archive.storage_gb_months",
        "GB-month",
        "Mail that an archive keeps: GB on average over the month. Ingest of one month adds to every month of its "
        "retention.",
        f"{_GUIDE}/eb-archiving.html",
        "archive.storage",
    ),
    *(
        _meter(f"addon.{name}", "message", f"Mail that the add-on {title} checks.", f"{_GUIDE}/eb-addons.html")
        for name, title in _ADD_ONS.items()
    ),
)
