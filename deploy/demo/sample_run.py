"""One sample in the running demo: its steps are done, and what comes of it is watched."""

from collections.abc import Sequence

from deploy.demo.failure import DemoFailedError
from deploy.demo.parts import Parts
from deploy.demo.records import Records
from deploy.demo.samples import AwaitEntries, Publish, Sample, SendToAccounting, Step
from deploy.demo.verdict import Seen, differences, is_settled
from deploy.demo.waiting import until

_STEP_SECONDS = 30.0


class SampleRun:
    """A sample, and what was last seen of it. `failure` says which step could not be done."""

    def __init__(self, sample: Sample, parts: Parts, records: Records) -> None:
        self.sample = sample
        self.seen = Seen()
        self.failure = ""
        self._parts = parts
        self._records = records

    async def begin(self) -> None:
        """Do the steps up to the first that waits: so every sample's first event is published in order."""
        for step in self._steps(waiting=False):
            await self._do(step)

    async def finish(self) -> None:
        """Do the other steps, then wait for as much to happen as is expected."""
        try:
            for step in self._steps(waiting=True):
                await self._do(step)
        except DemoFailedError as failure:
            self.failure = str(failure)
            return
        await until(self._settled, _STEP_SECONDS)

    async def observe(self) -> None:
        """Ask the worker, the simulator and the dead letters what there is now."""
        sample = self.sample
        known = sample.expect.log is not None
        self.seen = Seen(
            log=await self._parts.web.log(sample.company, sample.shipment) if known else None,
            dead_letters=self._records.reasons(sample.key),
            documents=[each for wanted in sample.expect.documents for each in await self._parts.web.documents(wanted)],
        )

    @property
    def is_settled(self) -> bool:
        """Whether as much was seen as is expected."""
        return is_settled(self.sample, self.seen)

    def differences(self) -> tuple[str, ...]:
        """Every way in which what was seen is not what the sample expects."""
        return differences(self.sample, self.seen) + ((self.failure,) if self.failure else ())

    def _steps(self, *, waiting: bool) -> Sequence[Step]:
        steps = self.sample.steps
        first = next((index for index, step in enumerate(steps) if not isinstance(step, Publish)), len(steps))
        return steps[first:] if waiting else steps[:first]

    async def _do(self, step: Step) -> None:
        match step:
            case Publish(value):
                await self._records.publish(self.sample.key, value)
            case SendToAccounting(shipments):
                await self._parts.web.send_to_accounting(self.sample.company, shipments, _STEP_SECONDS)
            case AwaitEntries(count):
                if not await until(lambda: self._has(count), _STEP_SECONDS):
                    raise DemoFailedError(f"no {count} entries in the log within {_STEP_SECONDS:g} s")

    async def _has(self, count: int) -> bool:
        self._parts.check()
        await self.observe()
        return len(self.seen.log or ()) >= count

    async def _settled(self) -> bool:
        self._parts.check()
        await self.observe()
        return self.is_settled
