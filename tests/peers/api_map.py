"""The layers of the map, each status that they promise."""

from api_core import read

GOOD = ("", "?bbox=0,51,1,52", "?bbox=-180,-90,180,90&zoom=18",
        "?zoom=0&days=366&theme=fuel&level=alert&progress=yes", "?bbox=", "?until=2026-01-14&days=28", "?until=")
BAD = ("bbox=1,2,3", "bbox=0,51,1,52,3", "bbox=a,b,c,d", "bbox=1,51,0,52",
       "bbox=0,52,1,51", "bbox=0,51,999,52", "bbox=nan,51,1,52",
       "bbox=0,51,1,52%00", "zoom=19", "zoom=x", "zoom=-1", "days=0",
       "days=367", "days=1e3", "theme=none", "theme=%3Cb%3E", "level=review",
       "progress=no", "until=x", "until=2026-02-30",
       "until=2026-01-14T00:00:00Z", "until=%22%3E")

for name in ("areas", "boundaries", "incidents", "names", "units", "tracks"):
    path = f"/v1/map/{name}"
    reader = "films" if name == "tracks" else "liaison"
    read("GET", path, 401, None)
    read("GET", path, 403, "auditor")
    for query in GOOD:
        read("GET", path, 200, reader, path + query)
    for query in BAD:
        read("GET", path, 400, reader, f"{path}?{query}")

LIST = "/v1/map/list"
read("GET", LIST, 401, None)
read("GET", LIST, 403, "auditor")
for query in (*(q for q in GOOD if "zoom" not in q), "?format=csv",
              "?format=geojson&limit=1", "?bbox=-180,-90,180,90&days=366"):
    read("GET", LIST, 200, "liaison", LIST + query)
for query in (*BAD, "limit=0", "after=1", "format=xml"):
    read("GET", LIST, 400, "liaison", f"{LIST}?{query}")
