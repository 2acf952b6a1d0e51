"""Where each hall begins."""

from django.urls import include, path

urlpatterns = [
    path("", include("gridhall.halls.urls")),
]
handler404 = "gridhall.halls.pages.faults.not_found"
handler500 = "gridhall.halls.pages.faults.fault"
