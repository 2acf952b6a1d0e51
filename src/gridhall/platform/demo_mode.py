"""What the demonstration city and the sign-in page share. Demo log-ins exist only with GRIDHALL_DEMO=1, on loopback."""

DEMO_PASSWORD = "open-day-linhai"  # noqa: S105  public by intent
