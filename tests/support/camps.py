"""An officer at the register of encampments."""

import datetime
import re

from .desk import Visitor
from .london import LONDON

CAMP_PACK = """\
themes encampment, fly-tipping, hare-coursing

rule camp "Encampment"
    theme encampment
    give 70 when text has "caravans"
    alert from 60, review from 30

rule tipping "Fly-tipping"
    theme fly-tipping
    give 70 when text has "rubble"
    alert from 60, review from 30

rule coursing "Hare coursing"
    theme hare-coursing
    give 70 when text has "coursing"
    alert from 60, review from 30
"""
CAMPED = "eight caravans on the field"


def hours_ago(hours):
    """That moment, as a form has it."""
    at = datetime.datetime.now(LONDON) - datetime.timedelta(hours=hours)
    return at.strftime("%Y-%m-%dT%H:%M")


def report(ref, text=CAMPED, hours=100, **members):
    """An incident opened so many hours ago."""
    at = (datetime.datetime.now(datetime.timezone.utc)
          - datetime.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"id": ref, "opened_at": at, "grade": 2, "lat": 51.95,
            "lon": 0.45, "district": "Uttlesford",
            "log": [{"at": at, "by": "CALL", "text": text}], **members}


class Officer(Visitor):
    """Somebody who may add to the register."""

    def __init__(self, port, name="liaison"):
        super().__init__(port)
        assert self.log_in(name).status == 200

    def begin(self, incident, place="Long Meadow, Example Farm", land="farm",
              **more):
        """Open an entry; the answer is its page."""
        form = self.get("/v1/session").text
        form = re.search(r'"form":"([^"]+)"', form)[1]
        return self.post(f"/incident/{incident}/encampment", {
            "form": form, "place": place, "land": land, **more})

    def line(self, camp, kind=None, hours=1, asked="", **fields):
        """Fill in the form of a line and send it."""
        page = self.get(f"/encampments/{camp}/line?kind={kind}{asked}"
                        if kind else f"/encampments/{camp}/line?{asked}")
        return self.send(page, kind, hours, **fields)

    def send(self, page, kind=None, hours=1, **fields):
        """Send the form of a page that was shown."""
        assert page.status == 200, page.text
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"',
                                 page.text.split("<h2>Or take")[0]))
        if kind:
            hidden["kind"] = kind
        return self.post(page.path.split("?")[0], {
            **hidden, "at": hours_ago(hours), **fields})

    def turns(self, camp):
        """The version of an entry, as a form has it."""
        return self.get(f"/encampments/{camp}/line?kind=visit"
                        ).field("turns")

    def change(self, camp, what, turns=None, **fields):
        """Join an incident or take one out."""
        page = self.get(f"/encampments/{camp}/line?kind=visit")
        return self.post(f"/encampments/{camp}/{what}", {
            "form": page.field("form"),
            "turns": turns or page.field("turns"), **fields})
