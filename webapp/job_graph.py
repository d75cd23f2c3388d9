"""The jobs that one job waits for, and those that wait for it: as a graph and as a table."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from schoolbell.queue import queries, tasks
from schoolbell.queue.db import Transaction
from schoolbell.webapp.filters import count
from schoolbell.webapp.graph import Box, Graph, lay_out
from schoolbell.webapp.states import STATES

MOST_ALONE = 12
HERE = "here"
ROLES = {"parent": "This job needs it", "child": "Waits for this job"}


class Relative(NamedTuple):
    """One row of the table: a job with its page, or many jobs of one kind counted by state."""

    role: str
    title: str
    line: str
    job_id: int | None = None
    state: str = ""


class Relatives(NamedTuple):
    """The graph and the rows of its table."""

    graph: Graph
    rows: tuple[Relative, ...]


def around(tx: Transaction, job: Any) -> Relatives | None:  # noqa: ANN401 (a row of pages/show_job)
    """Read the jobs around a job that the asker sees; None when it waits for none and none for it.

    More than 12 on a side are shown as one box for each kind of job.
    """
    counted = queries.run(tx, "pages/count_relatives", job_id=job.id).fetchall()
    if not counted:
        return None
    many = [
        side for side in ROLES if _jobs(row for row in counted if row.side == side) > MOST_ALONE
    ]
    few = [side for side in ROLES if side not in many]
    alone = queries.run(tx, "pages/list_relatives", job_id=job.id, sides=few).fetchall()
    ids = [job.id, *(row.id for row in alone)]
    between = queries.run(tx, "pages/list_edges", job_ids=ids).fetchall()
    return draw(job, alone, [row for row in counted if row.side in many], between)


def draw(
    job: Any,  # noqa: ANN401
    alone: Sequence[Any],
    counted: Sequence[Any],
    between: Sequence[Any],
) -> Relatives:
    """Lay out the job, the jobs that stand alone, and the many that are counted together."""
    singles = {str(row.id): _single(row) for row in alone}
    groups = {
        f"{side} {task}": _group(side, task, list(rows))
        for (side, task), rows in groupby(counted, key=lambda row: (row.side, row.task))
    }
    here = Box(HERE, tasks.title(job.task), f"This job: {STATES[job.state].word.lower()}", True)  # noqa: FBT003
    shown = singles | groups
    boxes = [here, *(Box(key, row.title, row.line) for key, row in shown.items())]
    edges = [(_key(edge.parent_id, job), _key(edge.child_id, job)) for edge in between]
    edges += [_edge(key, row) for key, row in groups.items()]
    return Relatives(lay_out(boxes, edges), tuple(shown.values()))


def _single(row: Any) -> Relative:  # noqa: ANN401
    place = "All campuses" if row.is_district else row.campus_name
    line = f"{STATES[row.state].word} · {place}"
    return Relative(ROLES[row.side], tasks.title(row.task), line, row.id, row.state)


def _group(side: str, task: str, rows: Sequence[Any]) -> Relative:
    """Say "1,645 attendance patterns: 1,600 ready, 45 waiting" of many jobs of one kind."""
    name = tasks.title(task)
    words: dict[str, int] = {}
    for row in rows:
        word = STATES[row.state].word.lower()
        words[word] = words.get(word, 0) + row.jobs
    most_first = sorted(words.items(), key=lambda pair: -pair[1])
    line = ", ".join(f"{count(jobs)} {word}" for word, jobs in most_first)
    return Relative(ROLES[side], f"{count(_jobs(rows))} {name[0].lower()}{name[1:]}", line)


def _jobs(rows: Iterable[Any]) -> int:
    return sum(row.jobs for row in rows)


def _key(job_id: int, job: Any) -> str:  # noqa: ANN401
    return HERE if job_id == job.id else str(job_id)


def _edge(key: str, row: Relative) -> tuple[str, str]:
    return (key, HERE) if row.role == ROLES["parent"] else (HERE, key)
