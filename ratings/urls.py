"""The addresses of the raters' and the researchers' pages."""

from django.urls import URLPattern, path

from ratings.views import rater, report

app_name = "ratings"

rater_urls: list[URLPattern] = [
    path("rate/<str:link>/", rater.landing, name="rater_landing"),
    path("rate/<str:link>/instructions/", rater.instructions, name="rater_instructions"),
    path("rate/<str:link>/practice/", rater.practice, name="rater_practice"),
    path("rate/<str:link>/next/", rater.next_page, name="rater_next"),
    path("rate/<str:link>/item/<str:token>/", rater.item, name="rater_item"),
    path("rate/<str:link>/item/<str:token>/answer/", rater.answer, name="rater_answer"),
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

urlpatterns: list[URLPattern] = [*rater_urls, *report_urls]
