"""gridhall health: exit 1 and say what is wrong."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gridhall.platform.health import complaints


class Command(BaseCommand):
    help = "Say what is wrong with this installation; exit 1 when something is."
    requires_system_checks = []

    def handle(self, **_options: Any) -> None:
        found = list(complaints())
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            raise CommandError(f"{len(found)} complaints", returncode=1)
        self.stdout.write("all is well")
