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
3. A logistic regression of each theme on them (scikit-learn, ridge).
4. A second one of what the regression and the rules' own points come to
   together, on the fitted incidents alone, whose words no rule was written
   for; it says how much a word is worth beside a rule's points.

The files it writes are read, refused, explained and tested like any other; a
line that should not be there is taken out by adding its word to LEFT_OUT.
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
from sklearn.model_selection import KFold

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PACK = f"{HERE}/essex"
CORPUS = f"{ROOT}/tests/corpus"

STRENGTH = 0.6      # of the ridge: smaller is flatter
RARITY = 1.5        # how much more a rare word may say than a common one
PAIR = 0.7          # and a pair of words than one
LEAST_LOGS = 4      # a word must stand in so many
MOST_WORDS = 6000   # of a weigh
# From which likelihood it is said.  A tag is reviewed by a person, a coursing
# that is missed has driven away, and the flag crime is counted and reviewed by
# nobody.
SURE = 0.52
SURE_OF = {"hare-coursing": 0.26, "crime": 0.62, "in-progress": 0.42,
           # Alerts of these were wrong more often than of others.
           "livestock": 0.6, "machinery": 0.6, "fuel": 0.6, "equine": 0.6,
           "wildlife": 0.6}
FLOOR, CEILING = -60, 60
ONE = 30            # points for a unit of log-odds: what is e times as likely

# The points there are for a word: few, so that each list is worth reading.
STEPS = (2, 3, 5, 8, 12, 18, 27, 40, 60, 90)
STRONG = 18         # without one of so many nothing is tagged by words alone
MOST_POINTS = 400   # that one ground of a weigh can give
# Where a word stands: "" in the log, "C:" in the opening code, "L:" in the last
# entry, "P:" in what the caller said of the place.
PLACES = {"": ("log", "", "say"), "C:": ("opening_code", "opened_as_", "are "
          "opened as"), "L:": ("last entry", "last_", "end with"),
          "P:": ("location_text", "at_", "are at")}

# Who somebody is, is no reason for anything; nor is a name, a day or a place.
PEOPLE = """
male males man men mans female females woman women lady ladies gent gents
gentleman boy boys girl girls lad lads lass youth youths kid kids child
children teen teens teenager teenagers teenage juvenile juveniles adult adults
elderly old young aged year years yrs yr foreign accent accents language
english british husband wife son daughter mother father mum dad brother sister
uncle aunt nephew cousin family families couple chap chaps bloke blokes fella
fellas guy guys person persons people folk someone somebody he she him her his
hers himself herself they them their theirs community pensioner widow baby babys babies toddler infant mr mrs miss
""".split()
TIMES = """
monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu
thur thurs fri sat sun january february march april may june july august
september october november december jan feb mar apr jun jul aug sept sep oct
nov dec hrs hours
""".split()
# Of the control room's own business, and what is in every log; "certain" is
# the word that the report on fairness puts where others have a group's name.
ROUTINE = """
certain
inf inft informant call caller callers calling called says said say saying
states stated ask asked asks told tell tells adv advised advises unit units
officer officers police log ref crime job incident grade control room update
""".split()
GLUE = """
a an the and or but if of to in on at by for from with as is are was were be
been being it its i me my we us our you your this that these those there here
so do does did done doing has have had having will would can could may might
must shall should about up out off over into onto than then also just very some
any all each every other another more most much many few own same too only now
still again when where which who whom what how why one two three four five six
seven eight nine ten not no nor am pm im ive hes shes theyre dont didnt isnt
wasnt cant wont
""".split()
# Rare words of a crime that by chance stand mostly in logs that deny one.
CHANCE = """
steal stealing murderer murderers
""".split()
LEFT_OUT = frozenset(PEOPLE + TIMES + ROUTINE + CHANCE)

SUBJECTS = {
    "hare-coursing": "coursing", "fly-tipping": "tipping",
    "encampment": "camps", "livestock": "livestock",
    "machinery": "machinery", "fuel": "fuel", "poaching": "poaching",
    "wildlife": "wildlife", "heritage": "heritage", "equine": "equine",
    "rural-asb": "rural-asb", "crime": "crime", "in-progress": "progress"}
FLAGS = ("crime", "in-progress")


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
            about |= set(SUBJECTS) - set(FLAGS)
        elif said and said[2] in SUBJECTS:
            about.add(said[2])
            has |= set() if said[1] else {said[2]}
    return {"id": name, "log": log, "about": about, "has": has,
            "opened_at": "2026-01-15T12:00:00Z", "setting": "rural",
            "opening_code": facts.get("opening_code", ""),
            "location_text": facts.get("location_text", "")}


def wants(record, subject):
    """What a careful reader says of it."""
    if "has" in record:
        return subject in record["has"]
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


# ---- words ----

def tokens(text):
    for clause in re.split(r"[.!?;,:()\"]+\s*|\s[-/]\s", text):
        yield [w.replace("'", "") for w in
               re.findall(r"[A-Za-z][A-Za-z']*|\d\S*", clause)]


def names(records):
    """Words that stand with a capital where no sentence begins."""
    upper, seen = collections.Counter(), collections.Counter()
    for record in records:
        for entry in record["log"]:
            if entry["text"].isupper():
                continue
            for clause in tokens(entry["text"]):
                for word in clause[1:]:
                    seen[word.lower()] += 1
                    upper[word.lower()] += word[0].isupper()
    found = {w for w in seen if upper[w] > 0.6 * seen[w] and seen[w] > 1}
    for path in glob.glob(f"{PACK}/*.list"):
        with open(path, encoding="utf-8") as lines:
            found |= {w.lower() for line in lines if line[0] != "#"
                      for w in line.split()}
    return found


def is_fit(word, left_out):
    return word.isalpha() and len(word) > 2 and word not in left_out


def phrases(text, left_out):
    """Words and pairs of a text, each once."""
    out = set()
    glue = frozenset(GLUE)
    for clause in tokens(text.lower()):
        for i, word in enumerate(clause):
            if is_fit(word, left_out) and word not in glue:
                out.add(word)
            if i + 1 == len(clause):
                break
            pair = (word, clause[i + 1])
            if all(w.isalpha() and w not in left_out for w in pair) and \
                    not all(w in glue for w in pair):
                out.add(" ".join(pair))
    return out


def stem(word):
    for ending in ("ings", "ing", "ers", "ies", "ied", "ed", "es", "s"):
        if len(word) - len(ending) >= 4 and word.endswith(ending):
            return word[:-len(ending)]
    return word


def candidates(records):
    """Words with the same stem together: {stem: {written, ...}}."""
    left_out = LEFT_OUT | names(records)
    logs = collections.Counter()
    forms = collections.defaultdict(set)
    for record in records:
        found = set()
        texts = [("", entry["text"]) for entry in record["log"]]
        texts += [("C:", record["opening_code"] or ""),
                  ("P:", record["location_text"] or "")]
        for place, text in texts:
            for phrase in phrases(text, left_out):
                key = place + " ".join(stem(w) for w in phrase.split())
                found.add(key)
                forms[key].add(phrase)
        logs.update(found)
    found = {key for key in logs if logs[key] >= LEAST_LOGS}
    # All words of a place begin with a capital: names are those of no log.
    return {key: forms[key] for key in sorted(found)
            if key[:2] != "P:" or key[2:] in found}


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
        """{id: {key: wordings of it that count in its log}}, or, "L:", in its
        last entry."""
        keys = list(forms)
        with tempfile.TemporaryDirectory() as folder:
            keep_lists(folder)
            write_probe(f"{folder}/probe.rules", keys, forms)
            drop_refused(self, folder, keys, forms)
            return {answer["id"]: whys(answer)
                    for answer in self.tag(folder, path)}

    def points(self, path):
        """{id: {rule: (subject, points above its lowest level)}}."""
        with tempfile.TemporaryDirectory() as folder:
            levels = lower_levels(folder)
            return {answer["id"]: standing(answer, levels)
                    for answer in self.tag(folder, path)}


def whys(answer):
    """{key: how many of its wordings count}."""
    found = {(e["why"], e["text"].lower()) for t in answer["tags"]
             for r in t["rules"] for e in r["evidence"]}
    return collections.Counter(why for why, _ in found)


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


def write_probe(path, keys, forms, each=60):
    with open(path, "w", encoding="utf-8") as out:
        out.write("themes probe\n")
        for i in range(0, len(keys), each):
            out.write(f'\nrule probe{i} "Probe"\n    theme probe\n')
            for key in keys[i:i + each]:
                words = " | ".join(written(f) for f in sorted(forms[key]))
                own = place_of(key)
                for place in (own,) if own else ("", "L:"):
                    out.write(f"    give 1 when {PLACES[place][0]} has {words}"
                              f' because "{place}{key.removeprefix(place)}"\n')
            out.write("    review from 1\n")


def drop_refused(engine, folder, keys, forms):
    """Take out what the compiler refuses, until it refuses nothing."""
    path = f"{folder}/probe.rules"
    for _ in range(50):
        with open(path, encoding="utf-8") as text:
            lines = text.read().splitlines()
        bad = {lines[p["line"] - 1].rsplit('because "', 1)[1][:-1]
               for p in engine.refused(folder)
               if p["file"] == "probe.rules" and p["severity"] == "error"}
        if not bad:
            return
        for key in sorted({b.removeprefix("L:") for b in bad}):
            forms.pop(key, None)
            keys.remove(key)
        write_probe(path, keys, forms)
    raise RuntimeError("the compiler refuses words again and again")


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

def scales(keys, x):
    """How much each word may say: the rarer, the more."""
    logs = numpy.maximum(numpy.asarray((x > 0).sum(axis=0)).ravel(), 1)
    rare = (numpy.log(x.shape[0] / logs) / 4) ** RARITY
    return rare * [PAIR if " " in key else 1 for key in keys]


def matrix(keys, hits, records):
    place = {key: i for i, key in enumerate(keys)}
    rows = [[(place[k], n) for k, n in hits[r["id"]].items() if k in place]
            for r in records]
    ends = numpy.cumsum([0] + [len(r) for r in rows])
    flat = [k for row in rows for k, _ in row]
    counts = [float(n) for row in rows for _, n in row]
    return csr_matrix((counts, flat, ends), shape=(len(records), len(keys)))


def margins(points, records, subject):
    """What the best rule of the subject has above its lowest level."""
    best = [max([p for s, p in points[r["id"]].values() if s == subject],
                default=FLOOR) for r in records]
    return numpy.clip(numpy.array(best, float), FLOOR, CEILING)


def ridge(x, y, subject):
    model = LogisticRegression(
        C=STRENGTH, max_iter=2000, solver="liblinear",
        class_weight=None if subject in FLAGS else "balanced")
    return model.fit(x, y)


class Fit:
    """One subject's incidents, with what was found in them."""

    def __init__(self, subject, seen, fitted, keys, hits, points):
        self.subject = subject
        self.keys = keys
        seen = [r for r in seen if counts_for(r, subject)]
        fitted = [r for r in fitted if counts_for(r, subject)]
        self.n = len(seen)
        both = seen + fitted
        self.has = matrix(keys, hits, both)
        self.scales = scales(keys, self.has)
        self.logs = numpy.asarray((self.has > 0).sum(axis=0)).ravel()
        self.x = (self.has @ diags(self.scales)).tocsr()
        self.y = numpy.array([wants(r, subject) for r in both], int)
        self.margin = margins(points, fitted, subject)

    def learn(self, rows=slice(None)):
        """What each word is worth, and what any log is."""
        model = ridge(self.x[rows], self.y[rows], self.subject)
        return model.coef_[0] * self.scales, model.intercept_[0]

    def points(self, worth):
        """Points of each word as they are written; 0 for those left out.

        Those of a theme stay that say most of the logs, be it little of many.
        """
        out = numpy.array([to_step(w) for w in worth])
        says = abs(out) * (1 if self.subject in FLAGS
                           else numpy.sqrt(self.logs))
        out[numpy.argsort(-says, kind="stable")[MOST_WORDS:]] = 0
        return out

    def unread(self, unit):
        """What the words say of each fitted incident, not having read it.

        As exactly as it is known, or, with the points of a unit of it, as it
        would be written.
        """
        out = numpy.zeros(len(self.margin))
        for learn, ask in KFold(5, shuffle=True, random_state=0).split(out):
            rows = numpy.concatenate([numpy.arange(self.n), self.n + learn])
            worth, always = self.learn(rows)
            if unit:
                worth = self.points(worth * unit) / unit
            out[ask] = self.has[self.n + ask] @ worth + always
        return out


def weigh_up(fits, unit=None):
    """Points of rules against words: a, c, and a bias for each subject.

    Of themes a rule's points count as they stand, ONE of them for a unit of
    log-odds, so that an alert is far enough from a review.
    """
    words = [fit.unread(unit) for fit in fits]
    rules = [fit.margin / ONE for fit in fits]
    truth = [fit.y[fit.n:] for fit in fits]
    logs = sum(len(t) for t in truth)
    is_free = fits[0].subject in FLAGS

    def loss(v):
        total, slope = 0, numpy.zeros(len(v))
        for i, (rule, word, y) in enumerate(zip(rules, words, truth)):
            z = v[0] * rule + v[1] * word + v[i + 2]
            off = 1 / (1 + numpy.exp(-z)) - y
            total += (numpy.logaddexp(0, z) - y * z).sum()
            slope[0] += (off * rule).sum() * is_free
            slope[1] += (off * word).sum()
            slope[i + 2] = off.sum()
        return total / logs, slope / logs

    a, c, *bias = minimize(loss, [1, 1] + [0] * len(fits), jac=True).x
    return a, c, bias


# ---- writing ----

def place_of(key):
    return key[:2] if key[:2] in PLACES else ""


def to_step(worth):
    """The nearest step, with its sign; 0 for what is nearer to nothing."""
    step = min((0, *STEPS), key=lambda s: abs(s - abs(worth)))
    return step if worth > 0 else -step


def to_points(fit, a, c, bias):
    """Points of each word, and those that all logs get."""
    worth, intercept = fit.learn()
    points = fit.points(worth * c * ONE / a)
    sure = SURE_OF.get(fit.subject, SURE)
    sure = numpy.log(sure / (1 - sure))
    always = round((c * intercept + bias - sure) * ONE / a)
    return {k: p for k, p in zip(fit.keys, points) if p}, always


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


def print_weigh(subject, words, always, forms):
    name = SUBJECTS[subject].replace("-", "_")
    lists = collections.defaultdict(set)
    grounds = []
    for key, worth in words.items():
        place = place_of(key)
        lists[place, worth] |= forms[key.removeprefix("L:")]
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
    if always:
        verb = "give" if always > 0 else "take"
        out += [f"    {verb} {min(MOST_POINTS, abs(always))} when entries > 0",
                '        because "what any log is likely to be"']
    if subject not in FLAGS:
        out += in_words(subject, name, lists)
    return "\n".join(out) + "\n"


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
    forms = candidates(seen + fitted)
    hits = {}
    for part in ("seen", "fitted"):
        hits.update(engine.hits(forms, f"{CORPUS}/{part}.ndjson"))
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson") as path:
        for test in tests:
            path.write(json.dumps({k: v for k, v in test.items()
                                   if k not in ("about", "has")}) + "\n")
        path.flush()
        hits.update(engine.hits(forms, path.name))
    seen += tests * 4  # somebody took care to say it
    points = engine.points(f"{CORPUS}/fitted.ndjson")
    keys = list(forms) + [f"L:{k}" for k in forms if not place_of(k)]
    for group in ([s for s in SUBJECTS if s not in FLAGS],
                  *[[f] for f in FLAGS]):
        fits = [Fit(s, seen, fitted, keys, hits, points) for s in group]
        a, c, _ = weigh_up(fits)
        _, rest, biases = weigh_up(fits, c * ONE / a)
        print(f"{', '.join(group)}: {a:.2f} {c:.2f}, as written {rest:.2f}")
        for fit, bias in zip(fits, biases):
            words, always = to_points(fit, a, c, bias)
            path = f"{PACK}/weigh-{SUBJECTS[fit.subject]}.rules"
            with open(path, "w", encoding="utf-8") as out:
                out.write(print_weigh(fit.subject, words, always, forms))
            print(f"{fit.subject}: {len(words)} words, {always} always")
    subprocess.run([engine.program, "rules", "fmt", PACK],
                   stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    main()
