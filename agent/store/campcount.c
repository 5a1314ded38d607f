#include "agent/store/campcount.h"

#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/store/campwords.h"

#define DAY_MS INT64_C(86400000)

void
campcount_text(const struct campcount_rule *rule, struct buf *out)
{
	buf_addf(out,
	    "Counting rule %d. One encampment is one or more caravans, "
	    "vehicles or tents that people live in, on one piece of land or on "
	    "pieces that touch, without the occupier's consent. It is counted "
	    "once, in the month of its first report, however many reports are "
	    "made of it. If any of them come back to the same land within "
	    "%" PRId64 " days of leaving, it is the same encampment: its entry "
	    "is reopened, and the days between are not counted. If the same "
	    "group moves by no more than %" PRId64 " metres, it is the same "
	    "encampment; if farther, it is another one, and its entry names "
	    "the one before. What turns out to have consent, to be no "
	    "encampment or to stand in another entry is not counted. Days are "
	    "days begun, from the first report until all have left.",
	    CAMPCOUNT_VERSION, rule->return_days, rule->move_m);
}

int64_t
campcount_days(const struct campcount_span *s, int64_t now_ms)
{
	int64_t until_ms = s->left_ms == CLOCK_NONE ? now_ms : s->left_ms;
	int64_t stood_ms = until_ms - s->reported_ms - s->away_ms;

	return stood_ms <= DAY_MS ? 1 : (stood_ms + DAY_MS - 1) / DAY_MS;
}

/* The first moment of a month in London. */
static int64_t
month_begins(int year, int month)
{
	return clock_from_local(clock_from_utc(year, month, 1, 0, 0, 0));
}

void
campcount_begin(struct campcount_month *months, size_t count, int64_t now_ms)
{
	struct clock_local now = clock_to_local(now_ms);
	int year = now.year, month = now.month;

	for (size_t i = count; i > 0; i--) {
		int next_year = month == 12 ? year + 1 : year;

		months[i - 1] = (struct campcount_month){ .year = year,
			.month = month,
			.from_ms = month_begins(year, month),
			.to_ms = month_begins(next_year, month % 12 + 1) };
		year = month == 1 ? year - 1 : year;
		month = month == 1 ? 12 : month - 1;
	}
}

static void
add_outcome(struct campcount_month *m, struct str outcome)
{
	const struct campword_choice *all = campwords_outcomes();

	for (size_t i = 0; i < CAMPCOUNT_OUTCOMES && all[i].word; i++)
		if (str_is(outcome, all[i].word))
			m->outcomes[i]++;
}

void
campcount_add(struct campcount_month *months, size_t count,
    const struct campcount_span *s)
{
	bool is_out = str_has_prefix(s->outcome, CAMP_NOT_COUNTED);

	for (size_t i = 0; i < count; i++) {
		struct campcount_month *m = &months[i];
		bool is_in =
		    s->reported_ms >= m->from_ms && s->reported_ms < m->to_ms;

		if (is_out) {
			m->not_counted += is_in;
			continue;
		}
		m->opened += is_in;
		m->standing +=
		    s->reported_ms < m->to_ms &&
		    (s->left_ms == CLOCK_NONE || s->left_ms >= m->to_ms);
		if (s->left_ms == CLOCK_NONE || s->left_ms < m->from_ms ||
		    s->left_ms >= m->to_ms)
			continue;
		m->ended++;
		m->days += campcount_days(s, s->left_ms);
		add_outcome(m, s->outcome);
	}
}
