/*
 * From a file's appearance in the feed's folder to the MQTT message at a
 * subscriber, beside a bare publish to the same broker and a bare durable
 * commit in the same folder.  Started by latency.py, which runs the broker and
 * the agent:
 *
 *     bench_latency PORT FEED-FOLDER COUNT RATE [NAME]
 *
 * With NAME, which its incidents' references then begin with, only the last of
 * the three, for review.py.
 *
 * Everything is measured in this one process with one monotonic clock: it
 * writes the files, publishes the bare messages and subscribes.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <mosquitto.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define COUNT_MAX 100000

struct bench {
	pthread_mutex_t mutex;
	int64_t sent_us[COUNT_MAX];
	int64_t came_us[COUNT_MAX];
	int arrived;
	bool subscribed;
	const char *mark; /* what stands before the number in a payload */
};

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
wait_until(int64_t at_us)
{
	struct timespec t = { .tv_sec = at_us / 1000000,
		.tv_nsec = at_us % 1000000 * 1000 };

	while (
	    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

static void
on_message(struct mosquitto *m, void *user, const struct mosquitto_message *msg)
{
	struct bench *b = user;
	int64_t now = now_us();
	const char *at;
	int n;

	(void)m;
	at = memmem(
	    msg->payload, (size_t)msg->payloadlen, b->mark, strlen(b->mark));
	if (!at)
		return;
	n = (int)strtol(at + strlen(b->mark), NULL, 10);
	pthread_mutex_lock(&b->mutex);
	if (n >= 0 && n < COUNT_MAX && b->came_us[n] == 0) {
		b->came_us[n] = now;
		b->arrived++;
	}
	pthread_mutex_unlock(&b->mutex);
}

static void
on_subscribe(struct mosquitto *m, void *user, int mid, int n, const int *qos)
{
	struct bench *b = user;

	(void)m;
	(void)mid;
	(void)n;
	(void)qos;
	pthread_mutex_lock(&b->mutex);
	b->subscribed = true;
	pthread_mutex_unlock(&b->mutex);
}

static int
compare(const void *x, const void *y)
{
	const int64_t *a = x;
	const int64_t *b = y;

	return (*a > *b) - (*a < *b);
}

static void
report(const char *what, int64_t *us, int count)
{
	if (count == 0) {
		printf("%-34s nothing arrived\n", what);
		return;
	}
	qsort(us, (size_t)count, sizeof(*us), compare);
	printf("%-34s n=%d p50=%.3f ms p90=%.3f ms p99=%.3f ms max=%.3f ms\n",
	    what, count, (double)us[count / 2] / 1000,
	    (double)us[count * 9 / 10] / 1000,
	    (double)us[count * 99 / 100] / 1000, (double)us[count - 1] / 1000);
	fflush(stdout);
}

static void
wait_and_report(struct bench *b, const char *what, int count)
{
	int64_t end = now_us() + 20000000;
	int64_t *us = calloc((size_t)count, sizeof(*us));
	int n = 0;

	if (!us)
		abort();
	for (;;) {
		int arrived;

		pthread_mutex_lock(&b->mutex);
		arrived = b->arrived;
		pthread_mutex_unlock(&b->mutex);
		if (arrived >= count || now_us() > end)
			break;
		usleep(10000);
	}
	for (int i = 0; i < count; i++)
		if (b->came_us[i] > 0)
			us[n++] = b->came_us[i] - b->sent_us[i];
	report(what, us, n);
	if (n < count)
		printf("  %d of %d did not arrive within 20 s\n", count - n,
		    count);
	free(us);
}

static void
begin(struct bench *b, const char *mark)
{
	pthread_mutex_lock(&b->mutex);
	memset(b->came_us, 0, sizeof(b->came_us));
	b->arrived = 0;
	b->mark = mark;
	pthread_mutex_unlock(&b->mutex);
}

static void
run_bare(struct bench *b, struct mosquitto *m, int count, int rate)
{
	int64_t start = now_us();
	char what[64];

	begin(b, "BARE-");
	for (int i = 0; i < count; i++) {
		char payload[1024];

		memset(payload, ' ', sizeof(payload));
		snprintf(payload, sizeof(payload), "BARE-%d ", i);
		wait_until(start + (int64_t)i * 1000000 / rate);
		b->sent_us[i] = now_us();
		mosquitto_publish(m, NULL, "bench/bare", (int)sizeof(payload),
		    payload, 1, false);
	}
	snprintf(what, sizeof(what), "bare publish, %d/s", rate);
	wait_and_report(b, what, count);
}

/* One incident that rings, moved into the folder whole. */
static void
drop_file(struct bench *b, const char *folder, const char *name, int i)
{
	char temporary[4096], path[4096], text[2048];
	int fd, n;

	snprintf(temporary, sizeof(temporary), "%s/.%s-%d", folder, name, i);
	snprintf(path, sizeof(path), "%s/%s-%d.ndjson", folder, name, i);
	n = snprintf(text, sizeof(text),
	    "{\"id\":\"%s-%d\",\"opened_at\":\"2026-11-14T18:00:00Z\","
	    "\"grade\":2,\"opening_code\":\"SUSPICIOUS CIRCS\","
	    "\"location_text\":\"off the lane by the church\","
	    "\"lat\":51.95,\"lon\":0.45,\"log\":[{\"at\":"
	    "\"2026-11-14T18:00:00Z\",\"by\":\"CALL\",\"text\":"
	    "\"Caller watching three males with lurchers hare coursing on "
	    "his stubble field now, silver estate car left in the gateway. "
	    "No permission.\"}]}\n",
	    name, i);
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || write(fd, text, (size_t)n) != n)
		abort();
	close(fd);
	b->sent_us[i] = now_us();
	if (rename(temporary, path) < 0)
		abort();
}

static void
run_agent(
    struct bench *b, const char *folder, const char *name, int count, int rate)
{
	int64_t start = now_us();
	char mark[32], what[64];

	snprintf(mark, sizeof(mark), "\"%.20s-", name);
	begin(b, mark);
	for (int i = 0; i < count; i++) {
		wait_until(start + (int64_t)i * 1000000 / rate);
		drop_file(b, folder, name, i);
	}
	snprintf(what, sizeof(what), "file to subscriber, %d/s", rate);
	wait_and_report(b, what, count);
}

/* What one durable commit costs here: WAL, synchronous=FULL, one row. */
static void
run_commits(const char *folder, int count)
{
	char path[4096];
	int64_t *us = calloc((size_t)count, sizeof(*us));
	sqlite3 *db;

	if (!us)
		abort();
	snprintf(path, sizeof(path), "%s/../bench-commit.db", folder);
	if (sqlite3_open(path, &db) != SQLITE_OK)
		abort();
	sqlite3_exec(db,
	    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
	    "CREATE TABLE IF NOT EXISTS t (b BLOB)",
	    NULL, NULL, NULL);
	for (int i = 0; i < count; i++) {
		int64_t t = now_us();

		sqlite3_exec(db, "INSERT INTO t VALUES (zeroblob(1024))", NULL,
		    NULL, NULL);
		us[i] = now_us() - t;
	}
	report("bare commit of 1 KB (fdatasync)", us, count);
	sqlite3_close(db);
	free(us);
}

int
main(int argc, char **argv)
{
	static struct bench b = { .mutex = PTHREAD_MUTEX_INITIALIZER,
		.mark = "?" };
	struct mosquitto *m;
	char name[16];
	int count, rate;

	if (argc != 5 && argc != 6) {
		fputs("usage: bench_latency PORT FOLDER COUNT RATE [NAME]\n",
		    stderr);
		return 2;
	}
	count = atoi(argv[3]);
	rate = atoi(argv[4]);
	mosquitto_lib_init();
	m = mosquitto_new("bench-latency", true, &b);
	mosquitto_message_callback_set(m, on_message);
	mosquitto_subscribe_callback_set(m, on_subscribe);
	mosquitto_int_option(m, MOSQ_OPT_TCP_NODELAY, 1);
	if (mosquitto_connect(m, "127.0.0.1", atoi(argv[1]), 60) != 0)
		return 4;
	mosquitto_loop_start(m);
	mosquitto_subscribe(m, NULL, "#", 1);
	for (int i = 0; i < 500 && !b.subscribed; i++)
		usleep(10000);
	(void)snprintf(name, sizeof(name), "R%d", rate);
	if (argc == 5) {
		run_commits(argv[2], 1000);
		run_bare(&b, m, count, rate);
	}
	run_agent(&b, argv[2], argc == 6 ? argv[5] : name, count, rate);
	mosquitto_disconnect(m);
	mosquitto_loop_stop(m, false);
	mosquitto_destroy(m);
	mosquitto_lib_cleanup();
	return 0;
}
