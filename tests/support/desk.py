"""A visitor of the review service, speaking HTTP as a browser would."""

import html
import http.client
import os
import re
import urllib.parse

PASSWORD = "barley gate lantern"


def add_account(agent, name, roles, password=PASSWORD):
    """An account, made by the command."""
    path = f"{agent.folder}/password"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
              "w", encoding="utf-8") as f:
        f.write(password + "\n")
    done = agent.command("user", "add", name, "--roles", roles,
                         "--password-file", path)
    assert done.returncode == 0, done.stderr


class Answer:
    """What came back."""

    def __init__(self, response, path):
        self.status, self.path = response.status, path
        self.fields = response.headers
        self.text = response.read().decode()

    def field(self, name):
        """The value of a hidden field of a form in the page."""
        found = re.search(f'name="{name}" value="([^"]*)"', self.text)
        assert found, f"no field {name} in {self.path}:\n{self.text}"
        return html.unescape(found[1])

    def links(self, pattern):
        return [m[1] for m in re.finditer(r'href="([^"]*)"', self.text)
                if re.fullmatch(pattern, m[1])]


class Visitor:
    """One browser: keeps its cookie, follows redirects."""

    def __init__(self, port):
        self.port, self.cookie = port, None

    def ask(self, method, path, body=None, fields=None, follow=True):
        connection = http.client.HTTPConnection("127.0.0.1", self.port,
                                                timeout=20)
        fields = dict(fields or {})
        if self.cookie:
            fields["Cookie"] = self.cookie
        if isinstance(body, dict):
            body = urllib.parse.urlencode(body)
            fields.setdefault("Content-Type",
                              "application/x-www-form-urlencoded")
        connection.request(method, path, body, fields)
        response = connection.getresponse()
        answer = Answer(response, path)
        connection.close()
        cookie = answer.fields.get("Set-Cookie")
        if cookie:
            self.cookie = cookie.split(";")[0]
        if follow and answer.status == 303:
            return self.get(answer.fields["Location"].split("#")[0])
        return answer

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def post(self, path, body, **more):
        return self.ask("POST", path, body, **more)

    def log_in(self, name, password=PASSWORD):
        return self.post("/login", {"name": name, "password": password})

    def decide(self, page, verdict, **more):
        """Send the form of an incident's page."""
        path = page.path.split("?")[0] + "/decide"
        return self.post(path, {
            "form": page.field("form"), "version": page.field("version"),
            "note": "", "verdict": verdict, **more})
