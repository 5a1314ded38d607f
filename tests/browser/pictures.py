#!/usr/bin/python3
"""The pictures of docs/REVIEW.md, taken of the demo: ./dev pictures

Each shows the top of a page as an officer sees it, once the demo is filled.
"""

import argparse
import base64
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "demo")]

import demo  # noqa: E402
from looking import log_in, open_browser, scheme  # noqa: E402
from show import Screen  # noqa: E402
from support import wait_for  # noqa: E402

# (name, path, width, height, scheme); {0990} is that incident of the night.
PICTURES = [
    ("queue", "/", 1280, 800, "light"),
    ("incident", "/incident/{0990}", 1280, 960, "light"),
    ("map", "/map?days=28&bbox=0.05,51.83,0.75,52.11", 1280, 900, "light"),
    ("encampment", "/encampments/2", 1280, 960, "light"),
    ("phone", "/job/{1056}", 390, 844, "light"),
    ("night", "/incident/{1044}", 1280, 800, "dark"),
]

# The page is there, and its map, if it has one, has its marks.
DRAWN = """
return document.readyState === "complete" && (!document.querySelector("#map")
  || !!document.querySelector("#map .leaflet-marker-icon"));
"""


def take(browser, picture, numbers, url, folder):
    name, path, width, height, word = picture
    for no, number in numbers.items():
        path = path.replace("{%s}" % no, str(number))
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 1,
        "mobile": width < 600})
    browser.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
    scheme(browser, word)
    browser.get(url + path)
    wait_for(lambda: browser.execute_script(DRAWN), 20, path)
    shot = browser.execute_cdp_cmd("Page.captureScreenshot", {
        "clip": {"x": 0, "y": 0, "width": width, "height": height,
                 "scale": 1}})
    (folder / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))
    print(f"{folder / name}.png")


def take_all(folder):
    def then(filled):
        filled.url = f"http://127.0.0.1:{filled.agent.port}"
        with tempfile.TemporaryDirectory() as profile:
            browser = open_browser(profile)
            try:
                log_in(browser, filled)
                for picture in PICTURES:
                    take(browser, picture, filled.numbers(), filled.url,
                         folder)
            finally:
                browser.quit()
    return then


def main():
    parser = argparse.ArgumentParser(prog="./dev pictures")
    parser.add_argument("folder", nargs="?", type=Path,
                        default=ROOT / "docs/images")
    folder = parser.parse_args().folder
    options = argparse.Namespace(once=False, seconds=2.0)
    with tempfile.TemporaryDirectory(prefix="buzzard-pictures.") as made:
        return demo.Demo(options, Path(made), Screen(sys.stderr),
                         take_all(folder)).run()


if __name__ == "__main__":
    sys.exit(main())
