from django.apps import AppConfig


class CustomerHallConfig(AppConfig):
    name = "gridhall.halls.customer"
    label = "customer_hall"
