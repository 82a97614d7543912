"""The addresses of the raters' and the researchers' pages."""

from django.urls import URLPattern, path

from ratings.views import rater

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

urlpatterns: list[URLPattern] = [*rater_urls]
