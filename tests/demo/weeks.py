"""What people did in the weeks before the night: the desk's and the team's
decisions, calls, series, encampments, fly-tipping and holds."""

import json
import re

from support.camps import Officer
from support.london import LONDON

# (day, time of day, incident, verdict): a few disagree with the rules.
DECISIONS = [
    (-40, "09:10", -41, "0874", "reject"),
    (-37, "09:00", -38, "0940", "confirm"),
    (-32, "10:10", -33, "0118", "confirm"),
    (-29, "09:30", -30, "0140", "confirm"),
    (-26, "10:00", -27, "1344", "confirm"),
    (-23, "09:20", -24, "0702", "confirm"),
    (-20, "09:25", -21, "0466", "confirm"),
    (-18, "09:40", -19, "1270", "confirm"),
    (-16, "09:15", -17, "0090", "confirm"),
    (-12, "10:30", -13, "1211", "confirm"),
    (-11, "09:05", -12, "0833", "confirm"),
    (-10, "09:10", -11, "0788", "confirm"),
    (-9, "09:35", -10, "1150", "reject"),
    (-8, "14:00", -9, "0402", "confirm"),
    (-8, "14:10", -8, "0144", "confirm"),
    (-6, "09:00", -7, "0760", "confirm"),
    (-5, "09:15", -6, "0997", "confirm"),
    (-5, "09:20", -6, "0541", "reject"),
    (-5, "09:30", -5, "0160", "confirm"),
    (-4, "09:10", -5, "1180", "confirm"),
    (-3, "10:15", -3, "0104", "confirm"),
]

RANG = {"way": "we-rang", "outcome": "reached", "intelligence": "yes"}

# (day, time of day, incident, form): "due-in" is so many days ahead.
CONTACTS = [
    (-32, "10:30", -33, "0118", {
        **RANG, "told": "machinery/no-more", "advice-guidance": "yes",
        "advice-they-return": "yes", "visit": "wanted",
        "visit-by": "design-officer", "visit-in": 10}),
    (-23, "10:00", -24, "0702", {
        **RANG, "told": "hare-coursing/attended", "card": "yes",
        "advice-what-to-note": "yes"}),
    (-20, "10:10", -21, "0466", {
        **RANG, "told": "livestock/attended", "intelligence": "no"}),
    (-10, "10:20", -11, "0788", {
        **RANG, "told": "hare-coursing/attended", "card": "yes",
        "advice-barriers": "yes", "promise": "advice", "due-in": 3,
        "falls-to": "desk", "mine": "yes"}),
    (-6, "10:00", -7, "0760", {
        "way": "we-rang", "outcome": "no-answer", "promise": "ring", "due-in": 2,
        "falls-to": "desk", "mine": "yes",
        "note": "nobody came to him that day: ring in the evening"}),
    (-4, "11:00", -5, "1180", {
        **RANG, "told": "fly-tipping/agency", "advice-waste": "yes"}),
    (-3, "10:40", -3, "0104", {
        **RANG, "told": "machinery/no-more", "advice-they-return": "yes",
        "advice-trackers": "yes", "promise": "design-visit", "due-in": 7,
        "falls-to": "design-officer"}),
]

# (day, time of day, incident, form)
TIPPINGS = [
    (-13, "10:00", -19, "1270", {
        "size": "tipper", "waste": "construction", "land": "highway",
        "witnessed": "yes", "evidence": "none", "referred": "district",
        "reference": "BR/0761"}, -18, -14),
    (-11, "09:30", -12, "0833", {
        "size": "van", "waste": "construction", "land": "path",
        "witnessed": "unwilling", "evidence": "none", "referred": "county",
        "reference": "CC/2213"}, -11, None),
    (-4, "09:40", -5, "1180", {
        "size": "tipper", "waste": "construction", "land": "farm",
        "witnessed": "yes", "evidence": "found", "referred": "environment",
        "reference": "EA/90412"}, -4, None),
    (-1, "09:30", -2, "0170", {
        "size": "transit", "waste": "tyres", "land": "water",
        "witnessed": "no", "evidence": "unseen", "referred": "environment",
        "reference": "EA/90433"}, -1, None),
]

# The series that people made: (name, [(incident, kind, reason)]).
SERIES = [
    ("Green Subaru, Radwinter to the Sampfords", [
        (-24, "0702", "same-vehicle",
         "The whole plate was read, AB12 CDE, green Subaru"),
        (-27, "1344", "compatible-plate",
         "AB12 was read of a dark green 4x4; nothing disagrees"),
        (-11, "0788", "compatible-plate",
         "2 CDE was read of a green Subaru; nothing disagrees")]),
    ("White tipper on the B1053", [
        (-19, "1270", "same-vehicle", "EF07 GHJ, a tipper load of rubble"),
        (-12, "0833", "compatible-plate", "EF07 was read of a white tipper"),
        (-5, "1180", "same-vehicle",
         "EF07 GHJ, the same kind of load, 3 km away")]),
]

ENDED_CAMP = [
    ("visit", -38, "18:35", {
        "unit": "RC21", "caravans": "4", "vans": "3", "dogs": "2",
        "waste": "none", "damage": "entry", "access": "partly"}),
    ("welfare", -37, "11:00", {"made": "yes", "by": "together",
                               "passed": "yes"}),
    ("step", -37, "11:20", {"who": "owner", "what": "asked",
                            "note": "In the yard, heard by RC21"}),
    ("decision", -37, "12:00", {
        "what": "talk", "role": "sergeant", "given": "spoken",
        "text": "Quiet, the track can be passed. A date to leave was"
                " agreed with the landowner there."}),
    ("visit", -34, "09:10", {
        "unit": "RC24", "caravans": "4", "vans": "3", "waste": "household",
        "access": "clear"}),
    ("closed", -32, "08:00", {"outcome": "moved-on", "site": "clear"}),
]

OPEN_CAMP = [
    ("visit", -6, "19:20", {
        "unit": "RC21", "caravans": "5", "vans": "3", "dogs": "2",
        "waste": "none", "damage": "entry", "access": "clear",
        "seen": "Chain of the gate cut; on the set-aside, nothing sown"}),
    ("step", -6, "19:40", {
        "who": "owner", "what": "no-consent", "note": "At the gate"}),
    ("welfare", -5, "10:30", {"made": "yes", "by": "council",
                              "passed": "yes"}),
    ("visit", -4, "09:20", {
        "unit": "RC24", "caravans": "7", "vans": "4", "dogs": "2",
        "waste": "household", "access": "clear"}),
    ("step", -4, "09:50", {
        "who": "occupier", "what": "asked", "note": "Heard by RC24"}),
    ("power", -4, "10:30", {
        "power": "s61", "stage": "considered", "role": "inspector"}),
    ("evidence", -4, "09:20", {
        "test": "s61-six", "side": "for", "source": "seen",
        "text": "Seven caravans and four vans counted"}),
    ("evidence", -4, "09:50", {
        "test": "s61-asked", "side": "for", "source": "seen",
        "text": "The occupier asked them at 09:50, heard by RC24"}),
    ("decision", -4, "11:00", {
        "what": "watch", "role": "inspector", "given": "not",
        "text": "No harm to the land beyond the chain; the council looks for"
                " a pitch. Visit again before the weekend is over."}),
    ("deadline", -1, "12:00", {"what": "visit"}),
    ("deadline", 2, "12:00", {"what": "answer"}),
]


class Weeks:
    """The people, and what they do when."""

    def __init__(self, port, days):
        self.port, self.days = port, days
        self.numbers = {}
        self.sessions = {}
        self.camp = None

    # Who and which

    def _as(self, name, day):
        """Somebody's session of that day."""
        if self.sessions.get(name, (None, None))[0] != day:
            self.sessions[name] = (day, Officer(self.port, name))
        return self.sessions[name][1]

    def _number(self, visitor, day, no):
        """An incident's number, by the source's reference."""
        ref = self.days.reference(no, day)
        if ref not in self.numbers:
            listed = json.loads(visitor.get("/v1/incidents?limit=200").text)
            self.numbers = {i["ref"]: i["id"] for i in listed["items"]}
        return self.numbers[ref]

    def _form(self, visitor):
        return json.loads(visitor.get("/v1/session").text)["form"]

    def _post(self, visitor, path, fields):
        answer = visitor.post(path, fields)
        assert answer.status == 200, f"{path}: {_said(answer)}"
        return answer

    def _local(self, day, clock):
        at = self.days.moment(day, clock).astimezone(LONDON)
        return f"{at:%Y-%m-%dT%H:%M}"

    # What they do

    def _decide(self, day, of, no, verdict):
        v = self._as("liaison", day)
        page = v.get(f"/incident/{self._number(v, of, no)}")
        assert v.decide(page, verdict).status == 200, no

    def _contact(self, day, of, no, form):
        v = self._as("liaison", day)
        form = dict(form)
        for name in ("due", "visit"):
            if f"{name}-in" in form:
                ahead = form.pop(f"{name}-in")
                form[f"{name}-day"] = self._local(day + ahead, "12:00")[:10]
        self._post(v, f"/incident/{self._number(v, of, no)}/contact", {
            "form": self._form(v), "corrects": "0", **form})

    def _tip(self, day, of, no, form, referred, cleared):
        v = self._as("liaison", day)
        path = f"/incident/{self._number(v, of, no)}/fly-tipping"
        page = v.get(path)
        form = {**form, "referred-at": self._local(referred, "09:20")}
        if cleared is not None:
            form["cleared-at"] = self._local(cleared, "15:00")
        self._post(v, path, {"form": page.field("form"),
                             "seen": page.field("seen"), **form})

    def _make_series(self, day, name, members):
        v, number = self._as("liaison", day), ""
        for of, no, kind, reason in members:
            page = self._post(
                v, f"/incident/{self._number(v, of, no)}/series", {
                    "form": self._form(v), "series": number,
                    "name": "" if number else name, "kind": kind,
                    "reason": reason})
            number = page.path.rsplit("/", 1)[1]

    def _camp_line(self, day, kind, at, fields):
        v = self._as("crew-4", day)
        answer = v.line(self.camp, kind, at=at, **fields)
        assert answer.status == 200, _said(answer)

    def _open_camp(self, day, of, no, place):
        v = self._as("crew-4", day)
        page = v.begin(self._number(v, of, no), place, "farm")
        assert page.status == 200, _said(page)
        self.camp = page.path.rsplit("/", 1)[1]

    def _join(self, day, of, no):
        v = self._as("crew-4", day)
        answer = v.change(self.camp, "join",
                          ref=self.days.reference(no, of))
        assert answer.status == 200, _said(answer)

    def _hold(self, day, of, no, why):
        v = self._as("liaison", day)
        self._post(v, f"/incident/{self._number(v, of, no)}/hold", {
            "form": self._form(v), "hold": "0", "why": why})

    def _take(self, day, of, no, note):
        v = self._as("crew-4", day)
        page = v.get(f"/job/{self._number(v, of, no)}")
        self._post(v, f"{page.path}/say", {
            "form": page.field("form"), "once": page.field("once"),
            "word": "take", "note": note})

    def _read_much(self, day):
        """One account that reads and does nothing about it."""
        v = self._as("analyst", day)
        for number in list(self.numbers.values())[:30]:
            v.get(f"/incident/{number}")

    def acts(self, refuse):
        """(moment, what to do) of all that they did; refuse: what makes the
        council's mailbox refuse the next mail."""
        plan = []

        def at(day, clock, act, *args):
            plan.append((self.days.moment(day, clock),
                         lambda: act(*args)))
        for day, clock, *rest in DECISIONS:
            at(day, clock, self._decide, day, *rest)
        for day, clock, *rest in CONTACTS:
            at(day, clock, self._contact, day, *rest)
        for day, clock, *rest in TIPPINGS:
            at(day, clock, self._tip, day, *rest)
        for name, members in SERIES:
            at(-4, "14:00", self._make_series, -4, name, members)
        self._plan_camps(at)
        at(-3, "11:00", self._hold, -3, -33, "0118",
           "Serial numbers wanted by a court")
        at(-2, "08:14", refuse)
        at(-1, "09:05", self._take, -1, -1, "0077",
           "Going to both farms this afternoon")
        at(-1, "11:00", self._read_much, -1)
        return plan

    def _plan_camps(self, at):
        at(-38, "18:30", self._open_camp, -38, -38, "0940",
           "Track to the farm wood, Saling Grove Farm")
        for kind, day, clock, fields in ENDED_CAMP:
            at(day, _later(clock), self._camp_line, day, kind,
               self._local(day, clock), fields)
        at(-6, "19:10", self._open_camp, -6, -6, "0997",
           "Set-aside field, Bridgefoot Farm")
        at(-5, "09:32", self._join, -5, -5, "0160")
        for kind, day, clock, fields in OPEN_CAMP:
            entered = (-4, "11:30") if kind == "deadline" else (
                day, _later(clock))
            at(*entered, self._camp_line, entered[0], kind,
               self._local(day, clock), fields)


def _later(clock):
    """Five minutes on: when what happened is entered."""
    hour, minute = map(int, re.split(":", clock))
    minute += 5
    return f"{hour + minute // 60:02}:{minute % 60:02}"


def _said(answer):
    """What a page says, without what stands on every page."""
    return re.sub("<[^>]*>", " ", answer.text.split("<main")[-1])
