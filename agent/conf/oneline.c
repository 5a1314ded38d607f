/* Which characters are refused: a table of ranges over Unicode. */
#include "agent/conf/oneline.h"

#include <stdint.h>

static const struct {
	uint32_t first, last;
} harmful[] = {
	{ 0x0000, 0x001f },   /* C0 controls: tab, CR and LF among them */
	{ 0x007f, 0x009f },   /* DEL and the C1 controls */
	{ 0x00ad, 0x00ad },   /* soft hyphen: not seen */
	{ 0x061c, 0x061c },   /* Arabic letter mark */
	{ 0x200b, 0x200f },   /* zero width; left-to-right, right-to-left */
	{ 0x2028, 0x202e },   /* separators; embedding and override */
	{ 0x2060, 0x206f },   /* invisible operators; isolates */
	{ 0xfeff, 0xfeff },   /* byte order mark */
	{ 0xfff9, 0xfffb },   /* interlinear annotation */
	{ 0xe0000, 0xe007f }, /* tags: not seen */
};

/* How many bytes begin with first, by RFC 3629; 1 if it cannot begin any. */
static size_t
bytes_of(unsigned char first)
{
	if (first >= 0xf0)
		return 4;
	if (first >= 0xe0)
		return 3;
	return first >= 0xc0 ? 2 : 1;
}

size_t
oneline_step(struct str s, bool *harmless)
{
	size_t len = bytes_of((unsigned char)s.p[0]);
	uint32_t c = (unsigned char)s.p[0];

	/* Most characters. */
	*harmless = c >= ' ' && c < 0x7f;
	if (*harmless)
		return 1;
	if (len > s.len || (c != 0 && !str_is_utf8(str_make(s.p, len))))
		return 1;
	if (len > 1)
		c &= 0x7fU >> len;
	for (size_t i = 1; i < len; i++)
		c = c << 6 | ((unsigned char)s.p[i] & 0x3fU);
	for (size_t i = 0; i < sizeof(harmful) / sizeof(harmful[0]); i++)
		if (c >= harmful[i].first && c <= harmful[i].last)
			return len;
	*harmless = true;
	return len;
}

bool
oneline_is(struct str s)
{
	bool harmless = true;

	while (s.len > 0 && harmless) {
		size_t n = oneline_step(s, &harmless);

		s = str_make(s.p + n, s.len - n);
	}
	return harmless;
}

void
oneline_add(struct buf *out, struct str s)
{
	while (s.len > 0) {
		bool harmless;
		size_t n = oneline_step(s, &harmless);

		if (harmless)
			buf_add(out, s.p, n);
		else
			buf_add_char(out, '?');
		s = str_make(s.p + n, s.len - n);
	}
}
