"""The answers of the API about vehicles."""

from api_core import listed, read, table
from support.api import case
from whole import incident

LIST, WITH = "/v1/vehicles", "/v1/vehicles/with"


@case("GET", LIST, 200)
def half_a_plate(desk):
    """What one read whole and another in part stands side by side."""
    client = desk.client()
    desk.drop("plates.ndjson", [
        incident("V-1", "coursing, lurchers in AB12 CDE with XY07 ZZZ"),
        incident("V-2", "coursing with lurchers, a van AB12 something E")])
    desk.wait_taken("plates.ndjson")
    answer = client.get(LIST + "?plate=AB12")
    marks = {m["mark"]: m for m in answer.json["items"]}
    assert marks["AB12CDE"]["has_all_that_was_asked"]
    assert marks["AB12CDE"]["not_read"] == 0
    assert marks["AB12CDE"]["incidents"] == 1
    assert client.get(WITH + "?plate=AB12CDE").json["items"] == [
        {"mark": "XY07ZZZ", "is_read_in_part": False, "incidents": 1}]
    found = table(client.get("/v1/search?plate=AB12CDE&format=csv"))
    assert [row["ref"] for row in found] == ["V-1"]
    return answer


for path in (LIST, WITH):
    listed(path, "figures", "chief", ["&after="],
           ["&after=" + "0" * 24], path + "?plate=AB12")
    for plate in ("", "?plate=", "?plate=*", "?plate=%00"):
        read("GET", path, 400, "figures", path + plate)
