#include "alerts/policy.h"

#include "agent/store/takers.h"

enum rules_level
policy_clip(enum rules_level level, enum rules_level threshold)
{
	return level < threshold ? RULES_NONE : level;
}

enum alert_reason
policy_reason(
    enum rules_level told, enum rules_level now, enum rules_level threshold)
{
	enum rules_level heard = policy_clip(now, threshold);

	if (heard > told)
		return told == RULES_NONE ? ALERT_FIRST : ALERT_RAISED;
	/* Told by a lower threshold that has been raised since: still so. */
	if (now >= told)
		return ALERT_NONE;
	return now == RULES_NONE ? ALERT_WITHDRAWN : ALERT_LOWERED;
}

enum alert_reason
policy_taken(struct str told, struct str now, const char *recipient)
{
	if (told.len == now.len && (now.len == 0 || str_is_equal(told, now)))
		return ALERT_NONE;
	if (now.len == 0)
		return taker_is_recipient(told, recipient) ? ALERT_NONE
							   : ALERT_RELEASED;
	return taker_is_recipient(now, recipient) ? ALERT_NONE : ALERT_TAKEN;
}
