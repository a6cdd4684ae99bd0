"""By what people steer a running worker: its profile, read anew when they ask, and which companies are paused."""

from streams.app.steering.changes import ProfileChanges
from streams.app.steering.reloads import ProfileReloads
from streams.app.steering.running_profile import RunningProfile
from streams.app.steering.steering import Steering

__all__ = ["ProfileChanges", "ProfileReloads", "RunningProfile", "Steering"]
