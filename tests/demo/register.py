"""What an officer enters about the night: the register and fly-tipping."""

import datetime
import json

from support.camps import Officer
from support.london import LONDON

CAMP, TIPPED = "1056", "1034"


def lines(days):
    """(kind, when, fields) of the entry that the night begins."""
    leaves = days.now.astimezone(LONDON) + datetime.timedelta(days=1)
    match = leaves + datetime.timedelta(days=2)
    return [
        ("visit", days.local("18:35"), {
            "unit": "RC21", "caravans": "6", "vans": "4", "dogs": "3",
            "waste": "none", "damage": "entry", "access": "clear",
            "seen": "Padlock of the gate broken, pitches not driven on"}),
        ("step", days.local("18:50"), {
            "who": "parish", "what": "asked", "note": "The clerk, at the gate"
        }),
        ("welfare", days.local("19:05"), {
            "made": "yes", "by": "police", "passed": "yes"}),
        ("power", days.local("19:30"), {
            "power": "s61", "stage": "considered", "role": "inspector"}),
        ("evidence", days.local("18:35"), {
            "test": "s61-six", "side": "for", "source": "seen",
            "text": "Six caravans and four vans counted"}),
        ("evidence", days.local("18:50"), {
            "test": "s61-asked", "side": "for", "source": "owner",
            "text": "The clerk asked them at the gate, heard by RC21"}),
        ("evidence", days.local("19:20"), {
            "test": "s61-harm", "side": "against", "source": "seen",
            "text": "Only the padlock; quiet, no litter"}),
        ("decision", days.local("19:45"), {
            "what": "talk", "role": "inspector", "given": "spoken",
            "text": f"They say that they leave on {leaves:%A}. No match until"
                    f" {match:%A}; nothing more is needed before that."}),
        ("visit", days.local("20:40"), {
            "unit": "RC24", "caravans": "5", "vans": "4", "dogs": "3",
            "waste": "household", "access": "clear"}),
        ("deadline", f"{leaves:%Y-%m-%d}T18:00", {"what": "agreed"}),
    ]


def number(officer, reference):
    """An incident's number, by the source's reference."""
    listed = json.loads(officer.get("/v1/incidents?limit=200").text)["items"]
    return next(i["id"] for i in listed if i["ref"] == reference)


def fill(port, days):
    """Open an entry, add its lines, record a fly-tip."""
    officer = Officer(port)
    page = officer.begin(number(officer, days.reference(CAMP)),
                         "Recreation ground, by the gate", "district")
    camp = page.path.rsplit("/", 1)[1]
    for kind, at, fields in lines(days):
        answer = officer.line(camp, kind, at=at, **fields)
        assert answer.status == 200, answer.text
    path = f"/incident/{number(officer, days.reference(TIPPED))}/fly-tipping"
    form = officer.get(path)
    answer = officer.post(path, {
        "form": form.field("form"), "seen": form.field("seen"),
        "size": "tipper", "waste": "construction", "land": "highway",
        "witnessed": "yes", "evidence": "none", "referred": "district",
        "reference": "BR/0815", "referred-at": days.local("17:40")})
    assert answer.status == 200, answer.text
