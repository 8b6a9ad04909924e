"""The JSON of an estimate of many lines comes in parts, which together are the document."""

import json

from estimating import of, priced, topic_arn, usage

from auditor.report import estimate_json, json_text
from pricing.usage.usage import Account

NUMBER = 1100


def test_parts_are_whole_lines_of_one_document() -> None:
    told = [
        of(topic_arn(f"Tópic-{number}"), sns__publish__messages=number, sns__publish__average_bytes=70_000)
        for number in range(NUMBER)
    ]
    found = priced(usage(*told, account=Account()))
    parts = list(estimate_json.pieces(found))
    document = json.loads("".join(parts))

    assert len(parts) == 4
    assert all(part.endswith("\n") for part in parts)
    assert "".join(parts) == estimate_json.render(found) == json_text.encode(document)
    assert [line["resource"] for line in document["lines"]] == sorted(topic_arn(f"Tópic-{n}") for n in range(NUMBER))


def test_an_estimate_without_lines_is_one_part() -> None:
    (part,) = estimate_json.pieces(priced(usage()))

    assert json.loads(part)["lines"] == []
