"""The answers of the API about changes of rules."""

import itertools
from http.client import HTTPException

from api_core import read
from support.api import case
from support.process import wait_for
from support.rulechange import OWN, WRONG

LIST, ONE = "/v1/rule-changes", "/v1/rule-changes/{id}"
GOOD = {"file": "api.rules", "text": OWN, "reason": "More of it",
        "base": None}
numbers = itertools.count()


def make(desk, text=OWN):
    """A draft of a file, rule and theme that nobody else has."""
    n = next(numbers)
    text = text.replace("quads", f"quads_{n}").replace("theft", f"theft-{n}")
    answer = desk.client("figures").change(
        LIST, {**GOOD, "file": f"api-{n}.rules", "text": text})
    assert answer.status == 200, answer.text
    return answer


def url(answer, verb=""):
    return f"{LIST}/{answer.json['id']}{verb}"


@case("POST", LIST, 200)
def made(desk):
    wrong = make(desk, text=WRONG)
    assert wrong.json["check"]["errors"] == 1
    problem = wrong.json["check"]["report"]["problems"][0]
    assert problem["column"] == 27 and "quods" in problem["message"]
    return make(desk)


for body in ({}, {**GOOD, "base": "0" * 64}, {**GOOD, "file": "../x.rules"},
             {**GOOD, "text": 1}, {**GOOD, "text": ""}, {**GOOD, "more": 1},
             {**GOOD, "reason": " "}, {**GOOD, "reason": "x" * 1001},
             {**GOOD, "text": "# " + "x" * 131072}):
    @case("POST", LIST, 422)
    def not_made(desk, body=body):
        return desk.client("figures").change(LIST, body)


@case("POST", LIST, 400)
def no_json(desk):
    return desk.client("figures").change(LIST, "{")


@case("POST", LIST, 415)
def no_type(desk):
    return desk.client("figures").change(
        LIST, GOOD, fields={"Content-Type": "text/plain"})


@case("POST", LIST, 401)
def nobody(desk):
    return desk.client(None).change(LIST, GOOD)


for who, fields in (("checker", {}), ("chief", {}), ("liaison", {}),
                    ("figures", {"X-Buzzard-Form": None}),
                    ("figures", {"Sec-Fetch-Site": "cross-site"})):
    @case("POST", LIST, 403)
    def may_not(desk, who=who, fields=fields):
        return desk.client(who).change(LIST, GOOD, fields=fields)


@case("GET", LIST, 200)
def listed(desk):
    make(desk)
    assert desk.client("checker").get(f"{LIST}?format=csv").status == 200
    return desk.client("checker").get(f"{LIST}?state=draft&limit=1")


for query in ("?state=x", "?limit=0", "?after=1", "?format=geojson", "?x=1"):
    read("GET", LIST, 400, "figures", LIST + query)
read("GET", LIST, 401, None)
read("GET", LIST, 403, "liaison")
read("GET", ONE, 401, None, f"{LIST}/1")
read("GET", ONE, 403, "liaison", f"{LIST}/1")
for number in ("0", "x", "9999", "-1"):
    read("GET", ONE, 404, "figures", f"{LIST}/{number}")


@case("GET", ONE, 200)
def one(desk):
    return desk.client("checker").get(url(make(desk)))


def ready(desk):
    """One that awaits an approver, with its preview."""
    client = desk.client("figures")
    answer = make(desk)
    path = url(answer)
    answer = client.change(f"{path}/preview", {"days": 30}, answer.etag)
    assert answer.status == 200, answer.text
    wait_for(lambda: client.get(path).json["preview"]["state"] == "done", 20,
             "the preview's end")
    return client.change(f"{path}/propose", {}, client.get(path).etag)


@case("POST", f"{ONE}/preview", 200)
def previewed(desk):
    answer = make(desk)
    return desk.client("figures").change(
        url(answer, "/preview"), {"days": 7}, answer.etag)


@case("POST", f"{ONE}/propose", 200)
def proposed(desk):
    return ready(desk)


@case("POST", f"{ONE}/withdraw", 200)
def withdrawn(desk):
    answer = make(desk)
    return desk.client("figures").change(
        url(answer, "/withdraw"), {}, answer.etag)


@case("POST", f"{ONE}/send-back", 200)
def sent_back(desk):
    answer = ready(desk)
    return desk.client("checker").change(
        url(answer, "/send-back"), {"why": "Narrower"}, answer.etag)


@case("POST", f"{ONE}/approve", 200)
def approved(desk):
    answer = ready(desk)
    client = desk.client("checker")
    seen = answer.etag
    answer = client.change(url(answer, "/approve"), {}, seen)
    assert answer.json["state"] == "approved", answer.text
    late = client.change(url(answer, "/approve"), {}, seen)
    assert late.status == 412
    assert late.json["current"]["id"] == answer.json["id"]
    path = url(answer)

    def in_force():
        try:
            now = client.get(path).json
        except (OSError, HTTPException):
            now = None
        # None, too, while the service is opened again.
        return now is not None and now.get("state") == "in-force"
    wait_for(in_force, 20, "the change in force")
    return answer


BODIES = {"propose": {}, "withdraw": {}, "preview": {"days": 7},
          "approve": {}, "send-back": {"why": "x"}}
ACTORS = {"propose": "figures", "withdraw": "figures", "preview": "figures",
          "approve": "checker", "send-back": "checker"}
OTHERS = {"propose": "checker", "withdraw": "liaison", "preview": "liaison",
          "approve": "figures", "send-back": "figures"}
for verb, good in BODIES.items():
    def sent(status, verb=verb, body=good, seen=None, name=ACTORS[verb],
             number=None, **fields):
        @case("POST", f"{ONE}/{verb}", status)
        def send(desk):
            answer = make(desk)
            path = f"{LIST}/{number}/{verb}" if number \
                else url(answer, f"/{verb}")
            return desk.client(name).change(
                path, body, None if seen == "none" else seen or answer.etag,
                fields)

    sent(400, body="{")
    sent(401, name=None)
    sent(403, name=OTHERS[verb])
    sent(403, **{"X-Buzzard-Form": None})
    sent(404, number="9999")
    sent(404, number="x")
    sent(412, seen='"999"')
    sent(415, **{"Content-Type": "text/plain"})
    sent(422, body={**good, "more": 1})
    sent(428, seen="none")
for wrong in ({}, {"days": 0}, {"days": 400}, {"days": "7"}):
    sent(422, verb="preview", body=wrong, name="figures")
sent(422, verb="approve", body={}, name="checker")  # a draft
