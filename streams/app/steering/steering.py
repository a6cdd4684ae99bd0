"""What people steer a running worker by."""

from dataclasses import dataclass

from streams.app.steering.running_profile import RunningProfile
from streams.pauses import PauseFollower


@dataclass(frozen=True, slots=True)
class Steering:
    """Both change while the worker runs; all its parts look into the same."""

    profile: RunningProfile
    pauses: PauseFollower

    def paused(self) -> frozenset[str]:
        """The companies of the profile that are paused at present."""
        return frozenset(each for each in self.profile if self.pauses.pause_of(each) is not None)

    def organisations_of(self, company_ids: frozenset[str]) -> frozenset[str]:
        """Whose companies they are; those that the profile has no more belong to nobody."""
        return frozenset(self.profile[each].organisation for each in company_ids if each in self.profile)
