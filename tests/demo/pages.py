"""That each page has something to show once the demo is filled."""

import re

from support import wait_for
from support.desk import Visitor

# (account, path, what its page must say); {0990} is that incident of the night.
PAGES = [
    ("liaison", "/", "wait for a decision"),
    ("liaison", "/search?q=lurchers", "<mark>"),
    ("liaison", "/map", "Hare coursing"),
    ("liaison", "/vehicles?plate=AB12*", "AB12???"),
    ("liaison", "/vehicles?plate=AB12CDE", "Could be the same"),
    ("liaison", "/series", "Green Subaru"),
    ("liaison", "/series", "A vehicle at one coursing after another"),
    ("liaison", "/series/1", "nothing disagrees"),
    ("liaison", "/follow-up", "Overdue"),
    ("liaison", "/encampments", "verdue"),
    ("liaison", "/fly-tipping", "Tipper lorry load"),
    ("liaison", "/hand-over", "team to see the ground again"),
    ("liaison", "/alerts?view=dead", "this mailbox takes no mail"),
    ("liaison", "/alerts?view=sent&recipient=team-areas", "rea event"),
    ("liaison", "/incident/{1044}", "EU31-front.gpx"),
    ("liaison", "/incident/{0990}", "Told the outcome"),
    ("liaison", "/incident/{1056}", "Recreation ground"),
    ("liaison", "/retention", "/incident/"),
    ("keeper", "/feeds", "control-room"),
    ("keeper", "/quarantine", "the text ends too early"),
    ("keeper", "/accounts", "crew-4"),
    ("analyst", "/rules", "%"),
    ("approver", "/rules/changes?state=awaiting", "energisers.rules"),
    ("auditor", "/audit", "analyst"),
]


def faults(port, numbers, pages=PAGES, visitor=Visitor, seconds=10):
    """In words, each page that does not say what it must; numbers: of the
    night's incidents, by the last four digits of their references."""
    found, visitors = [], {}
    for name, path, words in pages:
        if name not in visitors:
            visitors[name] = visitor(port)
            visitors[name].log_in(name)
        path = re.sub(r"\{(\d+)\}", lambda m: str(numbers[m[1]]), path)
        try:
            wait_for(lambda: words in visitors[name].get(path).text,
                     seconds, path)
        except TimeoutError:
            found.append(f"{path} does not say {words!r} to {name}")
    return found
