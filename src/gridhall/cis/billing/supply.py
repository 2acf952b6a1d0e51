"""What each account was supplied under during a period: agreements cut where anything about them changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Q

from gridhall.cis.billing.family import Family, Meterage, families, meterage
from gridhall.cis.customers.models import Account, Agreement
from gridhall.cis.metering.models import Installation
from gridhall.cis.network.models import ServicePointTerms
from gridhall.cis.tariffs import calendars
from gridhall.cis.tariffs.queries import Published, in_force
from gridhall.kernel.calendar_versions import ends_on, stretches
from gridhall.platform.bulk import as_text, day, fetch

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
class Segment:
    """A stretch of the period on one agreement, one tariff version, one set of terms: what is rated in one go."""

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
    feed_in_mode: str = ""
    family: Family | None = None
    limit_kva_e6: int = 0  # what the meter's own point could carry, where that is another point

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
    rows = Account.objects.filter(chunk.where(), opened_on__lt=end)
    rows = rows.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=first)).order_by("pk")
    accounts = {
        pk: Supplied(pk, number, path, day(opened), day(closed))
        for pk, number, path, opened, closed in fetch(
            rows.values_list("pk", "number", "path", as_text("opened_on"), as_text("closed_on"))
        )
    }
    related = families(_supplied_points(chunk), first, end)
    cutter = _Cutter(first, end, _terms(chunk, first, end), _meters(chunk, first, end), related)
    for row in _agreements(chunk, first, end):
        account = accounts.get(row[0])
        if account is not None:
            cutter.cut(account, *row[1:])
    for account in accounts.values():
        if not account.segments and account.problem is None:
            account.problem = ("no_agreement", {"from": str(first), "to": str(end)})
    return list(accounts.values())


def _agreements(chunk: Chunk, first: date, end: date) -> list[tuple[Any, ...]]:
    rows = Agreement.objects.overlapping(first, end).filter(chunk.where("account__"))
    columns = (
        "account_id", "pk", "service_point_id", "service_point__point_id", "service_point__point__slots", "direction",
        "tariff_code", as_text("valid_from"), as_text("valid_to"), "charging", "contract_demand_kw_e6",
        "power_factor_standard", "persons",
        "low_income", "feed_in_mode",
    )  # fmt: skip
    return fetch(rows.order_by("account_id", "-direction", "valid_from").values_list(*columns))


Terms = tuple[date, date, str, int]
Problem = tuple[str, dict[str, Any]]


def _supplied_points(chunk: Chunk) -> Any:
    return Agreement.objects.filter(chunk.where("account__")).values("service_point_id")


def _terms(chunk: Chunk, first: date, end: date) -> dict[int, list[Terms]]:
    found: dict[int, list[Terms]] = defaultdict(list)
    rows = ServicePointTerms.objects.overlapping(first, end).filter(service_point_id__in=_supplied_points(chunk))
    columns = (
        "service_point_id",
        as_text("valid_from"),
        as_text("valid_to"),
        "use_class",
        "operating_capacity_kva_e6",
    )
    for point, valid_from, valid_to, use_class, capacity in fetch(rows.order_by("valid_from").values_list(*columns)):
        found[point].append((day(valid_from), day(valid_to) or FAR, use_class, capacity))
    return found


def _meters(chunk: Chunk, first: date, end: date) -> dict[int, list[Meterage]]:
    found: dict[int, list[Meterage]] = defaultdict(list)
    rows = Installation.objects.overlapping(first, end).filter(service_point_id__in=_supplied_points(chunk))
    for point, meter in meterage(rows, first, end, "service_point_id"):
        found[point].append(meter)
    return found


class _Cutter:
    """Cuts agreements at changes of tariff version, of hours and of terms; most accounts of a chunk are cut alike."""

    def __init__(
        self,
        first: date,
        end: date,
        terms: dict[int, list[Terms]],
        meters: dict[int, list[Meterage]],
        families: dict[int, Family],
    ) -> None:
        self.first, self.end, self.terms, self.meters, self.families = first, end, terms, meters, families
        self.calendars = calendars.known()
        self.versions: dict[tuple[str, date, date], tuple[list[Published], Problem | None]] = {}

    def cut(
        self, account: Supplied, agreement_id: int, service_point_id: int, point_id: int, slots: int, direction: str,
        code: str, valid_from: str, valid_to: str | None, charging: int, contract: int, standard: int,
        persons: int, low_income: bool, mode: str,
    ) -> None:  # fmt: skip
        """Add the segments of one agreement to the account, or say why it has none."""
        begin, finish = max(self.first, day(valid_from)), min(self.end, day(valid_to) or FAR)
        pieces, uncovered = self._pieces(code, begin, finish)
        held, fitted = self.terms.get(service_point_id), self.meters.get(service_point_id, [])
        family = self.families.get(point_id) if self.families else None
        if uncovered is not None:
            account.problem = uncovered
        elif not fitted and not (family and family.mains.get(point_id)):
            account.problem = ("no_meter", {"point": point_id})
        elif not held:
            account.problem = ("no_terms", {"point": point_id})
        else:
            export = direction == Agreement.Direction.EXPORT
            for piece in pieces:
                for term_from, term_to, use_class, capacity in held:
                    start, stop = max(piece.first, term_from), min(piece.end, term_to)
                    if start < stop:
                        segment = Segment(
                            account.account_id, agreement_id, point_id, slots, export, piece, start, stop, charging,
                            contract, capacity, standard, persons, bool(low_income), use_class, fitted, mode,
                        )  # fmt: skip
                        account.segments += [segment] if export or family is None else family.cut(segment)

    def _pieces(self, code: str, begin: date, finish: date) -> tuple[list[Published], Problem | None]:
        """The versions of a tariff over ``[begin, finish)``, cut where its hours change; why a day has none."""
        key = (code, begin, finish)
        if key not in self.versions:
            pieces = in_force(code, begin, finish)
            if _days(pieces) != (finish - begin).days:
                problem: Problem | None = ("no_tariff", {"tariff": code, "from": str(begin), "to": str(finish)})
            else:
                pieces, problem = self._cut_by_hours(pieces)
            self.versions[key] = pieces, problem
        return self.versions[key]

    def _cut_by_hours(self, pieces: list[Published]) -> tuple[list[Published], Problem | None]:
        cut: list[Published] = []
        for piece in pieces:
            versions = self.calendars.get(piece.version.calendar or "")
            parts = stretches(versions, piece.first, piece.end) if versions else [(piece.first, piece.end)]
            held = [replace(piece, first=first, end=end) for first, end in parts]
            if _days(held) != (piece.end - piece.first).days:
                until = ends_on(versions or ())
                facts = {"calendar": piece.version.calendar, "until": str(until or piece.first)}
                return [], ("calendar_ended", {**facts, "from": str(piece.first), "to": str(piece.end)})
            cut += held
        return cut, None


def _days(pieces: list[Published]) -> int:
    return sum((piece.end - piece.first).days for piece in pieces)
