"""What each account was supplied under during a period: agreements cut where anything about them changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from gridhall.cis.customers.models import Account, Agreement
from gridhall.cis.metering.models import Installation
from gridhall.cis.network.models import ServicePointTerms
from gridhall.cis.tariffs.queries import Published, in_force

FAR = date.max


@dataclass(frozen=True)
class Chunk:
    """Some accounts, by the way that is cheapest to ask the database: a run of ids in a cycle, or a short list."""

    cycle_id: int | None = None
    first_id: int = 0
    last_id: int = 0
    ids: tuple[int, ...] = ()

    def where(self, prefix: str = "") -> Q:
        """A condition on the account that the relation ``prefix`` leads to."""
        if self.cycle_id is None:
            return Q(**{f"{prefix}pk__in": self.ids})
        return Q(
            **{f"{prefix}cycle_id": self.cycle_id, f"{prefix}pk__gte": self.first_id, f"{prefix}pk__lte": self.last_id}
        )


@dataclass(slots=True)
class Meterage:
    """A meter at the point during (part of) the period."""

    asset_number: str
    digits: int
    decimals: int
    multiplier: int
    by_register: bool
    first: date
    end: date
    installed_within: bool
    removed_within: bool


@dataclass(slots=True)
class Segment:
    """A stretch of the period on one agreement, one tariff version and one set of terms: what the kernel rates in one go."""

    account_id: int
    agreement_id: int
    point_id: int
    slots: int
    export: bool
    published: Published
    first: date
    end: date
    charging: int
    contract_kw_e6: int
    capacity_kva_e6: int
    power_factor_standard: int
    persons: int
    low_income: bool
    use_class: str
    meters: Sequence[Meterage]

    @property
    def days(self) -> int:
        return (self.end - self.first).days


@dataclass(slots=True)
class Supplied:
    """An account with its segments in order, or the reason why there are none."""

    account_id: int
    number: str
    path: str
    opened_on: date
    closed_on: date | None
    segments: list[Segment] = field(default_factory=list)
    problem: tuple[str, dict[str, Any]] | None = None


def supplied(chunk: Chunk, first: date, end: date) -> list[Supplied]:
    """The accounts of a chunk that were supplied on some day of ``[first, end)``, by account id."""
    accounts = {
        pk: Supplied(pk, number, path, opened, closed)
        for pk, number, path, opened, closed in Account.objects.filter(chunk.where(), opened_on__lt=end)
        .filter(Q(closed_on__isnull=True) | Q(closed_on__gt=first))
        .order_by("pk")
        .values_list("pk", "number", "path", "opened_on", "closed_on")
    }
    terms, meters = _terms(chunk, first, end), _meters(chunk, first, end)
    versions: dict[str, list[Published]] = {}
    for row in _agreements(chunk, first, end):
        account = accounts.get(row[0])
        if account is not None:
            _cut(account, row, first, end, terms, meters, versions)
    for account in accounts.values():
        if not account.segments and account.problem is None:
            account.problem = ("no_agreement", {"from": str(first), "to": str(end)})
    return list(accounts.values())


def _agreements(chunk: Chunk, first: date, end: date) -> Iterable[tuple[Any, ...]]:
    return (
        Agreement.objects.overlapping(first, end)
        .filter(chunk.where("account__"))
        .order_by("account_id", "-direction", "valid_from")
        .values_list(
            "account_id",
            "pk",
            "service_point_id",
            "service_point__point_id",
            "service_point__point__slots",
            "direction",
            "tariff_code",
            "valid_from",
            "valid_to",
            "charging",
            "contract_demand_kw_e6",
            "power_factor_standard",
            "persons",
            "low_income",
        )
        .distinct()
    )


def _terms(chunk: Chunk, first: date, end: date) -> dict[int, list[tuple[date, date, str, int]]]:
    found: dict[int, list[tuple[date, date, str, int]]] = defaultdict(list)
    rows = (
        ServicePointTerms.objects.overlapping(first, end)
        .filter(chunk.where("service_point__agreements__account__"))
        .order_by("service_point_id", "valid_from")
        .values_list("service_point_id", "valid_from", "valid_to", "use_class", "operating_capacity_kva_e6")
        .distinct()
    )
    for point, valid_from, valid_to, use_class, capacity in rows:
        found[point].append((valid_from, valid_to or FAR, use_class, capacity))
    return found


def _meters(chunk: Chunk, first: date, end: date) -> dict[int, list[Meterage]]:
    found: dict[int, list[Meterage]] = defaultdict(list)
    rows = (
        Installation.objects.overlapping(first, end)
        .filter(chunk.where("service_point__agreements__account__"))
        .order_by("service_point_id", "valid_from")
        .values_list(
            "service_point_id",
            "meter__asset_number",
            "meter__digits",
            "meter__decimals",
            "multiplier",
            "billing_source",
            "valid_from",
            "valid_to",
        )
        .distinct()
    )
    for point, asset, digits, decimals, multiplier, source, valid_from, valid_to in rows:
        found[point].append(
            Meterage(
                asset,
                digits,
                decimals,
                multiplier,
                source == Installation.Source.REGISTER,
                max(valid_from, first),
                min(valid_to or FAR, end),
                valid_from > first,
                valid_to is not None and valid_to < end,
            )
        )
    return found


def _cut(
    account: Supplied,
    row: tuple[Any, ...],
    first: date,
    end: date,
    terms: dict[int, list[tuple[date, date, str, int]]],
    meters: dict[int, list[Meterage]],
    versions: dict[str, list[Published]],
) -> None:
    """Add the segments of one agreement, or say why it has none."""
    (
        _,
        agreement_id,
        service_point_id,
        point_id,
        slots,
        direction,
        code,
        valid_from,
        valid_to,
        charging,
        contract,
        standard,
        persons,
        low_income,
    ) = row
    pieces = versions.get(code)
    if pieces is None:
        pieces = versions[code] = in_force(code, first, end)
    held, fitted = terms.get(service_point_id, ()), meters.get(service_point_id, ())
    begin, finish = max(first, valid_from), min(end, valid_to or FAR)
    covered = sum(
        (min(piece.end, finish) - max(piece.first, begin)).days
        for piece in pieces
        if piece.first < finish and piece.end > begin
    )
    if covered < (finish - begin).days:
        account.problem = ("no_tariff", {"tariff": code, "from": str(begin), "to": str(finish)})
    elif not fitted:
        account.problem = ("no_meter", {"point": point_id})
    elif not held:
        account.problem = ("no_terms", {"point": point_id})
    else:
        for piece in pieces:
            for term_from, term_to, use_class, capacity in held:
                start, stop = max(begin, piece.first, term_from), min(finish, piece.end, term_to)
                if start < stop:
                    account.segments.append(
                        Segment(
                            account.account_id,
                            agreement_id,
                            point_id,
                            slots,
                            direction == Agreement.Direction.EXPORT,
                            piece,
                            start,
                            stop,
                            charging,
                            contract,
                            capacity,
                            standard,
                            persons,
                            low_income,
                            use_class,
                            fitted,
                        )
                    )
