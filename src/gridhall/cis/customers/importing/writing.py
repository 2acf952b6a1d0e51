"""Many customers at once: the same rows that the single actions write, in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from gridhall.cis.customers import numbers
from gridhall.cis.customers.importing.candidate import Candidate
from gridhall.cis.customers.models import Account, Agreement, Customer
from gridhall.cis.customers.search.index import reindex
from gridhall.cis.metering.models import Installation, Meter
from gridhall.cis.network.actions import terms_row
from gridhall.cis.network.models import Premise, ServicePoint, ServicePointTerms
from gridhall.readings.models import MeteringPoint, RegisterRead
from gridhall.readings.registers import NewRead, record_many

BATCH = 500


def write(candidates: list[Candidate], waiting: Mapping[str, MeteringPoint]) -> list[Account]:
    """Everything of every candidate, inside the caller's transaction; a metering point that was waiting is taken."""
    customers = Customer.objects.bulk_create(
        [Customer(path=one.unit.path, **one.customer) for one in candidates], batch_size=BATCH
    )
    premises = Premise.objects.bulk_create(
        [
            Premise(
                address=one.address, path=one.unit.path, longitude_e6=one.position_e6[0], latitude_e6=one.position_e6[1]
            )
            for one in candidates
        ],
        batch_size=BATCH,
    )
    service_points = _service_points(candidates, premises, waiting)
    accounts = Account.objects.bulk_create(
        [
            Account(
                number=number, customer=customer, premise=premise, cycle=one.cycle, path=one.unit.path, opened_on=one.on
            )
            for one, number, customer, premise in zip(
                candidates, _numbers(candidates), customers, premises, strict=True
            )
        ],
        batch_size=BATCH,
    )
    _agreements(candidates, accounts, service_points)
    _meters(candidates, service_points)
    reindex([account.pk for account in accounts])
    return accounts


def _numbers(candidates: list[Candidate]) -> list[str]:
    """Account numbers in the order of the rows; each city's serial is taken once."""
    rows_by_city: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(candidates):
        rows_by_city[one.unit.city_path].append(place)
    numbered = [""] * len(candidates)
    for city, places in sorted(rows_by_city.items()):
        for place, number in zip(places, numbers.take(city, len(places)), strict=True):
            numbered[place] = number
    return numbered


def _service_points(
    candidates: list[Candidate], premises: list[Premise], waiting: Mapping[str, MeteringPoint]
) -> list[ServicePoint]:
    made = MeteringPoint.objects.bulk_create(
        [MeteringPoint(code=one.point, path=one.unit.path) for one in candidates if one.point not in waiting],
        batch_size=BATCH,
    )
    points = {**waiting, **{point.code: point for point in made}}
    service_points = ServicePoint.objects.bulk_create(
        [
            ServicePoint(premise=premise, point=points[one.point], path=one.unit.path)
            for one, premise in zip(candidates, premises, strict=True)
        ],
        batch_size=BATCH,
    )
    ServicePointTerms.objects.bulk_create(
        [terms_row(place, one.terms, one.on) for one, place in zip(candidates, service_points, strict=True)],
        batch_size=BATCH,
    )
    return service_points


def _agreements(candidates: list[Candidate], accounts: list[Account], service_points: list[ServicePoint]) -> None:
    rows = []
    for one, account, place in zip(candidates, accounts, service_points, strict=True):
        rows.append(one.supply.agreement(account, place, one.on))
        if one.feed_in:
            rows.append(one.feed_in.agreement(account, place, one.on, Agreement.Direction.EXPORT))
    Agreement.objects.bulk_create(rows, batch_size=BATCH)


def _meters(candidates: list[Candidate], service_points: list[ServicePoint]) -> None:
    metered = [(one, one.metered, place) for one, place in zip(candidates, service_points, strict=True) if one.metered]
    meters = Meter.objects.bulk_create(
        [
            Meter(
                asset_number=it.details.asset_number,
                digits=it.details.digits,
                decimals=it.details.decimals,
                path=place.path,
            )
            for _one, it, place in metered
        ],
        batch_size=BATCH,
    )
    Installation.objects.bulk_create(
        [
            Installation(
                meter=meter, service_point=place, valid_from=one.on, multiplier=it.multiplier, billing_source=it.source
            )
            for (one, it, place), meter in zip(metered, meters, strict=True)
        ],
        batch_size=BATCH,
    )
    record_many(
        [
            NewRead(
                place.point_id, it.details.asset_number, "active_total", one.on, it.reading, it.details.decimals,
                RegisterRead.Source.INSTALLATION,
            )
            for one, it, place in metered
            if it.reading is not None
        ],
        reason="customer import",
    )  # fmt: skip
