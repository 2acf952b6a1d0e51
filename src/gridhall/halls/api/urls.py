"""Addresses for machines, under /api/. The last step is the verb, and part of what a partner signs."""

from django.urls import path

from gridhall.halls.api import channels

urlpatterns = [path("channels/<slug:code>/<slug:verb>/", channels.message, name="api-channel")]
