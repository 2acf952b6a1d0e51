"""Rates as OpenEI publishes them (Utility Rate Database, version 8 JSON): accepted, or refused with what to do.

Every field is mapped, refused with a reason, or noted as left out; descriptive fields are ignored. No number passes
through a float: prices are read as decimal text and rounded half-up to 1e-8.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

from gridhall.kernel.structures.types import (
    HOURS,
    MONTHS,
    OPEN,
    Demand,
    DemandTier,
    Energy,
    EnergyTier,
    EnergyUnit,
    FlatDemand,
    Metering,
    Ratchet,
    Schedule,
    Structure,
)

DOCUMENT_BYTES_MAX: Final = 20_000_000  # the whole public database is some 400 MB; one utility is far below this
RECORDS_MAX: Final = 2_000
PERIODS_MAX: Final = 48
TIERS_MAX: Final = 24
PRICE_E8_MAX: Final = 10**13  # 100,000 a unit
REASONS_MAX: Final = 20
NAME_CHARACTERS_MAX: Final = 200
UNITS: Final[dict[str, EnergyUnit]] = {
    "kwh": "kWh", "kwh/kw": "kWh/kW", "kwh daily": "kWh daily", "kwh/kw daily": "kWh/kW daily",
}  # fmt: skip
RULES: Final[dict[str, Metering]] = {
    "net metering": "net_metering",
    "net billing instantaneous": "net_billing",
    "net billing hourly": "net_billing_carry_over",
    "buy all sell all": "buy_all_sell_all",
}
# Charges that a meter's energy and demand do not decide; a rate that has them is priced without them, and says so.
LEFT_OUT: Final = {
    "demandreactivepowercharge": "the charge on reactive power",
    "energyattrs": "options on the energy charge, listed under energyattrs",
    "demandattrs": "options on the demand charge, listed under demandattrs",
    "fixedattrs": "options on the fixed charge, listed under fixedattrs",
}


class UrdbError(ValueError):
    """The document as a whole cannot be read; the message says what to do."""


@dataclass(frozen=True)
class Result:
    """One record: its structure, or the reasons why there is none."""

    label: str
    name: str
    structure: Structure | None
    reasons: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class _Refused(Exception):
    """A reason, with the path of its field."""


def read(document: bytes) -> list[Result]:
    """The records of a JSON document: one, a list, or {"items": [...]}."""
    if len(document) > DOCUMENT_BYTES_MAX:
        raise UrdbError(f"the file is larger than {DOCUMENT_BYTES_MAX // 10**6} MB; export fewer rates at once")
    try:
        found = json.loads(document, parse_float=str, parse_int=str, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise UrdbError(f"not readable as JSON ({_shown(str(error))}); send the file as OpenEI gives it") from error
    records = found.get("items", [found]) if isinstance(found, dict) else found
    if not isinstance(records, list) or not records or not all(isinstance(one, dict) for one in records):
        raise UrdbError('expected a rate, a list of rates, or {"items": [...]}; send the file as OpenEI gives it')
    if len(records) > RECORDS_MAX:
        raise UrdbError(f"{len(records)} rates; at most {RECORDS_MAX} are read at once")
    return [_result(record) for record in records]


def _result(record: dict[str, Any]) -> Result:
    label, name = _text(record, "label"), _text(record, "name")
    reader = _Reader(record)
    structure = reader.structure()
    return Result(label, name or label, structure, reader.reasons[:REASONS_MAX], reader.notes)


@dataclass
class _Reader:
    """Reads one record, collecting every reason instead of ending with the first."""

    record: dict[str, Any]
    reasons: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def structure(self) -> Structure | None:
        energy, demand = self._try(self._energy), self._try(self._demand)
        flat, ratchet = self._try(self._flat_demand), self._try(self._ratchet)
        charges, metering = self._try(self._charges), self._try(self._metering)
        self._try(self._coincident)
        for name, what in LEFT_OUT.items():
            if self.record.get(name) not in (None, "", [], "0", {}):
                self.notes.append(f"{name}: {what} is not part of the price")
        if self.reasons or energy is None or charges is None or metering is None:
            return None
        return Structure(
            name=_text(self.record, "name"), utility=_text(self.record, "utility"), source=_text(self.record, "source"),
            energy=energy, demand=demand, flat_demand=flat, ratchet=ratchet, metering=metering, **charges,
        )  # fmt: skip

    def _try(self, part: Any) -> Any:
        try:
            return part()
        except _Refused as reason:
            self.reasons.append(str(reason))
            return None

    def _energy(self) -> Energy:
        if not self.record.get("energyratestructure"):
            raise _Refused("energyratestructure: the rate has no energy prices; choose a complete rate")
        periods = tuple(
            tuple(self._energy_tiers(f"energyratestructure[{number}]", tiers))
            for number, tiers in enumerate(_lists(self.record, "energyratestructure", PERIODS_MAX))
        )
        weekday, weekend = self._schedules("energy", len(periods))
        return Energy(periods=periods, weekday=weekday, weekend=weekend)

    def _energy_tiers(self, path: str, tiers: list[Any]) -> Iterator[EnergyTier]:
        for number, (tier, last) in enumerate(_tiers(path, tiers)):
            where = f"{path}[{number}]"
            word = str(tier.get("unit") or "kWh").lower()
            if word not in UNITS:
                raise _Refused(f"{where}.unit: {_shown(word)} is not kWh, kWh/kW, kWh daily or kWh/kW daily")
            yield EnergyTier(
                to_e3=OPEN if last else _scaled(tier.get("max"), f"{where}.max", 3),
                unit=UNITS[word],
                price_e8=_price(tier, where),
                sell_e8=_scaled(tier.get("sell") or "0", f"{where}.sell", 8),
            )
        self._close(path, tiers)

    def _demand(self) -> Demand | None:
        if not self.record.get("demandratestructure"):
            return None
        self._kilowatts("demandrateunit", "demandunits", "demandRateUnits")
        periods = self._demand_tiers("demandratestructure")
        weekday, weekend = self._schedules("demand", len(periods))
        return Demand(periods=periods, weekday=weekday, weekend=weekend)

    def _flat_demand(self) -> FlatDemand | None:
        if not self.record.get("flatdemandstructure"):
            return None
        self._kilowatts("flatdemandunit", "flatDemandUnits")
        tiers = self._demand_tiers("flatdemandstructure")
        months = self.record.get("flatdemandmonths") or ["0"] * MONTHS
        return FlatDemand(tiers=tiers, of_month=_row("flatdemandmonths", months, MONTHS, len(tiers)))

    def _demand_tiers(self, name: str) -> tuple[tuple[DemandTier, ...], ...]:
        found = []
        for number, tiers in enumerate(_lists(self.record, name, PERIODS_MAX)):
            path = f"{name}[{number}]"
            found.append(
                tuple(
                    DemandTier(
                        to_w=OPEN if last else _scaled(tier.get("max"), f"{path}[{i}].max", 3),
                        price_e8=_price(tier, f"{path}[{i}]"),
                    )
                    for i, (tier, last) in enumerate(_tiers(path, tiers))
                )
            )
            self._close(path, tiers)
        return tuple(found)

    def _close(self, path: str, tiers: list[Any]) -> None:
        if tiers[-1].get("max") not in (None, "") and _wide(tiers[-1]["max"]) is False:
            self.notes.append(f"{path}: the last tier ends at {_shown(str(tiers[-1]['max']))}; it is taken as open")

    def _kilowatts(self, *names: str) -> None:
        for name in names:
            unit = str(self.record.get(name) or "kW")
            if unit.lower() != "kw":
                raise _Refused(f"{name}: demand in {_shown(unit)}; convert the prices to kW")

    def _schedules(self, what: str, periods: int) -> tuple[Schedule, Schedule]:
        names = (f"{what}weekdayschedule", f"{what}weekendschedule")
        weekday, weekend = (self._schedule(name, periods) for name in names)
        return weekday, weekend

    def _schedule(self, name: str, periods: int) -> Schedule:
        rows = self.record.get(name)
        if not isinstance(rows, list) or len(rows) != MONTHS:
            raise _Refused(f"{name}: 12 rows of 24 periods are needed, one row a month")
        return tuple(_row(f"{name}[{month}]", row, HOURS, periods) for month, row in enumerate(rows))

    def _ratchet(self) -> Ratchet | None:
        share, months = self.record.get("lookbackpercent"), self.record.get("lookbackrange")
        if any(_nonzero(x) for x in self.record.get("demandratchetpercentage") or []) and not months:
            raise _Refused(
                "demandratchetpercentage: a ratchet without lookbackrange; add how many months it looks back"
            )
        if not _nonzero(share) and not _nonzero(months):
            return None
        back = _scaled(months or "11", "lookbackrange", 0)
        if not 0 <= back <= MONTHS:
            raise _Refused(f"lookbackrange: {back} is not between 0 and 12 months")
        percent = _scaled(share or "0", "lookbackpercent", 2)
        counted = self.record.get("lookbackmonths") or ["1"] * MONTHS
        which = _row("lookbackmonths", counted, MONTHS, 2)
        return Ratchet(
            months_back=back,
            percent=tuple(percent if month else 0 for month in which),
            own_peak=(True,) * MONTHS,
        )

    def _charges(self) -> dict[str, int]:
        charges = {"fixed_month_e8": _scaled(self.record.get("fixedmonthlycharge") or "0", "fixedmonthlycharge", 8)}
        for name, unit, month, day, year in (
            ("fixedchargefirstmeter", "fixedchargeunits", "fixed_month_e8", "fixed_day_e8", ""),
            ("mincharge", "minchargeunits", "minimum_month_e8", "", "minimum_year_e8"),
        ):
            amount = _scaled(self.record.get(name) or "0", name, 8)
            word = str(self.record.get(unit) or "$/month")
            target = {"$/month": month, "$/day": day, "$/year": year}.get(word)
            if amount and not target:
                raise _Refused(f"{unit}: {_shown(word)} cannot be used here; convert it to $/month")
            if amount and target:
                charges[target] = charges.get(target, 0) + amount
        return charges

    def _metering(self) -> Metering:
        word = str(self.record.get("dgrules") or self.record.get("dgRules") or "Net Metering")
        if word.lower() not in RULES:
            raise _Refused(f"dgrules: {_shown(word)} is not one of {', '.join(RULES)}")
        return RULES[word.lower()]

    def _coincident(self) -> None:
        for number, tiers in enumerate(_lists(self.record, "coincidentratestructure", PERIODS_MAX)):
            if any(isinstance(tier, dict) and _price(tier, f"coincidentratestructure[{number}]") for tier in tiers):
                raise _Refused(
                    "coincidentratestructure: demand at the hours of the utility's own peak, which the file does not "
                    "hold; remove it to price the rest"
                )


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is not a number")


def _lists(record: dict[str, Any], name: str, most: int) -> list[list[Any]]:
    found = record.get(name) or []
    if not isinstance(found, list) or len(found) > most or not all(isinstance(one, list) and one for one in found):
        raise _Refused(f"{name}: a list of at most {most} lists of tiers is needed")
    return found


def _tiers(path: str, tiers: list[Any]) -> list[tuple[dict[str, Any], bool]]:
    """Each tier and whether it is the last; their ends rise."""
    if len(tiers) > TIERS_MAX or not all(isinstance(tier, dict) for tier in tiers):
        raise _Refused(f"{path}: at most {TIERS_MAX} tiers, each with a rate")
    ends = [_scaled(tier.get("max"), f"{path}[{i}].max", 3) for i, tier in enumerate(tiers[:-1])]
    units = {str(tier.get("unit") or "kWh").lower() for tier in tiers}
    if len(units) > 1:
        raise _Refused(f"{path}: tiers in different units ({_shown(', '.join(sorted(units)))}); write all in one unit")
    if any(low >= high for low, high in zip([0, *ends], ends, strict=False)):
        raise _Refused(f"{path}: the ends of the tiers do not rise; correct `max`")
    return [(tier, number == len(tiers) - 1) for number, tier in enumerate(tiers)]


def _row(path: str, row: Any, length: int, periods: int) -> tuple[int, ...]:
    if not isinstance(row, list) or len(row) != length:
        raise _Refused(f"{path}: {length} values are needed")
    values = tuple(_scaled(_truth(value), path, 0) for value in row)
    wrong = [value for value in values if not 0 <= value < periods]
    if wrong:
        raise _Refused(f"{path}: {wrong[0]} names no period; there are {periods}, counted from 0")
    return values


def _truth(value: Any) -> Any:
    return {True: "1", False: "0"}.get(value, value) if isinstance(value, bool) else value


def _price(tier: dict[str, Any], path: str) -> int:
    """`rate` and `adj` together."""
    return _scaled(tier.get("rate") or "0", f"{path}.rate", 8) + _scaled(tier.get("adj") or "0", f"{path}.adj", 8)


def _scaled(value: Any, path: str, places: int) -> int:
    """A number as an integer of 10^-places, rounded half-up; a year of prices cannot hide in an exponent."""
    try:
        number = Decimal(value) if isinstance(value, str) else Decimal("NaN")
        if not number.is_finite() or abs(number.adjusted()) > 20:
            raise InvalidOperation
        scaled = int(number.scaleb(places).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    except (InvalidOperation, ValueError) as error:
        raise _Refused(f"{path}: {_shown(str(value))} is not a usable number; write a plain decimal") from error
    if abs(scaled) > PRICE_E8_MAX:
        raise _Refused(f"{path}: {_shown(str(value))} is too large; check its unit")
    return scaled


def _wide(value: Any) -> bool:
    """Whether the end of a last tier is written as no end (1e38 and the like)."""
    try:
        return Decimal(str(value)) > 10**9
    except InvalidOperation:
        return False


def _nonzero(value: Any) -> bool:
    return str(value or "0").strip("0.") != ""


def _text(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    return _shown(value)[:NAME_CHARACTERS_MAX] if isinstance(value, str) else ""


def _shown(text: str) -> str:
    short = text if len(text) <= NAME_CHARACTERS_MAX else text[: NAME_CHARACTERS_MAX - 1] + "…"
    return "".join(c if c.isprintable() else " " for c in short)
