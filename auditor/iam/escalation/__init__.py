"""Who can get more rights than it has, over which steps, and what would stop it.

* `Escalation` tells of every user and role of an inventory whether it is an administrator, can become one, cannot, or
  may, with the shortest chain of steps.
* `paths_of` tells which paths a set of policies opens, where nothing is known of the account.
* `open_trust` tells whether a trust policy lets in a whole account.

The paths are data: `auditor.iam.escalation.catalogue` and `auditor.iam.escalation.mail`.
"""

from auditor.iam.escalation.asking import Seen
from auditor.iam.escalation.enabled import Answer, Opened, paths_of
from auditor.iam.escalation.graph import Escalation, Rights, Standing
from auditor.iam.escalation.path import Category, Path
from auditor.iam.escalation.references import References
from auditor.iam.escalation.step import Step
from auditor.iam.escalation.trust import OpenTrust, open_trust

__all__ = [
    "Answer",
    "Category",
    "Escalation",
    "OpenTrust",
    "Opened",
    "Path",
    "References",
    "Rights",
    "Seen",
    "Standing",
    "Step",
    "open_trust",
    "paths_of",
]
