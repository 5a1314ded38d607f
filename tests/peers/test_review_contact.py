"""Contact with informants and what was promised them, over HTTP."""

import datetime
import re
import threading

import pytest

from support import free_port, wait_for
from support.chain import read_chain
from support.desk import Visitor, add_account
from support.london import day
from test_review import take_in, write
from whole import alone, incident, make_agent, rows

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=y>&amp;"


@pytest.fixture(name="desk", scope="module")
def make_desk(tmp_path_factory):
    """One agent for all; each test has an incident of its own."""
    folder = tmp_path_factory.mktemp("contact")
    config = alone(folder)
    config["review"] = {"port": free_port()}
    with make_agent(folder, config) as agent:
        agent.conf = config
        agent.visitors = {}
        agent.taken = 0
        for name, roles in (("liaison", "reviewer,officer"),
                            ("second", "reviewer"), ("patrol", "officer"),
                            ("figures", "analyst"), ("auditor", "auditor")):
            add_account(agent, name, roles)
        yield agent


ARRIVED = [{"callsign": "ES42", "arrived_at": "2026-11-14T18:31:00Z"}]


class Case:
    """An incident that a unit attended, and what people do about it."""

    def __init__(self, agent, **members):
        self.agent, self.port = agent, agent.conf["review"]["port"]
        agent.taken += 1
        self.number = agent.taken
        take_in(agent, incident(f"R-{self.number}",
                                **{"resources": ARRIVED, **members}))
        assert self.rows("SELECT ref FROM incident WHERE id = ?") == [
            (f"R-{self.number}",)]

    def rows(self, sql):
        """What sql says of this incident, which stands for its "?"."""
        return rows(self.agent, sql.replace("?", str(self.number)))

    def write(self, sql):
        self.agent.stop()
        write(self.agent, sql.replace("?", str(self.number)))
        self.agent.start()

    def as_(self, name="liaison"):
        if name not in self.agent.visitors:
            v = Visitor(self.port)
            assert v.log_in(name).status == 200
            self.agent.visitors[name] = v
        return self.agent.visitors[name]

    def page(self, name="liaison"):
        return self.as_(name).get(f"/incident/{self.number}")

    def contact(self, name="liaison", page=None, **fields):
        """Send the form of the incident's page."""
        page = page or self.page(name)
        return self.as_(name).post(
            f"/incident/{self.number}/contact",
            {"form": page.field("form"), "corrects": "0", "way": "we-rang",
             "outcome": "reached", **fields})

    def promise(self, kind, ahead, **fields):
        """A promise is made: the number of its follow-up."""
        answer = self.contact(promise=kind, **{"due-day": day(ahead),
                                               **fields})
        assert answer.status == 200
        return self.rows("SELECT max(id) FROM followup"
                         " WHERE incident_id = ?")[0][0]

    def change(self, what, number, name="liaison", page=None, **fields):
        page = page or self.as_(name).get(f"/follow-up/{number}")
        return self.as_(name).post(
            f"/follow-up/{number}/change",
            {"form": page.field("form"), "version": page.field("version"),
             "what": what, **fields})


@pytest.fixture(name="case")
def case_of(desk):
    return Case(desk)


# ---- contact ----

def test_a_call_is_recorded_with_all_that_was_said(case):
    page = case.contact(**{
        "advice-gates": "yes", "advice-watch": "yes", "card": "yes",
        "intelligence": "yes", "told": "hare-coursing/attended",
        "visit": "wanted", "visit-by": "design-officer",
        "visit-day": day(3), "promise": "ring", "due-day": day(2),
        "due-time": "17:00", "falls-to": "desk", "mine": "yes",
        "note": "rings after milking"})
    assert page.status == 200
    for said in ("We rang them: Spoke to them", "recorded by liaison",
                 "Gates, locks and hinges; Farm Watch", "reference card",
                 "Intelligence: Passed on", "Officers went to the fields",
                 "rings after milking", "falls to Review desk (liaison)",
                 "Designing Out Crime Officer: Wanted by"):
        assert said in page.text, said
    assert case.rows("SELECT kind, falls_to, holder_id FROM followup"
                     " WHERE incident_id = ? ORDER BY id") == [
        (1, 1, 1), (4, 3, None)]
    assert case.rows("SELECT told, advice, card, intelligence FROM contact"
                     " WHERE incident_id = ?") == [
        ("hare-coursing/attended", 1 << 3 | 1 << 15, 1, 1)]
    details = [re.sub(r"\d+", "N", d) for (d,) in case.rows(
        "SELECT detail FROM audit WHERE event = 2 AND incident_id = ?"
        " AND actor = 'account:liaison'")]
    assert details == ['{"contact":N}', '{"followup":N,"what":"opened"}',
                       '{"followup":N,"what":"opened"}']
    read_chain(f"{case.agent.state}/buzzard.db")


def test_a_correction_is_a_new_entry(case):
    case.contact(told="any/court")
    [(number,)] = case.rows("SELECT id FROM contact WHERE incident_id = ?")
    path = f"/contact/{number}"
    page = case.as_().get(path)
    assert page.field("corrects") == str(number)
    assert '<option value="any/court" selected>' in page.text
    answer = case.contact(page=page, corrects=number, outcome="no-answer")
    assert "Corrected by a later entry" in answer.text
    assert "Corrects an earlier entry" in answer.text
    assert case.contact(page=page, corrects=number, outcome="no-answer"
                        ).status == 412
    assert case.as_().get(path).status == 409
    assert case.rows("SELECT count(*) FROM contact WHERE incident_id = ?"
                     ) == [(2,)]


REFUSED = [
    ({"way": ""}, "how there was contact"),
    ({"way": "pigeon"}, "does not offer"),
    ({"way": "e-mail"}, "what came of the call"),
    ({"outcome": "no-answer", "told": "any/court"}, "who was reached"),
    ({"told": "any/card"}, "no such wording"),
    ({"told": "../../etc/passwd"}, "no such wording"),
    ({"at-day": "2199-01-01"}, "in the future"),
    ({"at-day": "31/12/2025"}, "no date and time"),
    ({"at-time": "10:00"}, "Give the day"),
    ({"promise": "ring"}, "by which it is promised"),
    ({"promise": "ring", "due-day": "2020-01-01"}, "in the past"),
    ({"due-day": "2199-01-01"}, "Say what was promised"),
    ({"visit": "wanted"}, "who visits"),
    ({"visit": "done", "visit-by": "team"}, "date of the visit"),
    ({"corrects": "4711"}, "not of this incident"),
    ({"note": "x" * 1001}, "too long"),
]


def test_what_contradicts_itself_is_refused_whole(case):
    page = case.page()
    for fields, words in REFUSED:
        answer = case.contact(page=page, **fields)
        assert answer.status == 409, fields
        assert words in answer.text, fields
    assert case.rows(
        "SELECT (SELECT count(*) FROM contact WHERE incident_id = ?)"
        " + (SELECT count(*) FROM followup WHERE incident_id = ?)") == [(0,)]
    gone = case.as_().post("/incident/4711/contact", {
        "form": page.field("form"), "way": "text"})
    assert gone.status == 409
    assert "no such incident" in gone.text


def test_who_may(case):
    number = case.promise("ring", 1)
    assert case.contact("patrol", outcome="no-answer").status == 200
    page = case.page("figures")
    assert "We rang them" in page.text
    assert "Record contact" not in page.text
    assert case.contact("figures", page=page).status == 403
    figures = case.as_("figures")
    page = figures.get(f"/follow-up/{number}")
    assert "History" in page.text
    assert "Close it" not in page.text
    [(entry,)] = case.rows("SELECT min(id) FROM contact"
                           " WHERE incident_id = ?")
    assert figures.get(f"/contact/{entry}").status == 403
    assert figures.post(f"/follow-up/{number}/change",
                        {"form": page.field("form"), "what": "closed"}
                        ).status == 403
    for path in ("/follow-up", f"/follow-up/{number}", f"/contact/{entry}"):
        assert case.as_("auditor").get(path).status == 403
        assert Visitor(case.port).get(path, follow=False).status == 303


def test_forms_of_other_sites_and_links_do_nothing(case):
    number = case.promise("ring", 1)
    for path, body in [
            (f"/incident/{case.number}/contact",
             {"way": "we-rang", "outcome": "reached"}),
            (f"/follow-up/{number}/change",
             {"what": "closed", "ending": "done", "version": "1"})]:
        assert case.as_().post(path, body).status == 403
        assert case.as_().post(path, {**body, "form": "A" * 43}).status == 403
        for method in ("GET", "HEAD"):
            assert case.as_().ask(method, path).status == 404
    assert case.rows("SELECT count(*) FROM contact WHERE incident_id = ?"
                     ) == [(1,)]
    assert case.rows("SELECT ended_ms FROM followup WHERE incident_id = ?"
                     ) == [(None,)]


def test_what_is_written_is_text(case):
    v = case.as_()
    number = case.promise("ring", 1, note=EVIL)
    case.change("moved", number, note=EVIL, **{"due-day": day(2)})
    [(entry,)] = case.rows("SELECT id FROM contact WHERE incident_id = ?")
    for path in (f"/incident/{case.number}", f"/follow-up/{number}",
                 "/follow-up", f"/contact/{entry}"):
        text = v.get(path).text
        assert "<script>alert" not in text
        assert "<img" not in text
    assert "&lt;script&gt;alert(1)" in v.get(f"/follow-up/{number}").text
    for query in ("?who=%22%3E%3Cscript%3E", "?after=x", "?after=9.9.9",
                  "?after=%3Cimg%3E", "?after=-1.99999999999999999999"):
        answer = v.get("/follow-up" + query)
        assert answer.status == 200
        assert "<script>" not in answer.text and "<img" not in answer.text
    for path in ("/follow-up/x", "/follow-up/0", "/follow-up/4711",
                 "/contact/99999999999999999999", "/contact/4711"):
        assert v.get(path).status == 404


# ---- follow-up ----

def clear(case):
    case.write("UPDATE followup SET ended_ms = 1")


def test_what_is_overdue_comes_first(case):
    clear(case)
    for ahead, kind in ((20, "advice"), (0, "tell"), (3, "ring"),
                        (1, "pass-on")):
        case.promise(kind, ahead, **({"mine": "yes"} if ahead == 3 else {}))
    v = case.as_()
    assert '<span class="count">1 today</span>' in v.get("/").text
    case.write("UPDATE followup SET due_ms = due_ms - 172800000"
               " WHERE kind = 6 AND incident_id = ?")
    text = v.get("/follow-up").text
    places = [text.index(f"<h2>{w}</h2>") for w in
              ("Overdue", "Due today", "In the next 7 days", "Later")]
    assert places == sorted(places)
    assert places[0] < text.index("Pass on to the council") < places[1]
    assert "All (4)" in text and "Mine (1)" in text
    assert '<span class="count late">1 overdue</span>' in v.get("/").text
    mine = v.get("/follow-up?who=mine").text
    assert mine.count('<li class="item') == 1
    assert "Ring back" in mine
    assert "Nothing is open here" in \
        case.as_("second").get("/follow-up?who=mine").text
    assert case.rows("SELECT detail FROM audit WHERE event = 3"
                     " ORDER BY id DESC LIMIT 1") == [
        ('{"page":"follow-up"}',)]


def test_pages_of_follow_ups(case):
    clear(case)
    number = case.promise("ring", 1)
    case.write(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        " WHERE i < 119) INSERT INTO followup (incident_id, kind, made_ms,"
        " account_id, note, due_ms, falls_to, last_line) SELECT ?, 1,"
        " made_ms, 1, '', due_ms + i / 3, 1, last_line FROM n, followup"
        f" WHERE followup.id = {number}")
    path, seen = "/follow-up", []
    for _ in range(5):
        page = case.as_().get(path)
        seen += page.links(r"/follow-up/\d+")
        following = page.links(r"/follow-up\?after=.*")
        if not following:
            break
        path = following[0].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 120
    clear(case)


def test_a_promise_is_moved_given_closed_and_opened_again(case):
    n = case.promise("tell", 1)
    assert case.change("moved", n, **{"due-day": day(4)}).status == 409
    assert case.change("moved", n, note="waits for a court").status == 409
    page = case.change("moved", n, note="waits for a court",
                       **{"due-day": day(4)})
    assert "waits for a court" in page.text
    for holder in ("nobody", "auditor"):
        assert case.change("given", n, holder=holder, **{"falls-to": "team"}
                           ).status == 409
    page = case.change("given", n, holder="second", **{"falls-to": "team"})
    assert "Rural team, second" in page.text
    for ending in ("withdrawn", "", "x"):
        assert case.change("closed", n, ending=ending).status == 409
    for what in ("", "opened", "x"):
        assert case.change(what, n).status == 409
    page = case.change("closed", n, ending="done", note="on the phone")
    assert page.path == "/follow-up"
    page = case.as_().get(f"/follow-up/{n}")
    assert "on the phone" in page.text
    assert case.change("closed", n, ending="done").status == 409
    page = case.change("reopened", n, **{"due-day": day(5)})
    assert "Close it" in page.text
    assert case.rows(f"SELECT what FROM followup_line WHERE followup_id = {n}"
                     " ORDER BY id") == [(1,), (2,), (3,), (4,), (5,)]


def test_two_at_once(case):
    n = case.promise("tell", 1)
    first = case.as_().get(f"/follow-up/{n}")
    second = case.as_("second").get(f"/follow-up/{n}")
    form = case.page("second")
    version = re.search(f'name="done-{n}" value="(\\d+)"', form.text)[1]
    assert case.change("closed", n, page=first, ending="done").status == 200
    assert case.change("moved", n, "second", page=second, note="why",
                       **{"due-day": day(2)}).status == 412
    # It is closed: the box of the older page is passed over.
    assert case.contact("second", page=form, **{f"done-{n}": version}
                        ).status == 200
    assert case.rows("SELECT count(*) FROM followup_line"
                     f" WHERE followup_id = {n}") == [(2,)]


def test_a_race_has_one_winner(case):
    n = case.promise("tell", 1)
    pages = [(name, case.as_(name).get(f"/follow-up/{n}"))
             for name in ("liaison", "second")]
    got = []

    def close(name, page):
        got.append(case.change("closed", n, name, page, ending="done").status)

    threads = [threading.Thread(target=close, args=p) for p in pages]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(got) == [200, 412]


def test_what_a_call_did_is_closed_with_it(case):
    n = case.promise("tell", 1)
    version = re.search(f'name="done-{n}" value="(\\d+)"',
                        case.page().text)[1]
    page = case.contact(told="any/court", **{f"done-{n}": version})
    assert "Tell the outcome</a>: Done" in page.text


def test_looking_at_a_promise_leaves_the_log_as_new_as_it_was(case):
    n = case.promise("tell", 1)
    case.as_("second").get(f"/follow-up/{n}")
    assert case.rows("SELECT detail FROM audit WHERE event = 3 AND"
                     " actor = 'account:second' AND incident_id = ?") == [
        ('{"page":"follow-up"}',)]
    assert case.rows("SELECT count(*) FROM looked WHERE account_id = 2"
                     " AND incident_id = ?") == [(0,)]


# ---- by itself ----

def closed(case, **more):
    take_in(case.agent, {
        "id": f"R-{case.number}", "partial": True,
        "closed_at": datetime.datetime.now(datetime.UTC)
        .strftime("%Y-%m-%dT%H:%M:%SZ"), **more})


def fresh(agent, **more):
    """An incident of the last hour, that nobody has attended yet."""
    now = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    return Case(agent, **{"opened_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
                          "resources": [], **more})


def test_what_no_unit_attended_becomes_a_visit(desk):
    case = fresh(desk)
    closed(case)
    page = case.page()
    assert "Visit by the rural team</a> by" in page.text
    [(number,)] = case.rows("SELECT id FROM followup WHERE incident_id = ?")
    assert "Opened by the agent: Hare coursing that no unit attended" in \
        case.as_().get("/follow-up").text
    text = case.as_().get(f"/follow-up/{number}").text
    assert "It was closed without a unit having arrived." in text
    closed(case, resources=ARRIVED)
    text = case.as_().get(f"/follow-up/{number}").text
    assert "Withdrawn by the agent" in text
    assert "A unit arrived." in text
    assert case.rows("SELECT count(*) FROM audit WHERE actor = 'agent'"
                     " AND event = 2 AND incident_id = ?") == [(2,)]
    read_chain(f"{desk.state}/buzzard.db")


def test_a_decision_makes_and_withdraws_one(desk):
    case = fresh(desk, log=[{"text": "coursing"}])  # for review only
    closed(case)
    where = " FROM followup WHERE incident_id = ?"
    assert case.rows("SELECT count(*)" + where) == [(0,)]
    v = case.as_()
    v.decide(case.page(), "confirm")
    wait_for(lambda: case.rows("SELECT cause" + where) == [
        ("hare-coursing",)], 20, "the visit")
    path = re.search(r'action="(/act/\d+/undo)"', case.page().text)[1]
    v.post(path, {"form": case.page().field("form")})
    wait_for(lambda: case.rows("SELECT ended_ms IS NULL" + where) == [(0,)],
             20, "its withdrawal")


# ---- who was told ----

def told_row(case, name):
    text = case.as_().get("/follow-up").text
    row = re.search(f'<th scope="row">{name}</th>(.*?)</tr>', text)
    return row and re.findall("<td>(.*?)</td>", row[1])[0]


def test_the_share_of_informants_told(desk):
    informant = {"name": "a farmer", "phone": "07700 900123"}
    log = [{"text": "rubble"}]
    cases = [fresh(desk, informant=informant, log=log) for _ in range(3)]
    cases.append(fresh(desk, informant={"name": "a walker"}, log=log))
    cases.append(fresh(desk, log=log))
    for case in cases:
        closed(case)
    assert told_row(cases[0], "Fly-tipping") is None
    assert told_row(cases[0], "Fly tipping") == "0 of 3 (0&nbsp;%)"
    assert cases[0].contact(told="any/court").status == 200
    cases[1].contact(outcome="left-message")
    assert told_row(cases[0], "Fly tipping") == "1 of 3 (33&nbsp;%)"
    assert told_row(cases[0], "All themes").startswith("1 of ")
    text = cases[0].as_().get("/follow-up").text
    assert "How this is counted" in text
    assert "1 this month, 0 last month" in text


# ---- the card ----

def test_the_reference_card(desk):
    case = fresh(desk, location_text="off SECRETLANE", district=EVIL,
                 informant={"name": "SECRETNAME", "phone": "07700 900123",
                            "address": "SECRETFARM"},
                 vehicles=["AB12 CDE"], beat="SECRETBEAT")
    page = case.as_("figures").get(f"/incident/{case.number}/card")
    assert page.status == 200
    plain = case.as_().get(f"/incident/{case.number}/card.txt")
    assert plain.fields["Content-Type"] == "text/plain; charset=utf-8"
    assert plain.fields["Cache-Control"] == "no-store"
    assert f"Reference: R-{case.number}\n" in plain.text
    assert "About: Hare coursing\n" in plain.text
    for secret in ("SECRET", "07700", "AB12", "lurchers", "script", "img"):
        assert secret not in plain.text
    card = page.text.split('<pre class="card"')[1].split("</pre>")[0]
    for secret in ("SECRET", "07700", "AB12", "lurchers", "script"):
        assert secret not in card
    assert case.rows("SELECT actor FROM audit WHERE event = 3"
                     " AND incident_id = ? AND detail = '{\"page\":\"card\"}'"
                     " ORDER BY id") == [("account:figures",),
                                         ("account:liaison",)]
    for name in ("card", "card.txt"):
        path = f"/incident/{case.number}/{name}"
        assert case.as_("auditor").get(path).status == 403
        assert Visitor(case.port).get(path, follow=False).status == 303
        assert case.as_().get(f"/incident/4711/{name}").status == 404
        assert case.as_().get(f"/incident/x/{name}").status == 404


def test_a_card_of_what_was_rejected_says_nothing_of_it(desk):
    case = fresh(desk)
    path = f"/incident/{case.number}/card.txt"
    case.as_().decide(case.page(), "reject")
    assert "About:" not in case.as_().get(path).text
    case.as_().decide(case.page(), "change", theme="fuel")
    assert "About: Fuel\n" in case.as_().get(path).text


# ---- last, for it changes what the agent says ----

def test_wordings_of_the_forces_own(case):
    agent = case.agent
    own = f"{agent.folder}/wordings.txt"
    agent.write_config({**agent.conf, "review": {
        **agent.conf["review"], "wordings": own}})
    with open(own, "w", encoding="utf-8") as f:
        f.write("[any/ring] Whom\nRing 999.\n[any/card] Next\nRing.\n"
                "[any/attended] We came\nWe <b>came</b>.\n")
    agent.hup()
    agent.wait_log("reloaded rules=")
    page = case.contact(told="any/attended")
    assert "We &lt;b&gt;came&lt;/b&gt;." in page.text
    with open(own, "w", encoding="utf-8") as f:
        f.write("We came.\n")
    done = agent.command("check", check=False)
    assert done.returncode != 0
    assert f"{own}:1: error: begin with" in done.stderr
    agent.hup()
    agent.wait_log("wordings.txt:1: error")
    # What was said stays as it was said, and the service goes on.
    assert "We &lt;b&gt;came" in case.page().text
