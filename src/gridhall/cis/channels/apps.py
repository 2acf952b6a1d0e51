from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "gridhall.cis.channels"
    label = "channels"
