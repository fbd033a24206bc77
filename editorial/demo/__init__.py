"""The demonstration: a city, its people, and stories that went their way through the actions. Nobody in it is real."""

from editorial.demo.bulk import generate
from editorial.demo.city import PASSWORD, log_ins
from editorial.demo.loading import is_empty, load

__all__ = ["PASSWORD", "generate", "is_empty", "load", "log_ins"]
