from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "gridhall.platform"
    label = "platform"
