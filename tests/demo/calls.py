"""What the liaison officer records after the night: calls, promises, notes."""

from register import number
from support.desk import Visitor
from support.london import day

COURSING, KEEPER, TIPPED = "0990", "1019", "1034"


def note(days):
    coursing, keeper, camp = map(days.reference, ("0990", "1019", "1056"))
    return (f"{coursing} and {keeper} may be the same vehicles: look at both"
            f" before ringing. {camp}: team to see the ground again at first"
            " light.")


def calls(days):
    """(incident, form), in order."""
    return [
        (COURSING, {
            "way": "we-rang", "outcome": "reached", "intelligence": "yes",
            "told": "hare-coursing/not-attended", "card": "yes",
            "advice-barriers": "yes", "advice-what-to-note": "yes",
            "visit": "wanted", "visit-by": "design-officer",
            "visit-day": day(6), "promise": "ring", "due-day": day(0),
            "falls-to": "desk", "mine": "yes", "note": "best after milking"}),
        (KEEPER, {
            "way": "we-rang", "outcome": "left-message", "promise": "tell",
            "due-day": day(1), "falls-to": "desk"}),
        (TIPPED, {
            "way": "none", "promise": "pass-on", "due-day": day(3),
            "falls-to": "desk", "note": "council to be told of the load"}),
    ]


def fill(port, days):
    """Record the calls and leave a note for the next shift."""
    officer = Visitor(port)
    assert officer.log_in("liaison").status == 200
    for incident, fields in calls(days):
        page = f"/incident/{number(officer, days.reference(incident))}"
        answer = officer.post(f"{page}/contact", {
            "form": officer.get(page).field("form"), "corrects": "0",
            **fields})
        assert answer.status == 200, answer.text
    answer = officer.post("/hand-over", {
        "form": officer.get("/hand-over").field("form"), "note": note(days)})
    assert answer.status == 200, answer.text
