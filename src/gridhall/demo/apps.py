from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "gridhall.demo"
    label = "demo"
