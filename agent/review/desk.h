/*
 * desk: a connection to the store and what stands on it, for one request at a
 * time; service.c has as many as were needed at once.
 */
#ifndef REVIEW_DESK_H
#define REVIEW_DESK_H

struct accounts;
struct areastore;
struct arena;
struct joints;
struct camps;
struct audit_pages;
struct contacts;
struct digests;
struct feedday;
struct duties;
struct followups;
struct handover;
struct grid;
struct linkcounts;
struct links;
struct linksets;
struct mapstore;
struct holds;
struct matches;
struct outbox;
struct outbox_desk;
struct quarantine;
struct retention;
struct rulebook;
struct rulestats;
struct reviews;
struct rules_scratch;
struct search;
struct sightings;
struct store;
struct store_pages;
struct takers;
struct tippings;
struct wordindex;
struct trackstore;
struct unitstore;
struct views;

/* All owned. */
struct desk {
	struct desk *next;
	struct store *store;
	struct store_pages *pages;
	struct audit_pages *audit_pages;
	struct accounts *accounts;
	struct reviews *reviews;
	struct joints *batches;
	struct digests *digests;
	struct matches *matches;
	struct outbox *outbox;
	struct outbox_desk *alerts;
	struct feedday *days;
	struct quarantine *quarantine;
	struct holds *holds;
	struct retention *retention;
	struct rulebook *rulebook;
	struct rulestats *rulestats;
	struct takers *takers;
	struct contacts *contacts;
	struct followups *followups;
	struct wordindex *words;
	struct sightings *sightings;
	struct search *search;
	struct links *links;
	struct linkcounts *linkcounts;
	struct linksets *linksets;
	struct grid *grid;
	struct duties *duties;
	struct camps *camps;
	struct mapstore *map;
	struct unitstore *units;
	struct views *views;
	struct areastore *areas;
	struct trackstore *tracks;
	struct rules_scratch *scratch;
	struct handover *handover;
	struct tippings *tippings;
	struct arena *arena; /* emptied before each request */
};

#endif /* REVIEW_DESK_H */
