/* Any bytes as a boundary file: refused, or cut at its features. */
#include <stdint.h>
#include <stdlib.h>

#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/geo/features.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str text = str_make((const char *)data, len), feature;
	struct features f;
	struct err e = { 0 };

	if (features_open(&f, text, &e) < 0) {
		CHECK(e.code != ERR_NONE);
		return 0;
	}
	while (features_next(&f, &feature) == 1)
		CHECK(feature.p >= text.p &&
		      feature.p + feature.len <= text.p + text.len);
	return 0;
}
