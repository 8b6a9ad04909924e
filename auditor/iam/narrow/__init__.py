"""Least privilege: what is granted and could be less, and a smaller policy that is proven to be one.

* `of_all` and `of_principal` tell, as data, what the policies of users and roles grant and could grant less of, what a
  permissions boundary or control policy cuts among it; `choices` what could be chosen to narrow it.
* `read` makes the `Record` of a principal's uses from the bytes of a CloudTrail or last-accessed file, `read_for_all`
  those of many principals from one CloudTrail file.
* `narrow` writes one smaller policy in place of all that a principal has, with the proof that it is smaller and that
  every recorded use is still allowed; `Narrower` does it for many principals of an inventory. `Wishes` say what else
  than unused actions to leave out.
"""

from auditor.iam.narrow.choices import Choice, Way, choices
from auditor.iam.narrow.excess import Excess, Kind, excesses
from auditor.iam.narrow.names import by_services, listed
from auditor.iam.narrow.pins import Pinned
from auditor.iam.narrow.principals import PolicyExcess, PrincipalExcess, Principals, called, of_all, of_principal
from auditor.iam.narrow.proof import Lost, Proof
from auditor.iam.narrow.reading import UseError, read, read_for_all
from auditor.iam.narrow.smaller import LARGEST, Narrowed, Narrower, narrow
from auditor.iam.narrow.uses import LastAccessed, Record, Trail, Use
from auditor.iam.narrow.vain import Finder, Limits, limits
from auditor.iam.narrow.wishes import NarrowError, Wishes, problem_of

__all__ = [
    "LARGEST",
    "Choice",
    "Excess",
    "Finder",
    "Kind",
    "LastAccessed",
    "Limits",
    "Lost",
    "NarrowError",
    "Narrowed",
    "Narrower",
    "Pinned",
    "PolicyExcess",
    "PrincipalExcess",
    "Principals",
    "Proof",
    "Record",
    "Trail",
    "Use",
    "UseError",
    "Way",
    "Wishes",
    "by_services",
    "called",
    "choices",
    "excesses",
    "limits",
    "listed",
    "narrow",
    "of_all",
    "of_principal",
    "problem_of",
    "read",
    "read_for_all",
]
