import json

import jsonschema
import pytest

from ratings.reports.json_export import SCHEMA, report_from_json, report_to_json
from ratings.reports.json_schema import report_schema


def test_the_published_schema_is_that_of_the_dataclasses():
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == report_schema()
    jsonschema.Draft202012Validator.check_schema(report_schema())


def test_a_report_follows_the_schema_and_comes_back(report):
    text = report_to_json(report)
    jsonschema.validate(json.loads(text), report_schema())
    assert report_from_json(text) == report
    assert report_to_json(report_from_json(text)) == text


def test_degenerate_reports_follow_the_schema(degenerate_report):
    jsonschema.validate(json.loads(report_to_json(degenerate_report)), report_schema())


def test_each_statistic_has_the_agreed_fields():
    fields = set(report_schema()["$defs"]["Statistic"]["required"])
    assert {"estimate", "ci_low", "ci_high", "pvalue", "pvalue_adjusted", "n", "method"} <= fields


def test_another_document_is_refused():
    with pytest.raises(KeyError):
        report_from_json('{"study": {}}')
