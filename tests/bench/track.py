"""A GPX file of 1,000,000 points: `buzzard track` beside bare expat.

Points a second and peak memory of: expat alone, expat with the numbers of each
point converted (bench_track, in the build folder), `track inspect`, `track
import` (sealed, cleaned, stored), and gpsbabel converting the file to CSV.
Each in turn, several rounds; the fewest seconds of processor time count, for
whatever else the machine does only ever adds.  Ratios stand beside their aims.

    track.py [POINTS [ROUNDS]]
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from support.agent import ROOT, Agent, program  # noqa: E402

MIB = 1 << 20


def generate(path, points):
    """A drive of one fix a second, as receivers write it."""
    with open(path, "w", encoding="ascii") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" '
                  'creator="bench" xmlns="http://www.topografix.com/GPX/1/1">'
                  "\n<trk><name>drive</name><trkseg>\n")
        for i in range(points):
            leg, at = divmod(i, 2000)
            east = at if leg % 2 == 0 else 2000 - at
            day, second = divmod(i, 86400)
            out.write(
                f'<trkpt lat="{51.6 + leg * 0.0003 + at % 7 * 1e-6:.7f}" '
                f'lon="{0.2 + east * 0.0002:.7f}">'
                f"<ele>{20 + at % 60 + leg % 10 / 10:.1f}</ele>"
                f"<time>2026-11-{day + 1:02d}T{second // 3600:02d}:"
                f"{second // 60 % 60:02d}:{second % 60:02d}Z</time></trkpt>\n")
        out.write("</trkseg></trk></gpx>\n")


def peak_of(pid):
    """Most bytes it has had in memory so far; 0 when it has ended.  (What
    wait4 says of it begins with this python's own, before the exec.)"""
    with open(f"/proc/{pid}/status", encoding="ascii") as lines:
        for line in lines:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def measure(command):
    """Seconds of processor time, of the clock, and peak bytes of one run."""
    begun, peak, pid = time.monotonic(), 0, 0
    with open(os.devnull, "wb") as null:
        child = subprocess.Popen(command, stdout=null, stderr=null)
        while pid == 0:
            peak = max(peak, peak_of(child.pid))
            time.sleep(0.005)
            pid, status, used = os.wait4(child.pid, os.WNOHANG)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"track: {' '.join(command)} ended with {child.returncode}")
    return used.ru_utime + used.ru_stime, time.monotonic() - begun, peak


def has_import():
    words = subprocess.run([program(), "track", "--help"], capture_output=True,
                           text=True, check=False).stdout
    return "import" in words


def contestants(gpx, folder):
    """Name and command of each, the command made anew for every round."""
    expat = os.path.join(ROOT, "build", "tests", "bench", "bench_track")
    rows = [("expat, bare", lambda: [expat, gpx]),
            ("expat, numbers converted", lambda: [expat, gpx, "numbers"]),
            ("buzzard track inspect",
             lambda: [program(), "track", "inspect", "--json", gpx])]
    if has_import():
        rows.append(("buzzard track import",
                     lambda: [program(), "track", "import", "-c",
                              configuration(folder), "--class", "unit", gpx]))
    if shutil.which("gpsbabel"):
        rows.append(("gpsbabel to CSV",
                     lambda: ["gpsbabel", "-t", "-i", "gpx", "-f", gpx, "-o",
                              "unicsv", "-F", os.devnull]))
    else:
        print("gpsbabel is not installed, so nothing stands for it")
    return rows


def configuration(folder):
    """The state that an agent leaves, a new one for each import."""
    with Agent({}, tempfile.mkdtemp(dir=folder)) as agent:
        pass
    return agent.config_path


# What is to hold: this many times the other's time at the most.
AIMS = (("buzzard track inspect", "expat, numbers converted", 1.5),
        ("buzzard track import", "expat, numbers converted", 3.0),
        ("buzzard track inspect", "gpsbabel to CSV", 1 / 3),
        ("buzzard track import", "gpsbabel to CSV", 1 / 3))
MEMORY_AIM = 32 * MIB


def report(best, points):
    print(f"{'':26} {'points/s':>10} {'CPU s':>7} {'wall s':>7} {'MiB':>6}")
    for name, (cpu, wall, peak) in best.items():
        print(f"{name:26} {points / cpu:>10,.0f} {cpu:>7.2f} {wall:>7.2f} "
              f"{peak / MIB:>6.0f}")
    for name, other, aim in AIMS:
        if name in best and other in best:
            ratio = best[name][0] / best[other][0]
            print(f"{name} takes {ratio:.2f} times as long as {other}: aim "
                  f"{aim:.2f} {'kept' if ratio <= aim else 'missed'}")
    for name in best:
        if name.startswith("buzzard"):
            peak = best[name][2]
            print(f"{name} has {peak / MIB:.0f} MiB at the peak: aim "
                  f"{MEMORY_AIM // MIB} "
                  f"{'kept' if peak < MEMORY_AIM else 'missed'}")
    if "buzzard track import" not in best:
        print("this program has no `track import`, so its aims stand open")


def main():
    points = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory(dir=os.path.join(ROOT, "build")) as folder:
        gpx = os.path.join(folder, "drive.gpx")
        generate(gpx, points)
        print(f"{points:,} points, {os.path.getsize(gpx) / MIB:.0f} MiB of GPX,"
              f" best of {rounds}")
        best = {}
        for _ in range(rounds):
            for name, command in contestants(gpx, folder):
                best[name] = min(measure(command()),
                                 best.get(name, (1e9, 0, 0)))
        report(best, points)


if __name__ == "__main__":
    main()
