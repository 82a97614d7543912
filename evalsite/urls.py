"""The address table: the home page and sign-in here, everything else in the two apps."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from evalsite import audit_views, views
from evalsite.operation import away, figures, health

handler500 = away.server_error
urlpatterns = [
    path("", views.home, name="home"),
    path("live/", views.home_live, name="home_live"),
    path("sign-in/", views.SignIn.as_view(), name="login"),
    path("sign-in/<uidb64>/<token>/", views.one_time_sign_in, name="one_time_sign_in"),
    path("sign-out/", views.SignOut.as_view(), name="logout"),
    path("language/", views.set_language, name="set_language"),
    path("audit/", audit_views.audit_log, name="audit_log"),
    path("audit/csv/", audit_views.audit_csv, name="audit_csv"),
    path("health/", health.alive, name="health"),
    path("health/ready/", health.ready, name="ready"),
    path("metrics/", figures.figures, name="figures"),
    path("api/v1/", include("generation.api.urls")),
    path("api/v1/", include("ratings.api.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("", include("generation.urls")),
    path("", include("ratings.urls")),
]
