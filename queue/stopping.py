"""Stopping a running attempt: at its time limit, or because somebody wants it to stop.

What blocks the handler is interrupted at once and again until the attempt has ended, so that a
handler that is between two statements when it is stopped is caught in the next one.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psycopg

from schoolbell.queue.db import Transaction
from schoolbell.queue.errors import SchoolbellError, TimeLimitError

AGAIN_SECONDS = 0.2


class StopSign:
    """Tells one attempt to stop, from any thread, and interrupts what it is busy with."""

    def __init__(self, limit_seconds: float) -> None:
        self.limit_seconds = limit_seconds
        self.reason: SchoolbellError | None = None
        self._changed = threading.Condition()
        self._interrupts: list[Callable[[], object]] = []
        self._is_over = False
        self._deadline = time.monotonic() + limit_seconds

    def restart(self) -> None:
        """Let the time limit count from now: a part of the work begins."""
        with self._changed:
            self._deadline = time.monotonic() + self.limit_seconds
            self._changed.notify_all()

    def stop(self, reason: SchoolbellError) -> None:
        """Make the attempt end with this error; the first reason stays."""
        with self._changed:
            self.reason = self.reason or reason
            self._changed.notify_all()

    def check(self) -> None:
        """Raise the reason to stop, if there is one."""
        if self.reason is not None:
            raise self.reason

    def sleep(self, seconds: float) -> None:
        """Wait; raise the reason as soon as there is one to stop."""
        with self._changed:
            self._changed.wait_for(lambda: self.reason is not None, seconds)
        self.check()

    @contextmanager
    def interrupting(self, interrupt: Callable[[], object]) -> Iterator[None]:
        """Call `interrupt` from another thread if the attempt is to stop within the with-block."""
        with self._changed:
            self.check()
            self._interrupts.append(interrupt)
        try:
            yield
        finally:
            with self._changed:  # never in the middle of an interrupt: it must hit nobody else
                self._interrupts.remove(interrupt)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch the time limit, and interrupt what goes on, for the length of a with-block."""
        self.restart()
        thread = threading.Thread(target=self._watch, name="stop sign", daemon=True)
        thread.start()
        try:
            yield
        finally:
            with self._changed:
                self._is_over = True
                self._changed.notify_all()
            thread.join()

    def _watch(self) -> None:
        with self._changed:
            while not self._is_over:
                left = self._deadline - time.monotonic()
                if self.reason is None and left > 0:
                    self._changed.wait(left)
                    continue
                self.stop(TimeLimitError(self.limit_seconds))
                for interrupt in self._interrupts:
                    interrupt()
                self._changed.wait(AGAIN_SECONDS)


def cancel_statement(tx: Transaction) -> None:
    """Cancel the statement that runs on another thread's connection; none running is fine."""
    with suppress(psycopg.Error):
        tx.cancel_safe(timeout=1)
