"""The page Help: the same words as docs/REVIEW.md, and a part for each page."""

import html
import re

import pytest

from support import free_port
from support.agent import ROOT
from support.desk import Visitor, add_account
from whole import TIPPING, alone, incident, make_agent, rows

ROLES = ("officer", "reviewer", "analyst", "approver", "auditor",
         "administrator")


@pytest.fixture(name="desk", scope="module")
def make_desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("help")
    config = {**alone(folder), "review": {"port": free_port()}}
    with make_agent(folder, config) as agent:
        agent.port = config["review"]["port"]
        for role in ROLES:
            add_account(agent, role, role)
        agent.drop("two.ndjson", [incident("EP-1"),
                                  incident("EP-2", TIPPING)])
        agent.wait_taken("two.ndjson")
        yield agent


def written():
    """The words of docs/REVIEW.md, without what marks them up."""
    with open(f"{ROOT}/docs/REVIEW.md", encoding="utf-8") as f:
        lines = [line for line in f if not re.match(
            r"# |!\[|\| --- ", line)]
    return re.sub(r"^#+ |^- |\*|`|\|", " ", "".join(lines), flags=re.M).split()


def shown(page):
    """The words of the page's text, without the list of its sections."""
    text = page.split("</nav><div>")[1].split("</main>")[0]
    return re.sub(r"\*|`|\|", " ", html.unescape(
        re.sub(r"</?(?:em|strong|code)>", " ", re.sub(
            r"<(?!/?(?:em|strong|code)>)[^>]*>", " ", text)))).split()


def test_it_says_what_the_documentation_says(desk):
    page = Visitor(desk.port).get("/help")
    assert page.status == 200
    assert shown(page.text) == written()
    assert len(shown(page.text)) > 3000


def sections(page):
    return set(re.findall(r'<h2 id="([a-z0-9-]+)"', page.text))


@pytest.mark.parametrize("role", ROLES)
def test_each_page_leads_to_its_part(desk, role):
    v = Visitor(desk.port)
    v.log_in(role)
    there = sections(v.get("/help"))
    home = v.get("/")
    ways = re.findall(r'<li><a href="(/[a-z-]*)"', home.text)
    assert ways, home.text
    for way in ways + ["/password"]:
        page = v.get(way)
        assert page.status == 200, way
        [part] = re.findall(r'<a href="/help#([a-z0-9-]+)">Help', page.text)
        assert part in there, f"{way} leads to {part}"


@pytest.mark.parametrize("path,part", [
    ("/incident/1", "an-incident"), ("/job/1", "on-a-phone"),
    ("/incident/1/why-not", "why-not-the-other-themes"),
    ("/incident/1/encampment", "encampments"),
    ("/incident/2/fly-tipping", "fly-tipping"),
    ("/batches", "the-queue"), ("/views", "the-queue"),
    ("/login", "accounts-and-roles")])
def test_pages_beside_the_ways(desk, path, part):
    v = Visitor(desk.port)
    if path != "/login":
        v.log_in("reviewer")
    page = v.get(path)
    assert page.status == 200
    assert f'href="/help#{part}"' in page.text
    assert part in sections(v.get("/help"))


def test_the_list_of_sections_is_theirs_and_no_look_is_recorded(desk):
    before = rows(desk, "SELECT count(*) FROM audit")
    page = Visitor(desk.port).get("/help")
    listed = re.findall(r'<li><a href="#([a-z0-9-]+)"',
                        page.text.split('aria-label="Sections"')[1])
    assert listed == re.findall(r'<h2 id="([a-z0-9-]+)"', page.text)
    assert len(listed) == len(set(listed)) > 15
    assert "EP-1" not in page.text
    assert page.fields["Content-Security-Policy"].startswith(
        "default-src 'self'")
    assert "style=" not in page.text and "onclick" not in page.text
    assert rows(desk, "SELECT count(*) FROM audit") == before
