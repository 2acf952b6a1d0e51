from django.apps import AppConfig


class AdviceConfig(AppConfig):
    name = "gridhall.cis.advice"
    label = "advice"
