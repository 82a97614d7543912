"""The addresses of the raters' and the researchers' pages."""

from django.urls import URLPattern, path

from ratings.views import (
    audit,
    consent,
    joining,
    looks,
    open_links,
    quality,
    rater,
    rater_account,
    rater_leaving,
    rater_quiz,
    report,
    run_comparison,
    running,
    size,
    study,
    study_forms,
)

app_name = "ratings"

rater_urls: list[URLPattern] = [
    path("join/<str:link>/", joining.join_study, name="join"),
    path("rate/<str:link>/", rater.landing, name="rater_landing"),
    path("rate/<str:link>/instructions/", rater.instructions, name="rater_instructions"),
    path("rate/<str:link>/practice/", rater.practice, name="rater_practice"),
    path("rate/<str:link>/quiz/", rater_quiz.quiz, name="rater_quiz"),
    path("rate/<str:link>/leave/", rater_leaving.leave, name="rater_leave"),
    path("rate/<str:link>/data/", rater_leaving.data, name="rater_data"),
    path("rate/<str:link>/account/", rater_account.account, name="rater_account"),
    path("rating/", rater_account.places, name="own_places"),
    path("left/", rater_leaving.left, name="rater_left"),
    path("rate/<str:link>/next/", rater.next_page, name="rater_next"),
    path("rate/<str:link>/item/<str:token>/", rater.item, name="rater_item"),
    path("rate/<str:link>/item/<str:token>/answer/", rater.answer, name="rater_answer"),
    path("rate/<str:link>/pause/", rater.pause, name="rater_pause"),
    path("rate/<str:link>/thanks/", rater.thanks, name="rater_thanks"),
]

report_urls: list[URLPattern] = [
    path("studies/<slug:slug>/report/", report.report, name="report"),
    path("studies/<slug:slug>/report/build/", report.report_build, name="report_build"),
    path("studies/<slug:slug>/report/state/", report.report_state, name="report_state"),
    path(
        "studies/<slug:slug>/report/figures/<str:language>/<slug:name>.svg",
        report.report_figure,
        name="report_figure",
    ),
    path("studies/<slug:slug>/report/download/<slug:form>/", report.report_download, name="report_download"),
]

study_urls: list[URLPattern] = [
    path("studies/", study_forms.studies, name="studies"),
    path("studies/new/", study_forms.study_new, name="study_new"),
    path("studies/new/words/", study_forms.study_words, name="study_words"),
    path("studies/<slug:slug>/", study.study, name="study"),
    path("studies/<slug:slug>/edit/", study_forms.study_edit, name="study_edit"),
    path("studies/<slug:slug>/live/", study.study_live, name="study_live"),
    path("studies/<slug:slug>/quality/", quality.quality, name="quality"),
    path("studies/<slug:slug>/quality/live/", quality.quality_live, name="quality_live"),
    path("studies/<slug:slug>/quality/decide/", quality.quality_decide, name="quality_decide"),
    path("studies/<slug:slug>/protocol/", study.study_protocol, name="study_protocol"),
    path("studies/<slug:slug>/open/", study.study_open, name="study_open"),
    path("studies/<slug:slug>/invite/", study.study_invite, name="study_invite"),
    path("studies/<slug:slug>/open-link/", open_links.open_link_make, name="open_link_make"),
    path("studies/<slug:slug>/open-link/end/", open_links.open_link_end, name="open_link_end"),
    path("studies/<slug:slug>/renew/", study.study_renew, name="study_renew"),
    path("studies/<slug:slug>/pause/", running.study_pause, name="study_pause"),
    path("studies/<slug:slug>/resume/", running.study_resume, name="study_resume"),
    path("studies/<slug:slug>/extend/", running.study_extend, name="study_extend"),
    path("studies/<slug:slug>/hand-on/", study.study_hand_on, name="study_hand_on"),
    path("studies/<slug:slug>/withdraw/", study.study_withdraw, name="study_withdraw"),
    path("studies/<slug:slug>/simulate/", study.study_simulate, name="study_simulate"),
    path("studies/<slug:slug>/close/", study.study_close, name="study_close"),
    path("studies/<slug:slug>/look/", looks.study_look, name="study_look"),
    path("studies/<slug:slug>/unblind/", looks.study_unblind, name="study_unblind"),
    path("studies/<slug:slug>/amend/", study.study_amend, name="study_amend"),
    path("studies/<slug:slug>/archive/", study.study_archive, name="study_archive"),
    path("studies/<slug:slug>/delete/", study.study_delete, name="study_delete"),
    path("studies/<slug:slug>/consent/", consent.study_consent, name="study_consent"),
    path("studies/<slug:slug>/audit/", audit.study_audit, name="study_audit"),
]

size_urls: list[URLPattern] = [
    path("sizes/", size.sizes, name="sizes"),
    path("sizes/<int:plan>/", size.size, name="size"),
    path("sizes/<int:plan>/here/", size.size_here, name="size_here"),
    path("sizes/<int:plan>/state/", size.size_state, name="size_state"),
    path(
        "sizes/<int:plan>/figures/<str:language>/<int:number>.svg", size.size_figure_file, name="size_figure"
    ),
]

run_urls: list[URLPattern] = [
    path("corpora/<int:dataset>/compare/", run_comparison.run_comparison, name="run_comparison"),
]

urlpatterns: list[URLPattern] = [*rater_urls, *study_urls, *report_urls, *size_urls, *run_urls]
