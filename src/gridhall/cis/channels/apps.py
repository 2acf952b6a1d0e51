from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "gridhall.cis.channels"
    label = "channels"

    def ready(self) -> None:
        from gridhall.cis.channels import jobs  # noqa: F401 - registers the handler of bank files
        from gridhall.cis.channels.adapters import load_all

        load_all()
