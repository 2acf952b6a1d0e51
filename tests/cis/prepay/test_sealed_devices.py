"""The secrets of keypad devices are no plain text in the database."""

from __future__ import annotations

import pytest
from django.core.exceptions import FieldError
from django.db import connection

from gridhall.cis.prepay.actions import register_device
from gridhall.cis.prepay.models import TokenDevice
from gridhall.platform.sealing import seal_rows
from tests.cast import Cast

SECRET = "bc41ec9530f6dac86b1a29ab82edc5fb"


def stored() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT starting_code, key_hex FROM prepay_tokendevice")
        return cursor.fetchone()


def test_the_secrets_of_a_device_are_sealed_in_its_row_and_never_searched(cast: Cast) -> None:
    device = register_device(cast.actor("Fitter Sun"), cast.accounts["Ms Li"].pk, "KP-1", 516_959_010, SECRET)
    code, key = stored()
    assert "516959010" not in code and SECRET not in key and key.startswith("gAAAA")
    device.refresh_from_db()
    assert (device.starting_code, device.key_hex) == ("516959010", SECRET)
    for lookup in ("key_hex", "key_hex__contains", "starting_code__gt"):
        with pytest.raises(FieldError, match="sealed"):
            list(TokenDevice.objects.filter(**{lookup: SECRET}))


def test_rows_written_before_are_sealed_where_they_lie(cast: Cast) -> None:
    register_device(cast.actor("Fitter Sun"), cast.accounts["Ms Li"].pk, "KP-1", 1, "0" * 32)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE prepay_tokendevice SET starting_code = '77', key_hex = ''")
    seal_rows(connection, "prepay_tokendevice", "starting_code")
    seal_rows(connection, "prepay_tokendevice", "key_hex")
    assert stored()[0] != "77" and stored()[1] == ""
    assert TokenDevice.objects.get().starting_code == "77"
