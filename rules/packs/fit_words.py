"""Which words of labelled incidents points are fitted for: see fit.py.

Left out are words that say who somebody is, names, days, what is in every log,
and small words but for those that tell something.
"""

import collections
import glob
import re

LEAST_LOGS = 4      # a word must stand in so many

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
# Of the small words, those that tell: whose it is, what is not, what goes on.
TOLD = """
my our your no not nor cant wont dont didnt isnt wasnt only just own up out off
over into onto still again now when where why how without one two three four
five six seven eight nine ten
""".split()
# Bodies and makes have a capital as names have, and say what it is about.
BODIES = """
transit rover rovers luton shogun honda corsa astra fiesta audi jcb kubota
subaru forester berlingo vivaro stihl sprinter discovery polo ifor volvo hilux
navara vauxhall kia gator bmw suzuki skoda vw mondeo iveco peugeot deere manitou
jimny freelander massey vito caddy focus pajero zafira octavia passat clio fendt
jazz nissan vitara kuga kangoo mercedes fiat terrano isuzu movano vectra yamaha
micra juke frontera rav daf qashqai defender outlander citroen duster husqvarna
hgv ibc ibcs atv trx pto vin gps cctv anpr pnc cesar csi rspca rspb nfu arv frs
npas wco pcso hems eod apha sssi btp asb rtc ret rpu ifca osr eho hmrc ukpn crd
rvp psu dna heritage christmas environment agency historic crown network
""".split()
# Rare words of a crime that by chance stand mostly in logs that deny one.
CHANCE = """
steal stealing murderer murderers
""".split()
LEFT_OUT = frozenset(PEOPLE + TIMES + ROUTINE + CHANCE)


def tokens(text):
    for clause in re.split(r"[.!?;,:()\"]+\s*|\s[-/]\s", text):
        yield [w.replace("'", "") for w in
               re.findall(r"[A-Za-z][A-Za-z']*|\d\S*", clause)]


def names(records, pack):
    """Words that have a capital where no sentence begins, and the pack's."""
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
    found -= set(BODIES)
    for path in glob.glob(f"{pack}/*.list"):
        with open(path, encoding="utf-8") as lines:
            found |= {w.lower() for line in lines if line[0] != "#"
                      for w in line.split()}
    return found


def is_fit(word, left_out):
    return word in TOLD or (word.isalpha() and len(word) > 2 and
                            word not in left_out)


def phrases(text, left_out):
    """Words and pairs of a text, each once."""
    out = set()
    glue = frozenset(GLUE)
    small = glue - frozenset(TOLD)
    for clause in tokens(text.lower()):
        for i, word in enumerate(clause):
            if is_fit(word, left_out) and word not in small:
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


def candidates(records, pack):
    """Words with the same stem together: {stem: {written, ...}}."""
    left_out = LEFT_OUT | names(records, pack)
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
