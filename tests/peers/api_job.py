"""The answers of the API about who has an incident."""

from api_core import recorded, refused
from support.api import case

JOB = "/v1/incidents/{id}/job"


@case("POST", JOB, 200)
def take(desk):
    patrol, desk_officer = desk.client("patrol"), desk.client()
    path = "/v1/incidents/1/job"
    seen = patrol.get(path)
    assert seen.json["holder"] is None and seen.json["said"] == []
    taken = patrol.change(path, {"word": "take", "note": "from the A12"},
                          seen.etag)
    assert taken.json["holder"] == "patrol"
    late = desk_officer.change(path, {"word": "take"}, seen.etag)
    assert late.status == 412
    assert late.json["current"]["holder"] == "patrol"
    noted = desk_officer.change(path, {"word": "note", "note": "<b>"},
                                taken.etag)
    assert [(s["by"], s["word"], s["note"]) for s in noted.json["said"]] == [
        ("patrol", "take", "from the A12"), ("liaison", "note", "<b>")]
    answer = patrol.change(path, {"word": "release"}, noted.etag)
    assert answer.json["holder"] is None
    assert patrol.change(path, {"word": "release"},
                         answer.etag).status == 422
    return answer


recorded(JOB, "figures", "auditor", "/v1/incidents/4/job")
refused(JOB, 4, {"word": "take"}, "patrol", "auditor", "/v1/incidents/4/job",
        [({}, "word"), ({"word": "run"}, "word"), ({"word": "note"}, "note"),
         ({"word": "take", "note": "x" * 501}, None)])
