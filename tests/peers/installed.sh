#!/bin/bash
# The program as it is installed, under its own hardened unit: started, fed,
# reloaded with a good and with a bad file, killed, stopped.  For a machine of
# its own that runs systemd, as root; leaves everything behind.
set -euo pipefail
cd "$(dirname "$0")/../.."

fail() {
	echo "FAILED: $*"
	journalctl -u buzzard --no-pager | tail -n 40
	exit 1
}
ok() { echo "ok: $*"; }
# wait_for WHAT COMMAND...: at most 20 seconds.
wait_for() {
	local what=$1 n
	shift
	for ((n = 0; n < 100; n++)); do
		! "$@" >/dev/null 2>&1 || { ok "$what" && return; }
		sleep 0.2
	done
	fail "$what"
}
journal_has() { journalctl -u buzzard --no-pager | grep -q "$1"; }
main_pid() { systemctl show -P MainPID buzzard; }
has_new_pid() { [ "$(main_pid)" != "$1" ] && systemctl -q is-active buzzard; }

./dev build
apt-get install -y -qq --no-install-recommends mosquitto mosquitto-clients \
	>/dev/null 2>&1
cmake --install build --prefix /usr >/dev/null
install -D -m 644 packaging/buzzard.yaml /etc/buzzard/buzzard.yaml
systemd-sysusers
systemd-tmpfiles --create /usr/lib/tmpfiles.d/buzzard.conf
systemctl daemon-reload
systemctl start mosquitto

systemctl start buzzard || fail "systemctl start"
ok "it says READY under its unit: $(systemctl show -P StatusText buzzard)"

mosquitto_sub -t 'rural/v1/alert/#' -q 1 -i sub -c -C 1 -W 20 >/tmp/alert &
sub=$!
sleep 1
head -n 3 tests/demo/november-night.ndjson >/var/lib/buzzard/in/.night.tmp
chown buzzard:buzzard /var/lib/buzzard/in/.night.tmp
mv /var/lib/buzzard/in/.night.tmp /var/lib/buzzard/in/night.ndjson
wait $sub || fail "no alert arrived"
grep -q hare-coursing /tmp/alert || fail "the alert: $(cat /tmp/alert)"
ok "an alert arrives"
wait_for "its file is in done/" test -e /var/lib/buzzard/in/done/night.ndjson

pid=$(main_pid)
systemctl reload buzzard || fail "reload of a good file"
wait_for "a good file is read again" journal_has 'reloaded'
cp /etc/buzzard/buzzard.yaml /tmp/good.yaml
echo 'nonsense: 1' >>/etc/buzzard/buzzard.yaml
! systemctl reload buzzard 2>/dev/null || fail "a bad file was reloaded"
[ "$(main_pid)" = "$pid" ] || fail "it is another process"
ok "a bad file is refused and the process is the same"
cp /tmp/good.yaml /etc/buzzard/buzzard.yaml

kill -9 "$pid"
wait_for "killed, it is started again" has_new_pid "$pid"

systemctl stop buzzard
[ "$(systemctl show -P Result buzzard)" = success ] || fail "stop"
ok "it stops cleanly"

echo 'nonsense: 1' >>/etc/buzzard/buzzard.yaml
! systemctl start buzzard 2>/dev/null || fail "it started with a bad file"
[ "$(systemctl show -P ExecMainStatus buzzard)" = 78 ] || fail "not 78"
sleep 4
[ "$(systemctl show -P NRestarts buzzard)" = 0 ] || fail "it was restarted"
ok "with a bad file it ends with 78 and is not started again"

systemd-analyze security --no-pager --threshold=11 buzzard | tail -n 1
