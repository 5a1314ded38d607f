/* Any bytes as a configuration: errors, or one that can be shown. */
#include <stdint.h>
#include <stdlib.h>

#include "agent/base/check.h"
#include "agent/conf/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf diag = { 0 }, shown = { 0 };
	struct conf *conf = NULL;

	if (conf_parse("fuzz.yaml", str_make((const char *)data, len), &diag,
		&conf) == 0) {
		conf_show(conf, &shown);
		CHECK(shown.len > 0 && conf->feed_count > 0);
		conf_free(&conf);
	} else {
		CHECK(diag.len > 0 && conf == NULL);
	}
	buf_clear(&diag);
	buf_clear(&shown);
	return 0;
}
