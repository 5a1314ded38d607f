"""Changing rules at the review service, as an analyst and an approver do."""

import http.client

from .desk import Visitor
from .process import wait_for

OWN = """\
themes quad-theft

rule quads "Quad bikes"
    theme quad-theft
    give 70 when text has "quad bike"
    alert from 60, review from 30

test "a quad is gone"
    rural
    CALL "They took the quad bike from the barn"
    expect quad-theft alert
"""
WRONG = OWN.replace('theme quad-theft\n    give 70 when text has "quad bike"',
                    'theme quad-theft\n    give 70 when text has @quods')


class Author(Visitor):
    """Somebody who changes rules, or lets changes through."""

    def __init__(self, port, name):
        super().__init__(port)
        assert self.log_in(name).status == 200

    def make(self, file, text, reason="Three quads went in a week", **more):
        """A draft; the page of it, or the form with what is wrong."""
        page = self.get("/rules/change/new")
        return self.post("/rules/change/new", {
            "form": page.field("form"), "file": file, "text": text,
            "reason": reason, **more})

    def step(self, number, verb, page=None, **fields):
        """Press a button of the page of a change."""
        page = page or self.get(f"/rules/change/{number}")
        if "seen" not in fields:
            fields["seen"] = page.field("seen")
        return self.post(f"/rules/change/{number}/{verb}",
                         {"form": page.field("form"), **fields})

    def preview(self, number, days=30):
        """Run a preview to its end; the page then."""
        answer = self.step(number, "preview", days=days)
        assert answer.status == 200, answer.text
        wait_for(lambda: "It waits to be run" not in (
            page := self.get(f"/rules/change/{number}").text)
            and "It is being run" not in page, 20, "the preview's end")
        return self.get(f"/rules/change/{number}")

    def propose(self, file, text, **more):
        """A change that awaits an approver, with its preview; its number."""
        page = self.make(file, text, **more)
        assert page.status == 200, page.text
        number = page.path.split("/")[-1]
        assert "Run " in self.preview(number).text
        assert self.step(number, "propose").status == 200
        return number

    def wait_state(self, number, words):
        def stands():
            try:
                page = self.get(f"/rules/change/{number}").text
            except (OSError, http.client.HTTPException):
                return False  # while the service is opened again
            return f"<strong>{words}</strong>" in page
        wait_for(stands, 20, f"change {number} {words}")
