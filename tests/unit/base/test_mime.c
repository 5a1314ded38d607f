#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agent/base/mime.h"

struct text_case {
	const char *in;
	const char *out;
};

static const struct text_case quoted[] = {
	{ "", "" },
	{ "plain", "plain" },
	{ "a\nb\r\nc\rd", "a\r\nb\r\nc\r\nd" },
	{ "a=b", "a=3Db" },
	{ "end \nand\t\n last ", "end=20\r\nand=09\r\n last=20" },
	{ "caf\xc3\xa9", "caf=C3=A9" },
	{ ".\n..", ".\r\n.." },
	{ "nul-free \x01", "nul-free =01" },
	{ "1234567890123456789012345678901234567890"
	  "12345678901234567890123456789012345678901234567890",
	    "123456789012345678901234567890123456789012345678901234567890"
	    "123456789012345=\r\n678901234567890" },
	{ "123456789012345678901234567890123456789012345678901234567890"
	  "1234567890123\xc3\xa9",
	    "123456789012345678901234567890123456789012345678901234567890"
	    "1234567890123=\r\n=C3=A9" },
};

static const struct text_case subjects[] = {
	{ "", "" },
	{ "Rural tag: hare coursing", "Rural tag: hare coursing" },
	{ "OFFICIAL-SENSITIVE - Rural tag: Hare coursing EX-20260114-0412 "
	  "grade 2 Chelmsford",
	    "OFFICIAL-SENSITIVE - Rural tag: Hare coursing EX-20260114-0412"
	    "\r\n grade 2 Chelmsford" },
	{ "Fly tipping \xe2\x80\x93 Maldon",
	    "=?UTF-8?Q?Fly_tipping_=E2=80=93_Maldon?=" },
	{ "a\r\nBcc: x@example.org", "=?UTF-8?Q?a__Bcc:_x=40example.org?=" },
	{ "=?UTF-8?Q?x?=", "=?UTF-8?Q?=3D=3FUTF-8=3FQ=3Fx=3F=3D?=" },
	{ "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
	  "\xc3\xa9\xc3\xa9\xc3\xa9",
	    "=?UTF-8?Q?=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9"
	    "=C3=A9=C3=A9?=\r\n =?UTF-8?Q?=C3=A9?=" },
};

struct address_case {
	const char *address;
	bool valid;
};

static const struct address_case addresses[] = {
	{ "duty@example.org", true },
	{ "rural.team+alerts@mail.example.org", true },
	{ "o'neil@example.org", true },
	{ "", false },
	{ "duty", false },
	{ "@example.org", false },
	{ "duty@", false },
	{ "a@b@example.org", false },
	{ "two words@example.org", false },
	{ "duty@example.org\r\nRCPT TO:<x@example.org>", false },
	{ "duty@example.org\n", false },
	{ "<duty@example.org>", false },
	{ "duty@example.org,x@example.org", false },
	{ ".duty@example.org", false },
	{ "duty.@example.org", false },
	{ "du..ty@example.org", false },
	{ "duty@example..org", false },
	{ "duty@exam_ple.org", false },
	{ "duty@[127.0.0.1]", false },
	{ "d\xc3\xbcty@example.org", false },
	{ "1234567890123456789012345678901234567890123456789012345678901234"
	  "@example.org",
	    true },
	{ "12345678901234567890123456789012345678901234567890123456789012345"
	  "@example.org",
	    false },
};

static void
check_text(void (*make)(struct str, struct buf *), const struct text_case *row)
{
	struct buf out = { 0 };

	make(str_of(row->in), &out);
	assert_string_equal(out.p ? out.p : "", row->out);
	buf_clear(&out);
}

static void
test_quote(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(quoted) / sizeof(quoted[0]); i++)
		check_text(mime_quote, &quoted[i]);
}

static void
test_subject(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++)
		check_text(mime_subject, &subjects[i]);
}

static void
test_address(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		if (mime_address_is_valid(str_of(addresses[i].address)) !=
		    addresses[i].valid)
			fail_msg("wrong about %s", addresses[i].address);
}

static const char whole[] = "Date: Wed, 14 Jan 2026 10:42:07 +0000\r\n"
			    "From: buzzard@example.org\r\n"
			    "To: duty@example.org\r\n"
			    "Subject: Rural tag\r\n"
			    "Message-ID: <d-1@example.org>\r\n"
			    "In-Reply-To: <i-7@example.org>\r\n"
			    "References: <i-7@example.org>\r\n"
			    "X-Buzzard-Alert: a-1?X: y\r\n"
			    "MIME-Version: 1.0\r\n"
			    "Content-Type: multipart/alternative;\r\n"
			    " boundary=\"=_part_of_this_mail\"\r\n"
			    "\r\n"
			    "--=_part_of_this_mail\r\n"
			    "Content-Type: text/plain; charset=utf-8\r\n"
			    "Content-Transfer-Encoding: quoted-printable\r\n"
			    "\r\n"
			    "one\r\n.\r\ntwo\r\n"
			    "--=_part_of_this_mail\r\n"
			    "Content-Type: text/html; charset=utf-8\r\n"
			    "Content-Transfer-Encoding: quoted-printable\r\n"
			    "\r\n"
			    "<p class=3D\"a\">one</p>\r\n"
			    "--=_part_of_this_mail--\r\n";

static void
test_whole(void **state)
{
	const struct mime_header extra = { "X-Buzzard-Alert",
		STR_LIT("a-1\nX: y") };
	struct mime_mail mail = {
		.from = STR_LIT("buzzard@example.org"),
		.to = STR_LIT("duty@example.org"),
		.message_id = STR_LIT("d-1"),
		.thread_id = STR_LIT("i-7"),
		.subject = STR_LIT("Rural tag"),
		.text = STR_LIT("one\n.\ntwo"),
		.html = STR_LIT("<p class=\"a\">one</p>"),
		.date_ms = 1768387327000,
		.extra = &extra,
		.extra_count = 1,
	};
	struct buf out = { 0 };

	(void)state;
	mime_compose(&mail, &out);
	assert_string_equal(out.p, whole);
	buf_reset(&out);
	mail.html = (struct str){ 0 };
	mail.thread_id = (struct str){ 0 };
	mail.date_ms = 1781692927000; /* June: summer time */
	mime_compose(&mail, &out);
	assert_non_null(strstr(out.p, "Date: Wed, 17 Jun 2026 11:42:07 +0100"));
	assert_null(strstr(out.p, "References"));
	assert_non_null(
	    strstr(out.p, "quoted-printable\r\n\r\none\r\n.\r\ntwo\r\n"));
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quote),
		cmocka_unit_test(test_subject),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
