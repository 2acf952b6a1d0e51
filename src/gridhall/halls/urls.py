"""The way into the halls."""

from django.urls import include, path, register_converter

from gridhall.halls.dates import DayInAddress
from gridhall.halls.pages import choices, home, sign_in

register_converter(DayInAddress, "day")

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", sign_in.enter, name="sign-in"),
    path("sign-out/", sign_in.leave, name="sign-out"),
    path("language/", choices.language, name="language"),
    path("large-type/", choices.elder, name="elder"),
    path("my/", include("gridhall.halls.customer.urls")),
    path("counter/", include("gridhall.halls.counter.urls")),
    path("office/", include("gridhall.halls.office.urls")),
    path("", include("gridhall.halls.collections.urls")),
    path("api/", include("gridhall.halls.api.urls")),
    path("manager/", include("gridhall.halls.manager.urls")),
]
