from django.apps import AppConfig


class WhatIfConfig(AppConfig):
    name = "gridhall.cis.whatif"
    label = "whatif"

    def ready(self) -> None:
        from gridhall.cis.whatif import jobs  # noqa: F401  registers the job handler
