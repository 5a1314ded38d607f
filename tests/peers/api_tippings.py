"""The answers of the API about fly-tipping."""

from api_core import read

LIST, FIGURES = "/v1/fly-tipping", "/v1/fly-tipping/figures"

for query in ("", "?limit=1", "?format=csv", "?month=2026-11",
              "?size=van&waste=tyres&land=farm"):
    read("GET", LIST, 200, "liaison", LIST + query)
for query in ("?limit=0", "?after=1", "?month=November", "?month=2026-13",
              "?format=geojson", "?place=x"):
    read("GET", LIST, 400, "liaison", LIST + query)
for query in ("", "?limit=3", "?format=csv"):
    read("GET", FIGURES, 200, "figures", FIGURES + query)
for query in ("?limit=0", "?after=1", "?format=geojson", "?month=2026-11"):
    read("GET", FIGURES, 400, "figures", FIGURES + query)
for resource in (LIST, FIGURES):
    read("GET", resource, 401, None)
    read("GET", resource, 403, "auditor")
