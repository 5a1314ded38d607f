/* Forms of names on the network, checked by hand: each is a few lines. */
#include "agent/conf/netname.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

static bool
is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/* One label of a host name: up to 63, no hyphen at either end. */
static bool
is_label(struct str s)
{
	if (s.len == 0 || s.len > 63 || s.p[0] == '-' || s.p[s.len - 1] == '-')
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!is_letter_or_digit(s.p[i]) && s.p[i] != '-')
			return false;
	return true;
}

/* Digits and dots only: meant as an address. */
static bool
looks_like_ipv4(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((s.p[i] < '0' || s.p[i] > '9') && s.p[i] != '.')
			return false;
	return true;
}

/* Every part of s between the dots passes is_part. */
static bool
all_parts(struct str s, bool (*is_part)(struct str))
{
	size_t start = 0;

	for (size_t i = 0; i <= s.len; i++) {
		if (i < s.len && s.p[i] != '.')
			continue;
		if (!is_part(str_make(s.p + start, i - start)))
			return false;
		start = i + 1;
	}
	return true;
}

bool
netname_is_domain(struct str s)
{
	return s.len > 0 && s.len <= NETNAME_HOST_MAX && !looks_like_ipv4(s) &&
	       all_parts(s, is_label);
}

/* Read s as an address of family; out has room for either kind. */
static bool
read_address(struct str s, int family, struct in6_addr *out)
{
	char text[INET6_ADDRSTRLEN];

	if (s.len == 0 || s.len >= sizeof(text))
		return false;
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	return inet_pton(family, text, out) == 1;
}

bool
netname_is_host(struct str s)
{
	struct in6_addr address;

	return netname_is_domain(s) || read_address(s, AF_INET, &address) ||
	       read_address(s, AF_INET6, &address);
}

bool
netname_is_loopback(struct str host)
{
	struct in6_addr address;

	if (host.len == 9 && strncasecmp(host.p, "localhost", 9) == 0)
		return true;
	if (read_address(host, AF_INET, &address))
		return str_has_prefix(host, "127.");
	return read_address(host, AF_INET6, &address) &&
	       IN6_IS_ADDR_LOOPBACK(&address);
}

bool
netname_is_same_domain(struct str domain, struct str other)
{
	return domain.len == other.len && domain.len > 0 &&
	       strncasecmp(domain.p, other.p, domain.len) == 0;
}

/* What topics and filters may both not be. */
static const char *
path_fault(struct str s)
{
	if (s.len == 0)
		return "is empty";
	if (s.len > NETNAME_TOPIC_MAX)
		return "is longer than 200 bytes";
	if (s.p[0] == '$')
		return "begins with $, which brokers keep for themselves";
	if (!str_is_utf8(s))
		return "is not UTF-8 text";
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
			return "has a space or control character";
	return NULL;
}

const char *
netname_topic_fault(struct str s)
{
	const char *fault = path_fault(s);

	if (!fault && (memchr(s.p, '+', s.len) || memchr(s.p, '#', s.len)))
		return "has a wildcard (+ or #), which is only for "
		       "subscribing";
	return fault;
}

const char *
netname_filter_fault(struct str s)
{
	const char *fault = path_fault(s);

	for (size_t i = 0; i < s.len && !fault; i++) {
		bool is_alone = (i == 0 || s.p[i - 1] == '/') &&
				(i + 1 == s.len || s.p[i + 1] == '/');

		if ((s.p[i] == '+' || s.p[i] == '#') && !is_alone)
			return "has a wildcard within a level: + and # stand "
			       "alone between slashes";
		if (s.p[i] == '#' && i + 1 < s.len)
			return "has something behind #, which stands for all "
			       "that follows";
	}
	return fault;
}
