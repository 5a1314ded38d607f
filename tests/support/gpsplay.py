"""python3 gpsplay.py PORT LOG: gpsd on PORT with a receiver that plays LOG.

It plays for ever, a sentence every 20 ms, through gpsd's own gps.fake, which is
all that its program gpsfake calls; the package with that brings a desktop.
"""

import sys
import time

from gps import fake


def main(port, log):
    session = fake.TestSession(port=int(port), options="-n")
    session.spawn()

    def play(_number, _receiver):
        time.sleep(0.02)
        return True

    try:
        session.gps_add(log, speed=4800, pred=play)
        session.run()
    finally:
        session.cleanup()


if __name__ == "__main__":
    main(*sys.argv[1:])
