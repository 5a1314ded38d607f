"""What an officer enters about the night: the register and fly-tipping."""

import json

from support.camps import Officer

CAMP, TIPPED = "EP-20251115-1056", "EP-20251115-1034"

LINES = [
    ("visit", "2025-11-15T18:35", {
        "unit": "RC21", "caravans": "6", "vans": "4", "dogs": "3",
        "waste": "none", "damage": "entry", "access": "clear",
        "seen": "Padlock of the gate broken, pitches not driven on"}),
    ("step", "2025-11-15T18:50", {
        "who": "parish", "what": "asked", "note": "The clerk, at the gate"}),
    ("welfare", "2025-11-15T19:05", {
        "made": "yes", "by": "police", "passed": "yes"}),
    ("power", "2025-11-15T19:30", {
        "power": "s61", "stage": "considered", "role": "inspector"}),
    ("evidence", "2025-11-15T18:35", {
        "test": "s61-six", "side": "for", "source": "seen",
        "text": "Six caravans and four vans counted"}),
    ("evidence", "2025-11-15T18:50", {
        "test": "s61-asked", "side": "for", "source": "owner",
        "text": "The clerk asked them at 18:50, heard by RC21"}),
    ("evidence", "2025-11-15T19:20", {
        "test": "s61-harm", "side": "against", "source": "seen",
        "text": "Only the padlock; quiet, no litter"}),
    ("decision", "2025-11-15T19:45", {
        "what": "talk", "role": "inspector", "given": "spoken",
        "text": "They say that they leave on Sunday. No match until Tuesday;"
                " nothing more is needed before that."}),
    ("visit", "2025-11-16T08:10", {
        "unit": "RC24", "caravans": "5", "vans": "4", "dogs": "3",
        "waste": "household", "access": "clear"}),
    ("deadline", "2025-11-16T18:00", {"what": "agreed"}),
]


def number(officer, reference):
    """An incident's number, by the source's reference."""
    listed = json.loads(officer.get("/v1/incidents").text)["items"]
    return next(i["id"] for i in listed if i["ref"] == reference)


def fill(port):
    """Open an entry, add its lines, record a fly-tip."""
    officer = Officer(port)
    page = officer.begin(number(officer, CAMP), "Recreation ground, by the gate",
                         "district")
    camp = page.path.rsplit("/", 1)[1]
    for kind, at, fields in LINES:
        answer = officer.line(camp, kind, at=at, **fields)
        assert answer.status == 200, answer.text
    path = f"/incident/{number(officer, TIPPED)}/fly-tipping"
    form = officer.get(path)
    answer = officer.post(path, {
        "form": form.field("form"), "seen": form.field("seen"),
        "size": "tipper", "waste": "construction", "land": "highway",
        "witnessed": "yes", "evidence": "none", "referred": "district",
        "reference": "BR/0815", "referred-at": "2025-11-15T17:40"})
    assert answer.status == 200, answer.text
