"""Addresses of the manager's cockpit, under /manager/."""

from django.urls import path

from gridhall.halls.manager.pages import arrears, overview

urlpatterns = [
    path("", overview.today, name="manager-today"),
    path("units/<uuid:public_id>/", overview.unit, name="manager-unit"),
    path("arrears/", arrears.arrears, name="manager-arrears"),
    path("arrears/<uuid:public_id>/", arrears.arrears_unit, name="manager-arrears-unit"),
]
