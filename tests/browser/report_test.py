"""Reports in headless Chromium. usage: report_test.py DRIFTLAB FOLDER [--update]

Exit code 77 when there is no Chromium here: the test is then skipped, visibly.
"""

import base64
import copy
import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
import synthetic  # noqa: E402

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
WIDTHS = [360, 800, 1440]
SCHEMES = ["light", "dark"]
GRID = (12, 40)  # cells across and down
DRIFTLAB, FOLDER = pathlib.Path("driftlab"), pathlib.Path("out")
UPDATE = False


def start_browser():
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    options.binary_location = CHROMIUM
    flags = ["--headless=new", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-dev-shm-usage", "--force-color-profile=srgb", "--window-size=1440,1000"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium's sandbox refuses to run as root
    for flag in flags:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(service=Service(DRIVER), options=options)


class Reports(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        shutil.rmtree(FOLDER, ignore_errors=True)
        document = synthetic.result()
        synthetic.write(FOLDER / "synthetic", document)
        other = copy.deepcopy(document)
        other["scenario"] = "calm"
        other["counts"]["retrains"] = 1
        synthetic.write(FOLDER / "calm", other)
        cls.run_driftlab("report", FOLDER / "synthetic")
        cls.run_driftlab("compare", FOLDER / "synthetic", FOLDER / "calm", "--out", FOLDER / "compare.html")
        cls.run_driftlab("run", pathlib.Path(os.environ["DRIFTLAB_SOURCE_DIR"]) / "scenarios/smoke/one-day.json", "--out", FOLDER / "one-day")
        cls.browser = start_browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.quit()

    @classmethod
    def run_driftlab(cls, *words, code=0):
        done = subprocess.run([str(DRIFTLAB), *map(str, words)], capture_output=True, text=True, check=False)
        assert done.returncode == code, f"{words}: exit code {done.returncode}, not {code}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    # ---- helpers

    def js(self, script, *arguments):
        return self.browser.execute_script(script, *arguments)

    def emulate(self, width, height=1000, scheme="light", media=""):
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def settle(self):
        """The page has unpacked itself; then two frames and what they asked for: charts are made in the first."""
        self.browser.execute_async_script("const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 60)));")

    def wait_until(self, condition, message):
        """Loaded machines are slow to deliver the mouse and to unpack."""
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.browser, 20).until(lambda _: condition(), message)

    def wait_until_ready(self):
        self.wait_until(lambda: self.js("return document.documentElement.dataset.ready") == "yes", "the page never said that it is ready")

    def open(self, page, width=1440, scheme="light"):
        self.browser.get("about:blank")
        self.browser.get_log("browser"), self.browser.get_log("performance")
        self.emulate(width, scheme=scheme)
        self.browser.get((FOLDER / page).absolute().as_uri())
        self.wait_until_ready()
        self.settle()

    def press(self, key, target=None):
        from selenium.webdriver.common.action_chains import ActionChains

        if target is not None:
            self.js("arguments[0].focus()", target)
        ActionChains(self.browser).send_keys(key).perform()

    def element(self, selector):
        from selenium.webdriver.common.by import By

        return self.browser.find_element(By.CSS_SELECTOR, selector)

    # ---- every page

    def test_pages_open_without_a_fault_or_a_request(self):
        for page in ["synthetic/report.html", "one-day/report.html", "compare.html"]:
            with self.subTest(page):
                self.open(page)
                self.assertEqual([entry for entry in self.browser.get_log("browser")], [])
                asked = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
                urls = {message["params"]["request"]["url"] for message in asked if message["method"] == "Network.requestWillBeSent"}
                self.assertEqual({url for url in urls if not url.endswith(page.split("/")[-1]) and not url.startswith("data:")}, set())

    def test_text_of_a_run_stays_text(self):
        self.open("synthetic/report.html")
        self.assertEqual(self.js("return document.scripts.length"), 3, "data, dygraphs, report")
        self.assertNotIn("broken", self.browser.title.replace(synthetic.HOSTILE, ""))
        self.assertIn(synthetic.HOSTILE, self.element("h1").text)
        for section in ["expectations", "dashboard", "models", "timeline"]:
            self.assertIn(synthetic.HOSTILE, self.js("return document.getElementById(arguments[0]).textContent", section), section)
        self.assertEqual(self.js("return document.querySelectorAll('main script').length"), 0)

    def test_headline_says_what_happened(self):
        self.open("synthetic/report.html")
        text = self.element("#headline").text
        for words in ["✗ Failed", "1 of 2 expectations failed.", "level × 1.8 on day 7.0 (first alarm 2 h 30 min later)", "6 retrains were started", "480.00 USD",
                      "driftlab run scenarios/synthetic.json --seed 7", "00000000000000bb"]:
            self.assertIn(words, text)
        asked = self.element("#expectations").text
        self.assertLess(asked.index("FAILED"), asked.index("after 2.5 h"), "failures come first")

    # ---- charts

    def test_dashboard_has_its_series_and_marks(self):
        self.open("synthetic/report.html")
        labels = self.js("return document.querySelector('#dashboard .chart').graph.getLabels()")
        self.assertEqual(labels, ["Time", "loss", "threshold", "retrain"])
        numbers = self.js("""
            const g = document.querySelector('#dashboard .chart').graph, rows = [...Array(g.numRows()).keys()];
            return [1, 2, 3].map(c => rows.map(r => g.getValue(r, c)).filter(v => v !== null && !Number.isNaN(v)));""")
        self.assertEqual([len(numbers[0]), len(numbers[1])], [324, 324])
        self.assertAlmostEqual(max(numbers[0]), 1.0, delta=0.2, msg="the one wild hour is there")
        self.assertEqual(numbers[2], [1] * 6)
        marks = self.js("return [...document.querySelectorAll('#dashboard [data-mark]')].map(m => m.dataset.mark)")
        self.assertEqual({kind: marks.count(kind) for kind in set(marks)}, {"drift": 1, "build": 7, "registered": 1, "approved": 1, "deployed": 1})
        colors = self.js("return document.querySelector('#dashboard .chart').graph.getColors()")
        blue, orange, green = colors[1], colors[0], colors[2]
        self.assertGreater(int(blue[5:7], 16), int(blue[1:3], 16))
        self.assertGreater(int(orange[1:3], 16), int(orange[5:7], 16))
        self.assertGreater(int(green[3:5], 16), int(green[1:3], 16))
        self.assertIn("explorer are not drawn", self.element("#dashboard").text)
        self.assertIn("$.widgets[3].type", self.element("#notes").text)

    def test_zoom_and_hover(self):
        from selenium.webdriver.common.action_chains import ActionChains

        self.open("synthetic/report.html")
        plot = self.element("#dashboard .chart .plot")
        self.js("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", plot)
        before = self.js("return document.querySelector('#dashboard .chart').graph.xAxisRange()")
        ActionChains(self.browser).move_to_element_with_offset(plot, 100, -60).perform()
        self.settle()
        legend = self.element("#dashboard .legend").text
        self.assertRegex(legend, r"Jun \d+ \d\d:\d\d UTC")
        self.assertRegex(legend, r"loss\s+0\.\d+")
        ActionChains(self.browser).move_to_element_with_offset(plot, -100, -60).click_and_hold().move_by_offset(160, 0).release().perform()
        self.settle()
        after = self.js("return document.querySelector('#dashboard .chart').graph.xAxisRange()")
        self.assertLess(after[1] - after[0], (before[1] - before[0]) / 3)
        others = self.js("return [...document.querySelectorAll('#monitors .chart, #series .chart')].filter(c => c.graph && c !== arguments[0]).map(c => c.graph.xAxisRange())")
        self.assertEqual(others[0], after, "the other charts follow")
        self.press("\ue00c", self.element("#dashboard .chart"))  # Escape
        self.assertEqual(self.js("return document.querySelector('#dashboard .chart').graph.xAxisRange()"), before)

    def test_charts_obey_the_keyboard(self):
        self.open("synthetic/report.html")
        chart = self.element("#dashboard .chart")
        for _ in range(3):
            self.press("\ue014", chart)  # ArrowRight
        self.assertRegex(self.js("return document.querySelector('#dashboard .chart [aria-live]').textContent"), r"Jun 1 14:00 UTC .*loss 0\.\d+, threshold 0\.24, retrain –")
        before = self.js("const [a, b] = document.querySelector('#dashboard .chart').graph.xAxisRange(); return b - a")
        self.press("+", chart)
        self.assertAlmostEqual(self.js("const [a, b] = document.querySelector('#dashboard .chart').graph.xAxisRange(); return b - a") / before, 0.5, delta=0.3)

    def test_the_keyboard_reaches_everything(self):
        for page in ["synthetic/report.html", "compare.html"]:
            self.open(page)
            wanted = self.js("""
                const all = [...document.querySelectorAll('a[href], button, select, input, summary, [tabindex="0"]')].filter(e => e.checkVisibility());
                all.forEach((e, i) => { e.dataset.stop = i; });
                return all.length;""")
            self.js("document.activeElement.blur(); scrollTo(0, 0)")
            reached = set()
            for _ in range(wanted + 5):
                self.press("\ue004")  # Tab
                reached.add(self.js("return document.activeElement.dataset.stop"))
            missing = [i for i in range(wanted) if str(i) not in reached]
            self.assertEqual([self.js("return document.querySelector(`[data-stop='${arguments[0]}']`).outerHTML.slice(0, 150)", i) for i in missing], [], page)
            unnamed = self.js("""return [...document.querySelectorAll('button, a[href], select, input, canvas[tabindex], .chart')].filter(e => e.checkVisibility() && !(e.getAttribute('aria-label') || e.textContent.trim())).map(e => e.outerHTML.slice(0, 100))""")
            self.assertEqual(unnamed, [])

    # ---- timeline, series, monitors

    def test_timeline_shows_events_and_their_json(self):
        self.open("synthetic/report.html")
        groups = self.js("return [...document.querySelectorAll('#timeline .lane small')].map(e => e.textContent)")
        self.assertEqual(groups, ["Data", "Data", "Alarm", "Function", "Pipeline steps", "Approvals", "Endpoint"])
        lane = self.element("#timeline canvas[aria-label^='Function']")
        self.press("\ue014", lane)
        self.assertIn("Succeeded: started build, Jun 8 02:00 UTC", self.js("return document.querySelector('.tip').textContent"))
        self.press("\ue007", lane)  # Enter
        self.wait_until(lambda: self.js("return document.querySelectorAll('#timeline pre').length") > 0, "no JSON was shown")
        shown = self.js("return document.querySelector('#timeline pre').textContent")
        self.assertEqual(json.loads(shown)["name"], "retrain-staging")
        self.assertRegex(self.element("#timeline").text, r"line \d+ of trace\.jsonl")
        alarm = self.element("#timeline canvas[aria-label^='Alarm']")
        self.js("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", alarm)
        from selenium.webdriver.common.action_chains import ActionChains

        def hovered():
            ActionChains(self.browser).move_to_element_with_offset(alarm, 198, 0).move_by_offset(2, 0).perform()
            return "ALARM, Jun 8 02:30 UTC" in self.js("return document.querySelector('.tip').textContent")

        self.wait_until(hovered, "the tip never named the alarm")
        ActionChains(self.browser).click().perform()
        self.wait_until(lambda: f"three {synthetic.HOSTILE}" in self.js("return document.querySelector('#timeline pre').textContent"), "the alarm's JSON was not shown")

    def test_a_browser_that_cannot_unpack_says_so(self):
        script = self.browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": "delete window.DecompressionStream;"})
        try:
            self.open("synthetic/report.html")
            self.assertIn("DecompressionStream", self.element("#notes").text)
            self.assertIn("cannot unpack", self.element("#timeline").text)
            self.assertGreater(self.js("return document.querySelector('#dashboard .chart').graph.numRows()"), 300, "the dashboard needs no unpacking")
            self.assertEqual(self.browser.get_log("browser"), [])
        finally:
            self.browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)

    def test_forecast_fan_of_a_chosen_hour(self):
        self.open("synthetic/report.html")
        slider = self.element("#series input[type=range]")
        self.js("arguments[0].value = 0; arguments[0].dispatchEvent(new Event('input'))", slider)
        self.settle()
        self.assertIn("Jun 1 12:00 UTC", self.element("#series").text)
        rows = self.js("const g = [...document.querySelectorAll('#series .chart')].pop().graph; return [...Array(g.numRows()).keys()].map(r => g.getValue(r, 2)).filter(v => v && v[1] !== null)")
        self.assertEqual(len(rows), 30)
        for got, wanted in zip(rows[29], [16.29, 20.29, 24.29]):
            self.assertAlmostEqual(got, wanted, delta=0.01)
        truth = self.js("const g = document.querySelector('#series .chart').graph; return [...Array(g.numRows()).keys()].map(r => g.getValue(r, 1))")
        self.assertLess(len(truth), 4000)

    def test_monitors_show_every_kind_of_file(self):
        self.open("synthetic/report.html")
        self.js("document.querySelectorAll('#monitors details').forEach(d => { d.open = true; })")
        self.settle()
        text = self.element("#monitors").text
        for words in ["at most 2", "violated", "kept", "Confusion matrix", "ROC curve, area 0.91", "Precision over recall", "Attribution of label0", "hours (2 → 1)", "Accuracy Difference (AD)",
                      "GreaterThanThreshold '2.0'", "age (Fractional)", "70.0 % / 30.0 %"]:
            self.assertIn(words, text)
        self.assertEqual(self.js("return [...document.querySelectorAll('#monitors path[data-points]')].map(p => p.dataset.points)"), ["4", "4"])
        self.assertEqual(self.js("return [...document.querySelectorAll('#monitors .matrix td')].map(d => d.textContent)"), ["", "90", "10", "20", "80"])
        self.assertIn("InAlert\nsince Jun 8 03:00 UTC (day 7.1)", self.element("#models").text)

    def test_compare_puts_differences_first(self):
        self.open("compare.html")
        rows = self.js("return [...document.querySelectorAll('#headline tbody tr')].map(r => [...r.cells].map(c => c.textContent))")
        self.assertEqual(rows[1], ["retrains", "6", "1", "÷ 6.0"])
        self.assertEqual(self.js("return document.querySelectorAll('.chart .plot').length"), 5)

    def test_the_real_run(self):
        self.open("one-day/report.html")
        self.assertIn("✓ Passed", self.element("h1").text)
        self.assertGreater(self.js("return document.querySelector('#dashboard .chart').graph.numRows()"), 20)
        groups = self.js("return [...new Set([...document.querySelectorAll('#timeline .lane small')].map(e => e.textContent))]")
        for group in ["Data", "Monitors", "Pipeline steps", "Approvals", "Deployment", "Endpoint"]:
            self.assertIn(group, groups)
        self.assertIn("staging-model-quality", self.element("#models").text)
        self.assertEqual(self.js("return document.querySelectorAll('#notes').length"), 0)

    # ---- bad input

    def test_cut_off_and_edited_files_are_drawn_with_a_note(self):
        whole = (FOLDER / "synthetic/result.json").read_text(encoding="utf-8")
        cut = FOLDER / "cut"
        synthetic.write(cut, synthetic.result())
        (cut / "result.json").write_text(whole[: whole.index('"cloudwatch"')], encoding="utf-8")
        (cut / "trace.jsonl").write_text((cut / "trace.jsonl").read_text(encoding="utf-8")[:-40] + "\n", encoding="utf-8")
        said = self.run_driftlab("report", cut)
        self.assertIn("result.json:", said)
        self.open("cut/report.html")
        self.assertIn("the file ends in the middle", self.element("#notes").text)
        self.assertIn("trace.jsonl:", self.element("#notes").text)
        self.assertGreater(self.js("return document.querySelector('#dashboard .chart').graph.numRows()"), 300)
        self.assertEqual(self.browser.get_log("browser"), [])

    def test_a_dashboard_of_ones_own(self):
        body = {"widgets": [{"type": "metric", "width": 12, "height": 6, "properties": {"view": "singleValue", "stat": "Average", "period": 3600, "metrics": [
            ["CustomModelMonitoring", "weighted_quantile_loss", "StageName", "staging"], ["AWS/Nothing", "x", "y", "z"]]}}, {"type": "metrik"}]}
        (FOLDER / "body.json").write_text(json.dumps(body), encoding="utf-8")
        said = self.run_driftlab("report", FOLDER / "synthetic", "--dashboard", FOLDER / "body.json", "--out", FOLDER / "own.html")
        self.assertIn("$.widgets[0].properties.metrics[1]: this run has no metric AWS/Nothing x {y=z}", said)
        self.open("own.html")
        self.assertIn("did you mean 'metric'?", self.element("#notes").text)
        self.assertEqual(len(self.js("return [...document.querySelectorAll('#dashboard .tile')].map(t => t.textContent)")), 1)
        (FOLDER / "bad.json").write_text("{", encoding="utf-8")
        self.assertIn("bad.json", self.run_driftlab("report", FOLDER / "synthetic", "--dashboard", FOLDER / "bad.json", "--out", FOLDER / "x.html", code=2))
        self.assertIn("no such file", self.run_driftlab("report", FOLDER / "nowhere", code=2))

    def test_pictures(self):
        self.run_driftlab("report", FOLDER / "synthetic", "--svg", "--png", "--out", FOLDER / "pictures/report.html")
        self.assertTrue((FOLDER / "pictures/report.png").read_bytes().startswith(b"\x89PNG"))
        self.browser.get((FOLDER / "pictures/report.svg").absolute().as_uri())
        self.assertEqual(self.js("return document.documentElement.tagName"), "svg")
        self.assertEqual(self.js("return document.querySelectorAll('circle').length"), 7, "six calls, one in the legend")
        self.assertGreaterEqual(self.js("return document.querySelectorAll('rect.alarm').length"), 2)
        environment = dict(os.environ, PATH="/nowhere")
        done = subprocess.run([str(DRIFTLAB.absolute()), "report", str(FOLDER / "synthetic"), "--png", "--out", str(FOLDER / "pictures/none.html")], capture_output=True, text=True, check=False, env=environment)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--png needs Chromium, and none is installed", done.stderr)

    # ---- looks

    def test_contrast_is_aa(self):
        for page in ["synthetic/report.html", "compare.html"]:
            for scheme in SCHEMES:
                self.open(page, scheme=scheme)
                faint = self.js("""
                    const rgb = (s) => (s.match(/[\\d.]+/g) || []).map(Number);
                    const lum = (c) => { const [r, g, b] = c.map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4)); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
                    const ground = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] === 1) return c.slice(0, 3); } return [255, 255, 255]; };
                    const bad = [];
                    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                    while (walker.nextNode()) {
                      const node = walker.currentNode, e = node.parentElement;
                      if (!node.textContent.trim() || ["SCRIPT", "STYLE", "NOSCRIPT", "TITLE", "title"].includes(e.tagName) || !e.checkVisibility()) continue;
                      const style = getComputedStyle(e);
                      const [a, b] = [lum(rgb(e instanceof SVGElement ? style.fill : style.color).slice(0, 3)), lum(ground(e))];
                      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                      if (ratio < 4.5) bad.push(`${ratio.toFixed(2)} ${node.textContent.trim().slice(0, 40)}`);
                    }
                    return bad;""")
                self.assertEqual(faint, [], f"{page}, {scheme}")

    def test_nothing_is_wider_than_the_screen(self):
        for page in ["synthetic/report.html", "one-day/report.html", "compare.html"]:
            for width in WIDTHS:
                self.open(page, width=width)
                self.js("document.querySelectorAll('details').forEach(d => { d.open = true; })")
                self.settle()
                self.assertLessEqual(self.js("return document.documentElement.scrollWidth"), width, f"{page} at {width}")

    def test_prints_on_white(self):
        self.open("synthetic/report.html", scheme="dark")
        self.emulate(1000, scheme="dark", media="print")
        self.settle()
        self.assertEqual(self.js("return getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)")
        self.assertEqual(self.js("return getComputedStyle(document.querySelector('nav')).display"), "none")
        pdf = base64.b64decode(self.browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"])
        self.assertTrue(pdf.startswith(b"%PDF"))
        self.assertGreater(len(pdf), 50000)

    def brightness(self, picture):
        """Mean brightness of each cell of a grid, 0 to 1."""
        self.browser.get("about:blank")
        return self.browser.execute_async_script("""
            const [data, across, down, done] = arguments;
            const image = new Image();
            image.onload = () => {
              const canvas = document.createElement("canvas");
              canvas.width = image.width; canvas.height = image.height;
              const context = canvas.getContext("2d");
              context.drawImage(image, 0, 0);
              const cells = [];
              for (let y = 0; y < down; ++y) for (let x = 0; x < across; ++x) {
                const left = Math.floor(image.width * x / across), top = Math.floor(image.height * y / down);
                const width = Math.floor(image.width * (x + 1) / across) - left, height = Math.floor(image.height * (y + 1) / down) - top;
                const pixels = context.getImageData(left, top, width, height).data;
                let sum = 0;
                for (let i = 0; i < pixels.length; i += 4) sum += pixels[i] * 0.2126 + pixels[i + 1] * 0.7152 + pixels[i + 2] * 0.0722;
                cells.push(Math.round(sum / (pixels.length / 4) / 255 * 1000) / 1000);
              }
              done({ height: image.height, cells });
            };
            image.src = "data:image/png;base64," + data;""", picture, GRID[0], GRID[1])

    def test_looks_as_it_did(self):
        baseline_file = HERE / "baseline.json"
        baseline = json.loads(baseline_file.read_text(encoding="utf-8")) if baseline_file.exists() and not UPDATE else {}
        seen = {}
        for page in ["synthetic/report.html", "compare.html"]:
            for width in WIDTHS:
                for scheme in SCHEMES:
                    self.open(page, width=width, scheme=scheme)
                    height = self.js("return document.documentElement.scrollHeight")
                    self.emulate(width, height, scheme)
                    self.settle()
                    picture = self.browser.get_screenshot_as_base64()
                    name = f"{page.split('/')[0].split('.')[0]}-{width}-{scheme}"
                    (FOLDER / f"{name}.png").write_bytes(base64.b64decode(picture))
                    seen[name] = self.brightness(picture)
        if UPDATE:
            baseline_file.write_text("{\n" + ",\n".join(f' "{name}": {json.dumps(look)}' for name, look in seen.items()) + "\n}\n", encoding="utf-8")
            return
        self.assertEqual(sorted(seen), sorted(baseline))
        for name, look in seen.items():
            with self.subTest(name):
                # Fonts differ between systems: lines break elsewhere, so heights and cells have room.
                self.assertAlmostEqual(look["height"] / baseline[name]["height"], 1.0, delta=0.12)
                difference = [abs(a - b) for a, b in zip(look["cells"], baseline[name]["cells"])]
                self.assertLess(sum(difference) / len(difference), 0.05)


if __name__ == "__main__":
    if not CHROMIUM or not DRIVER:
        print("skipped: chromium and chromedriver are not both installed; ./dev browser installs them")
        sys.exit(77)
    DRIFTLAB, FOLDER = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    UPDATE = "--update" in sys.argv
    unittest.main(argv=sys.argv[:1] + [word for word in sys.argv[3:] if word != "--update"], verbosity=2)
