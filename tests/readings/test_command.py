"""`gridhall import` as a stranger with a file meets it."""

import pytest
from django.core.management import CommandError, call_command

from gridhall.readings.catalog import current_snapshot
from gridhall.readings.models import MeteringPoint, ReadingsImport
from tests.readings.conftest import CITY, readings


def test_it_says_what_it_took_and_the_second_time_that_nothing_changed(points, wide, capsys) -> None:
    path = wide([p.code for p in points], readings(4, 2))
    call_command("import", str(path))
    assert "Imported 768 values (wide_csv): 8 rows new, 0 changed, 0 same, 0 refused." in capsys.readouterr().out
    call_command("import", str(path))
    assert "already imported" in (told := capsys.readouterr().out) and "nothing changed" in told


def test_a_refusal_names_file_row_field_and_remedy(points, wide, capsys) -> None:
    values = readings(1, 2).astype(object)
    values[0, 1, 95] = "??"
    path = wide(["P0"], values)
    with pytest.raises(CommandError, match="--quarantine") as refusal:
        call_command("import", str(path))
    assert "Nothing was changed" in str(refusal.value) and current_snapshot() == 0
    told = capsys.readouterr().err
    assert f"{path}:3: error: ?? in v96 is not a number; write it with digits" in told


def test_an_unknown_point_leads_to_create_points_and_that_works(store, wide) -> None:
    path = wide(["MINE"], readings(1, 1))
    with pytest.raises(CommandError, match="--create-points --unit PATH"):
        call_command("import", str(path))
    call_command("import", str(path), unit=CITY, create_points=True)
    assert MeteringPoint.objects.get().code == "MINE"


def test_new_points_need_a_unit_that_exists(store, wide) -> None:
    path = str(wide(["MINE"], readings(1, 1)))
    with pytest.raises(CommandError, match="add --unit"):
        call_command("import", path, create_points=True)
    with pytest.raises(CommandError, match="the units are: 32/, 32/04/, 32/05/"):
        call_command("import", path, create_points=True, unit="99/")


def test_a_preview_says_what_would_happen(points, wide, capsys) -> None:
    path = wide(["P0"], readings(1, 2))
    call_command("import", str(path), preview=True)
    assert "Would import 192 values" in capsys.readouterr().out
    assert current_snapshot() == 0 and not ReadingsImport.objects.exists()


def test_a_missing_file_is_said_so(store) -> None:
    with pytest.raises(CommandError, match="is not a file"):
        call_command("import", "nowhere.csv")
