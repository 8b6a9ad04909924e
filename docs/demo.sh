#!/bin/sh
# A shop whose bounces stopped arriving: what the audit says, where the mail path breaks, what a month costs.
set -eu
cd "$(dirname "$0")/.."
show() { printf '\n$ %s\n' "$*"; }

show auditor scan fixtures/demo/mail.yaml
code=0
auditor scan --no-config fixtures/demo/mail.yaml || code=$?
echo "exit code $code: the gate failed, on purpose"
[ "$code" -eq 1 ]

show auditor trace shop.example.com --in fixtures/demo/mail.yaml --event bounce
auditor trace shop.example.com --in fixtures/demo/mail.yaml --event bounce || [ $? -eq 1 ]

show auditor estimate fixtures/demo/mail.yaml --usage fixtures/demo/usage.yaml --region eu-west-1
auditor estimate --no-config fixtures/demo/mail.yaml --usage fixtures/demo/usage.yaml --region eu-west-1
