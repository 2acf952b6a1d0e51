from django.apps import AppConfig


class HallsConfig(AppConfig):
    name = "gridhall.halls"
    label = "halls"
