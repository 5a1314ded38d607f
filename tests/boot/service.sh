#!/bin/bash
# The installed service on a machine that has booted with systemd: run as root
# on a throw-away machine, since it installs the program and starts services.
#
# It installs what the build needs, installs the program under /usr, starts a
# real mosquitto, and sees: READY, an alert at a subscriber, a reload refused
# and one taken, the unit's exposure, a clean stop, a restart after SIGKILL.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

step() { printf -- '-- %s\n' "$*"; }
fail() {
	printf 'FAILED: %s\n' "$*"
	journalctl -u buzzard --no-pager | tail -40
	exit 1
}
wait_until() { # SECONDS COMMAND...
	local left=$(($1 * 10))
	shift
	until "$@"; do
		left=$((left - 1))
		[ $left -gt 0 ] || fail "waited too long for: $*"
		sleep 0.1
	done
}
logged() { journalctl -u buzzard --no-pager | grep -qF -- "$1"; }

./dev setup
apt-get -qq install -y --no-install-recommends mosquitto-clients >/dev/null
./dev build
cmake --install build --prefix /usr >/dev/null

step 'user, folders, configuration'
systemd-sysusers
mkdir -p /etc/buzzard
install -m 640 packaging/buzzard.yaml /etc/buzzard/buzzard.yaml
systemd-tmpfiles --create
systemctl daemon-reload
mosquitto -p 1883 -d
runuser -u buzzard -- buzzard check -c /etc/buzzard/buzzard.yaml

step 'start: READY means that it has started'
systemctl start buzzard
systemctl is-active buzzard
wait_until 10 logged 'channel up channel=broker'
systemctl show -p StatusText buzzard

step 'an incident becomes an alert'
mosquitto_sub -p 1883 -q 1 -t 'rural/v1/alert/#' -C 1 -W 20 >/tmp/alert &
subscriber=$!
sleep 1
cat >/var/lib/buzzard/in/.first.tmp <<'JSON'
{"id":"T-1","opened_at":"2026-11-14T18:00:00Z","grade":2,"lat":51.95,"lon":0.45,"log":[{"at":"2026-11-14T18:00:00Z","by":"CALL","text":"Three males with lurchers hare coursing on his stubble field now."}]}
JSON
mv /var/lib/buzzard/in/.first.tmp /var/lib/buzzard/in/first.ndjson
wait $subscriber || fail 'no alert arrived'
grep -o '"theme":"[a-z-]*"' /tmp/alert
wait_until 10 test -e /var/lib/buzzard/in/done/first.ndjson

step 'a reload: refused when wrong, taken when right'
cp /etc/buzzard/buzzard.yaml /tmp/good.yaml
echo 'bananas: 3' >>/etc/buzzard/buzzard.yaml
if systemctl reload buzzard; then fail 'a wrong configuration was taken'; fi
systemctl is-active buzzard
cp /tmp/good.yaml /etc/buzzard/buzzard.yaml
systemctl reload buzzard
wait_until 10 logged 'reloaded'

step 'killed: systemd starts it again'
systemctl kill -s KILL buzzard
ready_twice() {
	[ "$(journalctl -u buzzard --no-pager | grep -c 'agent ready')" -ge 2 ]
}
wait_until 20 ready_twice
wait_until 10 systemctl -q is-active buzzard

step 'exposure and stop'
systemd-analyze security buzzard --no-pager | tail -1
systemctl stop buzzard
systemctl is-failed buzzard && fail 'it did not stop cleanly'
wait_until 5 logged 'stopping'
pkill -F /run/mosquitto.pid 2>/dev/null || pkill -x mosquitto || true
echo 'service: all as it should be'
