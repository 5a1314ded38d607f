"""From a file's appearance to the MQTT message at a subscriber.

1,000 single incidents at 10 a second and at 200 a second, each beside a bare
publish to the same mosquitto and a bare durable commit on the same disk, in
the same run.  Reports only.
"""

import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from support import Agent, Mosquitto  # noqa: E402
from support.agent import ROOT  # noqa: E402


def main(counts=((1000, 200), (1000, 10))):
    # On the disk that holds the project, since a temporary file system would
    # make the commits look free.
    folder = tempfile.mkdtemp(prefix="bench-latency.", dir=f"{ROOT}/build")
    try:
        with Mosquitto(f"{folder}/broker") as broker:
            config = {
                "channels": [{
                    "name": "broker", "type": "mqtt", "host": "localhost",
                    "port": broker.port, "tls": "none",
                    "client_id": "buzzard-bench",
                    "status_topic": "rural/v1/agent/status"}],
                "recipients": [{
                    "name": "team-map", "channel": "broker",
                    "audience": "team",
                    "topic": "rural/v1/alert/{district}/{theme}"}],
            }
            for count, rate in counts:
                with Agent(config, folder=f"{folder}/agent-{rate}") as agent:
                    agent.wait_log("channel up")
                    subprocess.run(
                        [f"{ROOT}/build/tests/bench/bench_latency",
                         str(broker.port), agent.feed, str(count), str(rate)],
                        check=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(((100, 200),) if "--quick" in sys.argv else ((1000, 200), (1000, 10)))
