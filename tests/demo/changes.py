"""A change of the rules that awaits its second person."""

from support.rulechange import Author

RULE = """\
# The team asks for it since the autumn: chargers go with the fencing.

themes energiser-theft

words energisers: "fence energiser*", "fencing energiser*", "fencer unit*"
words gone_away: gone, stolen, taken, missing

rule energiser_theft "Fence energisers"
    theme energiser-theft
    give 40 when text has @energisers
    give 30 when text has @energisers near 12 @gone_away
    review from 40, alert from 70

test "an energiser is gone"
    rural
    CALL "Fence energiser stolen from the sheep field, sheep are out"
    expect energiser-theft alert

test "one that ticks"
    rural
    CALL "Fence energiser is ticking loudly, neighbour complains"
    expect energiser-theft review
"""


def fill(port):
    """The analyst proposes it, with its preview; the approver decides."""
    Author(port, "analyst").propose(
        "energisers.rules", RULE,
        reason="Energisers go in the nights before sheep are taken")
