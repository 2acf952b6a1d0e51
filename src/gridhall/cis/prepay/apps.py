from django.apps import AppConfig


class PrepayConfig(AppConfig):
    name = "gridhall.cis.prepay"
    label = "prepay"

    def ready(self) -> None:
        from gridhall.cis.prepay import rules
        from gridhall.cis.tariffs import day_facts

        day_facts.others.append(rules.places)
        from gridhall.cis.prepay import debts, jobs, settling, taking_back  # noqa: F401  the jobs, and what it hears of money
