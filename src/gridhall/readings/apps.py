from django.apps import AppConfig


class ReadingsConfig(AppConfig):
    name = "gridhall.readings"
    label = "readings"
