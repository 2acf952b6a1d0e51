from django.apps import AppConfig


class OfficeHallConfig(AppConfig):
    name = "gridhall.halls.office"
    label = "office_hall"
