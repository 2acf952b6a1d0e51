"""Doing one operation the way its payer would: an action under a key, or a signed message and its answer."""

from __future__ import annotations

import json
from collections.abc import Iterator

from gridhall.cis.channels import inbox
from gridhall.cis.channels.actions import keep_file, post_file
from gridhall.cis.channels.contract import Envelope
from gridhall.cis.payments.actions import announce, receive, refund_at_counter, reverse
from gridhall.cis.payments.models import Payment
from gridhall.cis.payments.queries import open_shift_of
from gridhall.cis.prepay.actions import issue_token
from gridhall.platform import clock
from gridhall.platform.actor import Actor
from gridhall.platform.errors import KeyReused, Refused
from gridhall.platform.scope import EVERYTHING, Scope
from tests.simulator.outside import movement
from tests.simulator.partners import (
    PARTNERS,
    Answer,
    alipay_tells,
    bank_asks,
    camt,
    day_file,
    heard,
    wechat_tells,
    yuan,
)
from tests.simulator.plan import ONLINE, Batch, Operation, Plan, Verb, Way
from tests.simulator.world import CASHIERS, House, account_id, number_of


def perform(plan: Plan, house: House, one: Operation, again: bool = False, more_fen: int = 0) -> Answer:
    """Send it and hear the answer; ``again``: a bank whose answer never came may ask what became of it first."""
    if one.way in ONLINE:
        return _bank(plan, house, one, again and one.number % 2 == 0, more_fen)
    if one.way is Way.ALIPAY:
        return _alipay(plan, house, one)
    if one.way is Way.WECHAT:
        return _wechat(plan, house, one)
    try:
        return _person(plan, house, one)
    except KeyReused:
        return Answer("key_reused")
    except Refused as error:
        return Answer(f"refused: {error}")


def customer(one: Operation) -> Actor:
    """The holder of the account at a telephone or a browser."""
    pk = account_id(one.account)
    return Actor(f"customer {pk}", "customer", frozenset({"customer"}), Scope(accounts=frozenset({pk})))


def _person(plan: Plan, house: House, one: Operation) -> Answer:
    """At a counter or in the web hall, where the answer is a page."""
    pk, cashier = account_id(one.account), house.staff[f"cashier{one.number % CASHIERS}"]
    if one.original is not None:
        first = Payment.objects.within(EVERYTHING).filter(key=plan.operations[one.original].serial).first()
        if first is None:
            return Answer("unknown_original")
        if one.verb is Verb.REFUND:
            till = open_shift_of(house.staff[f"cashier{one.original % CASHIERS}"].user_id)
            supervisor, shift = house.staff["supervisor"], till and till.pk
            return _told(refund_at_counter(supervisor, first.pk, one.amount_fen, "too much", shift, key=one.serial))
        return _told(reverse(house.staff["supervisor"], first.pk, "wrong customer", key=one.serial))
    if one.way is Way.COUNTER:
        return _told(receive(cashier, pk, one.amount_fen, "counter", method(one), key=one.serial))
    paid = receive(customer(one), pk, one.amount_fen, "online", "demo", key=one.serial)
    if one.way is Way.HALL:
        return _told(paid)
    token = issue_token(cashier, paid.pk, house.devices[pk], key=f"{one.serial}:token")
    return Answer("ok", paid.receipt_number, paid.amount_fen, token.digits)


def method(one: Operation) -> str:
    """How a payment at the counter is made."""
    return ("cash", "cash", "card")[one.number % 3]


def _told(paid: Payment) -> Answer:
    return Answer("ok", paid.receipt_number, paid.amount_fen)


def _bank(plan: Plan, house: House, one: Operation, ask: bool, more_fen: int) -> Answer:
    link, key = house.links[one.way], house.keys[one.way]
    if ask:
        told = heard(one.way, inbox.take(link, bank_asks(link, key, "result", serial=one.serial)))
        if told.receipt:
            return told
    if one.original is not None:
        original = plan.operations[one.original].serial
        asked = bank_asks(link, key, "reverse", original=original, serial=one.serial)
    else:
        number, fen = number_of(one.account), one.amount_fen + more_fen
        asked = bank_asks(link, key, "pay", account=number, amount_fen=fen, serial=one.serial)
    return heard(one.way, inbox.take(link, asked))


def _order(plan: Plan, house: House, one: Operation) -> str:
    """Our number of the order that a customer made before paying at a wallet; made once."""
    first = one if one.original is None else plan.operations[one.original]
    partner = PARTNERS[first.way]
    ordered = announce(
        customer(first), account_id(first.account), first.amount_fen, partner.channel, "wallet",
        key=f"order-{first.name}", link_code=partner.code,
    )  # fmt: skip
    return ordered.order_number


def _alipay(plan: Plan, house: House, one: Operation) -> Answer:
    first = one if one.original is None else plan.operations[one.original]
    fields = {
        "out_trade_no": _order(plan, house, one), "trade_no": first.serial, "total_amount": yuan(first.amount_fen),
        "trade_status": "TRADE_CLOSED" if one.verb is Verb.CLOSE else "TRADE_SUCCESS",
    }  # fmt: skip
    if one.verb is Verb.REFUND:
        fields |= {"refund_fee": yuan(one.amount_fen), "out_biz_no": one.serial}
    link = house.links[one.way]
    return heard(one.way, inbox.take(link, alipay_tells(link, house.keys[one.way], **fields)))


def _wechat(plan: Plan, house: House, one: Operation) -> Answer:
    first, link = one if one.original is None else plan.operations[one.original], house.links[one.way]
    trade = {"out_trade_no": _order(plan, house, one), "transaction_id": first.serial}
    if one.verb is Verb.REFUND:
        amount = {"total": first.amount_fen, "refund": one.amount_fen}
        told = {"refund_id": one.serial, "refund_status": "SUCCESS", "amount": amount, **trade}
        notice = wechat_tells(link, house.keys[one.way], "REFUND.SUCCESS", **told)
    else:
        told = {"trade_state": "SUCCESS", "appid": link.app_id, "amount": {"total": first.amount_fen}, **trade}
        notice = wechat_tells(link, house.keys[one.way], "TRANSACTION.SUCCESS", **told)
    return heard(one.way, inbox.take(link, notice))


def bring(plan: Plan, house: House, batch: Batch) -> Iterator[tuple[int, Answer]]:
    """Bring a file, which is answered when a job has posted it, or send a notice, which is answered at once."""
    lines = [movement(plan, house, plan.operations[number]) for number in batch.operations]
    if batch.way is Way.FILE:
        put_file(house, day_file(Way.FILE, house.day, lines), f"{batch.number}.txt")
        return
    reply = inbox.take(house.links[Way.DEBIT], Envelope(camt(house.day, lines), clock.now()))
    said = json.loads(reply.body)
    told = {serial: Answer(code, receipt, fen) for serial, code, receipt, fen in said.get("answers", ())}
    for number in batch.operations:
        yield number, told.get(plan.operations[number].serial, Answer(said["code"]))


def put_file(house: House, data: bytes, name: str) -> int:
    """A person of ours brings the bank's file, and a second one has it posted."""
    kept = keep_file(house.staff["reconciler"], house.links[Way.FILE].pk, data, name)
    return int(post_file(house.staff["checker"], kept.pk).pk)
