"""The frame in a real browser: what it says, and that a poll never disturbs the reader."""

import itertools

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from schoolbell.tests.bare_app import bare_app
from schoolbell.tests.contrast import low_contrast

pytestmark = pytest.mark.browser
POLLS = 250  # ms: about four polls of the panel


@pytest.fixture
def app():
    return bare_app()


@pytest.fixture
def page(browser, address):
    context = browser.new_context()
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(f"{address}/panel")
    yield page
    context.close()


def seen(app):
    return app.extensions["polls"]["seen"]


def polls_after(app, page, wait=POLLS):
    before = seen(app)
    page.wait_for_timeout(wait)
    return seen(app) - before


def goes_on_polling(app, page):
    before = seen(app)
    for _ in range(100):
        page.wait_for_timeout(50)
        if seen(app) >= before + 2:
            return True
    return False


def test_the_page_polls_under_the_strict_policy_without_a_complaint(app, page):
    assert goes_on_polling(app, page)
    assert page.complaints == []


def test_a_poll_waits_while_a_field_has_focus_and_says_so(app, page):
    page.fill("#note", "half a thou")
    page.wait_for_timeout(POLLS)
    assert polls_after(app, page) == 0
    expect(page.locator("[data-updates]")).to_contain_text("Paused while you type")
    page.locator("#note").blur()
    assert goes_on_polling(app, page)
    assert page.input_value("#note") == "half a thou"


def test_an_open_fold_stays_open_over_polls(app, page):
    page.locator("#more summary").click()
    assert goes_on_polling(app, page)
    assert page.locator("#more").get_attribute("open") is not None


def test_selected_text_holds_the_poll(app, page):
    page.locator("#line").select_text()
    page.wait_for_timeout(POLLS)
    assert polls_after(app, page) == 0


def test_pause_is_kept_on_the_next_page(app, page):
    page.get_by_role("button", name="Pause").click()
    page.reload()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    assert polls_after(app, page) == 0
    page.get_by_role("button", name="Go on").click()
    assert goes_on_polling(app, page)


def test_a_failing_poll_shows_a_banner_keeps_the_page_and_recovers(app, page):
    app.extensions["polls"]["status"] = 503
    expect(page.locator("#lost")).to_contain_text("Schoolbell cannot be reached")
    expect(page.locator("#line")).to_contain_text("Poll")
    app.extensions["polls"]["status"] = 200
    expect(page.locator("#lost")).to_be_hidden()


def test_a_refused_action_is_said_and_stays_said_over_polls(app, page):
    page.evaluate("htmx.ajax('POST', '/nowhere', {target: 'h1'})")
    expect(page.locator("#lost")).to_contain_text("That did not work")
    assert goes_on_polling(app, page)
    expect(page.locator("#lost")).to_be_visible()
    expect(page.locator("h1")).to_have_text("Panel")


def test_a_hidden_tab_does_not_poll_and_catches_up_when_shown(app, page):
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.wait_for_timeout(POLLS)
    assert polls_after(app, page) == 0
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    assert goes_on_polling(app, page)


def test_a_change_is_announced_once(app, page):
    page.wait_for_timeout(POLLS)
    assert page.locator("#announce").text_content() == ""
    page.evaluate(
        "new MutationObserver(() => { window.said = (window.said ?? 0) + 1; })"
        ".observe(document.getElementById('announce'), {childList: true})"
    )
    app.extensions["polls"]["said"] = "Ready"
    expect(page.locator("#announce")).to_have_text("Ready")
    page.wait_for_timeout(POLLS)
    assert page.evaluate("window.said") == 1


def test_a_change_sent_by_htmx_carries_its_token(page):
    page.evaluate("htmx.ajax('POST', '/change', {target: 'h1'})")
    expect(page.locator("h1")).to_have_text("changed")


def test_an_action_asks_first_without_any_script(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/panel")
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Stop it").click()
    assert page.text_content("body") == "changed"
    context.close()


def test_an_older_browser_opens_the_dialog_by_script(browser, address):
    context = browser.new_context()
    context.add_init_script("delete HTMLButtonElement.prototype.commandForElement")
    page = context.new_page()
    page.goto(f"{address}/panel")
    page.evaluate("document.querySelector('[command=show-modal]').command = ''")
    page.evaluate("runCommand({getAttribute: (name) => name === 'command' ? 'show-modal' : 'ask'})")
    expect(page.get_by_role("dialog")).to_be_visible()
    context.close()


@pytest.mark.parametrize(
    ("path", "theme", "width"),
    [
        *itertools.product(["/panel", "/flash"], ["light", "dark"], [390, 1280]),
        ("/fail/404", "light", 390),
        ("/fail/503", "dark", 1280),
    ],
)
def test_every_text_is_readable_and_nothing_is_wider_than_the_screen(
    browser, address, path, theme, width
):
    context = browser.new_context(
        color_scheme=theme, viewport={"width": width, "height": 800}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(address + path)
    assert low_contrast(page) == []
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


@pytest.mark.parametrize(("device", "choice"), [("light", "dark"), ("dark", "light")])
def test_the_choice_of_the_account_beats_the_device(page, device, choice):
    page.emulate_media(color_scheme=device)
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.evaluate(f"document.documentElement.dataset.bsTheme = '{choice}'")
    assert page.evaluate(ground) != before


def test_the_contrast_check_finds_faded_text(page):
    page.evaluate("document.querySelector('h1').classList.add('opacity-50')")
    assert any("h1" in line for line in low_contrast(page))


def test_the_contrast_check_refuses_a_page_without_text(page):
    page.goto("about:blank")
    with pytest.raises(ValueError, match="no text"):
        low_contrast(page)


def test_the_account_menu_closes_by_escape(page):
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend',"
        " '<details data-menu open><summary>Menu</summary></details>')"
    )
    page.keyboard.press("Escape")
    assert page.locator("[data-menu]").get_attribute("open") is None
