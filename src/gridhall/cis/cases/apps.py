from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "gridhall.cis.cases"
    label = "cases"
