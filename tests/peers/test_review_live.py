"""Server-sent events of the review service, read as a browser reads them."""

import http.client
import json
import queue
import socket
import threading
import time

import pytest

from support import free_port
from support.desk import Visitor, add_account
from whole import TIPPING, alone, incident, make_agent, rows


@pytest.fixture(name="desk")
def make_desk(tmp_path):
    config = alone(tmp_path)
    config["review"] = {"port": free_port()}
    with make_agent(tmp_path, config) as agent:
        for name in ("liaison", "second"):
            add_account(agent, name, "reviewer,officer")
        add_account(agent, "auditor", "auditor")
        agent.port = config["review"]["port"]
        yield agent


def visitor(agent, name="liaison"):
    v = Visitor(agent.port)
    assert v.log_in(name).status == 200
    return v


def take_in(agent, *incidents):
    name = f"{incidents[0]['id']}-{time.monotonic_ns()}.ndjson"
    agent.drop(name, list(incidents))
    agent.wait_taken(name)


class Listener:
    """An open stream; its events come into a queue."""

    def __init__(self, v, after=None, last=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", v.port,
                                                     timeout=30)
        fields = {"Cookie": v.cookie, "Accept": "text/event-stream"}
        if last is not None:
            fields["Last-Event-ID"] = str(last)
        path = "/live" if after is None else f"/live?after={after}"
        self.connection.request("GET", path, headers=fields)
        self.socket = self.connection.sock
        self.answer = self.connection.getresponse()
        self.status, self.events = self.answer.status, queue.Queue()
        self.text = ""
        if self.status == 200:
            threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        event = {}
        try:
            for line in self.answer:
                self.text += line.decode()
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name and line != b"\n":
                    event[name] = value
                elif event:
                    self.events.put(event)
                    event = {}
        except (OSError, ValueError, AttributeError,
                http.client.HTTPException):  # closed by us
            pass
        self.events.put(None)

    def next(self, kind, timeout=10):
        """The next event of that kind, or None at the end."""
        while True:
            event = self.events.get(timeout=timeout)
            if event is None:
                return None
            if event.get("event") == kind:
                return {**json.loads(event["data"]), "id": event.get("id")}

    def close(self):
        if self.status == 200:
            self.socket.shutdown(socket.SHUT_RDWR)  # wakes the reader
        self.connection.close()


def test_who_may_listen(desk):
    assert Visitor(desk.port).get("/live", follow=False).status == 303
    assert visitor(desk, "auditor").get("/live").status == 403


def test_what_changes_is_told_and_nothing_of_it(desk):
    v = visitor(desk)
    heard = Listener(v)
    assert heard.answer.getheader("Content-Type") == "text/event-stream"
    take_in(desk, incident("R-1"), incident("R-2", TIPPING))
    first, second = heard.next("change"), heard.next("change")
    assert (first["incident"], second["incident"]) == (1, 2)
    assert first["rank"] == 1 and int(first["id"]) < int(second["id"])
    assert heard.next("count")["waiting"] == 2
    v.decide(v.get("/incident/1"), "confirm")
    decided = heard.next("change")
    assert decided["incident"] == 1 and "rank" not in decided
    assert heard.next("count")["waiting"] == 1
    for word in ("R-1", "coursing", "fly-tipping", "lurchers", "51.95"):
        assert word not in heard.text
    # To listen is no look, and to tell is none.
    assert rows(desk, "SELECT count(*) FROM audit WHERE event = 3 AND"
                " detail NOT LIKE '%incident%'"
                " AND detail NOT LIKE '%queue%'") == [(0,)]
    heard.close()


def test_a_lost_connection_goes_on_where_it_was(desk):
    take_in(desk, incident("R-1"))
    v = visitor(desk)
    heard = Listener(v, after=1)
    heard.close()
    take_in(desk, incident("R-2"))
    [(line,)] = rows(desk, "SELECT min(id) FROM audit WHERE incident_id = 2")
    heard = Listener(v, after=0, last=line - 1)
    assert heard.next("change")["incident"] == 2
    heard.close()
    later = Listener(v, after=1)
    assert [later.next("change")["incident"] for _ in range(2)] == [1, 2]
    later.close()
    for nonsense in ("x", "-1", "99999999999999999999", "1;2"):
        odd = Listener(v, last=nonsense)
        assert odd.status == 200
        odd.close()


def test_it_ends_with_the_session(desk):
    v, other = visitor(desk), visitor(desk, "second")
    heard, others = Listener(v), Listener(other)
    v.post("/logout", {"form": v.get("/").field("form")})
    assert heard.next("change") is None
    take_in(desk, incident("R-1"))
    assert others.next("change")["incident"] == 1
    others.close()


def test_one_account_has_so_many_and_pages_go_on(desk):
    v = visitor(desk)
    open_ones = [Listener(v) for _ in range(8)]
    assert [h.status for h in open_ones] == [200] * 8
    assert Listener(v).status == 503
    assert v.get("/").status == 200
    other = Listener(visitor(desk, "second"))
    assert other.status == 200
    take_in(desk, incident("R-1"))
    for heard in (*open_ones, other):
        assert heard.next("change")["incident"] == 1
    # The agent ends while all of them hang.
    assert desk.term() == 0
    for heard in (*open_ones, other):
        assert heard.next("change") is None


def test_how_much_is_new(desk):
    take_in(desk, incident("R-1"))
    v = visitor(desk)
    page = v.get("/incident/1")
    [(seen,)] = rows(desk, "SELECT max(id) FROM message")
    assert f'data-seen="{seen}"' in page.text
    path = f"/incident/1/since?message={seen}"
    assert json.loads(v.get(path).text) == {"entries": 0}
    later = incident("R-1")
    later["log"] += [{"at": f"2026-11-14T18:0{n}:00Z", "by": "UNIT",
                      "text": "area searched"} for n in (3, 4)]
    take_in(desk, later)
    assert json.loads(v.get(path).text) == {"entries": 2}
    # That was no look: the entries are still new.
    assert "New since you looked" in v.get("/incident/1").text
    for odd in ("/incident/99/since?message=1", "/incident/x/since"):
        assert json.loads(v.get(odd).text) == {"entries": 0}
