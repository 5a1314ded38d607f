#!/usr/bin/python3
"""Fit the points of the weighs: rules/packs/essex/weigh-*.rules.

    /usr/bin/python3 rules/packs/fit.py [--boundaries FILE]

What a log says as a whole (rules/weigh.h) is learnt from labelled incidents,
for no person can set the points of some thousand words.  The rules themselves
stay what people wrote; this adds to them what each word that calls about a
theme have, and others have not, is worth beside them:

1. Words and pairs of words of the incidents on which rules were tuned (seen)
   and of those on which only points are fitted (fitted).  Left out are words
   that say who somebody is, names, numbers, and what the compiler refuses.
2. Which of them each log has, by the engine itself: what is denied or only
   feared is not there.
3. A logistic regression of each theme on them (scikit-learn, ridge), and of
   "other-matter", what has no theme.  A wording has a worth of its own, and
   shares one with others of its stem, and with the same word elsewhere.
4. A second one of what the regression and the rules' own points come to
   together, on the fitted incidents alone, whose words no rule was written
   for.  It says how much a word is worth beside a rule's points, and how much
   is to be taken where the log is more about another theme, or about none.
5. From which likelihood a theme is said, so that F1 is greatest on fitted
   incidents by authors whose words were not read.

The files it writes are read, refused, explained and tested like any other; a
line that should not be there is taken out by adding its word to LEFT_OUT (fit_words.py).
"""

import argparse
import collections
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile

import numpy
from scipy.sparse import csr_matrix, diags
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from fit_words import LEAST_LOGS, candidates

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PACK = f"{HERE}/essex"
CORPUS = f"{ROOT}/tests/corpus"

STRENGTH = 0.35     # of the ridge: smaller is flatter
RARITY = 1.5        # how much more a rare word may say than a common one
PAIR = 0.7          # and a pair of words than one
MOST_WORDS = 16000  # of a weigh
# From which likelihood it is said, where that is not found: a coursing that is
# missed has driven away.
SURE_OF = {"hare-coursing": 0.3, "other-matter": 0.5}
NEARLY = 0.005      # F1 that is given for tagging less that is nothing
ONE = 34            # points for a unit of log-odds: what is e times as likely
# Points above its lowest level of a rule that is not there, and the most that
# count: what rules say is no surer than that.
FLOOR, CEILING = -10, 100
ALERT = 99          # above its lowest level: "alert from 100, review from 1"

# The points there are for a word: few, so that each list is worth reading.
STEPS = (2, 3, 5, 8, 12, 18, 27, 40, 60, 90)
STRONG = 18         # without one of so many nothing is tagged by words alone
MOST_POINTS = 400   # that one ground of a weigh can give
MOST_OF_RULE = 100  # and one of a rule
# Where a word stands: "" in the log, "C:" in the opening code, "L:" in the last
# entry, "P:" in what the caller said of the place.
PLACES = {"": ("log", "", "say"), "C:": ("opening_code", "opened_as_", "are "
          "opened as"), "L:": ("last entry", "last_", "end with"),
          "P:": ("location_text", "at_", "are at")}

SUBJECTS = {
    "hare-coursing": "coursing", "fly-tipping": "tipping",
    "encampment": "camps", "livestock": "livestock",
    "machinery": "machinery", "fuel": "fuel", "poaching": "poaching",
    "wildlife": "wildlife", "heritage": "heritage", "equine": "equine",
    "rural-asb": "rural-asb", "other-matter": "other", "crime": "crime",
    "in-progress": "progress"}
FLAGS = ("crime", "in-progress", "other-matter")
THEMES = [subject for subject in SUBJECTS if subject not in FLAGS]


# ---- the incidents ----

def read(name):
    with open(f"{CORPUS}/{name}.ndjson", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def pack_tests():
    """The tests in the packs: what they expect at their end."""
    out = []
    for path in sorted(glob.glob(f"{PACK}/*.rules")):
        with open(path, encoding="utf-8") as text:
            tests = [x for x in items(text.read()) if x.startswith("test")]
        for i, test in enumerate(tests):
            if "incident " in test:
                continue
            out.append(of_test(test, f"{os.path.basename(path)}-{i}"))
    return [r for r in out if r["about"]]


def of_test(test, name):
    """An incident as a test tells it, and the subjects it is about."""
    log = [{"by": by, "text": text, "at": "2026-01-15T12:00:00Z"} for by, text
           in re.findall(r'(?m)^    ([A-Z]+) "(.*)"$', test)]
    facts = dict(re.findall(r'(opening_code|location_text) "(.*?)"', test))
    about, has = set(), set()
    last = re.findall(r"(?m)^    expect (.*)$", test)[-1:]
    for part in ", ".join(last).split(", "):
        said = re.match(r"(no )?(?:flag )?([\w-]+)", part)
        if part == "none":
            about |= set(THEMES)
        elif said and said[2] in SUBJECTS:
            about.add(said[2])
            has |= set() if said[1] else {said[2]}
    if about & set(THEMES):
        about.add("other-matter")
        has |= set() if has & set(THEMES) else {"other-matter"}
    return {"id": name, "log": log, "about": about, "has": has,
            "opened_at": "2026-01-15T12:00:00Z", "setting": "rural",
            "opening_code": facts.get("opening_code", ""),
            "location_text": facts.get("location_text", "")}


def wants(record, subject):
    """What a careful reader says of it."""
    if "has" in record:
        return subject in record["has"]
    if subject == "other-matter":
        return not record["labels"]["themes"]
    if subject == "crime":
        return record["labels"]["rural_crime"]
    if subject == "in-progress":
        return record["labels"]["in_progress"]
    return subject in record["labels"]["themes"]


def counts_for(record, subject):
    """In a town the label says where it was, not whether it was a crime."""
    if "about" in record:
        return subject in record["about"]
    return subject != "crime" or record["setting"] != "urban"


def written(form):
    return f'"{form}"'


# ---- what the engine says ----

def items(text):
    return re.split(r"(?m)^(?=(?:words|animals|names|context|rule|weigh|series"
                    r"|test|themes)\b)", text)


class Engine:
    """The program, with packs made for a question."""

    def __init__(self, boundaries):
        self.program = os.environ.get("BUZZARD_PROGRAM",
                                      f"{ROOT}/build/buzzard")
        self.where = ["--boundaries", boundaries] if boundaries else []

    def refused(self, folder):
        """Lines of weigh.rules that the compiler does not take."""
        done = subprocess.run([self.program, "rules", "check", "--json",
                               folder], capture_output=True, text=True,
                              check=False)
        return [p for p in map(json.loads, done.stdout.splitlines())
                if p["kind"] == "problem"]

    def tag(self, folder, path):
        done = subprocess.Popen(
            [self.program, "tag", "--rules", folder, *self.where, path],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in done.stdout:
            yield json.loads(line)
        if done.wait() not in (0, 1):
            raise RuntimeError(f"tag ended with {done.returncode}")

    def hits(self, forms, path):
        """{id: {(place, stem, form) that count in it}}."""
        keys = list(forms)
        with tempfile.TemporaryDirectory() as folder:
            keep_lists(folder)
            write_probes(folder, keys, forms)
            drop_refused(self, folder, keys, forms)
            return {answer["id"]: wordings(answer, forms)
                    for answer in self.tag(folder, path)}

    def points(self, path):
        """{id: {rule: (subject, points above its lowest level)}}."""
        with tempfile.TemporaryDirectory() as folder:
            levels = lower_levels(folder)
            return {answer["id"]: standing(answer, levels)
                    for answer in self.tag(folder, path)}


def wordings(answer, forms):
    """What was found, each as it is written in a list."""
    out = set()
    for why, text in {(e["why"], e["text"]) for t in answer["tags"]
                      for r in t["rules"] for e in r["evidence"]}:
        place = why[:2] if why[:2] in PLACES else ""
        stem_of = why.removeprefix("L:")
        plain = re.sub(r"[^a-z ]", "", re.sub(r"[-/]", " ", text.lower()))
        joined = plain.replace(" ", "")
        form = plain if plain in forms[stem_of] else next(
            (f for f in sorted(forms[stem_of])
             if f.replace(" ", "") == joined), None)
        if form:
            out.add((place, stem_of, form))
    return out


def standing(answer, levels):
    out = {}
    for tag in answer["tags"]:
        for rule in tag["rules"]:
            subject, lowest = levels[rule["rule"]]
            grounds = {(e["why"], e["points"]) for e in rule["evidence"]}
            out[rule["rule"]] = (subject, sum(p for _, p in grounds) - lowest)
    return out


def keep_lists(folder):
    for path in glob.glob(f"{PACK}/*"):
        if path.endswith(".list"):
            shutil.copy(path, folder)
            continue
        if os.path.basename(path).startswith("weigh-"):
            continue
        with open(path, encoding="utf-8") as text:
            kept = [x for x in items(text.read()) if
                    x.startswith(("words", "animals", "names", "context"))]
        with open(f"{folder}/{os.path.basename(path)}", "w",
                  encoding="utf-8") as out:
            out.write("".join(kept))


def write_probes(folder, keys, forms, each=60, a_file=6000):
    """A rule for so many keys, and so many of them in a file."""
    for n, first in enumerate(range(0, len(keys), a_file)):
        lines = [] if n else ["themes probe"]
        for i in range(first, min(first + a_file, len(keys)), each):
            lines += ["", f'rule probe{i} "Probe"', "    theme probe"]
            for key in keys[i:min(i + each, first + a_file)]:
                words = " | ".join(written(f) for f in sorted(forms[key]))
                own = place_of(key)
                lines += [f"    give 1 when {PLACES[place][0]} has {words} "
                          f'because "{place}{key.removeprefix(place)}"'
                          for place in ((own,) if own else ("", "L:"))]
            lines.append("    review from 1")
        with open(f"{folder}/probe{n}.rules", "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")


def drop_refused(engine, folder, keys, forms):
    """Take out what the compiler refuses, until it refuses nothing."""
    for _ in range(50):
        bad = {reason_at(f"{folder}/{p['file']}", p["line"])
               for p in engine.refused(folder)
               if p["file"].startswith("probe") and p["severity"] == "error"}
        if not bad:
            return
        for key in sorted({b.removeprefix("L:") for b in bad}):
            forms.pop(key, None)
            keys.remove(key)
        for path in glob.glob(f"{folder}/probe*.rules"):
            os.remove(path)
        write_probes(folder, keys, forms)
    raise RuntimeError("the compiler refuses words again and again")


def reason_at(path, line):
    with open(path, encoding="utf-8") as text:
        return text.read().splitlines()[line - 1].rsplit(
            'because "', 1)[1][:-1]


def lower_levels(folder):
    """The rules, each to stand from 1 point; those for flags as a theme's."""
    levels = {}
    for path in glob.glob(f"{PACK}/*"):
        name = os.path.basename(path)
        if path.endswith(".list"):
            shutil.copy(path, folder)
        elif not name.startswith("weigh-"):
            with open(path, encoding="utf-8") as text:
                kept = [lowered(x, levels) for x in items(text.read())
                        if not x.startswith(("series", "test"))]
            with open(f"{folder}/{name}", "w", encoding="utf-8") as out:
                out.write("".join(kept))
    return levels


def lowered(item, levels):
    if not item.startswith("rule"):
        return item
    name = re.match(r"rule (\w+)", item)[1]
    subject = re.search(r"(?m)^    (theme|flag) ([\w-]+)$", item)
    level = re.search(r"(?m)^    (?:alert from \d+, )?review from (\d+)$|"
                      r"^    alert from (\d+)$", item)
    lowest = int(level[1] or level[2])
    low = item.replace(level[0], "    review from 1")
    if subject[1] == "theme":
        levels[name] = (subject[2], lowest)
        return low
    if subject[2] not in FLAGS:
        return item
    levels[f"{name}_as_theme"] = (subject[2], lowest)
    low = low.replace(subject[0], "    theme fuel")
    return item + "\n" + low.replace(f"rule {name}", f"rule {name}_as_theme")


# ---- fitting ----

class Words:
    """Where each wording stands, and what it shares its worth with."""

    def __init__(self, records, hits):
        logs = collections.Counter(w for r in records for w in hits[r["id"]])
        self.words = sorted(w for w in logs if logs[w] >= 2)
        self.place = {w: i for i, w in enumerate(self.words)}
        self.logs = numpy.array([logs[w] for w in self.words])
        self.has = self.matrix(records, hits)
        shared = collections.defaultdict(list)
        for i, (place, key, form) in enumerate(self.words):
            shared[place, key, form].append(i)
            shared[place, key, None].append(i)
            if place != "L:":
                shared[None, key.removeprefix(place), None].append(i)
        self.share(sorted(shared.items(), key=str))

    def share(self, shared):
        """What is learnt: a column each, and the words that it is of."""
        ends = numpy.cumsum([0] + [len(of) for _, of in shared])
        rows = [i for _, of in shared for i in of]
        of = csr_matrix((numpy.ones(len(rows)), rows, ends),
                        shape=(len(shared), len(self.words))).T.tocsr()
        logs = numpy.asarray(((self.has @ of) > 0).sum(axis=0)).ravel()
        kept = logs >= LEAST_LOGS
        pairs = numpy.array([" " in key for (_, key, _), _ in shared])[kept]
        self.of = of[:, kept] @ diags(scales(self.has.shape[0], logs[kept],
                                             pairs))
        self.x = (self.has @ self.of).tocsr()

    def matrix(self, records, hits):
        rows = [[self.place[w] for w in hits[r["id"]] if w in self.place]
                for r in records]
        ends = numpy.cumsum([0] + [len(r) for r in rows])
        flat = [w for row in rows for w in row]
        return csr_matrix((numpy.ones(len(flat)), flat, ends),
                          shape=(len(records), len(self.words)))


def scales(count, logs, pairs):
    """How much each may say: the rarer, the more; a pair less than a word."""
    rare = (numpy.log(count / logs) / 4) ** RARITY
    return rare * numpy.where(pairs, PAIR, 1)


def margins(points, records, subject):
    """What the best rule of the subject has above its lowest level."""
    best = [max([p for s, p in points[r["id"]].values() if s == subject],
                default=FLOOR) for r in records]
    return numpy.clip(numpy.array(best, float), FLOOR, CEILING)


def logit(likelihood):
    return numpy.log(likelihood / (1 - likelihood))


class Fit:
    """One subject's incidents, with what was found in them.

    Rows of words are first those of the seen, then of the fitted.
    """

    def __init__(self, subject, seen, fitted, words, points):
        self.subject = subject
        self.words = words
        both = seen + fitted
        self.rows = numpy.array([i for i, r in enumerate(both)
                                 if counts_for(r, subject)])
        self.n = int((self.rows < len(seen)).sum())
        self.fitted = self.rows[self.n:] - len(seen)
        self.authors = [re.match("[A-Z]+", fitted[i]["id"])[0]
                        for i in self.fitted]
        self.y = numpy.array([wants(both[i], subject) for i in self.rows], int)
        self.margin = margins(points, fitted, subject)[self.fitted]
        self.sure = logit(SURE_OF.get(subject, 0.5))
        self.is_flag = subject in FLAGS

    def learn_from(self, x, rows):
        model = LogisticRegression(
            C=STRENGTH, max_iter=2000, solver="liblinear",
            class_weight=None if self.is_flag else "balanced")
        model.fit(x[self.rows[rows]], self.y[rows])
        return self.words.of @ model.coef_[0], model.intercept_[0]

    def learn(self, rows=slice(None)):
        """What each word is worth, and what any log is.

        Those stay that say most of the logs, be it little of many, and learn
        once more without the others.
        """
        worth, _ = self.learn_from(self.words.x, rows)
        says = abs(worth) * numpy.sqrt(self.words.logs)
        stays = numpy.zeros(len(says))
        stays[numpy.argsort(-says, kind="stable")[:MOST_WORDS]] = 1
        x = self.words.has @ diags(stays) @ self.words.of
        worth, always = self.learn_from(x.tocsr(), rows)
        return worth * stays, always

    def unread(self, unit):
        """What the words say of each fitted incident, its author not read.

        As exactly as it is known, or, with the points of a unit of it, as it
        would be written.
        """
        out = numpy.zeros(len(self.fitted))
        for learn, ask in GroupKFold(5).split(out, groups=self.authors):
            worth, always = self.learn(
                numpy.concatenate([numpy.arange(self.n), self.n + learn]))
            if unit:
                worth = to_steps(worth * unit) / unit
            out[ask] = self.words.has[self.rows[self.n + ask]] @ worth + always
        return out


def firmly(points):
    """How firmly what has so many above its level stands (rules/stand.h)."""
    return numpy.where(points >= 0, 1 + numpy.floor(points / 10), 0)


def firmest_other(z):
    """Of each theme and incident the most that another one has."""
    return numpy.array([numpy.delete(z, k, 0).max(axis=0)
                        for k in range(len(z))])


def weigh_flag(fit, unit=None):
    """Points of rules against words: a, c, and the bias of a flag."""
    word, rule, truth = fit.unread(unit), fit.margin / ONE, fit.y[fit.n:]

    def loss(v):
        z = v[0] * rule + v[1] * word + v[2]
        off = 1 / (1 + numpy.exp(-z)) - truth
        return ((numpy.logaddexp(0, z) - truth * z).mean(),
                numpy.array([(off * rule).mean(), (off * word).mean(),
                             off.mean()]))

    a, c, bias = minimize(loss, [1, 1, 0], jac=True).x
    return a, c, bias, a * rule + c * word + bias


def find_sure(fit, z):
    """From which likelihood a flag is right most often; of what is rare, as
    what is still going on, F1 says more."""
    found = []
    for sure in numpy.arange(0.3, 0.6, 0.02):
        said, is_so = z >= logit(sure), fit.y[fit.n:] > 0
        right = ((said == is_so).mean() if fit.subject == "crime" else
                 2 * (said & is_so).sum() / (said.sum() + is_so.sum()))
        found.append((right, sure))
    fit.sure = logit(max(found)[1])
    return max(found)


def weigh_other(fit, unit=None):
    """The same of what has no theme: there are words alone."""
    word, truth = fit.unread(unit), fit.y[fit.n:]

    def loss(v):
        z = v[0] * word + v[1]
        off = 1 / (1 + numpy.exp(-z)) - truth
        return ((numpy.logaddexp(0, z) - truth * z).mean(),
                numpy.array([(off * word).mean(), off.mean()]))

    c, bias = minimize(loss, [1, 0], jac=True).x
    return c, bias, c * word + bias


class Themes:
    """All themes together: an incident is mostly one thing.

    Of each theme z, in log-odds, is what its rules' points, its words (c) and
    its bias come to, less what is taken for each time that it stands as
    something else (shares): as the flag other-matter, and as another theme.
    A rule's points count as they stand, so that an alert is far enough from a
    review.
    """

    def __init__(self, fits, other):
        self.fits = fits
        self.rules = numpy.array([fit.margin / ONE for fit in fits])
        self.truth = numpy.array([fit.y[fit.n:] for fit in fits])
        self.other = firmly(other)
        self.sure = numpy.array([[fit.sure] for fit in fits])
        self.c, self.shares = 1.0, (0.3, 0.1)
        self.bias = numpy.zeros((len(fits), 1))

    def alone(self, words):
        """Above its level, each as if no other theme stood."""
        return (self.rules + self.c * words + self.bias - self.sure -
                self.shares[0] * self.other)

    def rivals(self, words):
        return firmly(firmest_other(self.alone(words)) * ONE)

    def together(self, words):
        return self.alone(words) - self.shares[1] * self.rivals(words)

    def weigh_up(self, unit=None):
        words = numpy.array([fit.unread(unit) for fit in self.fits])
        for _ in range(8):
            self.weigh_once(words)
        return words

    def weigh_once(self, words):
        """Once more, with what stood as another theme the last time."""
        taken = (words, -self.other, -self.rivals(words))
        logs = self.truth.shape[1]

        def loss(v):
            z = (self.rules + sum(w * x for w, x in zip(v, taken)) +
                 v[3:, None])
            off = 1 / (1 + numpy.exp(-z)) - self.truth
            slope = [*((off * x).sum() for x in taken), *off.sum(axis=1)]
            return ((numpy.logaddexp(0, z) - self.truth * z).sum() / logs,
                    numpy.array(slope) / logs)

        v = minimize(loss, [self.c, *self.shares, *self.bias.ravel()],
                     jac=True).x
        self.c, self.shares, self.bias = v[0], v[1:3], v[3:, None]

    def set_sure(self, sure):
        for fit, row in zip(self.fits, self.sure):
            row[0] = fit.sure = logit(SURE_OF.get(fit.subject, sure))

    def f1(self, words):
        said = self.together(words) >= 0
        return (2 * (said & (self.truth > 0)).sum() /
                (said.sum() + self.truth.sum()))

    def find_sure(self, words):
        """From which likelihood F1 is greatest, or nearly, where not given."""
        found = []
        for sure in numpy.arange(0.3, 0.6, 0.02):
            self.set_sure(sure)
            found.append((sure, self.f1(words)))
        most = max(f1 for _, f1 in found)
        sure = max(s for s, f1 in found if f1 > most - NEARLY)
        self.set_sure(sure)
        return sure

    def figures(self, words):
        z = self.together(words)
        alert = (z * ONE >= ALERT) & (self.rules * ONE > FLOOR)
        return ", ".join(
            f"{name} {self.truth[said].mean():.3f} of {said.sum()}"
            for name, said in (("tags", z >= 0), ("alerts", alert)))


# ---- writing ----

def place_of(key):
    return key[:2] if key[:2] in PLACES else ""


def to_steps(worth):
    """The nearest steps, with their signs; 0 for what is nearer to nothing."""
    steps = numpy.array((0, *STEPS))
    between = (steps[1:] + steps[:-1]) / 2
    return (steps[numpy.searchsorted(between, abs(worth))] *
            numpy.sign(worth)).astype(int)


def to_points(fit, a, c, bias):
    """Points of each word, and those that all logs get."""
    worth, intercept = fit.learn()
    points = to_steps(worth * c * ONE / a)
    always = round((c * intercept + bias - fit.sure) * ONE / a)
    return {w: p for w, p in zip(fit.words.words, points) if p}, always


def print_list(out, name, forms):
    line = f"words {name}:"
    for i, form in enumerate(forms):
        text = written(form) if " " in form else form
        text += "," if i + 1 < len(forms) else ""
        if len(line) + len(text) + 1 > 80:
            out.append(line)
            line = "   "
        line += f" {text}"
    out.append(line)


def print_weigh(subject, words, always, shares):
    name = SUBJECTS[subject].replace("-", "_")
    lists = collections.defaultdict(set)
    grounds = []
    for (place, _, form), worth in words.items():
        lists[place, worth].add(form)
    out = [f"# What logs of {subject} say as a whole, and others do not.",
           "# Written by fit.py from labelled incidents: change it there.", ""]
    for (place, worth), found in sorted(lists.items(),
                                        key=lambda x: (x[0][0], -x[0][1])):
        where, mark, says = PLACES[place]
        side, verb = ("for", "give") if worth > 0 else ("against", "take")
        of = f"{name}_{mark}{side}_{abs(worth)}"
        print_list(out, of, sorted(found))
        whose = "such" if worth > 0 else "other"
        grounds.append(
            f"    {verb} {abs(worth)} each up to {MOST_POINTS} "
            f"when {where} has @{of}\n        because "
            f'"what {whose} logs {says}, {abs(worth)} a word"')
    kind = "flag" if subject in FLAGS else "theme"
    out += ["", f'weigh {name}_words "What such logs say"',
            f"    {kind} {subject}", *grounds]
    if always and (subject != "other-matter" or always < 0):
        verb = "give" if always > 0 else "take"
        out += [f"    {verb} {min(MOST_POINTS, abs(always))} when entries > 0",
                '        because "what any log is likely to be"']
    if subject in THEMES:
        out += in_rivals(shares)
        out += in_words(subject, name, lists)
    if subject == "other-matter":
        out += ["", f'rule {name}_in_words "About something else"',
                f"    flag {subject}",
                f"    give {max(1, min(MOST_OF_RULE, always))} when entries > 0",
                '        because "what any log is likely to be"',
                "    review from 1"]
    return "\n".join(out) + "\n"


def in_rivals(shares):
    """What is taken for each time that it stands as something else."""
    other, rival = (max(1, round(share)) for share in shares)
    return [f"    take {other} each up to {MOST_POINTS} when flag other-matter",
            '        because "told as something else"',
            f"    take {rival} each up to {MOST_POINTS} when another theme",
            '        because "told more as something else"']


def in_words(subject, name, lists):
    """The rule for what no rule's circumstance is shown of.

    Its level is the FLOOR that the points of words were weighed up with.
    """
    strong = sorted((worth for place, worth in lists
                     if place == "" and worth >= STRONG), reverse=True)
    found = " | ".join(f"@{name}_for_{worth}" for worth in strong)
    return ["", f'rule {name}_in_words "Told in words of its own"',
            f"    theme {subject}",
            f"    give 1 when log has {found} because \"a strong word\"",
            "    take 90 when flag explained because "
            '"explained in the end"',
            f"    need log has {found}", f"    review from {1 - FLOOR}"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--boundaries")
    engine = Engine(parser.parse_args().boundaries)
    seen, fitted, tests = read("seen"), read("fitted"), pack_tests()
    forms = candidates(seen + fitted, PACK)
    hits = {}
    for part in ("seen", "fitted"):
        hits.update(engine.hits(forms, f"{CORPUS}/{part}.ndjson"))
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson") as path:
        for test in tests:
            path.write(json.dumps({k: v for k, v in test.items()
                                   if k not in ("about", "has")}) + "\n")
        path.flush()
        hits.update(engine.hits(forms, path.name))
    seen += tests * 6  # somebody took care to say it
    points = engine.points(f"{CORPUS}/fitted.ndjson")
    words = Words(seen + fitted, hits)
    fits = {s: Fit(s, seen, fitted, words, points) for s in SUBJECTS}
    for subject in ("crime", "in-progress"):
        a, c, *_ = weigh_flag(fits[subject])
        _, rest, bias, z = weigh_flag(fits[subject], c * ONE / a)
        right, sure = find_sure(fits[subject], z)
        print(f"{subject}: {a:.2f} {c:.2f}, as written {rest:.2f}; "
              f"from {sure:.2f} right {right:.4f}")
        write(fits[subject], a, c, bias)
    c, _, _ = weigh_other(fits["other-matter"])
    _, bias, other = weigh_other(fits["other-matter"], c * ONE)
    write(fits["other-matter"], 1, c, bias)
    themes = Themes([fits[s] for s in THEMES], other * ONE)
    themes.weigh_up()
    c = themes.c
    unread = themes.weigh_up(c * ONE)
    sure = themes.find_sure(unread)
    print(f"themes: {c:.2f}, as written {themes.c:.2f}; as something else "
          f"{themes.shares}; from {sure:.2f} F1 {themes.f1(unread):.4f}, "
          f"right {themes.figures(unread)}")
    for fit, bias in zip(themes.fits, themes.bias.ravel()):
        write(fit, 1, c, bias, themes.shares * ONE)
    subprocess.run([engine.program, "rules", "fmt", PACK],
                   stdout=subprocess.DEVNULL, check=True)


def write(fit, a, c, bias, shares=None):
    words, always = to_points(fit, a, c, bias)
    path = f"{PACK}/weigh-{SUBJECTS[fit.subject]}.rules"
    with open(path, "w", encoding="utf-8") as out:
        out.write(print_weigh(fit.subject, words, always, shares))
    print(f"{fit.subject}: {len(words)} words, {always} always")
    most = MOST_OF_RULE if fit.subject == "other-matter" else MOST_POINTS
    if abs(always) > most:
        print(f"{fit.subject}: {most} are written, the most that there can be")


if __name__ == "__main__":
    main()
