/*
 * Clients' certificates.  The one door to GnuTLS beside the web server's own
 * use of it.
 *
 * The handshake asks for a certificate and goes on without a good one, so that
 * whoever has none can still be shown how to log in; whether it is good is
 * looked at here, with each request.  A certificate that is only for servers is
 * none for clients (RFC 5280, 4.2.1.12).
 */
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <microhttpd.h>
#include <string.h>

#include "agent/base/err.h"
#include "agent/base/http.h"
#include "agent/base/http_private.h"

#define CA_COUNT_MAX 64

int
http_check_ca(struct str pem, const char *path, struct err *e)
{
	struct buf copy = { 0 }; /* GnuTLS asks for one that it may change */
	gnutls_datum_t text;
	gnutls_x509_crt_t all[CA_COUNT_MAX];
	unsigned count = CA_COUNT_MAX;
	bool has_ca = false;
	int r;

	buf_add_str(&copy, pem);
	text = (gnutls_datum_t){ (unsigned char *)copy.p, (unsigned)copy.len };
	r = gnutls_x509_crt_list_import(
	    all, &count, &text, GNUTLS_X509_FMT_PEM, 0);
	buf_clear(&copy);
	if (r < 0)
		return err_set(e, ERR_INVALID,
		    "%s holds no certificates in PEM that can be read (%s)",
		    path, gnutls_strerror(r));
	for (unsigned i = 0; i < count; i++) {
		has_ca |= gnutls_x509_crt_get_ca_status(all[i], NULL) > 0;
		gnutls_x509_crt_deinit(all[i]);
	}
	return has_ca ? 0
		      : err_set(e, ERR_INVALID,
			    "%s holds no certificate of an authority: give "
			    "that which signs the clients' certificates",
			    path);
}

/* Does an authority of ours vouch for it, for clients, now? */
static bool
is_good(gnutls_session_t session)
{
	unsigned char clients[] = GNUTLS_KP_TLS_WWW_CLIENT;
	gnutls_typed_vdata_st purpose = { .type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = clients };
	unsigned faults = ~0U;

	return gnutls_certificate_verify_peers(session, &purpose, 1, &faults) ==
		   0 &&
	       faults == 0;
}

/* The common name, which must be the only one. */
static bool
has_common_name(gnutls_x509_crt_t crt, char name[HTTP_CLIENT_NAME_MAX])
{
	size_t len = HTTP_CLIENT_NAME_MAX, more = 0;

	if (gnutls_x509_crt_get_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 1,
		0, NULL, &more) != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		return false;
	return gnutls_x509_crt_get_dn_by_oid(
		   crt, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &len) == 0 &&
	       strlen(name) == len;
}

/* The address of mail, which must be the only one. */
static bool
has_mail(gnutls_x509_crt_t crt, char name[HTTP_CLIENT_NAME_MAX])
{
	char each[HTTP_CLIENT_NAME_MAX];
	bool is_there = false;

	for (unsigned i = 0;; i++) {
		size_t len = sizeof each - 1;
		int kind = gnutls_x509_crt_get_subject_alt_name(
		    crt, i, each, &len, NULL);

		if (kind == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			return is_there;
		if (kind == GNUTLS_SAN_RFC822NAME && is_there)
			return false;
		if (kind != GNUTLS_SAN_RFC822NAME)
			continue; /* one too long is not ours either */
		each[len] = '\0';
		if (strlen(each) != len)
			return false;
		memcpy(name, each, len + 1);
		is_there = true;
	}
}

static bool
has_name(
    const gnutls_datum_t *der, bool by_mail, char name[HTTP_CLIENT_NAME_MAX])
{
	gnutls_x509_crt_t crt;
	bool has = false;

	if (gnutls_x509_crt_init(&crt) < 0)
		return false;
	if (gnutls_x509_crt_import(crt, der, GNUTLS_X509_FMT_DER) == 0)
		has =
		    by_mail ? has_mail(crt, name) : has_common_name(crt, name);
	gnutls_x509_crt_deinit(crt);
	return has;
}

enum http_client
http_client(const struct http_request *rq, bool by_mail,
    char name[HTTP_CLIENT_NAME_MAX])
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    rq->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	const gnutls_datum_t *shown;
	gnutls_session_t session;
	unsigned count = 0;

	if (!info || !info->tls_session)
		return HTTP_CLIENT_NONE;
	session = info->tls_session;
	shown = gnutls_certificate_get_peers(session, &count);
	if (!shown || count == 0)
		return HTTP_CLIENT_NONE;
	if (!is_good(session))
		return HTTP_CLIENT_UNKNOWN;
	return has_name(&shown[0], by_mail, name) ? HTTP_CLIENT_KNOWN
						  : HTTP_CLIENT_UNNAMED;
}
