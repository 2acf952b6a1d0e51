"""`python -m gridhall COMMAND …`."""

from gridhall.cli import main

main()
