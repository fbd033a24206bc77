"""How a job says that there is no use in trying again."""


class Hopeless(Exception):
    """A job that will never succeed; the message says why."""
