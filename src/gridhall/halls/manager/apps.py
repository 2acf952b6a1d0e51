from django.apps import AppConfig


class ManagerHallConfig(AppConfig):
    name = "gridhall.halls.manager"
    label = "manager_hall"
