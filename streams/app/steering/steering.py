"""What people steer a running worker by."""

from dataclasses import dataclass

from streams.app.steering.running_profile import RunningProfile
from streams.pauses import PauseFollower


@dataclass(frozen=True, slots=True)
class Steering:
    """Both change while the worker runs; all its parts look into the same."""

    profile: RunningProfile
    pauses: PauseFollower
