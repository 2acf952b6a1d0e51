"""Customers, their accounts, and the agreements under which they are supplied."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridhall.cis.network.models import Premise, ServicePoint
from gridhall.platform.dated import Dated
from gridhall.platform.ids import uuid7
from gridhall.platform.models import User
from gridhall.platform.scope import PathField, ScopedManager


class Customer(models.Model):
    """A person or an organisation. Personal data is shown masked except where a purpose is given."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    needs = models.CharField(max_length=60, blank=True)
    path = PathField(db_index=True)

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["name"])]

    def __str__(self) -> str:
        return self.name


class BillingCycle(models.Model):
    """Accounts that are read and billed together. ``reading_day`` 1 means calendar months."""

    code = models.CharField(max_length=20, unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    path = PathField(db_index=True)
    reading_day = models.PositiveSmallIntegerField(default=1)
    payment_days = models.PositiveSmallIntegerField(default=20)

    objects = ScopedManager()

    def __str__(self) -> str:
        return self.code


class Account(models.Model):
    """用电户: ten digits, city prefix and check digit. Bills and the customer's ledger hang here."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        CLOSED = "closed", _("Closed")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    number = models.CharField(max_length=10, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="accounts")
    premise = models.ForeignKey(Premise, on_delete=models.PROTECT, related_name="accounts")
    cycle = models.ForeignKey(BillingCycle, on_delete=models.PROTECT, related_name="accounts")
    path = PathField()
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)

    ACCOUNT_COLUMN = "pk"
    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["path", "number"])]

    def __str__(self) -> str:
        return self.number


class AccountSerial(models.Model):
    """The last serial number given out in a city."""

    city = PathField(primary_key=True)
    serial = models.IntegerField(default=0)


class AccountLogin(models.Model):
    """A log-in that may see and pay for an account."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        TENANT = "tenant", _("Tenant")
        PAYER = "payer", _("Payer")

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="logins")
    role = models.CharField(max_length=10, choices=Role, default=Role.OWNER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "account"], name="account_login_once")]


class Agreement(Dated):
    """What an account is supplied and billed by, while it holds. A change ends it and starts the next."""

    class Direction(models.TextChoices):
        IMPORT = "import", _("Supply")
        EXPORT = "export", _("Feed-in")

    class Charging(models.IntegerChoices):
        NONE = 0, _("None")
        CAPACITY = 1, _("By capacity")
        CONTRACT = 2, _("By contract demand")
        ACTUAL = 3, _("By actual maximum demand")

    class FeedIn(models.TextChoices):
        NONE = "", _("No feed-in")
        SURPLUS = "surplus", _("Own use, surplus to the grid")
        FULL = "full", _("All generation to the grid")
        SELF_USE = "self_use", _("Own use only")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="agreements")
    service_point = models.ForeignKey(ServicePoint, on_delete=models.PROTECT, related_name="agreements")
    path = PathField(db_index=True)
    direction = models.CharField(max_length=6, choices=Direction, default=Direction.IMPORT)
    feed_in_mode = models.CharField(max_length=8, choices=FeedIn, blank=True, default=FeedIn.NONE)
    tariff_code = models.CharField(max_length=60)
    charging = models.PositiveSmallIntegerField(choices=Charging, default=Charging.NONE)
    contract_demand_kw_e6 = models.BigIntegerField(default=0)
    power_factor_standard = models.PositiveSmallIntegerField(default=0)
    persons = models.PositiveSmallIntegerField(default=1)
    low_income = models.BooleanField(default=False)

    ACCOUNT_COLUMN = "account_id"

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["account", "valid_from"])]


class CustomerImport(models.Model):
    """A file of customers that was brought in. The same content twice is the same import."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    path = PathField(db_index=True)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    quarantine = models.BooleanField(default=False)
    accounts = models.IntegerField(default=0)
    rows_refused = models.IntegerField(default=0)
    refused_csv = models.TextField(blank=True)
    imported_by = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["path", "created_at"])]
