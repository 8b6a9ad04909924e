"""Identity sends e-mail without a DKIM signature of its domain.

## What it checks

- A domain: DKIM signing is enabled and, where an account tells, Amazon SES has found the records (`SUCCESS`). A template
  cannot tell the state of DNS; there the setting alone is judged.
- An e-mail address: the same, or its domain is an identity of the same account and Region that signs. An address, or a
  subdomain, that has signing switched off takes away the signature that the domain above it would give.

## Why it matters

Without a DKIM signature of the sender's own domain DMARC can pass only by SPF, and that needs a custom MAIL FROM domain.
With neither, receivers cannot tell your mail from a forgery. Google, Yahoo and Microsoft reject or junk unsigned mail of
bulk senders. A custom MAIL FROM domain lowers the severity to medium; records that SES still looks for, to low.

## How to fix

Enable DKIM signing and publish the three CNAME records that SES names for the domain (Easy DKIM), or the TXT record of
your own key. For an address, verify its domain with DKIM and remove the override on the address.

## References

- https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim.html
- https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_DkimAttributes.html
- https://support.google.com/a/answer/81126
- https://www.rfc-editor.org/rfc/rfc6376
- https://www.rfc-editor.org/rfc/rfc7489
"""

from collections.abc import Iterable, Iterator

from auditor.evidence import attribute, place
from auditor.finding import Evidence, Fix, Severity, Verdict, failed, passed, undecided
from auditor.model.known import Cause, Known, Truth, Unknown, any_of, truth
from auditor.model.ses import EmailIdentity
from auditor.questions import Questions
from auditor.rule import Rule

rule = Rule(
    id="ses-identity-dkim-off",
    applies_to=EmailIdentity,
    severity=Severity.HIGH,
    stage="stable",
    since="0.1",
    controls={},
)

FIX = Fix(
    "Enable DKIM signing for the domain and publish the records that SES names.",
    terraform="""\
resource "aws_sesv2_email_identity" "domain" {
  email_identity = "example.com"
  dkim_signing_attributes { next_signing_key_length = "RSA_2048_BIT" }
}""",
    cloudformation="""\
DkimAttributes:
  SigningEnabled: true""",
)


@rule.check
def check(identity: EmailIdentity, ask: Questions) -> Iterator[Verdict]:
    signing, status = identity.dkim_signing, identity.dkim_status
    where = place(signing, identity)
    if isinstance(signing, Unknown):
        yield undecided(f"Whether {identity.name} signs with DKIM is not told.", (signing,), location=where)
    elif not signing.value:
        saw = attribute("DKIM signing is disabled", signing, identity)
        yield _unsigned(identity, ask, f"{identity.name} does not sign its e-mail with DKIM.", saw)
    elif isinstance(identity.identity_type, Unknown) and not _verified(identity):
        why = (identity.identity_type,)
        yield undecided(
            f"Whether {identity.name} is a domain, which signs, or an address is not told.", why, location=where
        )
    elif _is_address(identity) and not _verified(identity):
        yield from _by_its_domain(identity, ask)
    elif isinstance(status, Known) and status.value != "SUCCESS":
        saw = attribute(f"DKIM status is {status.value}", status, identity)
        waiting = status.value == "PENDING"
        yield _unsigned(
            identity,
            ask,
            f"{identity.name} sends unsigned e-mail: SES has not found its DKIM records ({status.value}).",
            saw,
            severity=Severity.LOW if waiting else None,
        )
    elif isinstance(status, Unknown) and not identity.is_declared:
        yield undecided(f"The DKIM status of {identity.name} is not told.", (status,))
    else:
        yield passed(f"{identity.name} signs with DKIM.", attribute("DKIM signing is enabled", signing, identity))


def _is_address(identity: EmailIdentity) -> bool:
    return isinstance(identity.identity_type, Known) and identity.identity_type.value == "EMAIL_ADDRESS"


def _verified(identity: EmailIdentity) -> bool:
    return isinstance(identity.dkim_status, Known) and identity.dkim_status.value == "SUCCESS"


def _by_its_domain(identity: EmailIdentity, ask: Questions) -> Iterator[Verdict]:
    """An address without records of its own is signed if an identity of its domain signs."""
    pieces = identity.name.split("@")
    domain = pieces[-1] if pieces is not None else None
    if domain is None or domain.literal is None:
        yield undecided(
            f"The domain of {identity.name} is not told.",
            identity.name.holes or (Unknown(Cause.NOT_HERE, f"the domain of {identity.name}"),),
            location=place(identity.dkim_signing, identity),
        )
        return
    above = ask.identities_above(identity, domain.literal)
    if above.possible:
        yield undecided(
            f"Whether the domain of {identity.name} signs with DKIM is not told.",
            tuple(dict.fromkeys(parent.uncertain for parent in above.possible if parent.uncertain is not None)),
            location=place(identity.dkim_signing, identity),
        )
        return
    nearest, off = _up_to_override(above.items)
    signs = any_of(_signs(parent) for parent in nearest)
    if signs is Truth.TRUE:
        yield passed(f"{identity.name} is signed by its domain.", Evidence("link", f"{domain} signs with DKIM"))
    elif off is not None and (off.name.literal or "").lower() == domain.literal.lower():
        saw = attribute(f"DKIM signing of {domain} is disabled", off.dkim_signing, off)
        yield _unsigned(identity, ask, f"{identity.name} sends unsigned e-mail: {domain} does not sign with DKIM.", saw)
    elif signs is Truth.UNKNOWN or isinstance(above.complete, Unknown) or identity.is_declared:
        outside = Unknown(Cause.NOT_HERE, f"whether {domain} is an identity that signs with DKIM")
        unsure = (parent for parent in nearest if _signs(parent) is Truth.UNKNOWN)
        known = (value for parent in unsure for value in (parent.dkim_signing, parent.dkim_status))
        why = ask.why(*known) or above.unknowns or (outside,)
        where = place(identity.dkim_signing, identity)
        yield undecided(f"Whether the domain of {identity.name} signs with DKIM is not told.", why, location=where)
    else:
        saw = Evidence("absence", f"no identity of {domain} signs with DKIM in {identity.region}")
        yield _unsigned(identity, ask, f"{identity.name} sends unsigned e-mail: {domain} does not sign with DKIM.", saw)


def _up_to_override(parents: Iterable[EmailIdentity]) -> tuple[tuple[EmailIdentity, ...], EmailIdentity | None]:
    """The identities of a domain and its parents that decide, and the one that takes away what its parents would give.

    An identity has the DKIM of the nearest identity above it, unless it overrides that.
    """
    nearest: list[EmailIdentity] = []
    for parent in parents:
        if isinstance(parent.dkim_signing, Known) and not parent.dkim_signing.value:
            return tuple(nearest), parent
        nearest.append(parent)
    return tuple(nearest), None


def _signs(domain: EmailIdentity) -> Truth:
    status = domain.dkim_status
    if domain.is_declared and isinstance(status, Unknown):
        return truth(domain.dkim_signing)
    return truth(domain.dkim_signing) & truth(status.map(lambda told: told == "SUCCESS"))


def _unsigned(
    identity: EmailIdentity, ask: Questions, message: str, saw: Evidence, severity: Severity | None = None
) -> Verdict:
    mail_from = identity.mail_from_domain
    aligned = isinstance(mail_from, Known) and mail_from.value is not None
    return failed(
        message,
        evidence=(saw,),
        fix=FIX,
        severity=severity or (Severity.MEDIUM if aligned else None),
        confidence=ask.confidence(identity, identity.dkim_signing),
        location=saw.location,
    )
