"""The answers of the API about accounts."""

from api_core import read

LIST, ONE = "/v1/accounts", "/v1/accounts/{id}"

for query in ("", "?limit=1", "?format=csv"):
    read("GET", LIST, 200, "chief", LIST + query)
for query in ("?limit=0", "?after=1", "?role=officer", "?format=geojson"):
    read("GET", LIST, 400, "chief", LIST + query)
read("GET", LIST, 401, None)
read("GET", LIST, 403, "liaison")
read("GET", ONE, 200, "chief", "/v1/accounts/1")
read("GET", ONE, 401, None, "/v1/accounts/1")
read("GET", ONE, 403, "auditor", "/v1/accounts/1")
for number in ("0", "x", "999", "-1"):
    read("GET", ONE, 404, "chief", f"/v1/accounts/{number}")
