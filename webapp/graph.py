"""Geometry of a graph of jobs. Pure: boxes and lines in, places out; templates only draw them.

Layers go from left to right: a box stands behind everything it waits for (longest path). Within a
layer boxes are ordered by the mean place of their neighbours, which keeps lines from crossing
(barycentre method: Sugiyama, Tagawa and Toda, 1981).
"""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

WIDTH, HEIGHT = 226, 48
GAP_X, GAP_Y, EDGE = 32, 12, 2
TIP = 7
SWEEPS = 4
LONGEST_TITLE, LONGEST_LINE = 26, 28


class Box(NamedTuple):
    """What one box says: a title, and a line under it."""

    key: str
    title: str
    line: str
    is_here: bool = False


class Placed(NamedTuple):
    """A box with the place of its upper left corner, its texts cut to its width."""

    x: float
    y: float
    title: str
    line: str
    is_here: bool


class Graph(NamedTuple):
    """Everything the template draws: boxes, and the path of each line and of its tip."""

    width: float
    height: float
    box_width: int
    box_height: int
    boxes: tuple[Placed, ...]
    lines: tuple[str, ...]
    tips: tuple[str, ...]


Edges = Sequence[tuple[str, str]]


def lay_out(boxes: Sequence[Box], edges: Edges) -> Graph:
    """Place the boxes; an edge goes from what is needed to what waits for it, without circles."""
    rows = _ordered(_layers([box.key for box in boxes], edges), edges)
    tallest = max(map(len, rows), default=0)
    height = tallest * (HEIGHT + GAP_Y) - GAP_Y + 2 * EDGE
    corners = {
        key: (EDGE + layer * (WIDTH + GAP_X), _top(place, len(keys), height))
        for layer, keys in enumerate(rows)
        for place, key in enumerate(keys)
    }
    placed = tuple(
        Placed(
            *corners[box.key],
            cut(box.title, LONGEST_TITLE),
            cut(box.line, LONGEST_LINE),
            box.is_here,
        )
        for box in boxes
    )
    ends = [(corners[parent], corners[child]) for parent, child in edges]
    return Graph(
        width=len(rows) * (WIDTH + GAP_X) - GAP_X + 2 * EDGE,
        height=height,
        box_width=WIDTH,
        box_height=HEIGHT,
        boxes=placed,
        lines=tuple(_line(*end) for end in ends),
        tips=tuple(_tip(child) for _, child in ends),
    )


def cut(text: str, longest: int) -> str:
    """Cut a text that is too long for its box; the whole stands in the table."""
    return (
        text if len(text) <= longest else f"{text[: longest - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"
    )


def _layers(keys: Sequence[str], edges: Edges) -> list[list[str]]:
    """Put each box one layer behind the last of those it waits for."""
    layer = dict.fromkeys(keys, 0)
    for _ in keys:  # the longest path has fewer steps than there are boxes
        for parent, child in edges:
            layer[child] = max(layer[child], layer[parent] + 1)
    deepest = max(layer.values(), default=-1)
    return [[key for key in keys if layer[key] == number] for number in range(deepest + 1)]


def _ordered(layers: list[list[str]], edges: Edges) -> list[list[str]]:
    """Order each layer by the mean place of its neighbours, forth and back until it is settled."""
    near: dict[str, list[str]] = {}
    for parent, child in edges:
        near.setdefault(parent, []).append(child)
        near.setdefault(child, []).append(parent)
    rows = [list(layer) for layer in layers]
    for sweep in range(SWEEPS):
        for keys in rows if sweep % 2 == 0 else reversed(rows):
            place = {
                key: _share(number, len(row)) for row in rows for number, key in enumerate(row)
            }
            keys.sort(key=lambda key: _centre(key, near, place))
    return rows


def _share(number: int, count: int) -> float:
    return (number + 0.5) / count


def _centre(key: str, near: Mapping[str, list[str]], place: Mapping[str, float]) -> float:
    around = near.get(key)
    return fmean(place[other] for other in around) if around else place[key]


def _top(place: int, count: int, height: float) -> float:
    """Centre a layer of `count` boxes in the height of the tallest one."""
    length = count * (HEIGHT + GAP_Y) - GAP_Y
    return round((height - length) / 2 + place * (HEIGHT + GAP_Y), 1)


def _line(parent: tuple[float, float], child: tuple[float, float]) -> str:
    x, y = parent[0] + WIDTH, parent[1] + HEIGHT / 2
    to_x, to_y = child[0] - TIP, child[1] + HEIGHT / 2
    bend = GAP_X / 2
    return f"M{x} {y}C{x + bend} {y} {to_x - bend} {to_y} {to_x} {to_y}"


def _tip(child: tuple[float, float]) -> str:
    x, y = child[0], child[1] + HEIGHT / 2
    return f"M{x} {y}l{-TIP} {-TIP / 2}v{TIP}z"
