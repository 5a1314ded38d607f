"""London's days, which the review service counts in, wherever the tests run."""

import datetime


def last_sunday(year, month):
    """One o'clock in the morning of it: when London's clocks change (UTC)."""
    day = datetime.datetime(year, month, 31, 1)
    return day - datetime.timedelta(days=(day.weekday() + 1) % 7)


class London(datetime.tzinfo):
    """London's time, where a machine has no tzdata."""

    def utcoffset(self, dt):
        return self.dst(dt)

    def dst(self, dt):
        at = dt.replace(tzinfo=None)
        summer = last_sunday(at.year, 3) <= at < last_sunday(at.year, 10)
        return datetime.timedelta(hours=1 if summer else 0)

    def tzname(self, dt):
        return "BST" if self.dst(dt) else "GMT"


LONDON = London()


def day(ahead=0):
    """Today, or so many days ahead, as a form has it."""
    today = datetime.datetime.now(LONDON).date()
    return (today + datetime.timedelta(ahead)).isoformat()
