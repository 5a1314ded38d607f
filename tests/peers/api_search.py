"""The answers of /v1/search and /v1/series, each status that they promise."""

from support.api import case


def read(path, status, name, query=""):
    @case("GET", path, status)
    def ask(desk):
        return desk.client(name).get(path + query)
    return ask


for resource, asks in (("/v1/search", "?q=dogs&"), ("/v1/series", "?")):
    read(resource, 401, None)
    read(resource, 403, "auditor")
    for more in ("format=csv", "limit=1", "format=json"):
        read(resource, 200, "patrol", asks + more)
    for more in ("after=1", "limit=0", "format=xml", "words=x"):
        read(resource, 400, "liaison", asks + more)
for wrong in ("", "?plate=*", "?near=nowhere", "?near=Braintree&km=0",
              "?from=today", "?theme=witchcraft", "?level=high",
              "?q=x&to=2026-02-30"):
    read("/v1/search", 400, "liaison", wrong)
for right in ("?plate=AB12*", "?near=Braintree&km=50&order=best&q=dogs",
              "?q=%22%28%20OR%20*", "?theme=hare-coursing&level=alert",
              "?from=2026-01-01&to=2030-01-01&progress=yes"):
    read("/v1/search", 200, "liaison", right)
