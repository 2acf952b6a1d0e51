"""Where each hall begins."""

from django.urls import include, path

urlpatterns = [
    path("", include("gridhall.halls.urls")),
]
