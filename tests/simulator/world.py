"""The utility before the day: accounts with bills, links with keys, cashiers with shifts, mandates and keypads."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from lxml import etree

from bench.spine.city import STATION, build
from gridhall.cis.billing.models import Bill
from gridhall.cis.channels.actions import ask_debits, open_link, trust_key
from gridhall.cis.channels.models import Link, Mandate
from gridhall.cis.channels.secrets import SEAL_KEY, keep
from gridhall.cis.customers.models import Account, Agreement
from gridhall.cis.ledger.posting import Posting, Side, post_many
from gridhall.cis.payments.actions import open_shift
from gridhall.cis.prepay.models import TokenDevice
from gridhall.codecs.payments import pain008
from gridhall.platform import clock
from gridhall.platform.actor import Actor, system
from gridhall.platform.bulk import insert
from gridhall.platform.ids import uuid7
from gridhall.platform.models import OrgUnit
from gridhall.platform.orgs import create_staff, create_unit
from gridhall.platform.scope import EVERYTHING, Scope
from gridhall.platform.sealing import unseal
from gridhall.platform.threads import make_ready
from tests.simulator.partners import OUR_ACCOUNT, PARTNERS, SEAL, SIGNING, new_key
from tests.simulator.plan import BILLS, NOBODY, Plan, Way, bill_fen

CITY, CASHIERS, FLOAT_FEN = "32/04/", 8, 500_00
ROLES = {"supervisor": "clerk-supervisor", "reconciler": "reconciler", "checker": "billing-checker"}
MONTHS = (202607, 202608, 202609)


@dataclass(frozen=True)
class House:
    """What a process of the run needs to know; read once after it was born."""

    day: date
    at: datetime
    links: dict[Way, Link]
    keys: dict[Way, bytes]
    staff: dict[str, Actor]
    orders: dict[str, tuple[str, int]]  # account number → our order number of its debit, and fen
    devices: dict[int, int]  # account id → keypad


def account_id(position: int) -> int:
    """The key of the account at a position of the plan."""
    return position + 1


def number_of(position: int) -> str:
    """Its number; one that nobody has for NOBODY."""
    return "0499999999" if position == NOBODY else f"{position + 1:010d}"


def prepare(plan: Plan) -> None:
    """Build it all in the database and folder of the calling process."""
    call_command("migrate", verbosity=0)
    build(plan.accounts, 202606, with_curves=40)
    _bills(plan)
    staff = _people()
    keys = _links()
    _keypads(plan)
    _mandates(plan)
    day = timezone.localdate()
    (settings.DATA / "house.json").write_text(json.dumps({"day": str(day), "staff": staff, "keys": keys}))
    asked = ask_debits(_actors(staff)["reconciler"], _link(Way.DEBIT).pk, day + timedelta(days=1), key="debits")
    (settings.DATA / "pain.xml").write_bytes(zlib.decompress(unseal(bytes(asked.content))))


def enter() -> House:
    """Read what ``prepare`` left, ready for callers in threads as a server is."""
    make_ready()
    said = json.loads((settings.DATA / "house.json").read_text())
    day = date.fromisoformat(said["day"])
    at = timezone.make_aware(datetime.combine(day, datetime.min.time())) + timedelta(hours=9)
    by_code = {link.code: link for link in Link.objects.within(EVERYTHING)}
    links = {way: by_code[partner.code] for way, partner in PARTNERS.items()}
    keys = {Way(way): key.encode() for way, key in said["keys"].items()}
    devices = dict(TokenDevice.objects.within(EVERYTHING).values_list("account_id", "pk"))
    return House(day, at, links, keys, _actors(said["staff"]), _orders(settings.DATA / "pain.xml"), devices)


def as_asked(plan: Plan, house: House) -> Plan:
    """The plan with each debit of the amount that the bank was asked for, late penalty included."""
    operations = []
    for one in plan.operations:
        if one.way is Way.DEBIT:
            one = replace(one, amount_fen=house.orders[number_of(one.account)][1])
        operations.append(one)
    return replace(plan, operations=tuple(operations))


def _orders(path: Path) -> dict[str, tuple[str, int]]:
    """What the bank reads in our list of debits."""
    spaces = {"p": pain008.NAMESPACE}
    found = {}
    for one in etree.parse(path).iterfind(".//p:DrctDbtTxInf", spaces):
        text, order = one.findtext(".//p:Ustrd", "", spaces), one.findtext(".//p:EndToEndId", "", spaces)
        yuan, fen = one.findtext("p:InstdAmt", "", spaces).split(".")
        found[text.rsplit(" ", 1)[1]] = (order, int(yuan) * 100 + int(fen))
    return found


def _bills(plan: Plan) -> None:
    """Three bills an account, none for those with a keypad, by raw inserts."""
    columns = (
        "id", "public_id", "number", "account_id", "path", "month", "period_from", "period_to", "kind", "state",
        "use_class", "snapshot", "energy_wh", "total_fen", "funds_fen", "vat_fen", "due_on", "late_penalty", "inputs",
        "content_sha256",
    )  # fmt: skip
    on, rows, postings = timezone.localdate(), [], []
    for position in range(plan.accounts - plan.keypads):
        for place, month in enumerate(MONTHS):
            pk, fen = position * BILLS + place + 1, bill_fen(position)
            due_on = on + timedelta(days=10) if position % 4 or place else on - timedelta(days=20)
            first = f"{month // 100}-{month % 100:02d}-01"
            rows.append((
                pk, uuid7().hex, f"B{pk:011d}", account_id(position), STATION, month, first, first, "normal",
                "released", "residential", 1, 0, fen, 0, 0, str(due_on), True, "{}", "",
            ))  # fmt: skip
            sides = [Side("receivable", fen, account_id(position), pk), Side("energy-revenue", -fen)]
            postings.append(Posting(f"bill:B{pk:011d}", "bill", STATION, sides, account_id(position)))
    with transaction.atomic():
        insert(Bill, columns, rows)
        for first in range(0, len(postings), 20_000):
            post_many(postings[first : first + 20_000], on - timedelta(days=30), clock.now())


def _people() -> dict[str, tuple[str, int]]:
    """Units and staff; the shifts of the cashiers are open. Role and user by name."""
    levels, unit = iter(OrgUnit.Level.values), None
    for code in STATION.strip("/").split("/"):
        unit = create_unit(system(), unit, next(levels), code, code, code)
    names = {f"cashier{n}": "clerk" for n in range(CASHIERS)} | ROLES
    staff: dict[str, tuple[str, int]] = {}
    for name, role in names.items():
        made = create_staff(system(), unit, name, "long enough to be one", name, name, [(role, unit)])
        staff[name] = (role, made.user_id)
    actors = _actors(staff)
    for n in range(CASHIERS):
        open_shift(actors[f"cashier{n}"], unit.pk, FLOAT_FEN)
    return staff


def _actors(staff: dict[str, Any]) -> dict[str, Actor]:
    return {
        name: Actor(name, "staff", frozenset({role}), Scope(prefixes=(CITY,)), user)
        for name, (role, user) in staff.items()
    }


def _links() -> dict[str, str]:
    """The links, and the private keys of those partners that sign."""
    keys = {}
    for way, partner in PARTNERS.items():
        link = open_link(
            system(), partner.code, partner.code, partner.channel, partner.adapter, CITY,
            partner_id=partner.partner_id, app_id=partner.app_id, own_account=OUR_ACCOUNT,
        )  # fmt: skip
        if way in SIGNING:
            private, public = new_key()
            trust_key(system(), link.pk, public)
            keys[way.value] = private.decode()
        if way is Way.WECHAT:
            keep(link, SEAL_KEY, SEAL)
    return keys


def _keypads(plan: Plan) -> None:
    """A keypad and a tariff with one price for the last accounts."""
    ids = [account_id(position) for position in range(plan.accounts - plan.keypads, plan.accounts)]
    Agreement.objects.filter(account_id__in=ids).update(tariff_code="flat-rate")
    TokenDevice.objects.bulk_create(
        TokenDevice(serial=f"KP-{pk}", account_id=pk, path=STATION, starting_code=pk, key_hex=f"{pk:032x}")
        for pk in ids
    )


def _mandates(plan: Plan) -> None:
    link = _link(Way.DEBIT)
    Mandate.objects.bulk_create(
        [
            Mandate(
                link=link, account=account, path=account.path, reference=f"M-{account.pk}",
                holder=f"Holder {account.pk}", bank_account=OUR_ACCOUNT, signed_on=date(2026, 1, 1),
            )
            for account in Account.objects.within(EVERYTHING).filter(pk__lte=plan.debtors)
        ],
        batch_size=1000,
    )  # fmt: skip


def _link(way: Way) -> Link:
    return Link.objects.within(EVERYTHING).get(code=PARTNERS[way].code)
