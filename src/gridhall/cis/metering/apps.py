from django.apps import AppConfig


class MeteringConfig(AppConfig):
    name = "gridhall.cis.metering"
    label = "metering"
