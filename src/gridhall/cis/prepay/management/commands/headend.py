"""`gridhall headend`: a simulated head-end for demonstrations, and one look at the configured one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gridhall.cis.prepay.drivers import Unreachable, configured
from gridhall.cis.prepay.drivers.simulator import Server, World


class Command(BaseCommand):
    help = "Runs a simulated head-end (loopback only), or asks the configured one about a meter."

    def add_arguments(self, parser: Any) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        simulate = what.add_parser("simulate", help="listen until interrupted")
        simulate.add_argument("--port", type=int, default=4059)
        simulate.add_argument("--loss", type=float, default=0.0, help="share of messages that are lost")
        simulate.add_argument("--delay", type=float, default=1.0, help="seconds a message takes")
        simulate.add_argument("--twice", type=float, default=0.0, help="share of messages that come twice")
        simulate.add_argument("--seed", type=int, default=0)
        ask = what.add_parser("relay", help="say whether the switch of a meter is closed")
        ask.add_argument("meter")

    def handle(self, *_: Any, **options: Any) -> None:
        if options["what"] == "simulate":
            world = World(options["loss"], options["delay"], options["twice"], options["seed"])
            with Server(world, options["port"]) as server:
                self.stdout.write(
                    f"A simulated head-end listens; start gridhall with GRIDHALL_HEAD_END={server.address}"
                )
                try:
                    server.serve_forever()
                except KeyboardInterrupt:
                    return
        else:
            self.stdout.write(self._relay(options["meter"]))

    def _relay(self, meter: str) -> str:
        head_end = configured()
        if head_end is None:
            raise CommandError("no head-end is configured; set GRIDHALL_HEAD_END to tcp://host:port")
        try:
            closed = head_end.relay_closed(meter)
        except Unreachable as error:
            raise CommandError(f"the head-end does not answer: {error}") from error
        return {True: "closed", False: "open", None: "unknown"}[closed]
