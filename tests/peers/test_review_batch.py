"""Deciding several incidents of the queue together, over HTTP."""

import html
import json
import re
import urllib.parse

import pytest

from support import free_port
from support.chain import read_chain
from support.desk import Visitor, add_account
from whole import COURSING, TIPPING, alone, incident, make_agent, rows

TIP = "coursing"  # for review alone: 30 points
EVIL = "<script>alert(1)</script>\"'&amp;"


@pytest.fixture(name="agent", scope="module")
def the_agent(tmp_path_factory):
    folder = tmp_path_factory.mktemp("batch")
    config = {**alone(folder), "review": {"port": free_port()}}
    with make_agent(folder, config) as agent:
        for name in ("liaison", "second"):
            add_account(agent, name, "reviewer,officer")
        add_account(agent, "patrol", "officer")
        agent.port = config["review"]["port"]
        yield agent


def visitor(agent, name="liaison"):
    v = Visitor(agent.port)
    assert v.log_in(name).status == 200
    return v


def take_in(agent, *incidents):
    """Take them in; the numbers they got."""
    name = f"{incidents[0]['id']}-{len(incidents)}.ndjson"
    agent.drop(name, list(incidents))
    agent.wait_taken(name)
    return [rows(agent, "SELECT id FROM incident WHERE ref = ?", i["id"])[0][0]
            for i in incidents]


def preview(v, ids, verdict="reject", **more):
    asked = [("verdict", verdict), *more.items(),
             *(("item", i) for i in ids)]
    return v.get("/batch?" + urllib.parse.urlencode(asked))


def boxes(page, name="item"):
    return [html.unescape(m) for m in re.findall(
        rf'name="{name}" value="([^"]*)"', page.text)]


def send(v, page, ticked=None, grave=(), **more):
    """The preview's form with those boxes; all that it ticks by itself."""
    fields = {"form": page.field("form"), "once": page.field("once"),
              "verdict": page.field("verdict"), "to": page.field("to"),
              "note": "a test of the alarm", **more}
    pairs = [*fields.items(),
             *(("item", b) for b in
               (boxes(page) if ticked is None else ticked)),
             *(("grave", b) for b in grave)]
    return v.post("/batch", urllib.parse.urlencode(pairs), fields={
        "Content-Type": "application/x-www-form-urlencoded"})


def standing(agent, ids):
    marks = ",".join(str(i) for i in ids)
    return rows(agent, "SELECT incident_id, verdict FROM decision"
                f" WHERE undone_ms IS NULL AND incident_id IN ({marks})"
                " ORDER BY 1")


def undo(v, page):
    return v.post(page.path + "/undo", {"form": page.field("form")})


def test_several_as_one_act(agent):
    ids = take_in(agent, *(incident(f"A-{i}", TIP) for i in range(3)))
    v = visitor(agent)
    page = preview(v, ids)
    assert "Will be rejected: 3" in page.text
    for i in range(3):
        assert f"A-{i}" in page.text
    assert "Hare coursing (for review): <strong>rejected</strong>" \
        in page.text
    assert standing(agent, ids) == []
    done = send(v, page)
    assert done.status == 200
    assert re.fullmatch(r"/batches/\d+", done.path)
    assert "liaison rejected 3 incidents" in done.text
    assert standing(agent, ids) == [(i, 2) for i in ids]
    number = int(done.path.split("/")[2])
    lines = [json.loads(d) for (d,) in rows(
        agent, "SELECT detail FROM audit WHERE event = 2"
        " AND detail LIKE '%\"batch\":%' ORDER BY id DESC LIMIT 4")]
    assert lines[0] == {"batch": number, "verdict": "reject", "decided": 3,
                        "left_out": 0}
    assert [line["batch"] for line in lines[1:]] == [number] * 3
    assert all(line["hare-coursing"] == "rejected" for line in lines[1:])
    assert "liaison rejected 3" in v.get("/batches").text
    again = undo(v, done)
    assert "Undone by liaison" in again.text
    assert again.text.count("Again as it was before") == 3
    assert standing(agent, ids) == []
    assert undo(v, done).status == 409
    read_chain(f"{agent.state}/buzzard.db")


def test_grave_ones_are_ticked_one_by_one(agent):
    """A convoy is not thrown away by a tired hand."""
    ids = take_in(agent, incident("B-0", COURSING), incident("B-1", TIP),
                  incident("B-2", COURSING))
    v = visitor(agent)
    page = preview(v, ids)
    assert page.text.index("Only if you tick each: 2") \
        < page.text.index("Will be rejected: 1")
    assert "An alert." in page.text
    grave = boxes(page, "grave")
    assert [int(b.split("_")[0]) for b in grave] == [ids[0], ids[2]]
    for box in re.findall(r'<input[^>]*name="grave"[^>]*>', page.text):
        assert "checked" not in box
    # Passed off as plain ones they are left out.
    done = send(v, page, ticked=boxes(page) + grave[:1], grave=grave[1:])
    assert done.status == 200
    assert "not ticked by itself" in done.text
    assert [i for i, _ in standing(agent, ids)] == ids[1:]
    # To confirm throws nothing away.
    undo(v, done)
    page = preview(v, ids, "confirm")
    assert "Only if you tick" not in page.text
    assert "Will be confirmed: 3" in page.text


def test_what_changed_is_left_out_and_said(agent):
    ids = take_in(agent, *(incident(f"C-{i}", TIP) for i in range(5)))
    v, other = visitor(agent), visitor(agent, "second")
    page = preview(v, ids)
    other.decide(other.get(f"/incident/{ids[0]}"), "confirm")
    other.post(f"/job/{ids[1]}/say", {
        "form": page_form(other, ids[1]), "word": "take", "note": "",
        "once": "x" * 20})
    take_in(agent, incident("C-2", TIP + " and more of it"))
    done = send(v, page)
    assert done.status == 200
    assert "Already decided" in done.text
    assert "Somebody else has it" in done.text
    assert "Changed after it was shown" in done.text
    assert standing(agent, ids) == [(ids[0], 1), (ids[3], 2), (ids[4], 2)]
    # Seen now, before anything is sent.
    page = preview(v, ids)
    assert "Somebody else has it: second" in page.text
    assert page.text.count("Already decided") == 3
    other.decide(other.get(f"/incident/{ids[3]}"), "change",
                 theme="equine")
    back = undo(v, done)
    assert back.text.count("Again as it was before") == 1
    assert back.text.count("Left as it is") == 1
    # What is not there any more does not stand in the way.
    assert preview(v, [ids[2], 999999]).text.count(
        "There is no such incident any more") == 1


def page_form(v, number):
    return v.get(f"/job/{number}").field("form")


def test_the_same_form_twice_is_one_act(agent):
    ids = take_in(agent, incident("D-0", TIP), incident("D-1", TIP))
    v = visitor(agent)
    page = preview(v, ids, "confirm")
    first, second = send(v, page), send(v, page)
    assert (first.path, first.status) == (second.path, second.status)
    assert len(standing(agent, ids)) == 2
    # Another page of the same, too late: nothing is recorded, and why.
    late = preview(visitor(agent, "second"), ids, "confirm")
    assert "There is nothing to do" in late.text
    count = rows(agent, "SELECT count(*) FROM batch")
    stale = send(v, page, once="y" * 43)
    assert stale.status == 412
    assert stale.text.count("Already decided") == 2
    assert rows(agent, "SELECT count(*) FROM batch") == count


def test_change_of_theme(agent):
    ids = take_in(agent, incident("E-0", TIP), incident("E-1", TIP + " and "
                                                        + TIPPING))
    v = visitor(agent)
    page = preview(v, ids, "change", to="fly-tipping")
    assert "Fly tipping: <strong>added</strong>" in page.text
    assert "Fly tipping (alert): <strong>confirmed</strong>" in page.text
    done = send(v, page, grave=boxes(page, "grave"))
    assert "changed 2 incidents to Fly tipping" in done.text
    assert standing(agent, ids) == [(ids[0], 2), (ids[0], 3), (ids[1], 1),
                                    (ids[1], 2)]


def test_all_that_match(agent):
    take_in(agent, *(incident(f"F-{i}", TIP, district="Uttlesford")
                     for i in range(3)))
    v = visitor(agent)
    page = v.get("/?theme=hare-coursing&district=Uttlesford&level=review")
    assert "All 3 that match: Hare coursing, in Uttlesford, no alerts" \
        in page.text
    assert page.text.count('name="item"') == 3
    assert 'name="district" value="Uttlesford"' in page.text
    page = v.get("/batch?verdict=reject&all=yes&theme=hare-coursing"
                 "&district=Uttlesford&level=review&item=1")
    assert "Will be rejected: 3" in page.text
    # Without scripts the whole page is ticked by a link.
    page = v.get("/?pick=page&district=Uttlesford")
    found = re.findall(r'<input[^>]*name="item"[^>]*>', page.text)
    assert len(found) == 3 and all("checked" in box for box in found)
    assert "Select none on this page" in page.text


def test_who_may(agent):
    ids = take_in(agent, incident("G-0", TIP))
    v, officer = visitor(agent), visitor(agent, "patrol")
    page = preview(v, ids)
    assert preview(officer, ids).status == 403
    assert "Decide several" not in officer.get("/").text
    assert 'name="item"' not in officer.get("/").text
    form = officer.get("/password").field("form")
    assert send(officer, page, form=form).status == 403
    assert send(v, page, form="A" * 43).status == 403
    assert send(v, page, form=visitor(agent, "second").get("/").field(
        "form")).status == 403
    done = send(v, page)
    assert done.status == 200
    seen = officer.get(done.path)
    assert seen.status == 200 and "Undo all of it" not in seen.text
    assert officer.post(done.path + "/undo", {"form": form}).status == 403
    for method in ("GET", "HEAD"):
        assert v.ask(method, done.path + "/undo").status == 404
    assert standing(agent, ids) == [(ids[0], 2)]
    looks = rows(agent, "SELECT count(*) FROM audit WHERE event = 3 AND"
                 " actor = 'account:patrol' AND detail LIKE '%\"batches\"%'")
    assert looks == [(1,)]


def test_bad_input_is_answered_with_a_sentence(agent):
    ids = take_in(agent, incident("H-0", TIP))
    v = visitor(agent)
    for query in ("", "verdict=reject", "verdict=no&item=1",
                  "verdict=change&item=1", "verdict=change&to=x&item=1",
                  "verdict=reject&item=-1", "verdict=reject&item=1%00",
                  "verdict=reject&item=" + "9" * 40,
                  f"verdict={urllib.parse.quote(EVIL)}&item=1"):
        answer = v.get("/batch?" + query)
        assert answer.status == 400, query
        assert EVIL not in answer.text
    page = preview(v, ids)
    [box] = boxes(page)
    for change, status in (({"note": ""}, 409), ({"note": "x" * 1001}, 409),
                           ({"once": ""}, 409), ({"once": "z" * 65}, 409),
                           ({"verdict": "no"}, 409),
                           ({"verdict": "change", "to": EVIL}, 409),
                           ({"ticked": []}, 409),
                           ({"ticked": [box, box]}, 409),
                           ({"ticked": [box] + ["1_1"] * 600}, 409),
                           ({"ticked": ["x", "_", "1", box + "1"]}, 412),
                           ({"ticked": [f"{ids[0]}_1' OR 1=1 --"]}, 412)):
        answer = send(v, page, **change)
        assert answer.status == status, (change, answer.text)
        assert EVIL not in answer.text
    for path in ("/batches/0", "/batches/x", "/batches/99999999",
                 "/batches/%27"):
        assert v.get(path).status == 404
        assert v.post(path + "/undo", {"form": page.field("form")}
                      ).status in (404, 412)
    assert standing(agent, ids) == []
    # What a person writes is text.
    done = send(v, page, note=EVIL)
    assert done.status == 200
    assert "<script>alert" not in v.get(f"/incident/{ids[0]}").text
