"""Who can do something, over the accounts of an inventory."""

from auditor.iam.who.answer import Access, Needed, Outsiders, Undecided, WhoCan
from auditor.iam.who.ask import ask, who_can
from auditor.iam.who.question import Question, Scope

__all__ = ["Access", "Needed", "Outsiders", "Question", "Scope", "Undecided", "WhoCan", "ask", "who_can"]
