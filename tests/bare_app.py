"""An app of the frame alone: no database, no sign-in, two pages that tests poll."""

from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from flask import Flask, abort, flash, render_template_string, request

from schoolbell.webapp import assets, errors, filters, htmx, security, states

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 24, 11, 22, tzinfo=UTC)
FOUR_MINUTES_PAST_SIX = datetime(2026, 11, 24, 11, 4, 10, tzinfo=UTC)
ZONE = "America/New_York"

PAGE = """{% extends "base.html" %}
{% from "macros/page.html" import page_head, verdict %}
{% from "macros/confirm.html" import confirm %}
{% from "macros/state.html" import state %}
{% from "macros/updates.html" import updates %}
{% block main %}
  {% call page_head("Panel") %}{{ updates(now, zone) }}{% endcall %}
  {% include "_panel.html" %}
  {% call confirm("ask", "Stop", "Stop this job?", "/change", yes="Stop it") %}
    <p>1 job.</p>
  {% endcall %}
  <p>{% for name in STATES %}{{ state(name) }}{% endfor %}</p>
  <input class="form-control" aria-label="Reason" placeholder="Why">
{% endblock %}
"""
PANEL = """<section id="panel" hx-get="/panel" hx-trigger="every 50ms" hx-swap="outerMorph">
  <p id="line" data-say="{{ said }}">Poll {{ number }}</p>
  <label>Note <input id="note" name="note"></label>
  <details id="more"><summary>More</summary><p>Folded</p></details>
</section>
"""


def bare_app() -> Flask:
    """Build the app; `app.extensions["polls"]` tells how often the panel was asked for."""
    app = Flask("bare", root_path=str(ROOT), static_folder="static", template_folder="templates")
    app.config.update(SECRET_KEY="only for tests", TESTING=False)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(filters.FILTERS)
    app.jinja_env.globals["STATES"] = states.STATES
    security.init_security(app)
    assets.init_assets(app)
    errors.init_errors(app)
    _add_pages(app)
    return app


def _add_pages(app: Flask) -> None:
    poll = {"numbers": count(1), "seen": 0, "status": 200, "said": "Running"}
    app.extensions["polls"] = poll

    @app.get("/panel")
    def panel():
        number = next(poll["numbers"])
        poll["seen"] = number
        if htmx.is_htmx() and poll["status"] != 200:
            abort(poll["status"])
        part = render_template_string(PANEL, number=number, said=poll["said"])
        page = PAGE.replace('{% include "_panel.html" %}', part)
        shown = part if htmx.is_htmx() else render_template_string(page, now=NOW, zone=ZONE)
        return shown, {"Vary": "HX-Request"}

    @app.post("/change")
    def change():
        poll["said"] = request.form.get("said", "Stopped")
        return "changed"

    @app.get("/fail/<int:code>")
    def fail(code):
        if code == 500:
            raise RuntimeError("a fault of ours")
        abort(code)

    @app.get("/flash")
    def say():
        flash({"text": "Stopped.", "action_label": "Undo", "action_url": "/change"})
        flash("Wrong term", "error")
        return render_template_string(
            '{% extends "base.html" %}{% block main %}<h1>Said</h1>{% endblock %}'
        )
