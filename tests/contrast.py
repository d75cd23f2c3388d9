"""Contrast of every text on a page, as the browser computed it. Large text is not let off."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

MINIMUM = 4.5  # WCAG 2.2, 1.4.3

WALK = r"""
(minimum) => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3]));
  const background = (element) => {
    if (!element) return rgba("Canvas").slice(0, 3);
    return over(rgba(getComputedStyle(element).backgroundColor), background(element.parentElement));
  };
  const opacity = (element) =>
    element ? Number(getComputedStyle(element).opacity) * opacity(element.parentElement) : 1;
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const name = (element) => {
    const own = element.id ? "#" + element.id : [...element.classList].map((c) => "." + c).join("");
    const parent = element.parentElement;
    const above = element.id || !parent || parent === document.body ? "" : name(parent) + " > ";
    return above + element.tagName.toLowerCase() + own;
  };
  const found = [];
  let seen = 0;
  const check = (element, colour, text, part = "") => {
    if (!element.checkVisibility({ visibilityProperty: true })) return;
    seen += 1;
    const under = background(element);
    const ink = rgba(colour);
    ink[3] *= opacity(element);
    const value = ratio(over(ink, under), under);
    if (value < minimum) found.push(`${value.toFixed(2)} ${name(element)}${part}: ${text}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim();
    const element = walker.currentNode.parentElement;
    if (!text || element.closest("script, style, symbol, svg title, option")) continue;
    const style = getComputedStyle(element);
    check(element, element instanceof SVGElement ? style.fill : style.color, text.slice(0, 40));
  }
  for (const element of document.body.querySelectorAll("*")) {
    for (const part of ["::before", "::after"]) {
      const style = getComputedStyle(element, part);
      if (/[\p{L}\p{N}]/u.test(style.content) && !["none", "normal"].includes(style.content)) {
        check(element, style.color, style.content, part);
      }
    }
    if (element.placeholder && !element.value) {
      const { color } = getComputedStyle(element, "::placeholder");
      check(element, color, element.placeholder, "::placeholder");
    }
  }
  return { seen, found };
}
"""


def low_contrast(page: "Page", minimum: float = MINIMUM) -> list[str]:
    """List texts below the minimum as "ratio selector: text"; refuse a page without text."""
    result = page.evaluate(WALK, minimum)
    if not result["seen"]:
        raise ValueError("The page shows no text, so its contrast says nothing.")
    return list(result["found"])
