"""The answers of the API about fly-tipping."""

from api_core import listed, recorded, refused, table
from support.api import case

LIST, FIGURES = "/v1/fly-tipping", "/v1/fly-tipping/figures"
OF = "/v1/incidents/{id}/fly-tipping"
WHAT = {"size": "tipper", "waste": "tyres", "land": "highway",
        "witnessed": "no", "evidence": "found", "referred": "district",
        "reference": "=REF-1", "referred_at": "2026-11-14T19:00:00Z"}


@case("POST", OF, 200)
def put(desk):
    client = desk.client("patrol")
    path = "/v1/incidents/3/fly-tipping"
    seen = client.get(path)
    answer = client.change(path, WHAT, seen.etag)
    assert answer.status == 200, answer.text
    record = answer.json["records"][0]
    assert record["stands"] and record["recorded_by"] == "patrol"
    assert {k: record[k] for k in WHAT} == WHAT
    late = desk.client().change(path, {**WHAT, "size": "bag"}, seen.etag)
    assert late.status == 412 and late.json["current"] == answer.json
    again = client.change(path, {**WHAT, "size": "van"}, answer.etag)
    assert [r["stands"] for r in again.json["records"]] == [True, False]
    [row] = table(client.get(LIST + "?format=csv"))
    assert (row["size"], row["reference"]) == ("van", "'=REF-1")
    return again


listed(LIST, "figures", "auditor",
       ["?size=tipper&waste=tyres&land=highway&month=2026-11"],
       ["?month=2026-13", "?month=x"])
listed(FIGURES, "figures", "auditor", ["?limit=3"], ["?month=2026-11"])
recorded(OF, "figures", "auditor", "/v1/incidents/2/fly-tipping")
refused(OF, 3, WHAT, "patrol", "figures", "/v1/incidents/3/fly-tipping", [
    ({}, "size"), ({**WHAT, "size": "huge"}, "size"),
    ({**WHAT, "waste": ""}, "waste"),
    ({**WHAT, "referred_at": "2026-11-14"}, "referred_at"),
    ({**WHAT, "cleared_at": "soon"}, "cleared_at"),
    ({**WHAT, "referred": None, "reference": None}, None)])
