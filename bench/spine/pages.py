"""The customer's home page with a million customers in the database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ACCOUNTS = int(os.environ.get("GRIDHALL_BENCH_ACCOUNTS", "1000000"))
VISITORS = 150


def run() -> list[dict[str, Any]]:
    """In a process and a data folder of its own, on SQLite."""
    with tempfile.TemporaryDirectory(prefix="gridhall-pages-") as folder:
        env = {
            **os.environ,
            "GRIDHALL_DATA": folder,
            "GRIDHALL_DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "gridhall.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }
        words = [sys.executable, "-m", "bench.spine.pages"]
        return json.loads(subprocess.run(words, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE).stdout)


def home() -> list[dict[str, Any]]:
    """Sign ``VISITORS`` customers in, open each one's home page twice, and time the second."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    from bench.spine.city import build
    from gridhall.cis.billing.actions import bill_account
    from gridhall.cis.customers.models import Account, AccountLogin
    from gridhall.platform.actor import system
    from gridhall.platform.models import User
    from gridhall.platform.scope import EVERYTHING

    call_command("migrate", verbosity=0)
    today = timezone.localdate()
    last = today.replace(day=1) - timedelta(days=1)
    build(ACCOUNTS, last.year * 100 + last.month, with_curves=VISITORS * 4)
    accounts = Account.objects.within(EVERYTHING).filter(pk__in=range(1, VISITORS * 4, 4)).order_by("pk")
    walls, cpus = [], []
    for account in accounts:
        bill_account(system("bench"), account.pk, last.replace(day=1), last - timedelta(days=9))
        user = User.objects.create_user(f"visitor-{account.pk}")
        AccountLogin.objects.create(user=user, account=account)
        client = Client()
        client.force_login(user)
        assert client.get("/my/").status_code == 200
        began, cpu = perf_counter(), process_time()
        answer = client.get("/my/")
        walls.append(perf_counter() - began)
        cpus.append(process_time() - cpu)
        assert answer.status_code == 200
    p95 = quantiles(walls, n=20)[18] * 1000
    return [
        {
            "name": "page_p95",
            "value": round(p95, 1),
            "unit": "ms",
            "against": "median of the same requests",
            "against_value": round(median(walls) * 1000, 1),
            "ratio": round(p95 / (median(walls) * 1000), 2),
            "method": f"customer home, {ACCOUNTS:,} accounts on SQLite, {VISITORS} customers, warm, whole request "
            f"through all middleware without the network; p95 CPU {quantiles(cpus, n=20)[18] * 1000:.1f} ms",
        }
    ]


if __name__ == "__main__":
    print(json.dumps(home()))
