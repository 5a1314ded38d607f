"""What the liaison officer records after the night: calls, promises, notes."""

from register import number
from support.desk import Visitor
from support.london import day

COURSING, KEEPER, TIPPED = ("EP-20251115-0990", "EP-20251115-1019",
                            "EP-20251115-1034")

NOTE = ("EP-20251115-0990 and EP-20251115-1019 may be the same vehicles: look"
        " at both before ringing. EP-20251115-1056: team to see the ground"
        " again at first light.")


CALLS = [
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


def fill(port):
    """Record the calls and leave a note for the next shift."""
    officer = Visitor(port)
    assert officer.log_in("liaison").status == 200
    for reference, fields in CALLS:
        page = f"/incident/{number(officer, reference)}"
        answer = officer.post(f"{page}/contact", {
            "form": officer.get(page).field("form"), "corrects": "0",
            **fields})
        assert answer.status == 200, answer.text
    answer = officer.post("/hand-over", {
        "form": officer.get("/hand-over").field("form"), "note": NOTE})
    assert answer.status == 200, answer.text
