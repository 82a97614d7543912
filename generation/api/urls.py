"""The API's addresses of what systems said."""

from rest_framework.routers import SimpleRouter

from generation.api import views

router = SimpleRouter()
router.register("datasets", views.DatasetViewSet)
router.register("examples", views.ExampleViewSet)
router.register("checkpoints", views.CheckpointViewSet)
router.register("decodings", views.DecodingViewSet)
router.register("systems", views.SystemViewSet)
router.register("runs", views.RunViewSet)
router.register("metrics", views.MetricViewSet)
router.register("outputs", views.OutputViewSet)
router.register("uploads", views.UploadViewSet)

urlpatterns = router.urls
