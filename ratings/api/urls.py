"""The API's addresses of what people judged."""

from rest_framework.routers import SimpleRouter

from ratings.api import views

router = SimpleRouter()
router.register("studies", views.StudyViewSet)

urlpatterns = router.urls
