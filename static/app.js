// What the browser adds: polls that never disturb, a clear word when one fails, dialogs for older browsers.
"use strict";

const PAUSED = "schoolbell-updates-paused";
const FIELDS = "input:not([type=hidden]), select, textarea, [contenteditable]";
const OPEN = "dialog[open], [data-menu][open]";
const spoken = new Map();

htmx.config.noSwap = [204, 304, "4xx", "5xx"];
htmx.config.morphIgnore = ["data-htmx-powered", "open"];

// The only names of htmx's events in this product.
document.addEventListener("htmx:config:request", (event) => sign(event.detail.ctx.request));
document.addEventListener("htmx:before:request", (event) => holdPoll(event));
document.addEventListener("htmx:after:request", (event) => noteAnswer(event.detail.ctx));
document.addEventListener("htmx:error", (event) => event.detail.ctx && showLost(event.detail.ctx));
document.addEventListener("htmx:before:swap", () => remember());
document.addEventListener("htmx:after:swap", () => { announce(); showSwitch(); });

function sign(request) {
  if (request.method !== "GET") request.headers["X-CSRFToken"] = meta("csrf-token");
}

function holdPoll(event) {
  const { ctx } = event.detail;
  if (!isPoll(ctx)) return;
  const reason = isPaused() || document.hidden || isInUse(ctx.target);
  if (reason) event.preventDefault();
  showNote(isInUse(ctx.target) && !isPaused());
}

function isPoll(ctx) {
  return ctx.sourceEvent?.type === "every";
}

// A field has focus, a dialog or menu is open, or text is selected inside the part that polls.
function isInUse(part) {
  const focused = document.activeElement;
  const selection = document.getSelection();
  return (part.contains(focused) && focused.matches(FIELDS)) || part.querySelector(OPEN) !== null
    || (!selection.isCollapsed && selection.containsNode(part, true));
}

function noteAnswer(ctx) {
  const { status } = ctx.response;
  if (status === 401) location.reload(); // signed out: the page itself leads to the sign-in
  else if (status >= 500) showLost(ctx);
  else if (status >= 400) showBanner("refused");
  else noteUpdate(ctx.response.headers.get("Date"), isPoll(ctx));
}

// A good poll ends "cannot be reached"; a refused action stays until an action works.
function noteUpdate(date, isPoll) {
  const line = document.querySelector("[data-updates]");
  const banner = document.getElementById("lost");
  if (!isPoll || banner.dataset.kind === "lost") banner.hidden = true;
  if (line) line.querySelector("time").textContent = clock(date ? new Date(date) : new Date(), line.dataset.zone, true);
}

function showLost(ctx) {
  if (isPoll(ctx)) showBanner("lost");
  else showBanner("refused");
}

function showBanner(kind) {
  const banner = document.getElementById("lost");
  const since = document.querySelector("[data-updates] time")?.textContent ?? loadedAt;
  const text = banner.dataset[kind].replace("%", since);
  if (banner.hidden || banner.textContent !== text) banner.textContent = text;
  banner.dataset.kind = kind;
  banner.hidden = false;
}

function clock(moment, zone, withSeconds) {
  const shape = { hour: "numeric", minute: "2-digit", hour12: true, timeZone: zone };
  if (withSeconds) shape.second = "2-digit";
  return new Intl.DateTimeFormat("en-US", shape).format(moment).toLowerCase().replace(/\u202f/g, " ");
}

// A change is said once: each element with an id and data-say is compared before and after a swap.
function remember() {
  for (const part of document.querySelectorAll("[data-say][id]")) spoken.set(part.id, part.dataset.say);
}

function announce() {
  const changed = [...document.querySelectorAll("[data-say][id]")]
    .filter((part) => spoken.has(part.id) && spoken.get(part.id) !== part.dataset.say)
    .map((part) => part.dataset.say);
  if (changed.length > 0) document.getElementById("announce").textContent = changed.slice(0, 3).join(". ");
}

// "Updated 6:04:10 am · Pause": kept in this browser, the same on every page.
function isPaused() {
  return localStorage.getItem(PAUSED) === "yes";
}

function showSwitch() {
  const line = document.querySelector("[data-updates]");
  if (!line) return;
  const button = line.querySelector("[data-updates-switch]");
  button.dataset.running ??= button.textContent;
  button.textContent = isPaused() ? button.dataset.paused : button.dataset.running;
  button.setAttribute("aria-label", `${button.textContent}: updates of this page`);
  line.hidden = document.querySelector("[hx-trigger^=every]") === null;
}

function showNote(isHeld) {
  const note = document.querySelector("[data-updates-note]");
  if (!note) return;
  note.dataset.plain ??= note.textContent;
  note.textContent = isHeld ? `${note.dataset.updatesNote}; updated` : note.dataset.plain;
}

function pollNow() {
  for (const part of document.querySelectorAll("[hx-trigger^=every]")) htmx.trigger(part, "every", {}, false);
}

document.addEventListener("visibilitychange", () => document.hidden || pollNow());
addEventListener("storage", showSwitch);

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.matches("[data-updates-switch]")) {
    localStorage.setItem(PAUSED, isPaused() ? "no" : "yes");
    showSwitch();
    if (!isPaused()) pollNow();
  }
  if (button?.hasAttribute("commandfor") && !("commandForElement" in button)) runCommand(button);
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// Browsers without command="…" on a button.
function runCommand(button) {
  const dialog = document.getElementById(button.getAttribute("commandfor"));
  if (button.getAttribute("command") === "show-modal") dialog.showModal();
  else dialog.close();
}

function meta(name) {
  return document.querySelector(`meta[name="${name}"]`).content;
}

const loadedAt = clock(new Date(), undefined, false);
showSwitch();
