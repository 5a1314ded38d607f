"""A program that speaks to the API under /v1, and the document it is held to.

    client = Client(agent.port, "liaison")
    answer = client.get("/v1/queue")        # answer.json
    client.change("/v1/incidents/1/decisions", body, seen=answer.etag)
    Document().check("GET", "/v1/queue", answer)

A case is an answer that the document promises, tried: a file api_NAME.py of
tests/peers has one for each of its resources and their statuses,

    @case("GET", "/v1/queue", 200)
    def queue(desk):
        return desk.client().get("/v1/queue")

and test_review_api.py tries them all and asks for those that are missing.
"""

import json
import re

import jsonschema
import yaml

from .agent import ROOT
from .desk import Visitor

CASES = {}


def case(method, path, status):
    """The function under it makes the program give that answer."""
    def keep(function):
        CASES.setdefault((method, path, status), []).append(function)
        return function
    return keep


class Client(Visitor):
    """Somebody who is logged in, unless name is None."""

    def __init__(self, port, name="liaison"):
        super().__init__(port)
        self.form = None
        if name:
            assert self.log_in(name).status == 303
            self.form = self.get("/v1/session").json["form"]

    def ask(self, method, path, body=None, fields=None, follow=False):
        answer = super().ask(method, path, body, fields, follow)
        kind = answer.fields.get_content_type()
        answer.json = json.loads(answer.text) \
            if kind.endswith("json") and answer.text else None
        answer.etag = answer.fields.get("ETag")
        return answer

    def change(self, path, body, seen=None, fields=None):
        """POST with all that a change needs; seen is an ETag."""
        own = {"X-Buzzard-Form": self.form,
               "Content-Type": "application/json",
               "If-Match": seen, **(fields or {})}
        text = body if isinstance(body, str) else json.dumps(body)
        return self.post(path, text, fields={
            k: v for k, v in own.items() if v is not None})


class Document:
    """docs/openapi.yaml."""

    def __init__(self):
        with open(f"{ROOT}/docs/openapi.yaml", encoding="utf-8") as f:
            self.root = yaml.safe_load(f)

    def follow(self, part):
        while "$ref" in part:
            found = self.root
            for name in part["$ref"].removeprefix("#/").split("/"):
                found = found[name]
            part = found
        return part

    def operations(self):
        """(method, path): operation."""
        return {(method.upper(), path): item[method]
                for path, item in self.root["paths"].items()
                for method in ("get", "post") if method in item}

    def promised(self):
        return {(method, path, int(status))
                for (method, path), operation in self.operations().items()
                for status in operation["responses"]}

    def validate(self, schema, value):
        jsonschema.Draft202012Validator(
            schema, resolver=jsonschema.RefResolver("", self.root)
        ).validate(value)

    def check(self, method, path, answer):
        """Is answer one that the document promises of the operation?"""
        responses = self.operations()[method, path]["responses"]
        assert str(answer.status) in responses, \
            f"{method} {path} answered {answer.status}: {answer.text}"
        response = self.follow(responses[str(answer.status)])
        for name, field in response.get("headers", {}).items():
            field = self.follow(field)
            value = answer.fields.get(name)
            assert value is not None or not field["required"], name
            if value is not None:
                self.validate(field["schema"], value)
        kind = answer.fields.get_content_type()
        assert kind in response["content"], f"{path}: {kind}"
        schema = response["content"][kind]["schema"]
        self.validate(schema, answer.text if answer.json is None
                      else answer.json)
        if kind == "application/problem+json":
            assert answer.json["status"] == answer.status
            assert re.search(r"[a-z]", answer.json["detail"])
