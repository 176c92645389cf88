"""How large a run's report is, how long it takes to write, and when it can be used. usage: measure.py DRIFTLAB DIR…

Prints a row for each folder of a run, the least of five: processor time of `driftlab report`, and the time from the
start of loading (from disk, in headless Chromium) until every chart is drawn and answers a key.
"""

import os
import pathlib
import resource
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
import report_test  # noqa: E402

TIMES = 5
# Two frames after the page says that it is ready its charts exist.
WATCH = """
addEventListener("DOMContentLoaded", () => {
  const drawn = () => requestAnimationFrame(() => requestAnimationFrame(() => { window.drawnAt = performance.now(); }));
  const root = document.documentElement;
  if (root.dataset.ready) drawn();
  else new MutationObserver((_, observer) => { observer.disconnect(); drawn(); }).observe(root, { attributeFilter: ["data-ready"] });
});
"""
PRESS = """
const chart = document.querySelector("#dashboard .chart"), moment = chart.querySelector(".when"), before = moment.textContent;
chart.focus();
chart.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
return before !== moment.textContent;
"""


def written(driftlab, folder, page):
    """Seconds of processor time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([driftlab, "report", folder, "--out", page], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def opened(browser, page):
    """Milliseconds until it can be used."""
    from selenium.webdriver.support.ui import WebDriverWait

    browser.get("about:blank")
    browser.get(page.absolute().as_uri())
    WebDriverWait(browser, 60).until(lambda _: browser.execute_script("return window.drawnAt"))
    assert browser.execute_script(PRESS), "the chart did not answer a key"
    return browser.execute_script("return window.drawnAt")


def main():
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    if not report_test.CHROMIUM or not report_test.DRIVER:
        print("chromium and chromedriver are not both installed; ./dev browser installs them", file=sys.stderr)
        return 2
    browser = report_test.start_browser()
    browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Chromium {browser.capabilities['browserVersion']}")
    print(f"{'run':40} {'bytes':>10} {'written, s':>11} {'usable, s':>10}")
    with tempfile.TemporaryDirectory() as folder:
        for run in sys.argv[2:]:
            page = pathlib.Path(folder) / "report.html"
            write = min(written(sys.argv[1], run, page) for _ in range(TIMES))
            usable = min(opened(browser, page) for _ in range(TIMES))
            print(f"{run:40} {page.stat().st_size:>10,} {write:>11.3f} {usable / 1000:>10.2f}")
    browser.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
