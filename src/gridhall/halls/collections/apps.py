from django.apps import AppConfig


class CollectionsHallConfig(AppConfig):
    name = "gridhall.halls.collections"
    label = "collections_hall"
