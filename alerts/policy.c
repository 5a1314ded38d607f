#include "alerts/policy.h"

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
