"""What could not be looked at."""


class UnseenError(Exception):
    """Something could not be looked at; the text says what, why, and what to do."""
