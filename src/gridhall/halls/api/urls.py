"""Addresses for machines, under /api/."""

from django.urls import path

from gridhall.halls.api import channels

urlpatterns = [path("channels/<uuid:public_id>/", channels.message, name="api-channel")]
