"""One study's page: the plan of a draft, the progress of an open one, the way to a closed one's report."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evalsite.roles import RESEARCHER, role_required
from ratings.design.protocol_format import protocol_bytes
from ratings.errors import StudyPlanInvalid
from ratings.forms.claims import SUBJECT_WORDS
from ratings.forms.exclusions import rule_words
from ratings.forms.looks import look_words
from ratings.forms.parts import part_words
from ratings.markdown import safe_html
from ratings.models import OpenLink, Part, Rater, Study, StudyEvent
from ratings.selectors.dashboard import study_dashboard
from ratings.selectors.open_links import links_of
from ratings.selectors.planning import draft_balance
from ratings.selectors.plans import plan_of
from ratings.selectors.raters import rater_named
from ratings.selectors.reminders import reminders
from ratings.services.completion import close_study
from ratings.services.drafting import delete_draft
from ratings.services.invitations import (
    Invitation,
    create_invitations,
    invite_successor,
    renew_invitation,
)
from ratings.services.leaving import withdraw_rater
from ratings.services.opening import open_study
from ratings.services.running import amend_study, archive_study, unarchive_study
from ratings.services.simulation import simulate
from ratings.views.draft_plan import planned_part
from ratings.views.looks import look_rows
from ratings.views.own_study import own_study
from ratings.views.study_actions import study_action, whole_number


@role_required(RESEARCHER)
@require_safe
def study(request: HttpRequest, slug: str) -> HttpResponse:
    """The page that fits the study's state."""
    found = own_study(request, slug)
    page = _design(found)
    if found.state != Study.State.DRAFT:
        events = list(found.events.exclude(kind=StudyEvent.Kind.LOOKED).defer("protocol"))
        page |= {
            "dashboard": (dashboard := study_dashboard(found)),
            "reminders": reminders(found, dashboard) if found.state == Study.State.OPEN else (),
            "events": events,
            "planned_looks": look_rows(found),
            "unblinded": any(event.kind == StudyEvent.Kind.UNBLINDED for event in events),
            "open_links": links_of(found) if found.state == Study.State.OPEN else (),
            "platforms": OpenLink.Platform.choices,
        }
        return render(request, "ratings/researcher/study.html", page)
    try:
        pool, balance = draft_balance(found)
        page |= {
            "balance": balance,
            "parts": [
                planned_part(part, row, pool)
                for part, row in zip(found.parts.all(), balance.parts, strict=True)
            ],
            "examples": len(pool.examples),
        }
    except StudyPlanInvalid as error:
        page["refused"] = str(error)
    return render(request, "ratings/researcher/draft.html", page)


@role_required(RESEARCHER)
@require_safe
def study_live(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the answering is; the page fetches this again while the study is open."""
    found = own_study(request, slug)
    page = {"study": found, "dashboard": study_dashboard(found)}
    return render(request, "ratings/researcher/_partials/progress.html", page)


@role_required(RESEARCHER)
@require_safe
def study_protocol(request: HttpRequest, slug: str) -> HttpResponse:
    """The frozen protocol: the very bytes whose SHA-256 the study page shows."""
    found = own_study(request, slug)
    if not found.protocol:
        return redirect("ratings:study", slug=slug)
    headers = {"Content-Disposition": f'attachment; filename="{found.slug}-protocol.json"'}
    return HttpResponse(protocol_bytes(found.protocol), content_type="application/json", headers=headers)


@study_action
def study_open(request: HttpRequest, study: Study) -> HttpResponse:
    """Freeze the draft and open it."""
    open_study(study=study, actor=_person(request))
    messages.success(request, _("The study is open and its design frozen. Invite raters next."))
    return redirect("ratings:study", slug=study.slug)


@study_action
def study_invite(request: HttpRequest, study: Study) -> HttpResponse:
    """Make personal links and show them, this once."""
    invitations = create_invitations(
        study=study, n=whole_number(request, "n"), seen_free=whole_number(request, "free")
    )
    return _links_page(request, study, invitations)


@study_action
def study_renew(request: HttpRequest, study: Study) -> HttpResponse:
    """A new link for a rater who lost theirs."""
    return _links_page(request, study, [renew_invitation(rater=_rater(request, study))])


@study_action
def study_hand_on(request: HttpRequest, study: Study) -> HttpResponse:
    """A link to the place of a rater who stayed away, for somebody else."""
    return _links_page(request, study, [invite_successor(rater=_rater(request, study))])


@study_action
def study_withdraw(request: HttpRequest, study: Study) -> HttpResponse:
    """Take a rater out, after one question: the link ends, the answers leave every result."""
    rater = _rater(request, study)
    if "sure" not in request.POST:
        return render(request, "ratings/researcher/withdraw.html", {"study": study, "rater": rater})
    withdraw_rater(rater=rater)
    messages.success(
        request, _("%(rater)s is out of the study; the answers leave every result.") % {"rater": rater}
    )
    return redirect("ratings:study", slug=study.slug)


@study_action
def study_simulate(request: HttpRequest, study: Study) -> HttpResponse:
    """Answer everything with simulated raters; the study is marked so for ever."""
    simulate(study=study, seed=study.seed % 2**32)
    messages.success(request, _("Simulated raters have answered. Whatever shows it says so."))
    return redirect("ratings:study", slug=study.slug)


@study_action
def study_close(request: HttpRequest, study: Study) -> HttpResponse:
    """Close the study, after one question; that unlocks its results."""
    if "sure" not in request.POST:
        page = {"study": study, "dashboard": study_dashboard(study)}
        return render(request, "ratings/researcher/close.html", page)
    close_study(study=study, actor=_person(request))
    messages.success(request, _("The study is closed and its results are unlocked."))
    return redirect("ratings:report", slug=study.slug)


@study_action
def study_amend(request: HttpRequest, study: Study) -> HttpResponse:
    """Record a departure from the protocol, in words."""
    amend_study(study=study, reason=request.POST.get("reason", ""), actor=_person(request))
    messages.success(request, _("The amendment is recorded; the report repeats it."))
    return redirect("ratings:study", slug=study.slug)


@study_action
def study_archive(request: HttpRequest, study: Study) -> HttpResponse:
    """Take a closed study off the list, or put it back."""
    if study.archived_at is None:
        archive_study(study=study, actor=_person(request))
        messages.success(request, _("The study is archived; the list shows it on request."))
    else:
        unarchive_study(study=study, actor=_person(request))
        messages.success(request, _("The study is on the list again."))
    return redirect("ratings:studies")


@study_action
def study_delete(request: HttpRequest, study: Study) -> HttpResponse:
    """Delete a draft, after one question."""
    if "sure" not in request.POST:
        return render(request, "ratings/researcher/delete.html", {"study": study})
    delete_draft(study=study, actor=_person(request))
    messages.success(request, _("The draft '%(study)s' is deleted.") % {"study": study})
    return redirect("ratings:studies")


def _design(study: Study) -> dict[str, Any]:
    """What was asked for: the same for a draft and for what was frozen."""
    plan = plan_of(study)
    return {
        "study": study,
        "plan": plan,
        "rules": rule_words(plan.exclusions),
        "looks": look_words(plan.looks),
        "asked": [(Part.Kind(part.kind).label, part, part_words(part)) for part in plan.parts],
        "claims": [
            (claim, claim.criterion or SUBJECT_WORDS.get(claim.subject, claim.subject))
            for claim in study.claims.select_related("criterion", "system_a", "system_b")
        ],
        "instructions": safe_html(study.instructions),
    }


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)


def _rater(request: HttpRequest, study: Study) -> Rater:
    return rater_named(study, request.POST.get("rater", ""))


def _links_page(request: HttpRequest, study: Study, invitations: list[Invitation]) -> HttpResponse:
    links = [
        (row.pseudonym, request.build_absolute_uri(reverse("ratings:rater_landing", args=[row.token])))
        for row in invitations
    ]
    response = render(request, "ratings/researcher/links.html", {"study": study, "links": links})
    response["Cache-Control"] = "no-store"
    return response
