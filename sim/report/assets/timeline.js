// ---- timeline of the loop -------------------------------------------------------------------------------------------

/** Lines of trace.jsonl that the timeline shows, unpacked when one is first asked for. */
const traceLines = (() => {
  let promise = null;
  return () => (promise ||= inflated(data.timeline.lines).then((bytes) => new TextDecoder().decode(bytes).split("\n")));
})();

const outcomeColors = () => ({ ok: readable("#2ca02c"), bad: readable("#d62728"), warning: readable("#d99000"), waiting: readable("#9467bd"), running: readable("#1f77b4"), neutral: readable("#7f7f7f") });
const outcomeWords = { ok: "went well", bad: "ALARM or failed", warning: "violations, stopped or drift", waiting: "waiting for a person", running: "going on", neutral: "other" };

/** A bar whose shape says what its colour says: full, hatched, half high, outlined. */
function paint(canvas, x, width, y, height, outcome, color) {
  canvas.fillStyle = canvas.strokeStyle = color;
  if (outcome === "waiting") { canvas.lineWidth = 1.5; canvas.strokeRect(x + 0.75, y + 0.75, Math.max(1, width - 1.5), height - 1.5); return; }
  if (outcome === "warning") { canvas.fillRect(x, y + height * 0.35, width, height * 0.65); return; }
  if (outcome === "ok" || outcome === "neutral") { canvas.globalAlpha = 0.85; canvas.fillRect(x, y + height * 0.15, width, height * 0.7); canvas.globalAlpha = 1; return; }
  canvas.fillRect(x, y, width, height);
  if (outcome === "bad" && width > 6) {
    canvas.save(); canvas.beginPath(); canvas.rect(x, y, width, height); canvas.clip();
    canvas.strokeStyle = css("--paper"); canvas.lineWidth = 1; canvas.beginPath();
    for (let d = -height; d < width; d += 6) { canvas.moveTo(x + d, y + height); canvas.lineTo(x + d + height, y); }
    canvas.stroke(); canvas.restore();
  }
}

function timeline() {
  if (!data.timeline) return section("timeline", "Timeline of the loop", el("p", {}, unpackProblem || "trace.jsonl was not there or held no event."));
  const outcomes = data.timeline.outcomes;
  let [from, to] = [0, view.end];
  const shownJson = el("div", { "aria-live": "polite" }, el("p", { class: "why" }, "Click a bar, or choose one with the arrow keys and press Enter, to see its events as JSON."));
  const tip = el("div", { class: "tip", hidden: true, role: "presentation" });
  const lanes = data.timeline.lanes.map((lane) => ({ ...lane, canvas: el("canvas", { tabindex: "0", role: "group", "aria-roledescription": "lane" }), chosen: -1 }));
  const words = (lane, item) => `${lane.labels[item[3]]}, ${when(item[0])}${item[1] > 0 ? `, ${span(item[1])}` : ""}`;
  const xOf = (t, width) => ((t - from) / (to - from)) * width;

  function drawLane(lane) {
    const { canvas } = lane;
    const width = canvas.clientWidth, height = canvas.clientHeight;
    if (!width) return;
    const ratio = devicePixelRatio || 1;
    canvas.width = width * ratio; canvas.height = height * ratio;
    const c = canvas.getContext("2d");
    c.scale(ratio, ratio);
    const colors = outcomeColors();
    c.fillStyle = css("--line");
    for (const t of ticks()) c.fillRect(xOf(t, width), 0, 1, height);
    // Many bars fall on one pixel: of those the worst is seen.
    const order = { neutral: 0, ok: 1, running: 2, waiting: 3, warning: 4, bad: 5 };
    const visible = lane.items.filter((item) => item[0] + item[1] >= from && item[0] <= to);
    for (const item of [...visible].sort((a, b) => order[outcomes[a[2]]] - order[outcomes[b[2]]])) {
      const x = Math.max(-5, xOf(item[0], width)), end = Math.min(width + 5, xOf(item[0] + item[1], width));
      if (item[1] > 0) { paint(c, x, Math.max(1.5, end - x), 6, height - 12, outcomes[item[2]], colors[outcomes[item[2]]]); continue; }
      c.fillStyle = colors[outcomes[item[2]]];
      c.beginPath(); c.arc(x, height / 2, 5, 0, 7); c.fill();
    }
    if (lane.chosen >= 0) {
      const item = lane.items[lane.chosen];
      const x = xOf(item[0], width);
      c.strokeStyle = css("--ink"); c.lineWidth = 2;
      c.strokeRect(x - 3, 2, Math.max(8, xOf(item[0] + item[1], width) - x + 6), height - 4);
    }
  }
  function ticks() {
    const steps = [600, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86400, 2 * 86400, 7 * 86400, 30 * 86400, 90 * 86400];
    const step = steps.find((s) => (to - from) / s <= (innerWidth < 720 ? 5 : 12)) || 365 * 86400;
    const list = [];
    for (let t = Math.ceil(from / step) * step; t <= to; t += step) list.push(t);
    list.step = step;
    return list;
  }
  const axis = el("canvas", { role: "presentation" });
  function drawAxis() {
    const width = axis.clientWidth;
    if (!width) return;
    const ratio = devicePixelRatio || 1;
    axis.width = width * ratio; axis.height = 22 * ratio;
    const c = axis.getContext("2d");
    c.scale(ratio, ratio); c.font = "12px system-ui, sans-serif"; c.fillStyle = css("--faint");
    const list = ticks();
    for (const t of list) {
      const text = list.step < 86400 ? clock(t) : `${clock(t).replace(/ \d\d:\d\d$/, "")}`;
      c.textAlign = xOf(t, width) < 30 ? "left" : xOf(t, width) > width - 40 ? "right" : "center";
      c.fillText(text, xOf(t, width), 15);
    }
  }
  const draw = () => { lanes.forEach(drawLane); drawAxis(); };
  function show(a, b) { [from, to] = [Math.max(0, a), Math.min(view.end, b)]; draw(); }
  function move(a, b) { if (b - a >= 120) { show(a, b); view.set(from, to, lanes); } }
  view.listen(lanes, show);

  function hit(lane, event) {
    const box = lane.canvas.getBoundingClientRect();
    const x = event.clientX - box.left;
    let best = -1, nearest = 7;
    lane.items.forEach((item, i) => {
      const left = xOf(item[0], box.width), right = xOf(item[0] + item[1], box.width);
      const away = x < left ? left - x : x > right ? x - right : 0;
      if (away < nearest || (away === 0 && nearest === 0 && item[1] < lane.items[best][1])) { best = i; nearest = away; }
    });
    return best;
  }
  async function open(lane, index) {
    lanes.forEach((other) => { if (other !== lane) other.chosen = -1; });
    lane.chosen = index;
    draw();
    const item = lane.items[index];
    const title = el("h4", {}, `${lane.name}: ${words(lane, item)}`);
    if (item[4] < 0 && item[5] < 0) { shownJson.replaceChildren(title, el("pre", {}, JSON.stringify(data.run.drifts.find((d) => d.from === item[0]) || {}, null, 1))); return; }
    try {
      const lines = await traceLines();
      shownJson.replaceChildren(title, ...[item[4], item[5]].filter((line) => line >= 0).map((line) => {
        const cut = lines[line].indexOf("\t");
        const text = lines[line].slice(cut + 1);
        let pretty = text;
        try { pretty = JSON.stringify(JSON.parse(text), null, 1); } catch { /* shown as it stands */ }
        return el("div", {}, el("p", { class: "why", style: "margin:.4rem 0 .2rem" }, `line ${lines[line].slice(0, cut)} of trace.jsonl`), el("pre", { tabindex: "0" }, pretty));
      }));
    } catch (error) {
      shownJson.replaceChildren(title, el("p", { class: "problem" }, String(error.message || error)));
    }
  }
  const rows = lanes.map((lane) => {
    const { canvas } = lane;
    canvas.setAttribute("aria-label", `${lane.group}, ${lane.name}: ${lane.items.length} items. Left and right choose one, Enter shows its JSON.`);
    let pressed = null;
    canvas.addEventListener("mousemove", (event) => {
      const index = hit(lane, event);
      tip.hidden = index < 0;
      if (index < 0) return;
      tip.textContent = words(lane, lane.items[index]);
      tip.style.left = `${Math.min(event.clientX + 14, innerWidth - 350)}px`;
      tip.style.top = `${event.clientY + 16}px`;
    });
    canvas.addEventListener("mouseleave", () => { tip.hidden = true; });
    canvas.addEventListener("mousedown", (event) => { pressed = event.clientX; });
    canvas.addEventListener("mouseup", (event) => {
      const box = canvas.getBoundingClientRect();
      const t = (x) => from + ((x - box.left) / box.width) * (to - from);
      if (pressed !== null && Math.abs(event.clientX - pressed) > 8) move(Math.min(t(pressed), t(event.clientX)), Math.max(t(pressed), t(event.clientX)));
      else { const index = hit(lane, event); if (index >= 0) open(lane, index); }
      pressed = null;
    });
    canvas.addEventListener("dblclick", () => move(0, view.end));
    canvas.addEventListener("keydown", (event) => {
      const inside = lane.items.findIndex((item) => item[0] >= from);
      const go = (index) => {
        lane.chosen = Math.max(0, Math.min(lane.items.length - 1, index));
        const item = lane.items[lane.chosen];
        if (item[0] < from || item[0] > to) move(item[0] - (to - from) / 2, item[0] + (to - from) / 2);
        draw();
        const box = canvas.getBoundingClientRect();
        tip.hidden = false; tip.textContent = words(lane, item);
        tip.style.left = `${Math.max(4, Math.min(box.left + xOf(item[0], box.width), innerWidth - 350))}px`; tip.style.top = `${box.bottom + 2}px`;
        said.textContent = words(lane, item);
      };
      const keys = { ArrowRight: () => go(lane.chosen < 0 ? Math.max(0, inside) : lane.chosen + 1), ArrowLeft: () => go(lane.chosen < 0 ? Math.max(0, inside) : lane.chosen - 1), Home: () => go(0), End: () => go(lane.items.length - 1),
        Enter: () => lane.chosen >= 0 && open(lane, lane.chosen), " ": () => lane.chosen >= 0 && open(lane, lane.chosen), "+": () => zoom(0.5), "-": () => zoom(2), Escape: () => move(0, view.end) };
      if (!keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    });
    canvas.addEventListener("blur", () => { tip.hidden = true; });
    return el("div", { class: "lane" }, el("div", { class: "name", title: lane.name }, el("small", {}, lane.group), lane.name), canvas);
  });
  const said = el("div", { class: "hidden", "aria-live": "polite" });
  const zoom = (factor) => { const middle = (from + to) / 2, half = ((to - from) / 2) * factor; move(middle - half, middle + half); };
  const key = el("div", {});
  themed(() => {
    const colors = outcomeColors();
    key.replaceChildren(...outcomes.filter((o) => lanes.some((lane) => lane.items.some((item) => outcomes[item[2]] === o))).map((outcome) => {
      const sample = el("canvas", { width: 52, height: 28, style: "width:26px;height:14px", "aria-hidden": "true" });
      const c = sample.getContext("2d");
      c.scale(2, 2);
      paint(c, 0, 26, 0, 14, outcome, colors[outcome]);
      return el("span", { class: "key" }, sample, outcomeWords[outcome]);
    }));
    draw();
  });
  const host = el("div", { class: "lanes" }, rows, el("div", { class: "lane axis" }, el("div", {}), axis));
  new ResizeObserver(draw).observe(host);
  return section("timeline", "Timeline of the loop", el("div", { class: "tools" }, el("button", { type: "button", onclick: () => zoom(0.5) }, "Zoom in"), el("button", { type: "button", onclick: () => zoom(2) }, "Zoom out"),
    el("button", { type: "button", onclick: () => move(0, view.end) }, "Show all"), el("span", { class: "help" }, "Drag over a lane to zoom; charts above follow.")), key, host, shownJson, tip, said);
}

// ---- the page -------------------------------------------------------------------------------------------------------

async function start() {
  await unpackAll();
  const page = document.getElementById("page");
  const sections = data.kind === "compare" ? comparePage()
    : [headline(data.run), dashboards(), expectations(data.run), timeline(), modelDashboard(), seriesView(), monitorViews(), aboutTheRun(data.run)];
  const notes = notesBox(data.notes);
  const short_ = { headline: "Headline", expectations: "Expectations", dashboard: "Dashboard", timeline: "Timeline", models: "Models", series: "Series", monitors: "Monitors", run: "Delays and bill", events: "Events", metrics: "Metrics", runs: "Runs" };
  page.append(el("a", { class: "skip", href: "#headline" }, "Skip to the report"),
    el("nav", { class: "contents", "aria-label": "Contents" }, sections.map((one) => el("a", { href: `#${one.id}` }, short_[one.id] || one.id))),
    el("main", {}, notes, ...sections), el("footer", {}, `Driftlab ${(data.runs ? data.runs[0] : data.run).version}. Times are UTC and virtual.`));
  document.documentElement.dataset.ready = "yes";
}
start();
