"""What a rater receives: names and keys, headers, refusals, and addresses that stay closed."""

from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from ratings.errors import ResultsLocked
from ratings.models import Assignment, Rater, Study
from ratings.reports.exports import FORMATS
from ratings.selectors import require_unlocked
from ratings.services.blinding_audit.canaries import marks
from ratings.services.blinding_audit.rows import AuditRow, counted, row
from ratings.services.blinding_audit.walk import Received, Visitor, host, item_pages, without_chance

# Differ from page to page for reasons that have nothing to do with systems.
_ALWAYS_DIFFER = {"Content-Length", "Content-Location", "Expires", "Set-Cookie", "X-Request-ID"}
_IDENTIFY_A_BODY = ("ETag", "Last-Modified")


def names_and_keys(visited: Visitor, items: int) -> AuditRow:
    """No canary in anything received, headers and cookies included."""
    key, title = "names", _("Names and keys")
    shown = list(item_pages(visited.received))
    if not shown:
        figure = _("no item could be reached as a rater, so nothing can be said")
        return row(key, title, figure, passed=False)
    pattern = marks()
    wrong = [
        f"{found[0]} at {_shape(each, visited)}"
        for each in visited.received
        if (found := pattern.search(each.everything))
    ]
    wrong += [f"{each.status} at {_shape(each, visited)}" for each in visited.received if each.status >= 500]
    figure = _("none in %(responses)s responses on the way through %(items)s items") % {
        "responses": len(visited.received),
        "items": items,
    }
    return counted(key, title, wrong, figure)


def own_words(study: Study, names: frozenset[str]) -> AuditRow:
    """No system, checkpoint, label or corpus named in what the researcher says to raters."""
    said = {
        _("title"): study.public_title,
        _("instructions"): study.instructions,
        _("completion note"): study.completion_note,
    }
    for text in study.consent_texts.all():
        said[f"{_('consent text')} {text.language} {text.version}"] = text.text
    for part in study.parts.all():
        said[_("question of part %(part)s") % {"part": part.position}] = part.question
        for criterion in part.criteria.all():
            words = (criterion.name, criterion.question, criterion.low_anchor, criterion.high_anchor)
            said[criterion.name] = " ".join(words)
    wrong = [
        _("'%(name)s' in the %(place)s") % {"name": name, "place": place}
        for place, text in said.items()
        for name in names
        if _has_word(text, name)
    ]
    figure = _("none of %(names)s names in %(texts)s texts") % {"names": len(names), "texts": len(said)}
    return counted("words", _("Names in the study's own words"), wrong, figure)


def headers(visited: Visitor) -> AuditRow:
    """Nothing is cached, nothing identifies a body, and item pages differ in no header."""
    shown = [each for each in item_pages(visited.received) if each.status == 200]
    wrong = [
        f"{name} at {_shape(each, visited)}"
        for each in visited.received
        for name in _IDENTIFY_A_BODY
        if name in each.headers
    ]
    wrong += [
        _("no 'no-store' at %(page)s") % {"page": _shape(each, visited)}
        for each in visited.received
        if "no-store" not in each.headers.get("Cache-Control", "")
    ]
    kept = [
        {name: value for name, value in each.headers.items() if name not in _ALWAYS_DIFFER} for each in shown
    ]
    wrong += [
        f"{name}: {value}"
        for each in kept
        for name, value in each.items()
        if kept and kept[0].get(name) != value
    ]
    figure = _("'no-store' on all; one set of headers on %(pages)s item pages") % {"pages": len(shown)}
    return counted("headers", _("Caches and headers"), wrong, figure)


def refusals(visited: Visitor) -> AuditRow:
    """An unknown, another rater's and an expired address get the same answer."""
    others = Assignment.objects.filter(rater__study=visited.rater.study_id).exclude(rater=visited.rater)
    other = others.values_list("token", flat=True).first()
    unknown = "0" * 22
    addresses = {_("unknown item"): visited.at("item", unknown)}
    if other is not None:
        addresses[_("another rater's item")] = visited.at("item", other)
    addresses[_("unknown link")] = replace(visited, link=unknown).at("landing")
    answers = {name: _masked(visited.get(address), address) for name, address in addresses.items()}
    Rater.objects.filter(pk=visited.rater.pk).update(link_expires_at=timezone.now() - timedelta(days=1))
    expired = visited.at("landing")
    answers[_("expired link")] = _masked(visited.get(expired), expired)
    first = next(iter(answers.values()))
    wrong = [
        _("%(case)s: status %(status)s") % {"case": name, "status": answer[0]}
        for name, answer in answers.items()
        if answer != first or answer[0] != 404
    ]
    figure = _("status 404 and one body for %(cases)s cases") % {"cases": len(answers)}
    return counted("refusals", _("Refusals"), wrong, figure)


def locked_results(study: Study, owner: User) -> AuditRow:
    """While the study is open, neither its owner nor a rater gets any result."""
    wrong: list[str] = []
    try:
        require_unlocked(study)
        wrong.append(_("results are read before closing"))
    except ResultsLocked:
        pass
    closed = [reverse("ratings:report_download", args=[study.slug, form]) for form in FORMATS]
    closed += [
        reverse("ratings:report_state", args=[study.slug]),
        reverse("ratings:report_figure", args=[study.slug, "en", "claims"]),
    ]
    report = reverse("ratings:report", args=[study.slug])
    client = Client(raise_request_exception=False)
    client.force_login(owner, backend=settings.AUTHENTICATION_BACKENDS[0])
    with override(get_language()):
        statuses = {address: client.get(address, **host()).status_code for address in closed}
        visitors = Client().get(report, **host()).status_code
    wrong += [f"{address}: {status}" for address, status in statuses.items() if status != 404]
    wrong += [f"{report}: {visitors}"] if visitors == 200 else []
    figure = _("%(addresses)s addresses of results are closed") % {"addresses": len(closed) + 1}
    return counted("results", _("Live results"), wrong, figure)


def _masked(response: HttpResponse, address: str) -> tuple[int, str]:
    return response.status_code, without_chance(response.content.decode(), address)


def _shape(each: Received, visited: Visitor) -> str:
    """An address without the secret link."""
    return each.address.replace(visited.link, "LINK")


def _has_word(text: str, name: str) -> bool:
    at = text.find(name)
    while at >= 0:
        before, after = text[at - 1 : at] if at else "", text[at + len(name) : at + len(name) + 1]
        if not (before.isalnum() or after.isalnum()):
            return True
        at = text.find(name, at + 1)
    return False
