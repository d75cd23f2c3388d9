"""Programs that we start, bring back when they die, and stop in order with all their children."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from schoolbell.queue.errors import SetupError
from schoolbell.queue.settings import CHECKOUT

STOP_SECONDS = 15
DEATHS_A_MINUTE = 5
_MINUTE_SECONDS = 60
_LOG_LIMIT_BYTES = 10_000_000
_PR_SET_PDEATHSIG = 1


@dataclass
class Program:
    """One program: what to start, where it logs, and when it died lately."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    starts_again_at: float = 0.0
    deaths: list[float] = field(default_factory=list)

    @property
    def is_running(self) -> bool:
        """Whether the process is there; it may still be starting."""
        return self.process is not None and self.process.poll() is None


@contextmanager
def running(programs: Sequence[Program]) -> Iterator[None]:
    """Start the programs, and stop them all at the end, whatever ends it."""
    try:
        for program in programs:
            _start(program)
        yield
    finally:
        _stop(programs)


def revive(program: Program, say: Callable[[str], None]) -> None:
    """Start a program again that has died, waiting longer each time.

    Raises SetupError after 5 deaths within a minute: something is wrong that a start cannot cure.
    """
    now = time.monotonic()
    if program.is_running or now < program.starts_again_at:
        return
    if program.process is None:
        _start(program)
        return
    _kill_group(program.process)  # its children must not outlive it
    program.process = None
    _note_death(program, now, say)


def last_line(log: Path) -> str:
    """Return the end of a log, for a sentence that says what went wrong."""
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "its log is empty"


def _note_death(program: Program, now: float, say: Callable[[str], None]) -> None:
    program.deaths = [death for death in program.deaths if now - death < _MINUTE_SECONDS] + [now]
    if len(program.deaths) >= DEATHS_A_MINUTE:
        raise SetupError(
            f"The {program.name} stopped {DEATHS_A_MINUTE} times within a minute, the last time "
            f"with: {last_line(program.log)} (its log: {program.log})"
        )
    wait_seconds = 2 ** (len(program.deaths) - 1)
    program.starts_again_at = now + wait_seconds
    say(f"The {program.name} stopped; it is started again in {wait_seconds} s ({program.log})")


def _start(program: Program) -> None:
    _renew_log(program.log)
    with program.log.open("ab") as log:
        program.process = subprocess.Popen(
            program.command,
            cwd=CHECKOUT,
            env=program.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,  # Ctrl-C in the terminal is ours to pass on
            preexec_fn=_end_with_parent,  # noqa: PLW1509  (one call, and no threads of ours)
        )


def _renew_log(log: Path) -> None:
    """Keep one log and one older one; its folder and it are their owner's alone."""
    log.parent.mkdir(0o700, parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
        log.rename(log.with_suffix(".old.log"))
    log.touch(0o600)


def _end_with_parent() -> None:
    """Have Linux stop the program when we are killed and cannot; elsewhere it would go on."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _stop(programs: Sequence[Program]) -> None:
    """Ask all at once to finish; after 15 s kill what is left, children included."""
    for program in programs:
        if program.process is not None:
            program.process.terminate()  # does nothing to a process that has ended
    deadline = time.monotonic() + STOP_SECONDS
    for program in programs:
        if program.process is not None:
            with suppress(subprocess.TimeoutExpired):
                program.process.wait(max(0.0, deadline - time.monotonic()))
            _kill_group(program.process)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
