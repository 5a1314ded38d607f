/*
 * policy: whether to tell somebody, and why.
 *
 * Pure: from what a recipient was last told of a theme and what is true now to
 * a reason or none.  What was told is kept clipped to the recipient's
 * threshold (below it counts as none), so that whatever way an incident came
 * to its present level, what was told last is the same.
 */
#ifndef ALERTS_POLICY_H
#define ALERTS_POLICY_H

#include "alerts/alert.h"
#include "rules/ruleset.h"

/* level as a recipient with that threshold hears of it: below is none. */
enum rules_level policy_clip(
    enum rules_level level, enum rules_level threshold);

/*
 * Why to tell a recipient, who was last told the level told, that the level is
 * now now; ALERT_NONE if there is nothing to say.  After a reason was given,
 * policy_clip(now, threshold) is what was told.  A fall below the threshold
 * that leaves something standing is LOWERED, not WITHDRAWN.
 */
enum alert_reason policy_reason(
    enum rules_level told, enum rules_level now, enum rules_level threshold);

/*
 * Why to tell a recipient, who was last told that who told has the incident,
 * that now who now has it; absent or empty is nobody.  Who took it by the link
 * sent to this recipient knows.  Only for a recipient who was told of a theme
 * that stands.
 */
enum alert_reason policy_taken(
    struct str told, struct str now, const char *recipient);

#endif /* ALERTS_POLICY_H */
