"""What happens beside the routine: people move, a meter's error is made good, and an exception is decided."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from gridhall.cis.billing.actions import rebill, release_run, resolve_exception
from gridhall.cis.billing.models import Bill, BillException
from gridhall.cis.customers.actions import create_customer, move_in, move_out
from gridhall.cis.customers.models import Account
from gridhall.cis.customers.supply import Supply
from gridhall.cis.network.models import ServicePoint
from gridhall.demo import names
from gridhall.demo.bills import moment
from gridhall.demo.members import Member
from gridhall.demo.organisation import Utility
from gridhall.demo.span import Span
from gridhall.demo.tills import clerk_of
from gridhall.platform import clock
from gridhall.platform.scope import EVERYTHING
from gridhall.readings.actions import edit_interval
from gridhall.readings.models import MeteringPoint
from gridhall.readings.store import Quantity

MOVED_AFTER = timedelta(days=11)
PHASE_LOST = range(72, 80)  # the slots of 18 to 20 o'clock
ADDED_WH = 260
SERIAL_OF_NEWCOMERS = 9_000  # of their telephone numbers


def homes(members: list[Member]) -> list[Member]:
    """Ordinary households by curve, in order; nobody of the cast and nobody with a story of their own."""
    return [
        one
        for one in members
        if one.kind.name == "household" and not one.en and one.by_curve and one.surprise == 1.0 and one.habit == "bank"
    ]


def people_move(members: list[Member], utility: Utility, span: Span, seed: int) -> None:
    """In the last closed month a family or two leave, and others move in on the same day."""
    rng, day = np.random.default_rng([seed, 6]), span.rollout + MOVED_AFTER
    for serial, member in enumerate(homes(members)[: max(1, len(members) // 700)], SERIAL_OF_NEWCOMERS):
        by, account = utility.actor(clerk_of(member)), Account.objects.within(EVERYTHING).get(pk=member.ids["account"])
        place = ServicePoint.objects.within(EVERYTHING).get(pk=member.ids["service_point"])
        with clock.set_to(moment(day, 10)):
            move_out(by, account, day)
            newcomer = create_customer(
                by, utility.units[member.station], "person", names.person(rng), phone=names.phone(True, serial)
            )
            move_in(by, newcomer, place, utility.cycles[member.station[:6]], Supply(member.kind.tariff), day)


def make_good(members: list[Member], utility: Utility, span: Span) -> None:
    """A meter had lost a phase for an evening: the energy is added by hand, and the bill made anew."""
    member = homes(members)[-1]
    bills = Bill.objects.within(EVERYTHING).filter(account_id=member.ids["account"], month=span.months[-1])
    bill = bills.filter(state=Bill.State.RELEASED).first()
    if bill is None:
        return
    point = MeteringPoint.objects.within(EVERYTHING).get(code=member.point)
    gao = utility.actor("Biller Gao")
    with clock.set_to(min(moment(span.running + timedelta(days=4), 14), moment(span.today, 0, 10))):
        added = dict.fromkeys(PHASE_LOST, ADDED_WH)
        edit_interval(gao, point, Quantity.ACTIVE_IMPORT, span.rollout + MOVED_AFTER, added, "电能表断相,按相邻日补计")
        rebill(gao, bill.pk, "断相退补")


def decide_one(utility: Utility, span: Span) -> None:
    """One of the empty homes was asked by telephone; its bill goes out with the run's next release."""
    rows = BillException.objects.within(EVERYTHING).filter(outcome=BillException.Outcome.OPEN, kind="zero_use")
    found = list(rows.order_by("pk"))
    if len(found) < 2:
        return
    he, day = utility.actor("Checker He"), span.running + timedelta(days=4)
    with clock.set_to(min(moment(day, 15), moment(span.today, 0, 15))):
        resolve_exception(he, found[0].pk, BillException.Outcome.RELEASE, "电话确认:房屋空置")
        release_run(he, found[0].run_id)
