"""Least privilege: what is granted and could be less, and a smaller policy that is proven to be one.

* `of_all` and `of_principal` tell, as data, what the policies of users and roles grant and could grant less of.
* `read` makes the `Record` of a principal's uses from the bytes of a CloudTrail or last-accessed file.
* `narrow` writes one smaller policy in place of all that a principal has, with the proof that it is smaller and that
  every recorded use is still allowed.
"""

from auditor.iam.narrow.excess import Excess, Kind, excesses
from auditor.iam.narrow.principals import PolicyExcess, PrincipalExcess, called, of_all, of_principal
from auditor.iam.narrow.proof import Lost, Proof
from auditor.iam.narrow.reading import UseError, read
from auditor.iam.narrow.smaller import LARGEST, Narrowed, NarrowError, narrow
from auditor.iam.narrow.uses import LastAccessed, Record, Trail, Use

__all__ = [
    "LARGEST",
    "Excess",
    "Kind",
    "LastAccessed",
    "Lost",
    "NarrowError",
    "Narrowed",
    "PolicyExcess",
    "PrincipalExcess",
    "Proof",
    "Record",
    "Trail",
    "Use",
    "UseError",
    "called",
    "excesses",
    "narrow",
    "of_all",
    "of_principal",
    "read",
]
