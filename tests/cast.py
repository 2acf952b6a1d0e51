"""The cast: named people of one small utility, made by the actions that users call, for everyone's tests.

    cast = build_cast()
    receive(cast.actor("Clerk Wu"), cast.accounts["Lao Zhou"].pk, 10_00)

Places and people are invented. Everything begins on 1 January 2026.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from gridhall.cis.billing.actions.runs import create_cycle
from gridhall.cis.customers import actions as customers
from gridhall.cis.customers.models import Account, Agreement, BillingCycle, Customer
from gridhall.cis.customers.supply import Supply
from gridhall.cis.metering.actions import MeterDetails, install_meter
from gridhall.cis.metering.models import Installation
from gridhall.cis.network import actions as network
from gridhall.cis.network.actions import SupplyTerms
from gridhall.cis.network.models import ServicePoint, ServicePointTerms, TransformerArea
from gridhall.cis.tariffs.actions import publish_parsed
from gridhall.kernel import shipped
from gridhall.platform.actor import Actor, system
from gridhall.platform.models import OrgUnit, Staff, User
from gridhall.platform.orgs import create_staff, create_unit
from gridhall.platform.scope import Scope
from tests.frozen import Frozen

START = date(2026, 1, 1)
PASSWORD = "a test password"  # the same for every log-in of the cast

UseClass = ServicePointTerms.UseClass
Charging = Agreement.Charging

# name → (Chinese name, roles, the unit they are held at)
STAFF = {
    "Clerk Wu": ("吴柜员", ["clerk"], "32/04/01/01/"),
    "Supervisor Zheng": ("郑主管", ["clerk-supervisor"], "32/04/01/"),
    "Agent Qian": ("钱座席", ["agent"], "32/04/"),
    "Fitter Sun": ("孙师傅", ["fitter"], "32/04/01/"),
    "Biller Gao": ("高核算", ["biller"], "32/04/"),
    "Checker He": ("何复核", ["billing-checker"], "32/04/"),
    "Collector Shen": ("沈催收", ["collector"], "32/04/"),
    "Checker Ma": ("马复核", ["collections-checker"], "32/04/"),
    "Accountant Song": ("宋会计", ["accountant"], "32/04/"),
    "Accountant Yu": ("于会计", ["accountant"], "32/04/"),
    "Reconciler Yan": ("严对账", ["reconciler"], "32/04/"),
    "Analyst Fang": ("方分析", ["analyst"], "32/04/"),
    "Planner Xu": ("徐计划", ["planner"], "32/04/"),
    "Manager Tang": ("唐经理", ["manager"], "32/"),
    "Administrator Lin": ("林管理", ["system-administrator"], "32/"),
    "Auditor Qin": ("秦审计", ["auditor"], "32/"),
    # Every role, and nothing of our province in scope.
    "Stranger": (
        "外省人",
        [
            "clerk",
            "clerk-supervisor",
            "agent",
            "fitter",
            "biller",
            "billing-checker",
            "collector",
            "collections-checker",
            "accountant",
            "reconciler",
            "manager",
            "system-administrator",
        ],
        "41/",
    ),
}


@dataclass(frozen=True)
class Part:
    """One customer of the cast: who, where, how supplied, how measured."""

    zh: str
    kind: str
    phone: str
    address: str
    terms: SupplyTerms
    supply: Supply
    meter: MeterDetails
    multiplier: int = 1
    source: str = Installation.Source.INTERVAL
    first_reading: int | None = None
    feed_in: Supply | None = None
    needs: str = ""
    language: str = "zh-hans"


def _home(kva: int = 8) -> SupplyTerms:
    return SupplyTerms(220, UseClass.RESIDENTIAL, kva * 1_000_000)


PERSON, ORGANISATION = Customer.Kind.PERSON, Customer.Kind.ORGANISATION
PARTS = {
    "Ms Li": Part(
        "李秀英",
        PERSON,
        "13800010001",
        "临海市望江区人民路128号3单元502室",
        _home(),
        Supply("zhejiang-residential"),
        MeterDetails("LH0000001"),
    ),
    "Lao Zhou": Part(
        "周建国",
        PERSON,
        "13800010002",
        "临海市望江区人民路130号1单元101室",
        _home(),
        Supply("zhejiang-residential"),
        MeterDetails("LH0000002"),
        source=Installation.Source.REGISTER,
        first_reading=512_340,
    ),
    "Grandma Chen": Part(
        "陈桂兰",
        PERSON,
        "05710010003",
        "临海市望江区柳树巷7号",
        _home(4),
        Supply("zhejiang-residential", low_income=True),
        MeterDetails("LH0000003"),
        source=Installation.Source.REGISTER,
        first_reading=99_871_05,
        needs="door service",
    ),
    "Haisheng Foods": Part(
        "海盛食品有限公司",
        ORGANISATION,
        "05718880004",
        "临海市望江区港前大道66号",
        SupplyTerms(10_000, UseClass.LARGE_INDUSTRY, 1_000_000_000, metering_mode=ServicePointTerms.MeteringMode.HV_HV),
        Supply(
            "demo-business-two-part-1-10kv",
            Charging.CONTRACT,
            contract_demand_kw_e6=800_000_000,
            power_factor_standard=90,
        ),
        MeterDetails("LH0000004", decimals=4),
        multiplier=2_000,
    ),
    "Sunny Roof": Part(
        "孙阳光",
        PERSON,
        "13800010005",
        "临海市望江区向阳村22号",
        _home(12),
        Supply("zhejiang-residential-tou"),
        MeterDetails("LH0000005"),
        feed_in=Supply("demo-export"),
        language="en",
    ),
    "Green Wheels": Part(
        "绿轮充电服务有限公司",
        ORGANISATION,
        "05718880006",
        "临海市望江区会展路1号停车场",
        SupplyTerms(380, UseClass.CHARGING, 400_000_000),
        Supply("demo-ev"),
        MeterDetails("LH0000006"),
        multiplier=120,
    ),
    "No. 1 High School": Part(
        "临海市第一中学",
        ORGANISATION,
        "05718880007",
        "临海市望江区书院街9号",
        SupplyTerms(380, UseClass.PUBLIC, 315_000_000),
        Supply("zhejiang-shared-meter"),
        MeterDetails("LH0000007"),
        multiplier=80,
        needs="exam-day power guarantee",
    ),
}


@dataclass
class Cast:
    """The utility with its people; customers, accounts and service points by the customer's English name."""

    units: dict[str, OrgUnit] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    service_points: dict[str, ServicePoint] = field(default_factory=dict)
    installations: dict[str, Installation] = field(default_factory=dict)
    logins: dict[str, User] = field(default_factory=dict)
    area: TransformerArea | None = None
    cycle: BillingCycle | None = None

    @property
    def station(self) -> OrgUnit:
        """Wangjiang station, where every customer of the cast is supplied."""
        return self.units["32/04/01/01/"]

    def actor(self, name: str) -> Actor:
        """A member of staff, or a customer's log-in with the accounts bound to it."""
        if name in self.staff:
            _zh, roles, path = STAFF[name]
            return Actor(name, "staff", frozenset(roles), Scope(prefixes=(path,)), self.staff[name].user_id)
        scope = Scope(accounts=frozenset({self.accounts[name].pk}))
        return Actor(name, "customer", frozenset({"customer"}), scope, self.logins[name].pk)

    def agreement(self, name: str, direction: str = Agreement.Direction.IMPORT) -> Agreement:
        """The first agreement of a customer's account."""
        return self.accounts[name].agreements.filter(direction=direction).earliest("valid_from")


def _build() -> Cast:
    """Two provinces, sixteen members of staff and the Stranger, seven customers with everything up to the meter."""
    cast = Cast()
    _organisation(cast)
    _people(cast)
    _network(cast)
    _tariffs()
    for number, name in enumerate(PARTS, 1):
        _customer(cast, name, PARTS[name], f"LHMP{number:06d}")
    return cast


build_cast = Frozen(_build)


def _organisation(cast: Cast) -> None:
    level = OrgUnit.Level
    for path, kind, zh, en in (
        ("32/", level.PROVINCE, "临海省", "Linhai Province"),
        ("32/04/", level.CITY, "临海市", "Linhai City"),
        ("32/04/01/", level.COUNTY, "望江区", "Wangjiang District"),
        ("32/04/01/01/", level.STATION, "望江供电所", "Wangjiang Station"),
        ("32/04/02/", level.COUNTY, "松岭县", "Songling County"),
        ("41/", level.PROVINCE, "远山省", "Yuanshan Province"),
        ("41/04/", level.CITY, "远山市", "Yuanshan City"),
    ):
        *above, code = path.rstrip("/").split("/")
        parent = cast.units["/".join(above) + "/"] if above else None
        cast.units[path] = create_unit(system(), parent, kind, code, zh, en)
    cast.cycle = create_cycle(system(), "3204-M", "临海市月度抄表", "Linhai monthly", "32/04/")


def _username(name: str) -> str:
    return name.lower().replace(".", "").replace(" ", "-")


def _login(name: str) -> User:
    return User.objects.create_user(_username(name), password=PASSWORD)


def _people(cast: Cast) -> None:
    for name, (zh, roles, path) in STAFF.items():
        unit = cast.units[path]
        held = [(role, unit) for role in roles]
        cast.staff[name] = create_staff(system(), unit, _username(name), PASSWORD, zh, name, held)


def _network(cast: Cast) -> None:
    by, county = system(), cast.units["32/04/01/"]
    substation = network.create_substation(by, county, "LH-S01", "望江变电站", 110_000, START)
    feeder = network.create_feeder(by, substation, "LH-S01-F01", "望江一线", START)
    cast.area = network.create_area(by, feeder, cast.station, "LH-A0001", "人民路1号台区", 400, START)


def _tariffs() -> None:
    versions = shipped.tariffs()
    for code in sorted(
        {supply.tariff_code for part in PARTS.values() for supply in (part.supply, part.feed_in) if supply}
    ):
        for version in versions[code]:
            publish_parsed(system(), version)


def _customer(cast: Cast, name: str, part: Part, point_code: str) -> None:
    by, station = system(), cast.station
    customer = customers.create_customer(
        by, station, part.kind, part.zh, phone=part.phone, needs=part.needs, language=part.language
    )
    service_point = network.create_premise(by, station, part.address, part.terms, START, point_code=point_code)
    readings = None if part.first_reading is None else {"active_total": part.first_reading}
    cast.installations[name] = install_meter(
        by, service_point, part.meter, START, multiplier=part.multiplier, billing_source=part.source, readings=readings
    )
    account = customers.move_in(by, customer, service_point, cast.cycle, part.supply, START, feed_in=part.feed_in)
    cast.logins[name] = _login(name)
    customers.bind_login(by, cast.logins[name], account.number)
    cast.customers[name], cast.accounts[name], cast.service_points[name] = customer, account, service_point
