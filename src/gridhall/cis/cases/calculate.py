"""From the terms of a case to its steps and amounts. Reads bills, agreements and rules; writes nothing."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gridhall.cis.cases import recover
from gridhall.cis.cases.models import Case
from gridhall.cis.cases.rules import BreachKind, BreachRules, breach_rules, correction_policy
from gridhall.cis.cases.terms import Calculation, Step, Terms
from gridhall.cis.customers.models import Account, Agreement
from gridhall.cis.network.models import ServicePointTerms
from gridhall.cis.tariffs.queries import exists
from gridhall.kernel.money import round_half_up
from gridhall.platform.errors import Refused

BREACHES = (
    Case.Kind.WRONG_CLASS, Case.Kind.OVER_CAPACITY, Case.Kind.SUSPENDED_EQUIPMENT, Case.Kind.MOVED_EQUIPMENT,
    Case.Kind.OWN_SOURCE, Case.Kind.THEFT,
)  # fmt: skip
DAYS_MAX = 366 * 3  # a longer period is a mistyped year
RESIDENTIAL = (ServicePointTerms.UseClass.RESIDENTIAL, ServicePointTerms.UseClass.SHARED_METER)


def calculate(kind: str, account: Account, terms: Terms, found_on: date) -> Calculation:
    """Every step with quantity, price and clause. Refused where something is missing or impossible."""
    if kind in BREACHES:
        return _breach(kind, account, terms, found_on)
    if kind == Case.Kind.BACK_BILL:
        return _back_bill(account, terms, found_on)
    return _money(kind, terms, found_on)


def limit_group(kind: str) -> str:
    """Under which limits of the policy a kind falls."""
    return "breach" if kind in BREACHES else str(kind)


# --- breaches -------------------------------------------------------------------------------------------------------


def _breach(kind: str, account: Account, terms: Terms, found_on: date) -> Calculation:
    rules = breach_rules(found_on)
    rule, basis = rules.kinds[kind], list[Step]()
    first, end = None, None
    found: recover.Recovered | None = recover.Recovered()
    if rule.recover != "nothing":
        first, end, basis = _period(rule, rules, terms, found_on)
    if rule.recover == "difference":
        found = _difference(account, terms, first, end)
    elif rule.recover == "capacity":
        found = recover.capacity(account.pk, first, end, _capacity(terms))
    elif rule.recover == "energy":
        found, more = _energy(account, terms, rules, first, end)
        basis += more
    charges = _charges(rule, account, terms, found, found_on)
    found = found or recover.Recovered()
    steps = (*basis, *found.steps, *charges)
    return Calculation(
        rules=rules.code, steps=steps, first=first, end=end, energy_wh=found.energy_wh, vat_fen=found.vat_fen,
        funds_fen=found.funds_fen, late_penalty_on_charge=rules.late_penalty_on_charge,
    )  # fmt: skip


def _period(
    rule: BreachKind, rules: BreachRules, terms: Terms, found_on: date
) -> tuple[date, date, list[Step]]:  # fmt: skip
    """The days it lasted; where nobody knows the first, as many as the rules say, up to the day of the find."""
    end = terms.end or found_on + timedelta(days=1)
    if not terms.start_unknown:
        return (*_days(terms.first, end), [])
    if rule.recover == "energy":
        first, facts = end - timedelta(days=rules.unknown_theft_days), {"days": rules.unknown_theft_days}
    else:
        first, facts = _months_back(end, rules.unknown_start_months), {"months": rules.unknown_start_months}
    step = Step(
        what="unknown_start", part="basis", first=first, end=end, facts=facts, clause=rule.clause,
        evidence=rule.evidence,
    )  # fmt: skip
    return first, end, [step]


def _days(first: date | None, end: date | None) -> tuple[date, date]:
    if first is None or end is None:
        raise Refused(_("Give the first and the last day."))
    if not first < end <= first + timedelta(days=DAYS_MAX):
        raise Refused(_("Choose a period of 1 to %(days)s days.") % {"days": DAYS_MAX})
    return first, end


def _months_back(day: date, months: int) -> date:
    """The same day of the month, or its last, so many months before."""
    number = day.year * 12 + day.month - 1 - months
    first = date(number // 12, number % 12 + 1, 1)
    length = ((first + timedelta(days=32)).replace(day=1) - first).days
    return first.replace(day=min(day.day, length))


def _difference(account: Account, terms: Terms, first: date | None, end: date | None) -> recover.Recovered:
    first, end = _days(first, end)
    if not terms.tariff or not exists(terms.tariff, first):
        raise Refused(_("Choose the tariff that should have applied; it has to be published for these days."))
    found = recover.difference(account.pk, first, end, terms.tariff)
    if found.total_fen <= 0:
        raise Refused(_("The tariff that should have applied is not dearer; nothing is to be recovered."))
    return found


def _capacity(terms: Terms) -> int:
    kva_e6 = terms.kva_e6 or terms.amps_e3 * terms.volts * terms.phases
    if kva_e6 <= 0:
        raise Refused(_("Give the capacity in kVA, or the rated current and the voltage."))
    return kva_e6


def _energy(
    account: Account, terms: Terms, rules: BreachRules, first: date | None, end: date | None
) -> tuple[recover.Recovered, list[Step]]:
    """The stolen energy: known, or what could be connected for so many hours a day."""
    first, end = _days(first, end)
    if terms.method == "months":
        return _by_month(account, terms), []
    if terms.method == "given":
        return recover.energy(account.pk, first, end, _wh(terms)), []
    rule, kva_e6, days = rules.kinds[Case.Kind.THEFT], _capacity(terms), (end - first).days
    hours = getattr(rules.hours_a_day, terms.load)
    wh = round_half_up(kva_e6 * hours * days, 1000)  # kVA count as kW
    facts = {"kva_e6": kva_e6, "hours": hours, "days": days, "load": terms.load}
    if not terms.kva_e6:
        facts |= {"amps_e3": terms.amps_e3, "volts": terms.volts, "phases": terms.phases}
    step = Step(
        what="connected", part="basis", quantity=wh, unit="kWh", first=first, end=end, facts=facts, clause=rule.clause,
        evidence=rule.evidence,
    )  # fmt: skip
    return recover.energy(account.pk, first, end, wh), [step]


def _charges(
    rule: BreachKind, account: Account, terms: Terms, found: recover.Recovered | None, found_on: date
) -> list[Step]:
    """What is charged beside it: a multiple of what is recovered, an amount per kVA, or an amount each time."""
    common = {"part": "charge", "clause": rule.clause, "evidence": rule.evidence}
    if rule.each_time_yuan is not None:
        if not 0 < terms.times <= 100:
            raise Refused(_("Say how many times, 1 to 100."))
        yuan = getattr(rule.each_time_yuan, _payer(account, found_on))
        facts = {"times": terms.times, "yuan": yuan}
        return [Step(what="each_time", amount_fen=terms.times * yuan * 100, facts=facts, **common)]
    if rule.per_kva_yuan and (found is None or rule.recover == "nothing"):
        kva_e6 = _capacity(terms)
        amount, price = round_half_up(kva_e6 * rule.per_kva_yuan * 100, 10**6), rule.per_kva_yuan * 10**8
        return [Step(what="per_kva", amount_fen=amount, quantity=kva_e6, unit="kVA", price_e8=price, **common)]
    whole = found.total_fen if found else 0
    facts = {"times": rule.times, "recovered_fen": whole}
    return [Step(what="times", amount_fen=rule.times * whole, facts=facts, **common)]


def _payer(account: Account, on: date) -> str:
    agreement = Agreement.objects.on(on).filter(account=account, direction=Agreement.Direction.IMPORT).first()
    terms = agreement and ServicePointTerms.objects.on(on).filter(service_point_id=agreement.service_point_id).first()
    if not terms:
        raise Refused(_("The account has no supply on %(day)s.") % {"day": date_format(on)})
    return "residential" if terms.use_class in RESIDENTIAL else "other"


# --- corrections ----------------------------------------------------------------------------------------------------


def _back_bill(account: Account, terms: Terms, found_on: date) -> Calculation:
    policy = correction_policy(found_on)
    if terms.method == "months":
        found = _by_month(account, terms)
    else:
        first, end = _days(terms.first, terms.end)
        found = recover.energy(account.pk, first, end, _wh(terms, below_zero=True))
    days = [(step.first, step.end) for step in found.steps if step.first and step.end]
    if not days:
        raise Refused(_("Give the energy."))
    return Calculation(
        rules=policy.code, steps=tuple(found.steps), first=min(a for a, _b in days), end=max(b for _a, b in days),
        energy_wh=found.energy_wh, vat_fen=found.vat_fen, funds_fen=found.funds_fen,
    )  # fmt: skip


def _by_month(account: Account, terms: Terms) -> recover.Recovered:
    months = [one.month for one in terms.months]
    if not months or len(set(months)) != len(months):
        raise Refused(_("Give the energy of each month once."))
    return recover.energy_by_month(account.pk, terms.months)


def _wh(terms: Terms, *, below_zero: bool = False) -> int:
    if terms.energy_wh == 0 or (terms.energy_wh < 0 and not below_zero):
        raise Refused(_("Give the energy."))
    return terms.energy_wh


def _money(kind: str, terms: Terms, found_on: date) -> Calculation:
    policy, vat_fen = correction_policy(found_on), 0
    if terms.amount_fen == 0 or (terms.amount_fen < 0 and kind != Case.Kind.ADJUSTMENT):
        raise Refused(_("Give the amount."))
    facts: dict[str, object] = {}
    if kind == Case.Kind.ADJUSTMENT:
        reason = policy.reason(terms.reason)
        if reason is None:
            raise Refused(_("Choose one of the reasons of the policy."))
        wrong = "charge" if terms.amount_fen < 0 else "credit"
        if reason.direction == wrong:
            raise Refused(_("This reason does not allow an adjustment in this direction."))
        vat_fen = round_half_up(terms.amount_fen * reason.vat_percent, 100 + reason.vat_percent)
        facts = {"reason": reason.code, "zh": reason.name.zh, "en": reason.name.en, "books": reason.books}
    elif kind == Case.Kind.REFUND:
        facts = {"payment": terms.payment, "to_origin": terms.to_origin}
    step = Step(what=str(kind), part="money", amount_fen=terms.amount_fen, facts=facts, clause=policy.source)
    return Calculation(rules=policy.code, steps=(step,), vat_fen=vat_fen)
