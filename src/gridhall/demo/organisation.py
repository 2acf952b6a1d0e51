"""The utility: two cities with their counties and stations, its people, its billing cycles and its network."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from gridhall.cis.billing.actions import create_cycle
from gridhall.cis.customers.models import BillingCycle
from gridhall.cis.network import actions as network
from gridhall.platform import orgs
from gridhall.platform.actor import Actor, system
from gridhall.platform.demo_mode import DEMO_PASSWORD
from gridhall.platform.models import OrgUnit, Staff
from gridhall.platform.scope import Scope

UNITS = (
    ("32/", "province", "临海省", "Linhai Province"),
    ("32/04/", "city", "临海市", "Linhai City"),
    ("32/04/01/", "county", "望江区", "Wangjiang District"),
    ("32/04/01/01/", "station", "望江供电所", "Wangjiang Station"),
    ("32/04/01/02/", "station", "书院供电所", "Shuyuan Station"),
    ("32/04/01/03/", "station", "港前供电所", "Gangqian Station"),
    ("32/04/02/", "county", "松岭县", "Songling County"),
    ("32/04/02/01/", "station", "松岭供电所", "Songling Station"),
    ("32/04/02/02/", "station", "石塘供电所", "Shitang Station"),
    ("32/05/", "city", "青湾市", "Qingwan City"),
    ("32/05/01/", "county", "白沙区", "Baisha District"),
    ("32/05/01/01/", "station", "白沙供电所", "Baisha Station"),
    ("32/05/01/02/", "station", "南屏供电所", "Nanping Station"),
    ("32/05/02/", "county", "桃源县", "Taoyuan County"),
    ("32/05/02/01/", "station", "桃源供电所", "Taoyuan Station"),
    ("41/", "province", "远山省", "Yuanshan Province"),
    ("41/04/", "city", "远山市", "Yuanshan City"),
)
# Share of the customers in per mille and the middle of the place in degrees: at sea, so that nobody lives there.
STATIONS = {
    "32/04/01/01/": (240, 123.420, 29.130),
    "32/04/01/02/": (170, 123.452, 29.152),
    "32/04/01/03/": (120, 123.486, 29.118),
    "32/04/02/01/": (110, 123.250, 29.260),
    "32/04/02/02/": (80, 123.210, 29.310),
    "32/05/01/01/": (130, 123.640, 28.820),
    "32/05/01/02/": (90, 123.668, 28.845),
    "32/05/02/01/": (60, 123.560, 28.700),
}
AREA_HOMES = 60

# name → (Chinese name, roles, the unit they are held at)
STAFF = {
    "Clerk Wu": ("吴柜员", ("clerk",), "32/04/01/01/"),
    "Supervisor Zheng": ("郑主管", ("clerk-supervisor",), "32/04/01/"),
    "Agent Qian": ("钱座席", ("agent",), "32/04/"),
    "Fitter Sun": ("孙师傅", ("fitter",), "32/"),
    "Biller Gao": ("高核算", ("biller",), "32/"),
    "Checker He": ("何复核", ("billing-checker",), "32/"),
    "Collector Shen": ("沈催收", ("collector",), "32/"),
    "Checker Ma": ("马复核", ("collections-checker",), "32/"),
    "Analyst Fang": ("方分析", ("analyst",), "32/"),
    "Planner Xu": ("徐计划", ("planner",), "32/"),
    "Manager Tang": ("唐经理", ("manager",), "32/"),
    "Administrator Lin": ("林管理", ("system-administrator",), "32/"),
    "Auditor Qin": ("秦审计", ("auditor",), "32/"),
    # Every role of the halls, and nothing of our province in scope.
    "The Stranger": (
        "外省人",
        ("clerk", "clerk-supervisor", "biller", "billing-checker", "collector", "accountant", "manager"),
        "41/",
    ),
    "Clerk Shi": ("石柜员", ("clerk",), "32/04/"),
    "Clerk Bai": ("白柜员", ("clerk",), "32/05/"),
    "Accountant Song": ("宋会计", ("accountant",), "32/"),
    "Accountant Yu": ("于会计", ("accountant",), "32/"),
    "Reconciler Yan": ("严对账", ("reconciler",), "32/"),
    "Supervisor Lu": ("陆主管", ("clerk-supervisor",), "32/04/"),
}


@dataclass
class Utility:
    """What the later stages refer to."""

    units: dict[str, OrgUnit] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    cycles: dict[str, BillingCycle] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """A member of staff at work."""
        _zh, roles, path = STAFF[name]
        return Actor(name, "staff", frozenset(roles), Scope(prefixes=(path,)), self.staff[name].user_id)

    def area_of(self, station: str, home: int) -> str:
        """The code of the transformer area of a station's ``home``-th customer."""
        return area_code(station, home // AREA_HOMES)


def username(name: str) -> str:
    """The log-in of a member of the cast: clerk-wu, no-1-high-school."""
    return name.lower().replace(".", "").replace(" ", "-")


def area_code(station: str, number: int) -> str:
    """The code of a station's ``number``-th transformer area, from 0."""
    return f"TA{station.replace('/', '')}{number + 1:03d}"


def build_units() -> Utility:
    """Units, cycles and people."""
    utility = Utility()
    for path, level, zh, en in UNITS:
        *above, code = path.rstrip("/").split("/")
        parent = utility.units["/".join(above) + "/"] if above else None
        utility.units[path] = orgs.create_unit(system(), parent, level, code, zh, en)
    for path, level, zh, en in UNITS:
        if level == "city" and path.startswith("32/"):
            code = path.replace("/", "") + "-M"
            utility.cycles[path] = create_cycle(system(), code, f"{zh}月度抄表", f"{en}, monthly", path)
    for name, (zh, roles, path) in STAFF.items():
        unit = utility.units[path]
        held = [(role, unit) for role in roles]
        utility.staff[name] = orgs.create_staff(system(), unit, username(name), DEMO_PASSWORD, zh, name, held)
    return utility


def build_network(utility: Utility, homes: dict[str, int], since: date) -> None:
    """A substation per county, a feeder per station, and public transformer areas for so many customers each."""
    by = system()
    substations = {}
    for station, count in homes.items():
        county = utility.units[station].parent
        assert county is not None
        if county.path not in substations:
            code = f"SS{county.path.replace('/', '')}"
            substations[county.path] = network.create_substation(
                by, county, code, f"{county.name_zh[:-1]}变电站", 110_000, since
            )
        short = utility.units[station].name_zh.removesuffix("供电所")
        feeder = network.create_feeder(
            by, substations[county.path], f"FD{station.replace('/', '')}", f"{short}一线", since
        )
        for number in range(-(-count // AREA_HOMES)):
            network.create_area(
                by, feeder, utility.units[station], area_code(station, number), f"{short}{number + 1}号台区", 400, since
            )
