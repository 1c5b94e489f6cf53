"""The base of every error that Sinergi raises on purpose: a sentence with what, where and the next step."""


class SinergiError(Exception):
    """A fault that a person can act on. Its text never carries an unmasked personal value."""
