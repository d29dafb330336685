"""What the cli room says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
}
