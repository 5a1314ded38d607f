"""Saved views of the queue, over HTTP."""

import json
import re
import sqlite3

import pytest

from support import free_port
from support.api import Client
from support.desk import Visitor, add_account
from whole import alone, incident, make_agent, rows

EVIL = "<script>alert(1)</script>\"'&amp;"


@pytest.fixture(name="agent", scope="module")
def the_agent(tmp_path_factory):
    folder = tmp_path_factory.mktemp("views")
    config = {**alone(folder), "review": {"port": free_port()}}
    with make_agent(folder, config) as agent:
        for name, roles in (("liaison", "reviewer"), ("second", "reviewer"),
                            ("patrol", "officer"), ("chief", "administrator"),
                            ("auditor", "auditor")):
            add_account(agent, name, roles)
        agent.drop("a.ndjson", [incident("V-1", district="Uttlesford"),
                                incident("V-2", district="Braintree")])
        agent.wait_taken("a.ndjson")
        agent.port = config["review"]["port"]
        yield agent


def visitor(agent, name="liaison"):
    v = Visitor(agent.port)
    assert v.log_in(name).status == 200
    return v


def send(v, path, **fields):
    form = v.get("/views").field("form") if "form" not in fields else ""
    return v.post(path, {"form": form, **fields})


def keep(v, name, **fields):
    """Keep a filter; the number of the view."""
    # The form with which the queue offers it.
    page = v.get("/?theme=hare-coursing")
    answer = v.post("/views", {"form": page.field("form"), "name": name,
                               **fields})
    assert answer.status == 200, answer.text
    return answer


def number_of(v, name):
    page = v.get("/views")
    found = re.search(r'href="/views/(\d+)">' + re.escape(name), page.text)
    assert found, page.text
    return int(found[1])


def version(v, number):
    return v.get(f"/views/{number}").field("version")


def test_a_view_is_a_name_for_an_address(agent):
    v = visitor(agent)
    assert "Keep this view" not in v.get("/?view=all").text
    page = v.get("/?theme=hare-coursing&district=Uttlesford&level=")
    assert 'name="district" value="Uttlesford"' in page.text
    keep(v, "My district", theme="hare-coursing", district="Uttlesford")
    [link] = [a for a in v.get("/?view=all").links(r"/\?theme=.*")
              if "Uttlesford" in a]
    page = v.get(link.replace("&amp;", "&"))
    assert "V-1" in page.text and "V-2" not in page.text
    assert re.search(r'aria-current="true">My district</a>', page.text)
    listed = v.get("/views").text
    assert "Hare coursing, in Uttlesford" in listed
    assert "My district" not in visitor(agent, "second").get("/views").text
    number = number_of(v, "My district")
    other = visitor(agent, "second")
    assert other.get(f"/views/{number}").status == 404
    assert send(other, f"/views/{number}/delete", version="1").status == 412
    details = rows(agent, "SELECT detail FROM audit WHERE detail LIKE"
                   " '{\"view\":%'")
    assert details == [(f'{{"view":{number},"change":"added"}}',)]


def test_shared_with_everybody(agent):
    v, other = visitor(agent), visitor(agent, "second")
    keep(v, "Alerts now", progress="yes", shared="yes")
    number = number_of(v, "Alerts now")
    for name in ("second", "patrol", "chief"):
        assert "Alerts now" in visitor(agent, name).get("/views").text
    assert ">Alerts now</a>" in other.get("/?view=all").text
    assert other.get(f"/views/{number}").status == 403
    for path in ("change", "delete"):
        assert send(other, f"/views/{number}/{path}", name="Mine now",
                    version="1").status == 409
    chief = visitor(agent, "chief")
    seen = version(chief, number)
    done = send(chief, f"/views/{number}/change", name="In progress",
                shared="yes", version=seen)
    assert done.status == 200 and "In progress" in done.text
    # Two at once: the second is told.
    assert send(v, f"/views/{number}/change", name="Late", shared="yes",
                version=seen).status == 412
    assert send(visitor(agent, "patrol"), "/views", name="For all",
                theme="hare-coursing", shared="yes").status == 409
    ask = v.get(f"/views/{number}/delete")
    assert "which everybody has" in ask.text
    assert send(v, f"/views/{number}/delete",
                version=version(v, number)).status == 200
    assert "In progress" not in other.get("/views").text


def test_where_one_starts(agent):
    v = visitor(agent, "second")
    keep(v, "South", district="Braintree")
    number = number_of(v, "South")
    assert v.get("/", follow=False).status == 200
    send(v, f"/views/{number}/start", start="yes")
    begun = v.get("/", follow=False)
    assert (begun.status, begun.fields["Location"]) == (
        303, "/?district=Braintree")
    # All of it is one press away, and other accounts start as they did.
    assert "V-1" in v.get("/?view=all").text
    assert visitor(agent).get("/", follow=False).status == 200
    send(v, f"/views/{number}/start", start="no")
    assert v.get("/", follow=False).status == 200


def test_a_filter_that_is_no_more_says_so(agent):
    v = visitor(agent, "patrol")
    keep(v, "Old one", theme="hare-coursing")
    number = number_of(v, "Old one")
    send(v, f"/views/{number}/start", start="yes")
    agent.stop()
    with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
        db.execute("UPDATE saved_view SET query = 'theme=badger-baiting'"
                   " WHERE id = ?", (number,))
    agent.start()
    v = visitor(agent, "patrol")
    page = v.get("/", follow=False)
    assert page.status == 200
    assert "Old one</a> (its filter is no more)" in page.text
    listed = v.get("/views").text
    assert "Its filter is no more." in listed
    assert "There is no theme &quot;badger-baiting&quot; (any more)" in listed


def test_bad_input_and_who_may(agent):
    v = visitor(agent)
    for fields in ({"name": ""}, {"name": "x" * 81}, {},
                   {"name": "A", "theme": "no-such"},
                   {"name": "A", "progress": "maybe", "district": "y" * 600}):
        assert send(v, "/views", **fields).status == 409, fields
    assert visitor(agent, "auditor").get("/views").status == 403
    assert v.post("/views", {"form": "A" * 43, "name": "X"}).status == 403
    for number in ("0", "x", "99999", "1%27"):
        assert v.get(f"/views/{number}").status == 404
        assert v.get(f"/views/{number}/delete").status == 404
        assert send(v, f"/views/{number}/start", start="yes"
                    ).status in (200, 412)
    keep(v, EVIL, district=EVIL)
    for path in ("/views", "/?view=all", "/"):
        assert "<script>alert" not in v.get(path).text
    count = rows(agent, "SELECT count(*) FROM saved_view")
    for path in ("change", "delete", "start"):
        assert v.get(f"/views/1/{path}").status in (200, 404)
    assert rows(agent, "SELECT count(*) FROM saved_view") == count


def refs(v, path):
    """The references that a page of the queue shows."""
    return re.findall(r'class="ref">([^<]*)<', v.get(path).text)


def said(v, query):
    """What the API's queue says, page by page."""
    found, path = [], f"/v1/queue?limit=1&{query}"
    while path:
        answer = json.loads(v.get(path).text)
        found += [item["ref"] for item in answer["items"]]
        path = answer["next"]
    assert answer["count"] == len(found)
    return found


def press(v, ref, word):
    [(number,)] = rows(v.agent, f"SELECT id FROM incident WHERE ref = '{ref}'")
    page = v.get(f"/job/{number}")
    return v.post(f"/job/{number}/say", {
        "form": page.field("form"), "once": page.field("once"), "word": word,
        "note": ""})


def test_who_has_it(agent):
    agent.drop("who.ndjson", [
        incident("W-1", district="Tendring"),
        incident("W-2", district="Tendring"),
        incident("W-3", district="Rochford")])
    agent.wait_taken("who.ndjson")
    v, other = visitor(agent), visitor(agent, "second")
    v.agent = other.agent = agent
    assert refs(v, "/?who=mine") == []
    assert refs(v, "/?who=nobody") == refs(v, "/?view=all")
    press(v, "W-1", "take")
    press(v, "W-3", "take")
    press(other, "W-2", "take")
    assert refs(v, "/?who=mine") == ["W-1", "W-3"]
    assert "<strong>2</strong> wait" in v.get("/?who=mine").text
    assert refs(v, "/?who=mine&district=Tendring") == ["W-1"]
    assert refs(v, "/?who=mine&theme=fuel") == []
    assert refs(v, "/?who=mine&theme=hare-coursing&district=Rochford") == \
        ["W-3"]
    assert refs(other, "/?who=mine") == ["W-2"]
    assert refs(v, "/?who=nobody&district=Tendring") == []
    assert refs(visitor(agent, "patrol"), "/?who=nobody") == ["V-1", "V-2"]
    # The API says the same, and passes over no word that it does not know.
    assert said(v, "who=mine") == ["W-1", "W-3"]
    assert said(v, "who=nobody") == ["V-1", "V-2"]
    assert said(other, "who=mine&district=Tendring") == ["W-2"]
    answer = v.get("/v1/queue?who=account:second")
    assert answer.status == 400 and '"who"' in answer.text
    assert v.get("/?who=second'--").status == 200
    # Given up, it is nobody's again.
    press(v, "W-3", "release")
    assert refs(v, "/?who=mine") == ["W-1"]
    assert refs(v, "/?who=nobody") == ["V-1", "V-2", "W-3"]


def test_who_has_it_as_a_view(agent):
    """One name, and each has their own."""
    v, other = visitor(agent), visitor(agent, "second")
    page = v.get("/?who=mine")
    assert '<a href="/?who=mine" aria-current="true">Mine</a>' in page.text
    assert '<option value="mine" selected>' in page.text
    assert 'name="who" value="mine"' in page.text  # of "keep this view"
    assert "what I have" in page.text
    keep(v, "On my desk", who="mine", shared="yes", theme="")
    for one, shown in ((v, ["W-1"]), (other, ["W-2"])):
        assert one.get("/?view=all").links(r"/\?who=mine") == \
            ["/?who=mine", "/?who=mine"]
        assert refs(one, "/?who=mine") == shown


def test_pages_of_what_nobody_has(agent):
    agent.drop("many.ndjson", [incident(f"N-{n}", district="Maldon")
                               for n in range(60)])
    agent.wait_taken("many.ndjson")
    v = visitor(agent)
    v.agent = agent
    press(v, "N-7", "take")
    first = v.get("/?who=nobody&district=Maldon")
    [more] = first.links(r"/\?district=Maldon&amp;who=nobody&amp;after=.*")
    shown = refs(v, "/?who=nobody&district=Maldon") + \
        refs(v, more.replace("&amp;", "&"))
    assert sorted(shown) == sorted(f"N-{n}" for n in range(60) if n != 7)
    assert "<strong>59</strong> wait" in first.text


def test_a_view_hides_nothing_in_its_link(agent):
    """What a program keeps as a filter is an address, and no more."""
    client = Client(agent.port, "second")
    made = client.change("/v1/views", {
        "name": "Odd", "query": "district=a\r\nX-Odd: b", "start": True})
    assert made.status == 200, made.text
    assert made.json["query"] == "district=a%0D%0AX-Odd%3A%20b"
    # One that was kept before that was seen to is shown so, too.
    with sqlite3.connect(f"{agent.state}/buzzard.db", timeout=10) as db:
        db.execute("UPDATE saved_view SET query = 'district=a' || char(10) || 'b'"
                   " WHERE name = 'Odd'")
    answer = client.get("/")
    assert answer.status == 303
    assert answer.fields["Location"] == "/?district=a%0Ab"
    path = f"/v1/views/{made.json['id']}"
    assert client.change(path + "/delete", {},
                         client.get(path).etag).status == 200
