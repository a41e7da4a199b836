"""How much one caller may ask."""

from rest_framework.throttling import UserRateThrottle


class ActorThrottle(UserRateThrottle):
    """Requests a minute of one user (all tokens together); the rate is a setting."""

    scope = "actor"
