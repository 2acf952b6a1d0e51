from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "gridhall.cis.network"
    label = "network"
