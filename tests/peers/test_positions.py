"""Positions of units from real peers: mosquitto, gpsd, sockets."""

import importlib.util
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support.agent import ROOT, Agent  # noqa: E402
from support.broker import Mosquitto, Subscriber, paho  # noqa: E402
from support.process import Child, free_port, wait_for  # noqa: E402
from support.scripted_smtp import ScriptedSmtp  # noqa: E402

SHARED = os.environ.get("BUZZARD_SHARED", f"{ROOT}/../shared")
LOGS = f"{SHARED}/data/tracks/nmea"


def ask(agent, sql, *args):
    db = sqlite3.connect(f"file:{agent.state}/buzzard.db?mode=ro", uri=True)
    try:
        return db.execute(sql, args).fetchall()
    finally:
        db.close()


def units(agent):
    return {name: (lat, lon) for name, lat, lon in ask(
        agent, "SELECT name, lat, lon FROM unit WHERE time_ms IS NOT NULL")}


def positions(agent):
    """How many are kept, packed or not."""
    return ask(agent, "SELECT count(*) FROM position")[0][0] + ask(
        agent, "SELECT coalesce(sum(fixes), 0) FROM track")[0][0]


def broker_source(broker, **more):
    return {"name": "phones", "type": "owntracks", "host": "127.0.0.1",
            "port": broker.port, "tls": "none", **more}


def location(lat=51.8, lon=0.7, at=None, **more):
    return json.dumps({"_type": "location", "lat": lat, "lon": lon, "acc": 8,
                       "tst": int(at or time.time()), **more})


class Publisher:
    """A client of the broker that waits for each acknowledgement."""

    def __init__(self, broker):
        self.client = paho.Client(f"publisher-{random.random()}")
        self.client.connect("127.0.0.1", broker.port)
        self.client.loop_start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.loop_stop()
        self.client.disconnect()

    def put(self, topic, payload, retain=False, qos=1):
        info = self.client.publish(topic, payload, qos=qos, retain=retain)
        info.wait_for_publish(10)


def test_owntracks(tmp_path):
    """Locations, transitions, wills, rubbish and what is retained."""
    with Mosquitto(tmp_path / "m") as broker, Publisher(broker) as pub:
        pub.put("owntracks/county/OLD1", location(), retain=True)
        agent = Agent({"positions": [broker_source(broker)]}, tmp_path / "a")
        with agent:
            agent.wait_log("position source connected source=phones")
            pub.put("owntracks/county/TM01", location(51.81, 0.71))
            pub.put("owntracks/county/TM02/event", json.dumps({
                "_type": "transition", "event": "enter", "desc": "yard",
                "lat": 51.9, "lon": 0.8, "acc": 20,
                "tst": int(time.time())}))
            pub.put("owntracks/county/TM03", location(), qos=0)
            pub.put("owntracks/county/TM01", "not json")
            pub.put("owntracks/county/TM01", "{\"_type\":\"encrypted\"}")
            pub.put("owntracks/county/TM01", location(acc=4000))
            pub.put("owntracks/county/TM01", location(at=time.time() - 1e6))
            pub.put("owntracks/county/TM01", location(at=time.time() + 1e4))
            pub.put("owntracks/county/TM01", location(lat=91))
            pub.put("owntracks/county/" + "x" * 40, location())
            pub.put("owntracks/county/TM04", location(), retain=True)
            pub.put("owntracks/county/TM02", json.dumps({
                "_type": "lwt", "tst": int(time.time())}))
            pub.put("owntracks/county/TM09", location())
            wait_for(lambda: "TM09" in units(agent), 10, "the last unit")
            assert set(units(agent)) == {"TM01", "TM02", "TM03", "TM04",
                                         "TM09"}
            assert units(agent)["TM01"] == (51.81, 0.71)
            assert ask(agent, "SELECT name FROM unit WHERE gone_ms "
                       "IS NOT NULL") == [("TM02",)]
            assert agent.term() == 0
        log = agent.log()
        for reason in ("unreadable", "encrypted", "coarse", "old", "future",
                       "no-name"):
            assert log.count(f"reason={reason}:") == 1, (reason, log)
        assert "position source closed source=phones" in log
        # What is in messages stays out of the log.
        assert "51.81" not in log


def test_broker_restarts(tmp_path):
    """What came while we were away comes when we are back, once."""
    with Mosquitto(tmp_path / "m") as broker:
        agent = Agent({"positions": [broker_source(broker)]}, tmp_path / "a")
        with agent, Publisher(broker) as pub:
            agent.wait_log("connected source=phones")
            pub.put("owntracks/c/TM01", location(at=time.time() - 60))
            wait_for(lambda: positions(agent) == 1, 10, "one position")
            broker.stop()
            agent.wait_log("position source away")
            broker.start()
            wait_for(lambda: agent.log().count("connected source=phones") > 1,
                     30, "the second connection")
            agent.kill()
        with Publisher(broker) as pub:
            for i in range(50):
                pub.put("owntracks/c/TM01", location(at=time.time() - i))
        with agent:
            wait_for(lambda: positions(agent) == 51, 20, "all positions")


def test_killed_at_random(tmp_path):
    """No position that the broker was told of is lost."""
    with Mosquitto(tmp_path / "m") as broker, Publisher(broker) as pub:
        agent = Agent({"positions": [broker_source(broker)]}, tmp_path / "a")
        agent.start()
        agent.wait_log("connected source=phones")
        stop, sent = threading.Event(), []

        def publish():
            begin = int(time.time()) - 80000
            # Each a second after the last: none may be of the time to come.
            while not stop.wait(0.001):
                at = begin + len(sent)
                pub.put(f"owntracks/c/TM{len(sent) % 7}", location(at=at))
                sent.append(at)

        thread = threading.Thread(target=publish)
        thread.start()
        try:
            for _ in range(8):
                time.sleep(random.random() * 0.6)
                agent.kill()
                agent.start()
        finally:
            stop.set()
            thread.join()
        wait_for(lambda: positions(agent) >= len(sent), 30,
                 f"{len(sent)} positions")
        assert positions(agent) == len(sent) > 100
        agent.stop()


def sentence(body):
    check = 0
    for c in body.encode():
        check ^= c
    return f"${body}*{check:02X}\r\n"


def rmc(lat, lon, at=None, speed=10.0):
    """RMC and GGA of a place in the north-east quarter, some cm off."""
    at = time.gmtime(at or time.time())
    place = "{:02d}{:07.4f},N,{:03d}{:07.4f},E".format(
        int(lat), lat % 1 * 60, int(lon), lon % 1 * 60)
    hms = time.strftime("%H%M%S.00", at)
    return (sentence(f"GPRMC,{hms},A,{place},{speed},90.0,"
                     f"{time.strftime('%d%m%y', at)},,,A") +
            sentence(f"GPGGA,{hms},{place},1,08,1.2,30.0,M,46.0,M,,"))


class Server:
    """A TCP server that gives each client in turn what it is told."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.clients = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                self.clients.append(self.socket.accept()[0])
            except OSError:
                return

    def send(self, data):
        wait_for(lambda: self.clients, 20, "a client")
        self.clients[-1].sendall(data)

    def cut(self):
        self.clients.pop().close()

    def close(self):
        self.socket.close()
        while self.clients:
            self.cut()


def test_nmea(tmp_path):
    """A router by TCP that goes away and comes back, another by UDP."""
    server, port = Server(), free_port()
    agent = Agent({"positions": [
        {"name": "van", "type": "nmea", "host": "127.0.0.1",
         "port": server.port, "unit": "VN01"},
        {"name": "car", "type": "nmea", "host": "127.0.0.1", "port": port,
         "transport": "udp", "unit": "CR01"}]}, tmp_path / "a")
    with agent:
        data = rmc(51.8, 0.7).encode()
        server.send(data[:50])
        time.sleep(0.1)
        server.send(data[50:] + b"$GPRMC,rubbish*00\r\nhello\r\n")
        wait_for(lambda: "VN01" in units(agent), 10, "the van")
        assert units(agent)["VN01"] == pytest.approx((51.8, 0.7), abs=1e-5)
        assert ask(agent, "SELECT uncertainty_m, altitude_m FROM unit"
                   ) == [(6.0, 30.0)]
        server.cut()
        server.send(rmc(51.804, 0.7, time.time() + 5).encode())
        wait_for(lambda: units(agent)["VN01"][0] > 51.803, 20, "the van again")
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.sendto(rmc(51.7, 0.6).encode(), ("127.0.0.1", port))
        wait_for(lambda: "CR01" in units(agent), 10, "the car")
        # Without an end: dropped, said, and gone on.
        server.send(b"x" * 200000)
        server.send(b"\n" + rmc(51.806, 0.7, time.time() + 8).encode())
        wait_for(lambda: units(agent)["VN01"][0] > 51.805, 30, "the van, still")
    assert agent.log().count("reason=unreadable:") == 1
    server.close()


def event(callsign, lat=51.8, lon=0.7, kind="a-f-G-E-V", at=None, ce=12.0):
    at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(at))
    return (f'<?xml version="1.0"?>\n<event version="2.0" uid="ID-{callsign}" '
            f'type="{kind}" time="{at}" start="{at}" stale="{at}" how="m-g">'
            f'<point lat="{lat}" lon="{lon}" hae="30" ce="{ce}" '
            f'le="9999999.0"/><detail><contact callsign="{callsign}"/>'
            f'<track speed="11" course="270"/></detail></event>\n').encode()


BOMB = (b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
        b'<event uid="&b;" type="a-f-G"></event>')


def test_cot(tmp_path):
    """Friends are taken, others counted; a hostile stream harms nobody."""
    server, port = Server(), free_port()
    agent = Agent({"positions": [
        {"name": "tak", "type": "cot", "host": "127.0.0.1",
         "port": server.port},
        {"name": "mesh", "type": "cot", "host": "127.0.0.1", "port": port,
         "transport": "udp", "unit_from": "uid"}]}, tmp_path / "a")
    with agent:
        both = event("TM01") + event("X", kind="a-h-G") + event("TM02", 51.9)
        for i in range(0, len(both), 97):
            server.send(both[i:i + 97])
        wait_for(lambda: "TM02" in units(agent), 10, "the second unit")
        assert set(units(agent)) == {"TM01", "TM02"}
        server.send(BOMB + b"<event><<</event>" +
                    event("TM03", ce=9999999.0))
        wait_for(lambda: "TM03" in units(agent), 10, "the third unit")
        assert ask(agent, "SELECT uncertainty_m FROM unit "
                   "WHERE name = 'TM03'") == [(None,)]
        server.send(b"<event " + b"a" * 100000)
        wait_for(lambda: agent.log().count("connected source=tak") > 1, 20,
                 "a new connection")
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for data in (b"\xbf\x01\xbf\x00", BOMB, os.urandom(900),
                     b"<event" * 9000, event("TM04")):
            udp.sendto(data, ("127.0.0.1", port))
        wait_for(lambda: "ID-TM04" in units(agent), 10, "the fourth unit")
        assert agent.is_running()
    assert agent.log().count("reason=unreadable:") == 2
    server.close()


def test_check_connect(tmp_path):
    """check tries each source and says what to do about those away."""
    server = Server()
    with Mosquitto(tmp_path / "m") as broker:
        agent = Agent({"positions": [
            broker_source(broker),
            {"name": "van", "type": "nmea", "host": "127.0.0.1",
             "port": server.port, "unit": "VN01"},
            {"name": "mesh", "type": "cot", "host": "127.0.0.1",
             "port": free_port(), "transport": "udp"},
            {"name": "car", "type": "gpsd", "host": "127.0.0.1",
             "port": free_port(), "unit": "CR01"}]}, tmp_path / "a")
        done = agent.command("check", "--connect", check=False)
    server.close()
    assert done.returncode == 4
    assert done.stdout.count("answers") == 2
    assert "position source mesh: cot" in done.stdout
    assert "position source car: gpsd" in done.stderr
    assert "check that it runs" in done.stderr


PLAY = f"{ROOT}/tests/support/gpsplay.py"


class Gpsd:
    """gpsd with a receiver that plays a log, by gpsd's own gps.fake."""

    def __init__(self, log, folder):
        self.port = free_port()
        self.log, self.folder = log, folder
        self.child = None

    def start(self):
        self.child = Child([sys.executable, PLAY, str(self.port), self.log],
                           f"{self.folder}/gpsplay.log",
                           env={**os.environ, "GPSD_HOME": "/usr/sbin"})
        return self

    def kill(self):
        """The player and the gpsd that it started."""
        for pid in subprocess.run(
                ["pgrep", "-P", str(self.child.process.pid)],
                capture_output=True, text=True).stdout.split():
            os.kill(int(pid), signal.SIGKILL)
        self.child.kill()


needs_gpsfake = pytest.mark.skipif(
    not importlib.util.find_spec("gps") or
    not os.path.exists("/usr/sbin/gpsd"),
    reason="gpsd and python3-gps are not installed (./dev setup)")


def gpsd_source(gpsd, **more):
    return {"name": "car", "type": "gpsd", "host": "127.0.0.1",
            "port": gpsd.port, "unit": "CR01", "age": "30d", **more}


@needs_gpsfake
def test_gpsd(tmp_path):
    """A receiver's log that we have written; gpsd is killed and comes back."""
    log = tmp_path / "drive.nmea"
    begin = int(time.time()) - 300
    log.write_text("".join(rmc(51.8 + i * 1e-4, 0.7, begin + i, 22.0)
                           for i in range(200)))
    gpsd = Gpsd(str(log), tmp_path).start()
    agent = Agent({"positions": [gpsd_source(gpsd)]}, tmp_path / "a")
    try:
        with agent:
            wait_for(lambda: positions(agent) > 20, 30, "positions from gpsd")
            lat, lon = units(agent)["CR01"]
            assert 51.8 <= lat <= 51.83 and lon == pytest.approx(0.7, abs=1e-5)
            gpsd.kill()
            agent.wait_log("position source away")
            before = agent.log().count("connected source=car")
            gpsd.start()
            wait_for(lambda: agent.log().count("connected source=car") >
                     before, 60, "gpsd again")
            assert agent.term() == 0
    finally:
        gpsd.kill()


@needs_gpsfake
@pytest.mark.parametrize("name, place", [
    ("haicom-305N.log", (-27.21, 153.05)),
    ("reno-drive-a.nmea", (39.5, -119.8))])
def test_gpsd_real_logs(tmp_path, name, place):
    """Real logs: years old and set aside for it, unless gpsd mends the date."""
    if not os.path.exists(f"{LOGS}/{name}"):
        pytest.skip(f"{LOGS}/{name} is not here")
    gpsd = Gpsd(f"{LOGS}/{name}", tmp_path).start()
    agent = Agent({"positions": [gpsd_source(gpsd)]}, tmp_path / "a")
    try:
        with agent:
            agent.wait_log("connected source=car", 30)
            time.sleep(2)
            assert agent.term() == 0
        assert " old=" in agent.log() or " no-place=" in agent.log()
        for found in units(agent).values():
            assert found == pytest.approx(place, abs=0.5)
    finally:
        gpsd.kill()


def test_units_near_and_areas(tmp_path):
    """Who is near, in the command and in an alert; what areas notice."""
    yard = tmp_path / "yard.geojson"
    yard.write_text(json.dumps({"type": "Polygon", "coordinates": [[
        [0.70, 51.80], [0.72, 51.80], [0.72, 51.82], [0.70, 51.82],
        [0.70, 51.80]]]}))
    with Mosquitto(tmp_path / "m") as broker, Publisher(broker) as pub:
        agent = Agent({
            "positions": [broker_source(broker)],
            "units": {"stale": "10m"},
            "channels": [{"name": "broker", "type": "mqtt", "tls": "none",
                          "host": "127.0.0.1", "port": broker.port}],
            "recipients": [
                {"name": name, "channel": "broker", "audience": name,
                 "topic": f"out/{name}"} for name in ("team", "partner")],
        }, tmp_path / "a")
        got = {}
        pub.client.on_message = lambda _c, _u, m: got.update(
            {m.topic: json.loads(m.payload)})
        pub.client.subscribe("out/#", 1)
        with agent:
            agent.wait_log("connected source=phones")
            assert agent.command("area", "add", "Yard", yard).returncode == 0
            again = agent.command("area", "add", "Yard", yard, check=False)
            assert again.returncode == 1 and "delete it first" in again.stderr
            now = time.time()
            for i in range(20):
                pub.put("owntracks/c/TM01", location(
                    51.81, 0.69 + i * 0.001, now - 20 + i, vel=250, cog=90))
            pub.put("owntracks/c/TM02", location(51.90, 0.71, now - 30))
            pub.put("owntracks/c/TM03", location(51.82, 0.71, now - 3000))
            wait_for(lambda: len(units(agent)) == 3, 10, "three units")
            events = [json.loads(line) for line in agent.command(
                "area", "events", "--json").stdout.splitlines()]
            assert [(e["unit"], e["what"], e["area"]) for e in events] == [
                ("TM01", "entered", "Yard")]
            assert events[0]["lon"] == pytest.approx(0.70, abs=1e-4)
            near = [json.loads(line) for line in agent.command(
                "units", "near", "51.81,0.71", "--json").stdout.splitlines()]
            assert [u["unit"] for u in near] == ["TM01", "TM02", "TM03"]
            assert [u["stale"] for u in near] == [False, False, True]
            assert near[1]["distance_m"] == pytest.approx(10010, abs=50)
            assert near[1]["bearing"] == "N"
            for place in ("TL 87 05", "Maldon"):
                assert agent.command("units", "near", place).returncode == 0
            lost = agent.command("units", "near", "Nowhere Xyzzy",
                                 check=False)
            assert lost.returncode == 1 and "no place" in lost.stderr
            agent.drop("one.ndjson", [{
                "id": "EP-1", "opened_at": time.strftime(
                    "%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "lat": 51.81, "lon": 0.71, "grade": "1",
                "log": [{"at": time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                             time.gmtime()),
                         "by": "CALL", "text": "hare coursing now, three men "
                         "with lurchers running hares across the field"}]}])
            wait_for(lambda: len(got) == 2, 20, "two alerts")
            assert [u["unit"] for u in got["out/team"]["units_near"]] == [
                "TM01", "TM02"]
            assert "units_near" not in got["out/partner"]
            assert "TM01" not in json.dumps(got["out/partner"])
            [[told]] = ask(agent, "SELECT detail FROM audit WHERE event = 3"
                           " AND actor = 'agent' AND incident_id = 1")
            assert json.loads(told) == {"units_near": 2}
            [[noted]] = ask(agent, "SELECT detail FROM audit WHERE event = 5"
                            " AND incident_id IS NULL")
            assert json.loads(noted) == {"area_event": events[0]["id"]}
            assert f"area event={events[0]['id']} what=entered" in agent.log()
            assert "Yard" not in agent.log()
            looks = len(ask(agent, "SELECT 1 FROM audit WHERE event = 3"))
            assert agent.command("units", "near", "EP-1").returncode == 0
            assert len(ask(agent, "SELECT 1 FROM audit WHERE event = 3")
                       ) == looks + 1
            agent.kill()
            agent.start()
            # It knows after a restart that it is inside, and rings no more.
            agent.wait_log("connected source=phones")
            pub.put("owntracks/c/TM01", location(51.812, 0.712, now + 5))
            wait_for(lambda: positions(agent) == 23, 10, "the last position")
            assert len(agent.command("area", "events", "--json")
                       .stdout.splitlines()) == 1
            assert agent.command("area", "delete", "Yard").returncode == 0
            assert agent.command("area", "list", "--json").stdout == ""


def test_areas_told(tmp_path):
    """What a unit does in an area: to whom it is to be told, and no place."""
    yard = tmp_path / "yard.geojson"
    yard.write_text(json.dumps({"type": "Polygon", "coordinates": [[
        [0.70, 51.80], [0.72, 51.80], [0.72, 51.82], [0.70, 51.82],
        [0.70, 51.80]]]}))
    with Mosquitto(tmp_path / "m") as broker, Publisher(broker) as pub, \
            ScriptedSmtp() as smtp, Subscriber(broker, "out/#") as out:
        config = {
            "positions": [broker_source(broker)],
            "channels": [
                {"name": "broker", "type": "mqtt", "tls": "none",
                 "host": "127.0.0.1", "port": broker.port},
                {"name": "mail", "type": "smtp", "tls": "none",
                 "host": "localhost", "port": smtp.port,
                 "from": "buzzard@example.org",
                 "allow_domains": ["example.org"]}],
            "recipients": [
                {"name": "desk", "channel": "broker", "audience": "team",
                 "topic": "out/{district}", "areas": ["Depot yard"],
                 "area_events": ["entered"]},
                {"name": "duty", "channel": "mail", "audience": "team",
                 "address": "duty@example.org", "incidents": "no",
                 "areas": ["*"]},
                {"name": "map", "channel": "broker", "audience": "team",
                 "topic": "out/map"}]}
        agent = Agent(config, tmp_path / "a")
        with agent:
            assert 'area "Depot yard", and none is called so' in agent.log()
            agent.wait_log("connected source=phones")
            agent.command("area", "add", "Depot yard", yard)
            now = time.time()
            for i in range(40):
                pub.put("owntracks/c/TM01", location(
                    51.81, 0.69 + i * 0.001, now - 40 + i, vel=250, cog=90))
            wait_for(lambda: ask(
                agent, "SELECT count(*), min(state) FROM outbox"
                ) == [(3, 2)], 20, "three deliveries")
            [message] = out.messages
            told = json.loads(message.payload)
            assert message.topic == "out/depot-yard"
            assert (told["reason"], told["unit"], told["area"]) == (
                "entered", "TM01", "Depot yard")
            assert told["text"] == "Depot yard: TM01 came in"
            subjects = [str(m.mail["Subject"]) for m in smtp.messages]
            assert sorted(subjects) == [
                "OFFICIAL-SENSITIVE - Area Depot yard: a unit came in",
                "OFFICIAL-SENSITIVE - Area Depot yard: a unit left"]
            for text in [message.payload, *(m.data for m in smtp.messages)]:
                assert b"51.8" not in text and b"0.70" not in text
                assert b"TM01" in text
            listed = [json.loads(line) for line in agent.command(
                "outbox", "list", "--all", "--json").stdout.splitlines()]
            assert {o["incident"] for o in listed} == {
                "area event 1", "area event 2"}
            assert {o["reason"] for o in listed} == {"entered", "left"}
            # Neither log outlives the positions with a name in it.
            assert "TM01" not in agent.log()
            assert not ask(agent, "SELECT 1 FROM audit WHERE detail LIKE ?",
                           "%TM01%")
            # A reload changes who is told.
            config["recipients"][0]["area_events"] = ["left"]
            agent.write_config(config)
            agent.hup()
            agent.wait_log("reloaded rules=")
            agent.wait_log("connected source=phones")
            for i in range(20):
                pub.put("owntracks/c/TM01", location(
                    51.81, 0.729 - i * 0.001, now + i, vel=250, cog=270))
            smtp.wait_for(3)
            wait_for(lambda: ask(
                agent, "SELECT count(*), min(state) FROM outbox"
                ) == [(4, 2)], 20, "the fourth delivery")
            assert len(out.messages) == 1


def test_database_takes_nothing(tmp_path):
    """While nothing can be written the broker keeps all, and none is lost."""
    now = time.time()
    with Mosquitto(tmp_path / "m") as broker, Publisher(broker) as pub:
        agent = Agent({"positions": [broker_source(broker)]}, tmp_path / "a")
        with agent:
            agent.wait_log("connected source=phones")
            pub.put("owntracks/c/TM01", location(at=now - 100))
            wait_for(lambda: positions(agent) == 1, 10, "the first")
            # Another process holds the database for longer than anybody waits.
            db = sqlite3.connect(f"{agent.state}/buzzard.db",
                                 isolation_level=None)
            db.execute("BEGIN IMMEDIATE")
            for i in range(30):
                pub.put("owntracks/c/TM01", location(at=now - i))
            agent.wait_log("positions wait, tried again", 30)
            db.execute("ROLLBACK")
            agent.wait_log("positions are on disk again", 30)
            wait_for(lambda: positions(agent) == 31, 20, "all positions")
            assert agent.log().count("positions wait") == 1
            # The same, and stopped before it is better.
            db.execute("BEGIN IMMEDIATE")
            for i in range(30, 60):
                pub.put("owntracks/c/TM01", location(at=now - i))
            wait_for(lambda: agent.log().count("positions wait") == 2, 30,
                     "the second wait")
            assert agent.term(60) == 0
            assert "that came last are lost" in agent.log()
            db.execute("ROLLBACK")
            db.close()
        with agent:
            wait_for(lambda: positions(agent) == 61, 20, "all of them")
