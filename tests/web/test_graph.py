"""The geometry of a graph of jobs: layers, order, lines; no database, no page."""

import pytest

from schoolbell.webapp.graph import HEIGHT, WIDTH, Box, cut, lay_out


def boxes(names):
    return [Box(name, name, "") for name in names]


def places(names, edges):
    """Return x and y of each box."""
    graph = lay_out(boxes(names), edges)
    return {box.title: (box.x, box.y) for box in graph.boxes}


def test_a_box_stands_behind_everything_it_waits_for_however_long_the_way():
    at = places("abcd", [("a", "b"), ("b", "c"), ("a", "c"), ("c", "d")])
    assert [at[name][0] for name in "abcd"] == sorted({x for x, _ in at.values()})


def test_both_sides_of_a_diamond_stand_in_one_layer():
    at = places("abcd", [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")])
    assert at["a"][0] < at["b"][0] == at["c"][0] < at["d"][0]
    assert at["a"][1] == at["d"][1] == (at["b"][1] + at["c"][1]) / 2


@pytest.mark.parametrize("names", ["abxy", "bayx", "abyx", "bxya"])
def test_lines_do_not_cross_where_they_need_not(names):
    at = places(names, [("a", "x"), ("b", "y")])
    assert (at["a"][1] < at["b"][1]) == (at["x"][1] < at["y"][1])


def test_boxes_never_overlap_and_stand_within_the_drawing():
    names = [f"p{n}" for n in range(12)] + ["here"] + [f"c{n}" for n in range(5)]
    edges = [(f"p{n}", "here") for n in range(12)] + [("here", f"c{n}") for n in range(5)]
    graph = lay_out(boxes(names), edges)
    corners = [(box.x, box.y) for box in graph.boxes]
    for x, y in corners:
        assert 0 <= x <= graph.width - WIDTH
        assert 0 <= y <= graph.height - HEIGHT
    same_layer = [
        abs(one[1] - other[1])
        for place, one in enumerate(corners)
        for other in corners[place + 1 :]
        if one[0] == other[0]
    ]
    assert min(same_layer) > HEIGHT


def test_each_edge_has_its_line_and_its_tip():
    graph = lay_out(boxes("abc"), [("a", "b"), ("a", "c")])
    assert (len(graph.lines), len(graph.tips)) == (2, 2)
    assert all(line.startswith("M") for line in graph.lines)


def test_nothing_to_draw_is_no_error():
    assert lay_out([], []).boxes == ()


def test_a_text_too_long_for_its_box_is_cut_with_a_sign():
    assert cut("P.S. 015 ROBERTO CLEMENTE", 10) == "P.S. 015\N{HORIZONTAL ELLIPSIS}"
    assert cut("short", 10) == "short"
