"""Fit the demo city's load shapes to public series: ``python -m gridhall.demo.fit FOLDER > load_shapes.yaml``.

FOLDER holds ``load/`` and ``crm/`` with the series that SOURCES below names; they have licences of their own and are
not part of this repository. What is written are a few hundred parameters: nobody's series can be had back from them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import yaml

FOREIGN_SUMMER, FOREIGN_WINTER = (12, 1, 2), (6, 7, 8)  # Australia; the others lie in the north
SUMMER, WINTER = (6, 7, 8, 9), (12, 1, 2)
COOLING_ABOVE_C, HEATING_BELOW_C = 21.0, 15.0

SOURCES = [
    {
        "name": "Smart-Grid Smart-City Customer Trial Data, ten homes",
        "owner": "Commonwealth of Australia (Department of the Environment and Energy), selected in Sayani07/gravitas",
        "licence": "CC BY 3.0 AU",
        "file": "crm/sgsc_10homes_halfhourly.parquet",
        "shapes": ["home"],
    },
    {
        "name": "Building Data Genome Project 2, two buildings (Miller et al., Scientific Data 7, 368, 2020)",
        "owner": "the authors; sample of skforecast/skforecast-datasets",
        "licence": "CC BY 4.0",
        "file": "load/bdg2_two_buildings_hourly.parquet",
        "shapes": ["building"],
    },
    {
        "name": "Commercial and Residential Hourly Load Profiles, hospital in San Francisco (simulated)",
        "owner": "National Renewable Energy Laboratory, OpenEI; copy of ourownstory/neuralprophet-data",
        "licence": "ODC-BY 1.0",
        "file": "load/sf_hospital_hourly.parquet",
        "shapes": ["hospital"],
    },
    {
        "name": "Hourly metered load, zone AEP, 2015-2017: a region of heavy industry for a works in three shifts",
        "owner": "PJM Interconnection; copy of Shrawant13/Energy_Consumption",
        "licence": "CC0 1.0",
        "file": "load/pjm_hourly.parquet",
        "shapes": ["industry"],
    },
    {
        "name": "Demand of Victoria 2012-2014 with the temperature of Melbourne",
        "owner": "Source: AEMO; temperature Bureau of Meteorology, Australia",
        "licence": "AEMO: any use with attribution",
        "file": "load/vic_elec_halfhourly.parquet",
        "shapes": ["temperature"],
    },
]

Series = tuple[np.ndarray, np.ndarray]  # local hour (datetime64[h]) and energy of the hour


def days_of(series: Series) -> tuple[np.ndarray, np.ndarray]:
    """Whole days only: datetime64[D] of each, and energy float[days, 24]."""
    hours, values = series
    kept = np.isfinite(values)
    days = hours[kept].astype("datetime64[D]")
    first = days.min()
    table = np.full(((days.max() - first).astype(int) + 1, 24), np.nan)
    table[(days - first).astype(int), hours[kept].astype(int) % 24] = values[kept]
    whole = ~np.isnan(table).any(axis=1) & (np.nansum(table, axis=1) > 0)
    return first + np.flatnonzero(whole), table[whole]


def rest_days(days: np.ndarray) -> np.ndarray:
    """Saturday and Sunday; 1970-01-01 was a Thursday."""
    return (days.astype(int) + 3) % 7 >= 5


def season_of(days: np.ndarray, summer: Iterable[int], winter: Iterable[int]) -> np.ndarray:
    """0 winter, 1 mild, 2 summer."""
    month = days.astype("datetime64[M]").astype(int) % 12 + 1
    return np.where(np.isin(month, list(summer)), 2, np.where(np.isin(month, list(winter)), 0, 1))


def shape_of(many: list[Series], summer: Iterable[int] = SUMMER, winter: Iterable[int] = WINTER) -> dict[str, Any]:
    """Parameters of a group of customers: per-mille of the day by season and kind of day, and how much they scatter."""
    shares, labels, day_logs, slot_logs, rest, means = [], [], [], [], [], []
    for series in many:
        days, table = days_of(series)
        label = season_of(days, summer, winter) * 2 + rest_days(days)
        sums = table.sum(axis=1)
        share = table / sums[:, None]
        shares.append(share)
        labels.append(label)
        means.append(sums.mean())
        rest.append(sums[label % 2 == 1].mean() / sums[label % 2 == 0].mean())
        for one in np.unique(label):
            own, of_kind = share[label == one], sums[label == one]
            day_logs.append(np.log(of_kind / of_kind.mean()))
            usual = own.mean(axis=0)
            slot_logs.append(np.log(np.maximum(own / usual, 0.02)).ravel())
    share, label = np.concatenate(shares), np.concatenate(labels)
    everything = {kind: share[label % 2 == kind].mean(axis=0) for kind in (0, 1)}
    curves = {}
    for season, name in enumerate(("winter", "mild", "summer")):
        for kind, word in enumerate(("workday", "rest_day")):
            of_both = share[label == season * 2 + kind]
            mean = of_both.mean(axis=0) if len(of_both) > 5 else everything[kind]
            curves.setdefault(name, {})[word] = permille(mean)
    return {
        "size_sigma": round(float(np.std(np.log(means))), 3),
        "day_sigma": round(float(np.std(np.concatenate(day_logs))), 3),
        "hour_sigma": round(float(np.std(np.concatenate(slot_logs))), 3),
        "rest_day_factor": round(float(np.mean(rest)), 3),
        "curves": curves,
    }


def permille(shares: np.ndarray) -> list[int]:
    """24 whole numbers that sum to 1000."""
    exact = shares / shares.sum() * 1000
    whole = np.floor(exact).astype(int)
    for at in np.argsort(whole - exact, kind="stable")[: 1000 - whole.sum()]:
        whole[at] += 1
    return whole.tolist()


def temperature(folder: Path) -> dict[str, float]:
    """Least squares of the log of a day's demand on degrees above and below comfort; days off apart."""
    table = pq.read_table(folder / "load/vic_elec_halfhourly.parquet")
    local = table["time_utc"].to_numpy() + np.timedelta64(10, "h")
    days = local.astype("datetime64[D]")
    _, index = np.unique(days, return_inverse=True)
    count = np.bincount(index)
    demand = np.bincount(index, table["demand_mw"].to_numpy()) / count
    celsius = np.bincount(index, table["temperature_c"].to_numpy()) / count
    off = (np.bincount(index, table["holiday"].to_numpy().astype(float)) > 0) | rest_days(np.unique(days))
    whole = count == 48
    ones = np.ones(len(demand))
    warm, cold = np.maximum(celsius - COOLING_ABOVE_C, 0), np.maximum(HEATING_BELOW_C - celsius, 0)
    fitted = np.linalg.lstsq(np.stack([ones, off, warm, cold], axis=1)[whole], np.log(demand[whole]), rcond=None)[0]
    return {
        "cooling_above_c": COOLING_ABOVE_C, "cooling_per_degree": round(float(fitted[2]), 4),
        "heating_below_c": HEATING_BELOW_C, "heating_per_degree": round(float(fitted[3]), 4),
    }  # fmt: skip


def homes(folder: Path) -> list[Series]:
    """Half hours summed to hours, home by home."""
    table = pq.read_table(folder / "crm/sgsc_10homes_halfhourly.parquet")
    who, when = table["customer_id"].to_numpy(), table["reading_datetime"].to_numpy().astype("datetime64[h]")
    kwh = table["kwh"].to_numpy()
    found = []
    for home in np.unique(who):
        mine = who == home
        hours, index = np.unique(when[mine], return_inverse=True)
        found.append((hours, np.bincount(index, kwh[mine])))
    return found


def columns(folder: Path, file: str, hour: str, values: Iterable[str], ending: bool = False) -> list[Series]:
    """Hourly columns of a file; stamps that name the end of an hour go back by one."""
    table = pq.read_table(folder / file)
    hours = table[hour].to_numpy().astype("datetime64[h]") - np.timedelta64(int(ending), "h")
    return [(hours, table[name].to_numpy().astype(float)) for name in values]


def industry(folder: Path) -> list[Series]:
    """AEP, 2015 to 2017."""
    table = pq.read_table(folder / "load/pjm_hourly.parquet", filters=[("zone", "=", "AEP")])
    hours = table["hour_ending"].to_numpy().astype("datetime64[h]") - np.timedelta64(1, "h")
    late = (hours >= np.datetime64("2015-01-01T00")) & (hours < np.datetime64("2018-01-01T00"))
    return [(hours[late], table["mw"].to_numpy()[late].astype(float))]


def fit(folder: Path) -> dict[str, Any]:
    """Everything that ``load_shapes.yaml`` holds."""
    buildings = columns(folder, "load/bdg2_two_buildings_hourly.parquet", "timestamp", ("building_1", "building_2"))
    hospital = columns(folder, "load/sf_hospital_hourly.parquet", "hour_ending", ["kw"], ending=True)
    return {
        "sources": SOURCES,
        "temperature": temperature(folder),
        "shapes": {
            "home": shape_of(homes(folder), FOREIGN_SUMMER, FOREIGN_WINTER),
            "building": shape_of(buildings),
            "hospital": shape_of(hospital),
            "industry": shape_of(industry(folder)),
        },
    }


HEAD = "# Who uses electricity when: written by gridhall.demo.fit, per-mille of a day by hour. Change the script.\n"

if __name__ == "__main__":
    written = yaml.safe_dump(
        fit(Path(sys.argv[1])), sort_keys=False, allow_unicode=True, width=120, default_flow_style=None
    )
    sys.stdout.write(HEAD + written)
