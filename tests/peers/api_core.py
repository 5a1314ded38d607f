"""The answers of the API's first resources, each status that they promise."""

import csv
import io

from support.api import case

WHAT = {"decisions": [{"theme": "hare-coursing", "verdict": "confirmed"}]}
READ = ["/v1", "/v1/openapi.yaml", "/v1/session", "/v1/queue",
        "/v1/incidents", "/v1/audit", "/v1/audit/unusual"]


def read(method, path, status, name, asked=None):
    """A case that only asks."""
    @case(method, path, status)
    def ask(desk):
        return desk.client(name).get(asked or path)
    return ask


def listed(path, name, stranger, good=(), bad=(), asked=None):
    """The cases of a list that name may read and stranger may not."""
    asked = asked or path
    mark = "&" if "?" in asked else "?"
    for query in ("", f"{mark}limit=1", f"{mark}format=csv", *good):
        read("GET", path, 200, name, asked + query)
    for query in ("limit=0", "after=1", "format=geojson", "x=y"):
        read("GET", path, 400, name, asked + mark + query)
    for query in bad:
        read("GET", path, 400, name, asked + query)
    read("GET", path, 401, None, asked)
    read("GET", path, 403, stranger, asked)


def recorded(path, name, stranger, asked=None):
    """Those of a record beside its 200; asked has its number."""
    if asked:
        read("GET", path, 200, name, asked)
    for number in ("0", "x", "99999", "-1", "%00"):
        read("GET", path, 404, name, path.replace("{id}", number))
    read("GET", path, 401, None, path.replace("{id}", "1"))
    read("GET", path, 403, stranger, path.replace("{id}", "1"))


def refused(promise, number, good, name, stranger, see=None, wrong=()):
    """
    Each way in which a change is refused, where good is what would be taken:
    see is the record with the ETag (None: the change needs no If-Match), wrong
    are bodies with the field that is to be named, or None.
    """
    url = promise.replace("{id}", str(number))

    def sent(status, body=None, seen=None, by=name, path=url, field=None,
             **fields):
        @case("POST", promise, status)
        def send(desk):
            etag = seen or (see and desk.client(name).get(see).etag)
            assert etag or not see or seen == "none"
            answer = desk.client(by).change(
                path, good if body is None else body,
                None if seen == "none" else etag, fields)
            assert field is None or answer.json.get("field") == field, \
                answer.text
            return answer

    sent(400, "{")
    sent(401, by=None)
    sent(403, by=stranger)
    sent(403, **{"X-Buzzard-Form": None})
    sent(403, **{"X-Buzzard-Form": "A" * 43})
    sent(403, **{"Sec-Fetch-Site": "cross-site"})
    sent(415, **{"Content-Type": "text/plain"})
    sent(422, [])
    sent(422, {**good, "more": 1}, field="more")
    for body, field in wrong:
        sent(422, body, field=field)
    for member in good:
        sent(422, {**good, member: {"a": 1}}, field=member)
    if see:
        sent(412, seen='"1.2.3.4.5"')
        sent(412, seen="W/\"1\"")
        sent(428, seen="none")
        sent(428, seen="*")
    if "{id}" in promise:
        for unknown in ("99999", "0", "x"):
            sent(404, path=promise.replace("{id}", unknown))


for resource in READ:
    read("GET", resource, 401, None)
    read("GET", resource, 200,
         "auditor" if "audit" in resource else "liaison")
for resource in ("/v1/queue", "/v1/incidents"):
    read("GET", resource, 403, "auditor")
read("GET", "/v1/audit", 403, "liaison")
read("GET", "/v1/audit/unusual", 403, "chief")

for resource, name in (("/v1/queue", "liaison"), ("/v1/incidents", "liaison"),
                       ("/v1/audit", "auditor"),
                       ("/v1/audit/unusual", "auditor")):
    for query in ("after=1", "after=%00", "after=" + "0" * 56, "limit=0",
                  "limit=5001", "limit=x", "format=xml", "themes=fuel"):
        read("GET", resource, 400, name, f"{resource}?{query}")
    for query in ("format=csv", "limit=1", "format=json&limit=5000"):
        read("GET", resource, 200, name, f"{resource}?{query}")
read("GET", "/v1/queue", 400, "liaison", "/v1/queue?progress=no")
for query in ("who=all", "who=mine%00"):
    read("GET", "/v1/queue", 400, "liaison", f"/v1/queue?{query}")
for query in ("who=mine", "who=nobody&theme=hare-coursing"):
    read("GET", "/v1/queue", 200, "liaison", f"/v1/queue?{query}")
for query in ("account=liaison", "account=user:x&event=alteration",
              "incident=1&since=2026-01-01", "event=erasure",
              "before=2030-01-01&account=' OR 1=1 --"):
    read("GET", "/v1/audit", 200, "auditor",
         f"/v1/audit?{query.replace(' ', '%20')}")
for query in ("event=look", "incident=R-1", "incident=0", "since=today",
              "before=2026-13-01", "row=1"):
    read("GET", "/v1/audit", 400, "auditor", f"/v1/audit?{query}")
read("GET", "/v1/incidents", 400, "liaison", "/v1/incidents?since=yesterday")
read("GET", "/v1/incidents", 400, "liaison", "/v1/incidents?before=2026-02-30")
for query in ("format=geojson", "theme=hare-coursing", "since=2026-11-14",
              "before=2026-11-14T00:00:00Z&format=geojson", "district=none"):
    read("GET", "/v1/incidents", 200, "liaison", f"/v1/incidents?{query}")

read("GET", "/v1/incidents/{id}", 200, "liaison", "/v1/incidents/1")
read("GET", "/v1/incidents/{id}", 200, "patrol", "/v1/incidents/1")
read("GET", "/v1/incidents/{id}", 401, None, "/v1/incidents/1")
read("GET", "/v1/incidents/{id}", 403, "auditor", "/v1/incidents/1")
for number in ("0", "99", "x", "-1", "99999999999999999999", "%00"):
    read("GET", "/v1/incidents/{id}", 404, "liaison",
         f"/v1/incidents/{number}")

for verb, good in (("decisions", WHAT), ("undo", {"act": 1})):
    resource = f"/v1/incidents/{{id}}/{verb}"
    url = f"/v1/incidents/1/{verb}"

    def sent(status, body=None, seen=None, name="liaison", path=url,
             promise=resource, preset=good, **fields):
        """A case that sends a change as it should not be."""
        @case("POST", promise, status)
        def send(desk):
            client = desk.client(name)
            etag = seen or desk.client().get("/v1/incidents/1").etag
            return client.change(path, preset if body is None else body,
                                 None if seen == "none" else etag, fields)

    sent(400, "{")
    sent(400, '{"act": 1, "act": 1}')
    sent(400, "\x00")
    sent(401, name=None)
    sent(403, name="patrol")
    sent(403, **{"X-Buzzard-Form": "A" * 43})
    sent(403, **{"X-Buzzard-Form": None})
    sent(403, **{"Sec-Fetch-Site": "cross-site"})
    sent(404, path=f"/v1/incidents/99/{verb}")
    sent(404, path=f"/v1/incidents/99/{verb}", seen='"0.0.0.0.0"')
    sent(404, path=f"/v1/incidents/x/{verb}")
    sent(412, seen='"1.2.3.4.5"')
    sent(412, seen='"\'; DROP TABLE tag; --"')
    sent(412, seen="1.0.0.0.1")
    sent(412, seen='"", ,"')
    sent(415, **{"Content-Type": "text/plain"})
    sent(415, **{"Content-Type": "application/x-www-form-urlencoded"})
    sent(422, [])
    sent(422, {**good, "more": 1})
    sent(422, {})
    sent(428, seen="none")
    sent(428, seen="*")

for wrong in ({"decisions": []}, {"decisions": {}}, {"decisions": [1]},
              {"decisions": [{"theme": "fuel"}]},
              {"decisions": [{"theme": "fuel", "verdict": "maybe"}]},
              {"decisions": [{"theme": "fuel", "verdict": "confirmed"}]},
              {"decisions": [{"theme": "<b>", "verdict": "added"}]},
              {"decisions": WHAT["decisions"] * 2},
              {"decisions": WHAT["decisions"] * 9},
              {**WHAT, "note": "x" * 1001}):
    sent(422, wrong, path="/v1/incidents/1/decisions",
         promise="/v1/incidents/{id}/decisions")
for wrong in ({"act": "1"}, {"act": 0}, {"act": -1}, {"act": 2 ** 62}):
    sent(422, wrong)


@case("POST", "/v1/incidents/{id}/decisions", 200)
def decide(desk):
    client = desk.client()
    seen = client.get("/v1/incidents/2").etag
    answer = client.change("/v1/incidents/2/decisions", {
        "decisions": [{"theme": "fly-tipping", "verdict": "rejected"},
                      {"theme": "fuel", "verdict": "added"}],
        "note": " <script>alert(1)</script> "}, seen)
    assert [(d["verdict"], d["note"], d["by"])
            for d in answer.json["decisions"]] == [
        ("rejected", "<script>alert(1)</script>", "liaison"),
        ("added", "<script>alert(1)</script>", "liaison")]
    assert answer.etag != seen
    late = client.change("/v1/incidents/2/decisions", WHAT, seen)
    assert late.status == 412
    assert late.etag == answer.etag
    assert late.json["current"] == answer.json
    return answer


@case("POST", "/v1/incidents/{id}/undo", 200)
def undo(desk):
    client = desk.client("second")
    seen = client.get("/v1/incidents/3").etag
    done = client.change("/v1/incidents/3/decisions", {"decisions": [
        {"theme": "fly-tipping", "verdict": "confirmed"}]},
        f'"old", {seen}')
    assert done.status == 200, done.text
    act = done.json["decisions"][-1]["act"]
    other = client.get("/v1/incidents/1").etag
    assert client.change("/v1/incidents/1/undo", {"act": act},
                         other).status == 422
    answer = client.change("/v1/incidents/3/undo", {"act": act}, done.etag)
    assert answer.json["decisions"][-1]["undone_by"] == "second"
    assert client.change("/v1/incidents/3/undo", {"act": act},
                         answer.etag).status == 422
    return answer


def table(answer):
    """A CSV as what RFC 4180 says it is."""
    assert answer.text.endswith("\r\n")
    assert "\n" not in answer.text.replace("\r\n", "") or '"' in answer.text
    rows = list(csv.reader(io.StringIO(answer.text, newline=""), strict=True))
    assert len({len(row) for row in rows}) == 1
    return [dict(zip(rows[0], row)) for row in rows[1:]]


