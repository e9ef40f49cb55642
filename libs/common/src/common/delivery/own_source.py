"""Under which source a process tells: that of the epoch it began with, for as long as it lives."""

from common.delivery.envelope import source_of


class EpochChangedError(Exception):
    """The log is in another epoch than this process: it was begun while the process ran, which must end and start anew."""


class OwnSource:
    """The source of one process; whoever reads the log's epoch holds it against that.

    Attributes:
        epoch: the one that was read first; 0 until then.
    """

    def __init__(self, service: str) -> None:
        self._service = service
        self.epoch = 0

    def hold(self, epoch: int) -> str:
        """Remember the epoch, where it is the first one; return the source that stands for it.

        Raises:
            EpochChangedError: it is another one than before.
        """
        self.epoch = self.epoch or epoch
        if epoch != self.epoch:
            raise EpochChangedError(f"the log is in epoch {epoch}, and this process began in {self.epoch}")
        return source_of(self._service, epoch)
