/* alert: what the reasons to tell people are called. */
#include "alerts/alert.h"

#include "agent/base/check.h"

const char *
alert_reason_name(enum alert_reason reason)
{
	switch (reason) {
	case ALERT_NONE: return "none";
	case ALERT_FIRST: return "first";
	case ALERT_RAISED: return "raised";
	case ALERT_LOWERED: return "lowered";
	case ALERT_WITHDRAWN: return "withdrawn";
	case ALERT_TAKEN: return "taken";
	case ALERT_RELEASED: return "released";
	case ALERT_ENTERED: return "entered";
	case ALERT_LEFT: return "left";
	case ALERT_DWELT: return "dwelt";
	case ALERT_CROSSED: return "crossed";
	}
	check_failed("a reason has a name", __FILE__, __LINE__);
}
