from django.apps import AppConfig


class TariffsConfig(AppConfig):
    name = "gridhall.cis.tariffs"
    label = "tariffs"
