"""The parts that pages are made of, each rendered alone."""

import re
from types import SimpleNamespace

import pytest
from flask import render_template, render_template_string

from schoolbell.tests.bare_app import FOUR_MINUTES_PAST_SIX, NOW, ROOT, ZONE, bare_app
from schoolbell.webapp.charts import weekday_bars

TEMPLATES = [*(ROOT / "templates").rglob("*.html"), ROOT / "templates/macros/sprite.svg"]


def shown(call, file, **context):
    """Render one macro and return its words, tags left out."""
    name = call.partition("(")[0]
    source = f'{{% from "macros/{file}.html" import {name} %}}{{{{ {call} }}}}'
    with bare_app().test_request_context():
        html = render_template_string(source, **context)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split()), html


def test_a_state_names_who_stopped_it():
    words, html = shown("state('cancelled', by='J. Ruiz')", "state")
    assert words == "Stopped by J. Ruiz"
    assert 'href="#i-stop"' in html


def test_progress_says_how_much_of_how_much():
    words, html = shown("progress(61, 184, 'days', 'about 4 min left')", "progress")
    assert words == "61 of 184 days about 4 min left 61 of 184"
    assert 'value="61"' in html
    assert 'max="184"' in html


def test_a_time_is_short_with_the_whole_in_its_title():
    context = {"at": FOUR_MINUTES_PAST_SIX, "zone": ZONE, "now": NOW}
    words, html = shown("when(at, zone, now)", "when", **context)
    assert words == "Tue 6:04 am (17 min ago)"
    assert 'title="Tue 24 Nov 2026, 6:04:10 am EST (New York)"' in html
    assert 'datetime="2026-11-24T11:04:10+00:00"' in html


def test_no_time_is_a_dash():
    words, _ = shown("when(none, zone, now)", "when", zone=ZONE, now=NOW)
    assert words == "\N{EN DASH}"


def test_a_figure_shows_its_denominator_and_the_age_of_its_data():
    words, _ = shown("figure('Ready', '1,604', 'of 1,645 campuses', '6:22 am')", "card")
    assert words == "Ready 1,604 of 1,645 campuses Data as of 6:22 am"


def test_the_pager_leaves_out_a_link_that_leads_nowhere():
    words, html = shown("pager(older='?before=7')", "pager")
    assert words == "Older"
    assert 'href="?before=7"' in html


def test_the_chip_that_is_on_says_so():
    choices = [{"label": "All", "url": "?", "is_on": True}, {"label": "Ready", "url": "?a"}]
    _, html = shown("chips('Status', choices)", "chips", choices=choices)
    assert re.findall(r'<a class="chip"\s+href="([^"]*)"\s+aria-current="true"', html) == ["?"]


def test_the_chart_gives_its_numbers_as_a_table_too():
    chart = weekday_bars([("Mon", 89.3), ("Fri", 88.8)], floor=80)
    words, html = shown("chart_weekdays(chart, 'c', 'By weekday')", "chart_weekdays", chart=chart)
    assert "Friday" not in words
    assert "Day Mean attendance Mon 89.3% Fri 88.8%" in words
    assert "The scale starts at 80%." in words
    assert html.count("<rect") == 2


def test_a_name_with_markup_is_shown_and_not_obeyed():
    _, html = shown("state('cancelled', by=name)", "state", name="<script>")
    assert "<script>" not in html


def test_the_frame_shows_where_one_is_and_who_one_is():
    entry = SimpleNamespace(label="Jobs", url="/jobs", icon="jobs", is_current=True)
    person = SimpleNamespace(name="J. Ruiz", role_words="Office")
    app = bare_app()
    with app.test_request_context():
        html = render_template(
            "base.html", nav=[entry], account=person, theme="dark", place="P.S. 015"
        )
    assert 'data-bs-theme="dark"' in html
    assert re.search(r'href="/jobs"\s+aria-current="page"', html)
    assert re.search(r'value="dark"\s+class="menu-item"\s+aria-pressed="true"', html)
    assert "P.S. 015" in html
    assert 'action="/sign-out"' in html


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_template_holds_nothing_inline(path):
    source = path.read_text()
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:|hx-on|\|\s*safe", source)
    assert not re.search(r"<script(?![^>]*\bsrc=)", source)


def test_only_one_script_names_the_events_of_htmx():
    named = [path for path in TEMPLATES if "htmx:" in path.read_text()]
    assert named == []
