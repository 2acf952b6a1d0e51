from django.apps import AppConfig


class CounterHallConfig(AppConfig):
    name = "gridhall.halls.counter"
    label = "counter_hall"
