"""The navigation of the billing office."""

from django.utils.translation import gettext_lazy as _

from gridhall.halls.nav import Hall, Item

HALL = Hall(
    prefix="office",
    name=_("Billing office"),
    items=(
        Item(
            "office-home", _("Today"),
            also=("office-find", "office-account", "office-account-bill", "office-account-between",
                "office-account-capacity", "office-account-charging"),
        ),
        Item(
            "office-runs",
            _("Bill runs"),
            also=(
                "office-run", "office-run-new", "office-run-release", "office-run-cancel", "office-bill",
                "office-bill-correct", "office-line", "office-line-day", "office-late",
            ),
        ),
        Item("office-exceptions", _("Exceptions"), also=("office-exception",)),
        Item("office-imports", _("Readings"), also=("office-import", "office-import-new")),
        Item("office-points", _("New points"), also=("office-point",)),
        Item("office-issues", _("Issues"), also=("office-issue",)),
        Item(
            "office-tariffs",
            _("Tariffs"),
            also=(
                "office-tariff", "office-calendars", "office-calendar", "office-calendar-new", "office-day-facts",
                "office-announcements", "office-drafts", "office-draft-new", "office-draft", "office-draft-edit",
                "office-draft-samples", "office-draft-publish", "office-price-tables", "office-price-table-new",
                "office-price-table", "office-price-table-confirm", "office-price-series-list", "office-price-series",
                "office-price-upload",
            ),
        ),
        Item(
            "office-whatifs", _("What-if"),
            also=("office-whatif", "office-whatif-kept", "office-whatif-compare"),
        ),
        Item("office-savings", _("Plan advice"), also=("office-saving-run",)),
        Item("office-cases", _("Cases"), also=("office-case", "office-case-new", "office-case-edit")),
        Item(
            "office-customer-imports",
            _("Customers"),
            also=("office-customer-import", "office-customer-import-new", "office-customer-import-apply"),
        ),
        Item(
            "office-parallels",
            _("Parallel run"),
            also=(
                "office-parallel", "office-parallel-new", "office-parallel-start", "office-parallel-group",
                "office-parallel-cancel", "office-parallel-certificate", "office-difference",
            ),
        ),
        Item(
            "office-books", _("Books"),
            also=(
                "office-books-trial", "office-books-account", "office-books-day", "office-books-entry",
                "office-books-periods", "office-books-period", "office-books-propose", "office-books-confirm",
                "office-books-reopen", "office-books-aged", "office-books-aged-bills", "office-books-collection",
                "office-books-revenue", "office-books-revenue-days", "office-books-vat", "office-books-exports",
                "office-books-invoices", "office-books-invoice",
            ),
        ),
        Item(
            "office-money", _("Money in"),
            also=(
                "office-money-channel", "office-money-files", "office-money-file-new", "office-money-file",
                "office-money-file-post", "office-money-reconciliation", "office-money-statement-new",
                "office-money-statement", "office-money-difference", "office-money-propose", "office-money-confirm",
                "office-money-mandates", "office-money-mandate", "office-money-debits",
            ),
        ),
        Item("office-prepay", _("Prepayment"), also=("office-prepay-orders", "office-prepay-account")),
        Item("office-jobs", _("Jobs"), also=("office-job",)),
        Item("office-audit", _("Audit log")),
    ),
)  # fmt: skip
