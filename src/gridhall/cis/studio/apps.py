from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "gridhall.cis.studio"
    label = "studio"
