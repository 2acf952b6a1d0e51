"""The command line: `gridhall COMMAND …`, a thin shell over the management commands of the rooms."""

import os
import sys


def main(arguments: list[str] | None = None) -> None:
    """Run one command; `arguments` without the programme's name, default from the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridhall.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["gridhall", *(sys.argv[1:] if arguments is None else arguments)])
