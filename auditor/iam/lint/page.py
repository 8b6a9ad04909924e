"""The list of checks as a page, for docs/iam-lint.md."""

from auditor.iam.lint.catalogue import CHECKS, NOT_CHECKED, Check
from auditor.iam.lint.finding import FindingType

_HEAD = """# Policy lint

`auditor iam lint POLICY…` checks policy documents of every kind: identity policies, policies of resources, trust
policies, permissions boundaries, session policies, service and resource control policies, and endpoint policies. This
page is made from the catalogue in `auditor/iam/lint/catalogue.py`.

```
auditor iam lint policy.json
auditor iam lint --resource-type AWS::SNS::Topic topic-policy.yaml
auditor iam lint --type scp --fail-on warning --format json *.json
auditor iam lint --cases policies.jsonl
```

- `--type` says what the policy is attached to; without it, it is an identity policy, or that of a resource when
  `--resource-type` names one. Every finding has its line and column, and a JSON Pointer into the document.
- `managed` is an identity policy for which IAM also insists on the current version of the language.
- What IAM itself would say when it refuses the document stands below the findings, in its words
  (`error_message` in JSON). `valid` tells whether AWS takes the document, as far as that can be told offline.
- The exit code is 1 when a finding is at `--fail-on` (default `error`) or worse, in the order error, security warning,
  warning, suggestion.
- Each line of a `--cases` file is `{"id", "policy" or "document", "policy_type", "resource_type"}`; the last two may be
  left out. Its answer is `{"id", "valid", "error_message", "findings": [{"code", "type", "path", "message"}]}`.
- Whether an action, resource type or condition key exists is looked up in the action database; messages name its date.
- Parts of a policy that an input does not tell (references of a template) are never findings.

Codes in capitals are issue codes of IAM Access Analyzer, whose check of that code finds the same; the others are our
own. Messages are ours.
"""


def written() -> str:
    """The page as Markdown."""
    parts = [_HEAD]
    families = list(dict.fromkeys(check.family for check in CHECKS.values()))
    counts = [
        f"{sum(1 for check in CHECKS.values() if check.type is kind)} {kind.value.lower().replace('_', ' ')}s"
        for kind in FindingType
    ]
    of_aws = sum(check.is_of_aws for check in CHECKS.values())
    parts.append(f"\n{len(CHECKS)} checks ({', '.join(counts)}), {of_aws} of them as in IAM Access Analyzer.\n")
    for family in families:
        rows = [_row(check) for check in CHECKS.values() if check.family == family]
        parts.append(f"\n## {family.capitalize()}\n\n| code | type | finds | fix |\n|---|---|---|---|\n{''.join(rows)}")
    parts.append("\n## Checks of IAM Access Analyzer that are not made\n\n| code | why |\n|---|---|\n")
    parts.extend(f"| `{code}` | {_cell(why)} |\n" for code, why in NOT_CHECKED.items())
    return "".join(parts)


def _row(check: Check) -> str:
    return f"| `{check.code}` | {check.type.value} | {_cell(check.finds)} | {_cell(check.fix)} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")
