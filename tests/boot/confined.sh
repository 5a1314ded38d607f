#!/bin/bash
# Outside programs inside the agent's hardened unit, on a machine that has
# booted with systemd: run as root on a throw-away machine.
#
# Under the sandbox of systemd/buzzard.service, with another command in it, it
# sees: every attempt of test_confine held, a logger's file read by gpsbabel
# and a clip looked at by exiftool; and, without the three calls of Landlock, a
# refusal that says what to allow.  In a container that itself refuses Landlock
# it ends with 77 and says so; systemd-nspawn wants
# --system-call-filter="landlock_create_ruleset landlock_add_rule landlock_restrict_self".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

step() { printf -- '-- %s\n' "$*"; }
fail() {
	printf 'FAILED: %s\n' "$*"
	exit 1
}

./dev build
apt-get -qq install -y --no-install-recommends gpsbabel \
	libimage-exiftool-perl >/dev/null
cmake --build --preset release --target test_confine -- --quiet
cmake --install build --prefix /usr >/dev/null
systemd-sysusers
install -m 755 build/tests/test_confine /usr/bin/test_confine

# in_unit SED COMMAND...: what COMMAND says under the unit, changed by SED; its
# status.
in_unit() {
	local change=$1 status=0
	shift
	rm -f /var/lib/buzzard/said
	sed -e 's/^Type=.*/Type=oneshot/' -e '/^Restart/d;/^Watchdog/d' \
		-e '/^NotifyAccess/d;/^ExecReload/d' \
		-e "s|^ExecStart=.*|ExecStart=$*\nStandardOutput=file:/var/lib/buzzard/said\nStandardError=inherit|" \
		-e "$change" systemd/buzzard.service \
		>/run/systemd/system/buzzard-try.service
	systemctl daemon-reload
	systemctl start buzzard-try || status=$?
	cat /var/lib/buzzard/said
	return $status
}

mkdir -p /var/lib/buzzard /srv/tracks
chown buzzard:buzzard /var/lib/buzzard
printf '<gpx><trk><trkseg>' >/srv/tracks/drive.gpx
for i in $(seq 10 59); do
	printf '<trkpt lat="51.7%s" lon="-0.3%s"><time>2026-01-14T22:42:%sZ</time></trkpt>' \
		"$i" "$i" "$i"
done >>/srv/tracks/drive.gpx
printf '</trkseg></trk></gpx>' >>/srv/tracks/drive.gpx
gpsbabel -t -i gpx -f /srv/tracks/drive.gpx -o garmin_fit -F /srv/tracks/drive.fit
printf '\0\0\0\020ftypmp42\0\0\0\0\0\0\0\010moov' >/srv/tracks/clip.mp4

if ! /usr/bin/test_confine >/tmp/plain 2>&1; then
	if grep -q 'Landlock' /tmp/plain; then
		echo "skipped: this container has no Landlock"
		exit 77
	fi
	cat /tmp/plain
	fail "test_confine outside the unit"
fi

step 'test_confine under the unit'
in_unit '' /usr/bin/test_confine | tail -n 20 || fail 'an attempt was not held'
grep -q 'PASSED.*11 test' /var/lib/buzzard/said || fail 'not all of it ran'

step 'gpsbabel under the unit'
in_unit '' /usr/bin/buzzard track inspect --json /srv/tracks/drive.fit ||
	fail 'a FIT file was refused'
grep -q '"fixes":50,"timed":50' /var/lib/buzzard/said || fail 'other fixes'

step 'exiftool under the unit'
in_unit '' /usr/bin/buzzard track inspect --json /srv/tracks/clip.mp4 &&
	fail 'a clip without positions was taken'
grep -q 'known here or to exiftool' /var/lib/buzzard/said ||
	fail 'exiftool did not run'

step 'the unit without Landlock'
in_unit 's/ landlock_[a-z_]*//g' \
	/usr/bin/buzzard track inspect --json /srv/tracks/drive.fit &&
	fail 'it ran unconfined'
grep -q 'landlock_restrict_self in SystemCallFilter' \
	/var/lib/buzzard/said || fail 'it does not say what to allow'
step 'all is well'
