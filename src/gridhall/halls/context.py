"""What every template may ask for."""

from django.http import HttpRequest


def hall(request: HttpRequest) -> dict[str, object]:
    return {"actor": getattr(request, "actor", None)}
