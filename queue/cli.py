"""The `schoolbell` command. It ends with 0 when done, 1 when something failed, 2 on bad usage."""

import json
from pathlib import Path
from typing import Any

import click

from schoolbell.queue import console, enqueue, figures, launch, prepare, queries, tasks
from schoolbell.queue.bench.commands import bench
from schoolbell.queue.console import AS_JSON
from schoolbell.queue.errors import InvalidInputError, SchoolbellError
from schoolbell.queue.monitoring import ledger
from schoolbell.queue.settings import settings

STATE = click.Choice((*ledger.LIVE, *ledger.OVER))
NO_WAIT = click.option("--no-wait", is_flag=True, help="Do not wait for the job to end.")
REASON = click.option("--reason", default="from the command line", help="Why, for the log.")


class _Commands(click.Group):
    """Turns our errors into one sentence and exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 (click's own)
        try:
            return super().invoke(ctx)
        except SchoolbellError as error:
            click.echo(str(error), err=True)
            ctx.exit(1)


@click.group(cls=_Commands)
def main() -> None:
    """Background jobs for schools."""


main.add_command(bench)


@main.command()
def up() -> None:
    """Start everything and watch over it until Ctrl-C."""
    raise SystemExit(launch.up(settings()))


@main.command()
@AS_JSON
def metrics(as_json: bool) -> None:  # noqa: FBT001 (click's own)
    """List the figures that can be asked for."""
    known = [
        {"metric": metric.name, "title": metric.title, "by": list(metric.by)}
        for metric in figures.metrics().values()
    ]
    console.show_rows(known, as_json=as_json)


@main.command("figures")
@click.argument("metric", type=click.Choice(sorted(figures.metrics())))
@click.option("--campus", help="A school number such as 01M015; else the district.")
@click.option("--by", type=click.Choice(figures.ways()), help="How to cut the figure.")
@click.option("--year", "school_year", help="A school year such as 2015-16; else the latest.")
@click.option("--exclude-low-days", is_flag=True, help="Leave the district's low days out.")
@AS_JSON
def show_figures(  # noqa: PLR0917 (click's own order)
    metric: str,
    campus: str | None,
    by: str | None,
    school_year: str | None,
    exclude_low_days: bool,  # noqa: FBT001 (click's own)
    as_json: bool,  # noqa: FBT001 (click's own)
) -> None:
    """Print the figures of one METRIC."""
    with console.session() as session:
        session.wait_for_first_load()
        with session.transaction() as tx:
            answer = figures.ask(
                tx,
                metric,
                by=by,
                campus=campus,
                school_year=school_year,
                exclude_low_days=exclude_low_days,
            )
    if as_json:
        click.echo(json.dumps(answer.as_json()))
    else:
        console.show_rows(answer.as_json()["rows"], as_json=False)
        click.echo(f"Data as of {answer.as_of}." if answer.as_of else "No figures yet.")


@main.group("import")
def import_() -> None:
    """Bring data in."""


@import_.command("nyc")
@click.argument("path", type=click.Path(path_type=Path))
@NO_WAIT
@AS_JSON
def import_nyc(path: Path, no_wait: bool, as_json: bool) -> None:  # noqa: FBT001 (click's own)
    """Load New York's daily attendance from PATH: a file, or a folder that holds one."""
    name, attendance, schools = _read_attendance(path)
    with console.session(with_sample=False) as session:
        with session.transaction() as tx:
            job_id = prepare.hand_in(tx, name, attendance, schools, reason="from the command line")
        if not no_wait:
            session.wait_for(job_id)
            session.wait_for_load()
        _finish(session, job_id, no_wait=True, as_json=as_json)


def _read_attendance(path: Path) -> tuple[str, bytes, bytes | None]:
    """Read an attendance file and the list of schools beside it, if there is one."""
    try:
        if path.is_dir():
            found = sorted(path.glob("attendance*.csv*"))
            if len(found) != 1:
                message = f"{path} must hold one file attendance*.csv or .csv.gz, not {len(found)}."
                raise InvalidInputError(message)
            path = found[0]
        schools = path.with_name("schools.csv")
        listed = schools.read_bytes() if schools.exists() and schools != path else None
        return path.name, path.read_bytes(), listed
    except OSError as unreadable:
        message = f"{path} cannot be read: {unreadable.strerror}. Nothing was imported."
        raise InvalidInputError(message) from unreadable


@main.group()
def jobs() -> None:
    """See, start and stop jobs."""


@jobs.command("list")
@click.option("--campus", help="A school number such as 01M015.")
@click.option(
    "--state", type=click.Choice((*ledger.LIVE, *ledger.OVER)), help="One of the ten states."
)
@click.option("--most", default=20, show_default=True, type=click.IntRange(1, 1000))
@AS_JSON
def list_jobs(campus: str | None, state: str | None, most: int, as_json: bool) -> None:  # noqa: FBT001
    """List jobs, newest first."""
    with console.session() as session, session.transaction() as tx:
        chosen = {
            "category": None,
            "states": [state] if state else None,
            "before_at": None,
            "before_id": None,
            "most": most,
        }
        if campus is not None:
            campus_ids = [console.campus_id(tx, campus)]
            rows = queries.run(tx, "pages/list_jobs_of_campuses", campus_ids=campus_ids, **chosen)
        else:
            rows = queries.run(tx, "pages/list_jobs", **chosen)
        console.show_rows([console.job_facts(row) for row in rows], as_json=as_json)


@jobs.command("show")
@click.argument("job_id", type=int)
@AS_JSON
def show_job(job_id: int, as_json: bool) -> None:  # noqa: FBT001 (click's own)
    """Show one job, its tries, and the last lines of its log."""
    with console.session() as session:
        facts, history = session.job(job_id), session.history(job_id)
    if as_json:
        console.show_facts(facts | history, as_json=True)
        return
    console.show_facts(facts, as_json=False)
    for title, rows in history.items():
        click.echo(f"\n{title}" if rows else f"\nno {title}")
        console.show_rows(rows, as_json=False)


@jobs.command("start")
@click.argument("task", type=click.Choice(tasks.on_request()))
@click.option("--campus", default="district", help="A school number; else the district.")
@REASON
@NO_WAIT
@AS_JSON
def start_job(task: str, campus: str, reason: str, no_wait: bool, as_json: bool) -> None:  # noqa: FBT001
    """Start a job of a TASK."""
    with console.session() as session:
        with session.transaction() as tx:
            job_id = enqueue.start(tx, task, console.campus_id(tx, campus), reason=reason)
        _finish(session, job_id, no_wait=no_wait, as_json=as_json)


@jobs.command("cancel")
@click.argument("job_id", type=int)
@REASON
@AS_JSON
def cancel_job(job_id: int, reason: str, as_json: bool) -> None:  # noqa: FBT001 (click's own)
    """Stop a job: a waiting one at once, a running one within seconds."""
    with console.session() as session:
        with session.transaction() as tx:
            if console.is_over(tx, job_id):
                raise SchoolbellError("The job had already ended; nothing was stopped.")
            enqueue.cancel(tx, job_id, reason)
        console.show_facts(session.job(job_id), as_json=as_json)


@jobs.command("retry")
@click.argument("job_id", type=int)
@REASON
@NO_WAIT
@AS_JSON
def retry_job(job_id: int, reason: str, no_wait: bool, as_json: bool) -> None:  # noqa: FBT001
    """Run a job again that was stopped or could not finish; its earlier tries stay."""
    with console.session() as session:
        with session.transaction() as tx:
            enqueue.run_again(tx, job_id, reason)
        _finish(session, job_id, no_wait=no_wait, as_json=as_json)


@main.command()
@AS_JSON
def workers(as_json: bool) -> None:  # noqa: FBT001 (click's own)
    """List the workers that are alive, and the jobs that each of them holds."""
    with console.session() as session:
        console.show_rows(session.workers(), as_json=as_json)


def _finish(session: console.Session, job_id: int, *, no_wait: bool, as_json: bool) -> None:
    """Wait for a job unless told not to; exit with 1 when it did not end well."""
    if not no_wait:
        session.wait_for(job_id)
    facts = session.job(job_id)
    console.show_facts(facts, as_json=as_json)
    if facts["state"] in {"failed", "cancelled"}:
        raise SchoolbellError(facts.get("error") or "The job was stopped.")
