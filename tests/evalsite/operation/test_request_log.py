import copy
import io
import json
import logging
import logging.config

import pytest
from django.conf import settings
from django.urls import reverse

from evalsite.operation.request_log import about_run, current

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_json():
    """Call for the lines logged so far, as the console shows them with EVALSITE_LOG_JSON."""
    made = logging.config.DictConfigurator(copy.deepcopy(settings.LOGGING))
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(made.configure_formatter(made.config["formatters"]["json"]))
    for name in settings.LOGGING["handlers"]["console"]["filters"]:
        handler.addFilter(made.configure_filter(made.config["filters"][name]))
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def test_every_line_about_a_run_has_its_id(as_json):
    with about_run(17):
        logging.getLogger("a.test").warning("something of it")
    logging.getLogger("a.test").warning("something else")
    assert [line["run_id"] for line in as_json()] == ["17", "-"]


def test_a_request_is_one_line_that_tells_no_secret_address(client, caplog):
    with caplog.at_level(logging.INFO, logger="evalsite.requests"):
        client.get(reverse("ratings:rater_landing", args=["a-secret-link"]))
    (record,) = [record for record in caplog.records if record.name == "evalsite.requests"]
    assert record.getMessage() == "GET ratings:rater_landing 404"
    assert record.milliseconds >= 0


def test_django_s_own_lines_tell_no_secret_address_either(client, as_json):
    client.get(reverse("ratings:rater_landing", args=["a-secret-link"]))
    client.get("/no/such/a-secret-link")
    lines = as_json()
    said = [line["message"] for line in lines]
    assert {"Not Found: ratings:rater_landing", "Not Found: -"} <= set(said)
    assert "a-secret-link" not in json.dumps(lines)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("from-the-proxy-1", True), ("short", False), ("a b\ninjected line", False), ("", False)],
)
def test_the_proxys_id_is_kept_where_it_is_one(client, given, kept):
    response = client.get(reverse("health"), headers={"X-Request-ID": given})
    assert (response.headers["X-Request-ID"] == given) is kept
    assert len(response.headers["X-Request-ID"]) >= 8
    assert current.get() == "-"


def test_every_line_of_a_request_has_its_id_also_as_json(as_json):
    token = current.set("the-request")
    try:
        logging.getLogger("a.test").warning("something of %s", "note", extra={"run": 7})
    finally:
        current.reset(token)
    (line,) = as_json()
    assert line["message"] == "something of note"
    assert (line["request_id"], line["run"], line["levelname"]) == ("the-request", 7, "WARNING")
