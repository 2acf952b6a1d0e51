"""gridhall audit: prove that the chain of events is whole, or show what happened to one subject."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Max

from gridhall.platform.audit import broken_links
from gridhall.platform.models import AuditEvent, AuditHead
from gridhall.platform.scope import EVERYTHING

NAMED_MAX = 20


class Command(BaseCommand):
    help = "verify: check every link of the audit chain. show SUBJECT: what happened to it."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("verify", help="exit 1 and name each broken link")
        show = verbs.add_parser("show", help="the events of one subject, oldest first")
        show.add_argument("subject", help="such as payment:0190a1b2-…")

    def handle(self, *, verb: str, subject: str = "", **_options: Any) -> None:
        if verb == "verify":
            self._verify()
        else:
            self._show(subject)

    def _verify(self) -> None:
        broken = 0
        for broken, sentence in enumerate(broken_links(), 1):
            if broken <= NAMED_MAX:
                self.stdout.write(sentence)
        if broken:
            raise CommandError(f"the audit chain is broken at {broken} places", returncode=1)
        chains, last = AuditHead.objects.count(), AuditEvent.objects.aggregate(at=Max("at"))["at"]
        events = AuditEvent.objects.within(EVERYTHING).count()
        self.stdout.write(f"{events} events in {chains} chains, every link holds; the last at {last}")

    def _show(self, subject: str) -> None:
        events = AuditEvent.objects.within(EVERYTHING).filter(subject=subject).order_by("at", "pk")
        for event in events.iterator(2000):
            self.stdout.write(f"{event.at.isoformat()}  {event.tag:<28} {event.actor:<20} {event.detail}")
        if not events.exists():
            raise CommandError(f"no event names {subject}", returncode=1)
