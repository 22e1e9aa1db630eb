// The page is complete without this script; with it tables sort, filter and copy, and the grid shows any state.
"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const texts = read("words");
  const check = read("check");
  const say = (key) => texts.words[key] ?? "";
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  /** A number in the language of the page. */
  const number = (value, decimals) => {
    if (value === null || value === undefined) return "–";
    const [whole, part] = Math.abs(value).toFixed(decimals).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, texts.group);
    const sign = value < 0 && Number(value.toFixed(decimals)) !== 0 ? "−" : "";
    return sign + grouped + (part ? texts.point + part : "");
  };

  // ---- tables -------------------------------------------------------------------------------------------------

  /** What a cell is sorted by: its number or day, else its text. */
  const key = (cell) => {
    const value = cell.dataset.v;
    if (value === undefined) return cell.textContent;
    const number = Number(value);
    return Number.isNaN(number) ? value : number;
  };

  const compare = (a, b) => {
    const empty = (x) => x === "" || x === undefined;
    if (empty(a) || empty(b)) return empty(a) - empty(b);
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), document.documentElement.lang, { numeric: true });
  };

  /** Text for a spreadsheet: cells parted by tabs; numbers without groups, in the language of the page. */
  const copied = (table) => {
    const cell = (td) => {
      const value = td.dataset.v;
      const plain = value !== undefined && !Number.isNaN(Number(value)) ? value.replace(".", texts.point) : td.textContent;
      return plain.replace(/[\t\r\n]+/g, " ").trim();
    };
    const heading = (th) => {
      const unit = th.querySelector("small")?.textContent;
      const title = th.firstChild.textContent.trim();
      return unit ? `${title} [${unit}]` : title;
    };
    const lines = [[...table.tHead.rows[0].cells].map(heading)];
    for (const row of table.tBodies[0].rows) if (!row.hidden) lines.push([...row.cells].map(cell));
    return lines.map((line) => line.join("\t")).join("\n") + "\n";
  };

  const toClipboard = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = make("textarea", { value: text });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };

  for (const figure of document.querySelectorAll("figure.table")) {
    const table = figure.querySelector("table");
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const tools = figure.querySelector(".tools");
    const count = make("span", { className: "count" });
    const filter = make("input", { type: "search", placeholder: say("script-filter") });
    filter.setAttribute("aria-label", say("script-filter"));
    const selects = [];
    [...table.tHead.rows[0].cells].forEach((th, at) => {
      if ("choice" in th.dataset && rows.length > 3) {
        const words = [...new Set(rows.map((row) => row.cells[at].textContent))].sort(compare);
        if (words.length > 1 && words.length <= 60) {
          const select = make("select", {}, make("option", { value: "", textContent: `${th.firstChild.textContent.trim()}: ${say("script-all")}` }));
          select.setAttribute("aria-label", th.firstChild.textContent.trim());
          words.forEach((word, k) => select.append(make("option", { value: `=${k}`, textContent: word || say("script-none") })));
          selects.push({ at, select, words });
        }
      }
    });
    const show = () => {
      const wanted = filter.value.trim().toLocaleLowerCase();
      let shown = 0;
      for (const row of rows) {
        const chosen = selects.every(({ at, select, words }) => select.value === "" || row.cells[at].textContent === words[Number(select.value.slice(1))]);
        row.hidden = !(chosen && (wanted === "" || row.textContent.toLocaleLowerCase().includes(wanted)));
        shown += row.hidden ? 0 : 1;
      }
      count.textContent = shown === 0 ? say("script-no-row") : `${number(shown, 0)} / ${number(rows.length, 0)} ${say("script-rows")}`;
    };
    filter.addEventListener("input", show);
    selects.forEach(({ select }) => select.addEventListener("change", show));
    const copy = make("button", { type: "button", textContent: say("script-copy") });
    copy.addEventListener("click", async () => {
      const text = copied(table);
      figure.dataset.copied = text;
      await toClipboard(text);
      copy.textContent = say("script-copied");
      setTimeout(() => (copy.textContent = say("script-copy")), 1500);
    });
    if (rows.length > 1) tools.append(filter, ...selects.map(({ select }) => select));
    tools.append(copy, count);
    show();

    [...table.tHead.rows[0].cells].forEach((th, at) => {
      th.classList.add("sortable");
      th.tabIndex = 0;
      const sort = () => {
        const up = th.getAttribute("aria-sort") !== "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        th.setAttribute("aria-sort", up ? "ascending" : "descending");
        const keyed = rows.map((row, k) => [key(row.cells[at]), k, row]);
        const last = (x) => x === "" || x === undefined;
        keyed.sort((a, b) => (last(a[0]) || last(b[0]) ? compare(a[0], b[0]) : (up ? 1 : -1) * compare(a[0], b[0])) || a[1] - b[1]);
        body.append(...keyed.map(([, , row]) => row));
      };
      th.addEventListener("click", sort);
      th.addEventListener("keydown", (event) => event.key === "Enter" && sort());
    });
  }

  document.getElementById("whole").addEventListener("change", (event) => document.body.classList.toggle("whole", event.target.checked));

  // ---- the grid -----------------------------------------------------------------------------------------------

  /** Violations of each record, as `check` tells them: by stage, scenario and record. */
  const violations = new Map();
  for (const one of check.cases ?? [])
    for (const row of one.violations ?? []) {
      const record = `${row.element_type} ${row.element_id}`;
      if (!violations.has(record)) violations.set(record, []);
      violations.get(record).push(row);
    }

  const drawings = [];
  const data = [...document.querySelectorAll("script.drawing-data")].map((script) => JSON.parse(script.textContent));
  document.querySelectorAll("figure.drawing").forEach((figure, at) => drawings.push(drawing(figure, data[at])));

  function drawing(figure, grid) {
    const svg = figure.querySelector(".canvas svg");
    const branches = [...svg.querySelector(".branches").children];
    const nodes = [...svg.querySelector(".nodes").children];
    const marks = svg.querySelector(".marks");
    const labels = document.createElementNS(svg.namespaceURI, "g");
    labels.setAttribute("class", "labels");
    svg.append(labels);
    const whole = svg.viewBox.baseVal;
    const home = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
    let view = { ...home };
    let state = Number(figure.dataset.state);
    let picked = null;

    const stages = [...new Set(grid.states.map(([stage]) => stage))];
    const scenarios = [...new Set(grid.states.map(([, scenario]) => scenario))];
    const slider = figure.querySelector("input.stage");
    const output = figure.querySelector("output");
    const scenario = figure.querySelector("select.scenario");
    const colour = figure.querySelector("select.colour");
    const only = figure.querySelector("input.only");
    slider.max = stages.length - 1;
    slider.value = stages.indexOf(grid.states[state]?.[0]);
    scenarios.forEach((name) => scenario.append(make("option", { value: name, textContent: name })));
    scenario.value = grid.states[state]?.[1];
    slider.closest("label").hidden = stages.length < 2;
    scenario.closest("label").hidden = scenarios.length < 2;

    const levels = [...new Set(grid.branches.map((branch) => branch.vn_kv))].filter((kv) => kv !== null).sort((a, b) => b - a);
    const shownLevels = new Set(levels);
    if (levels.length > 1 && levels.length <= 12)
      for (const kv of levels) {
        const box = make("input", { type: "checkbox", checked: true });
        box.addEventListener("change", () => {
          if (box.checked) shownLevels.add(kv);
          else shownLevels.delete(kv);
          paint();
        });
        figure.querySelector(".levels").append(make("label", {}, box, ` ${number(kv, Number.isInteger(kv) ? 0 : 1)} kV`));
      }

    const levelColours = ["#7b3294", "#c0392b", "#0072b2", "#009e73", "#e69f00", "#56b4e9", "#6b7682"];
    const loadingClass = (percent) => (percent === null ? "lx" : `l${grid.loading_steps.filter((step) => percent > step).length}`);
    const far = (node) => {
      let worst = null;
      for (const bus of node.buses) {
        const vm = bus.vm_pu[state];
        if (vm !== null && (worst === null || Math.abs(vm - 1) > Math.abs(worst - 1))) worst = vm;
      }
      return worst;
    };

    /** Colours everything as the state has it. */
    function paint() {
      marks.replaceChildren();
      const mark = (name, path) => {
        const element = document.createElementNS(svg.namespaceURI, "path");
        element.setAttribute("class", name);
        element.setAttribute("d", path);
        marks.append(element);
      };
      grid.branches.forEach((branch, at) => {
        const standing = branch.standing[state];
        let name = standing === "-" ? "no" : standing === "o" ? "out" : loadingClass(branch.loading_percent[state]);
        const violated = branch.violated[state] === "1";
        if (branch.vn_kv !== null && !shownLevels.has(branch.vn_kv)) name += " hidden";
        if (only.checked && !violated) name += " hidden";
        if (picked === branch) name += " picked";
        branches[at].setAttribute("class", `b ${branch.type} ${name}`);
        branches[at].style.stroke = colour.value === "level" && standing === "i" ? levelColours[levels.indexOf(branch.vn_kv) % levelColours.length] : "";
        if (violated && branch.drawn && !name.includes("hidden")) mark("k", `M${branch.middle[0]} ${branch.middle[1]}h.01`);
      });
      grid.nodes.forEach((node, at) => {
        const stands = node.buses.some((bus) => bus.stands[state] === "1");
        const vm = far(node);
        let name = !stands ? "no" : vm === null ? "dead" : `v${grid.voltage_steps.filter((step) => vm >= step).length}`;
        const violated = node.violated[state] === "1";
        if (picked === node) name += " picked";
        nodes[at].setAttribute("class", `n ${name}`);
        if (violated && stands) mark("r", nodes[at].getAttribute("d"));
      });
      output.textContent = grid.states[state]?.[0] ?? "";
      figure.querySelector(".shown").textContent = grid.states.length > 1 ? ` · ${grid.states[state].join(" ")}` : "";
      figure.dataset.state = state;
      figure.querySelectorAll(".plate").forEach((plate) => plate.classList.toggle("now", Number(plate.dataset.state) === state));
      letter();
      if (picked) tell(picked);
    }

    /** Names, as many as have room: what breaks the plan first, then by voltage and load. */
    function letter() {
      labels.replaceChildren();
      const box = svg.getBoundingClientRect();
      if (box.width === 0) return;
      const unit = Math.max(view.width / box.width, view.height / box.height);
      const size = 11.5 * unit;
      const order = grid.nodes
        .map((node, at) => ({ node, at }))
        .filter(({ node }) => node.buses.some((bus) => bus.stands[state] === "1"))
        .filter(({ node }) => node.x >= view.x && node.x <= view.x + view.width && node.y >= view.y && node.y <= view.y + view.height)
        .sort((a, b) => b.node.violated[state] - a.node.violated[state] || b.node.vn_kv - a.node.vn_kv || b.node.load_mw[state] - a.node.load_mw[state] || a.at - b.at);
      const taken = [];
      const diagram = svg.classList.contains("diagram");
      let drawn = 0;
      for (const { node } of order) {
        if (drawn >= 150) break;
        const full = node.name || node.id;
        const text = full.length > 24 ? `${full.slice(0, 23)}…` : full;
        const wide = text.length * size * 0.56;
        const places = diagram
          ? [[node.x - wide / 2, node.y + size * 1.5]]
          : [[node.x + 7 * unit, node.y + size * 0.35], [node.x - 7 * unit - wide, node.y + size * 0.35], [node.x - wide / 2, node.y - size * 0.8], [node.x - wide / 2, node.y + size * 1.5]];
        for (const [x, y] of places) {
          const place = [x, y - size, x + wide, y + size * 0.2];
          const inside = x >= view.x && x + wide <= view.x + view.width;
          if (!inside || taken.some((other) => place[0] < other[2] && place[2] > other[0] && place[1] < other[3] && place[3] > other[1])) continue;
          taken.push(place);
          const element = document.createElementNS(svg.namespaceURI, "text");
          element.setAttribute("x", x);
          element.setAttribute("y", y);
          element.setAttribute("font-size", size);
          element.setAttribute("stroke-width", 3 * unit);
          element.textContent = text;
          labels.append(element);
          drawn += 1;
          break;
        }
      }
      const scale = figure.querySelector(".scale");
      if (scale) {
        scale.querySelector("i").style.width = `${Number(scale.dataset.length) / unit}px`;
        scale.hidden = Number(scale.dataset.length) / unit > 0.6 * box.width;
      }
    }

    // -- moving about

    const look = (next) => {
      view = next;
      svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
      letter();
    };
    const zoom = (factor, x = view.x + view.width / 2, y = view.y + view.height / 2) => {
      const width = Math.min(Math.max(view.width * factor, home.width / 200), grid.width * 1.5);
      const real = width / view.width;
      look({ x: x - (x - view.x) * real, y: y - (y - view.y) * real, width, height: view.height * real });
    };
    const point = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    let wheel = null;
    svg.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !svg.matches(":focus")) return;
        event.preventDefault();
        const at = point(event);
        cancelAnimationFrame(wheel);
        wheel = requestAnimationFrame(() => zoom(event.deltaY > 0 ? 1.25 : 0.8, at.x, at.y));
      },
      { passive: false },
    );
    svg.setAttribute("tabindex", "0");
    svg.addEventListener("keydown", (event) => {
      const step = 0.15;
      const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
      if (event.key === "+" || event.key === "=") zoom(0.8);
      else if (event.key === "-") zoom(1.25);
      else if (event.key === "0") look({ ...home });
      else if (moves[event.key]) look({ ...view, x: view.x + moves[event.key][0] * view.width, y: view.y + moves[event.key][1] * view.height });
      else return;
      event.preventDefault();
    });
    let drag = null;
    svg.addEventListener("pointerdown", (event) => {
      drag = { x: event.clientX, y: event.clientY, view: { ...view }, moved: false };
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", (event) => {
      if (!drag) return;
      const box = svg.getBoundingClientRect();
      const unit = Math.max(drag.view.width / box.width, drag.view.height / box.height);
      const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
      if (Math.abs(dx) + Math.abs(dy) > 3) drag.moved = true;
      if (!drag.moved) return;
      svg.classList.add("dragged");
      view = { ...drag.view, x: drag.view.x - dx * unit, y: drag.view.y - dy * unit };
      svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
    });
    svg.addEventListener("pointerup", (event) => {
      svg.classList.remove("dragged");
      if (drag?.moved) letter();
      else if (drag) pick(nearest(point(event)));
      drag = null;
    });
    figure.querySelectorAll("[data-zoom]").forEach((button) =>
      button.addEventListener("click", () => ({ in: () => zoom(0.7), out: () => zoom(1.4), home: () => look({ ...home }), all: () => look({ x: 0, y: 0, width: grid.width, height: grid.height }) })[button.dataset.zoom]()),
    );

    // -- records

    /** What lies nearest to a point, within some pixels: a node before a branch. */
    function nearest(at) {
      const box = svg.getBoundingClientRect();
      const unit = Math.max(view.width / box.width, view.height / box.height);
      let best = [12 * unit, null];
      grid.nodes.forEach((node, k) => {
        if (nodes[k].classList.contains("no")) return;
        const apart = Math.hypot(node.x - at.x, node.y - at.y);
        if (apart < best[0]) best = [apart, node];
      });
      if (best[1]) return best[1];
      best = [8 * unit, null];
      const toSegment = (a, b) => {
        const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
        const along = Math.min(1, Math.max(0, ((at.x - a[0]) * dx + (at.y - a[1]) * dy) / (dx * dx + dy * dy || 1)));
        return Math.hypot(a[0] + along * dx - at.x, a[1] + along * dy - at.y);
      };
      grid.branches.forEach((branch, k) => {
        if (!branch.drawn || branches[k].matches(".no, .hidden")) return;
        const [a, b] = branch.ends.map((end) => [grid.nodes[end].x, grid.nodes[end].y]);
        const apart = Math.min(toSegment(a, branch.middle), toSegment(branch.middle, b));
        if (apart < best[0]) best = [apart, branch];
      });
      return best[1];
    }

    function pick(record) {
      picked = record;
      paint();
      if (!record) figure.querySelector(".record").replaceChildren(make("p", { className: "hint", textContent: say("script-click") }));
    }

    const called = (record) => record.name || record.id;
    const link = (record) => {
      const button = make("button", { type: "button", textContent: called(record) });
      button.addEventListener("click", () => pick(record));
      return button;
    };
    const facts = (rows) => {
      const list = make("dl");
      for (const [name, value] of rows) if (value !== "" && value !== null && value !== undefined) list.append(make("dt", { textContent: name }), make("dd", {}, value));
      return list;
    };
    /** A table of a value in every state: stages down, scenarios across. */
    const byState = (title, decimals, value, tone = () => "") => {
      const head = make("tr", {}, make("th", { textContent: title }), ...scenarios.map((name) => make("th", { className: "n", textContent: name })));
      const body = make("tbody");
      for (const stage of stages) {
        const row = make("tr", {}, make("td", { textContent: stage }));
        for (const name of scenarios) {
          const at = grid.states.findIndex(([a, b]) => a === stage && b === name);
          const shown = at < 0 ? null : value(at);
          row.append(make("td", { className: `n ${typeof shown === "number" ? tone(shown) : ""}`, textContent: typeof shown === "string" ? shown : number(shown, decimals) }));
        }
        body.append(row);
      }
      return make("table", {}, make("thead", {}, head), body);
    };
    const broken = (records) => {
      const rows = records.flatMap((record) => violations.get(record) ?? []).filter((row) => row.stage === grid.states[state][0] && row.scenario === grid.states[state][1]);
      const list = make("ul");
      for (const row of rows) {
        const decimals = row.unit === "p.u." ? 3 : 1;
        const parts = [
          `${say(`criterion-${row.criterion}`)}: ${number(row.value, decimals)} ${row.unit} (${say("script-limit")} ${number(row.limit, decimals)})`,
          row.outage ? `${say("script-after")} ${row.outage}` : "",
          `${say("script-since")} ${row.since_stage}`,
          row.cleared_by ? `${say("script-cleared")} ${row.cleared_by.stage} ${row.cleared_by.projects.slice(0, 3).join(", ")}` : "",
        ];
        list.append(make("li", { textContent: parts.filter(Boolean).join("; ") }));
      }
      return [make("h5", { textContent: say("script-violations") }), rows.length ? list : make("p", { className: "hint", textContent: say("script-no-violations") })];
    };
    const loadingTone = (percent) => (percent > 100 ? "bad" : percent >= 80 ? "caution" : "");
    const kv = (value) => (value === null ? "" : `${number(value, Number.isInteger(value) ? 0 : 1)} kV`);

    /** Tells a record: what it is, where it comes from, and what every state makes of it. */
    function tell(record) {
      const panel = figure.querySelector(".record");
      const isBranch = "ends" in record;
      const head = [make("h4", { textContent: called(record) }), make("p", { className: "id", textContent: `${say(`element-${record.type}`)} ${record.id}` })];
      const between = make("span");
      if (isBranch) record.ends.forEach((end, k) => between.append(k ? " – " : "", link(grid.nodes[end])));
      const origin = [[say("script-source"), record.source], [say("script-confidence"), record.confidence], [say("script-place"), record.place]];
      if (isBranch) {
        const rating = record.rating === null ? "" : `${number(record.rating, record.rating_unit === "kA" ? 3 : 0)} ${record.rating_unit}`;
        panel.replaceChildren(
          ...head,
          facts([[say("script-voltage"), kv(record.vn_kv)], [say("script-between"), between], [say("script-rating"), rating], ...origin]),
          byState(`${say("script-loading")} %`, 1, (at) => ({ "-": say("script-not-standing"), o: say("script-out") })[record.standing[at]] ?? record.loading_percent[at], loadingTone),
          byState(`${say("script-power")} MW`, 1, (at) => record.p_mw[at]),
          ...broken([`${record.type} ${record.id}`]),
        );
        return;
      }
      const here = grid.branches.filter((branch) => branch.standing[state] !== "-" && branch.ends.some((end) => grid.nodes[end] === record));
      const list = (title, rows) => {
        if (!rows.length) return [];
        const items = rows.map((branch) => make("li", {}, link(branch), ` ${branch.loading_percent[state] === null ? "" : `${number(branch.loading_percent[state], 1)} %`}`));
        return [make("h5", { textContent: title }), make("ul", {}, ...items)];
      };
      const records = [`${record.type} ${record.id}`, ...record.buses.map((bus) => `bus ${bus.id}`), ...here.filter((branch) => !branch.drawn).map((branch) => `${branch.type} ${branch.id}`)];
      panel.replaceChildren(
        ...head,
        facts([[say("script-voltage"), kv(record.vn_kv)], [say("script-district"), record.district], ...origin]),
        ...record.buses.map((bus) => byState(`${bus.name || bus.id} ${kv(bus.vn_kv)}: p.u.`, 3, (at) => (bus.stands[at] === "1" ? bus.vm_pu[at] : say("script-not-standing")))),
        byState(`${say("script-load")} MW`, 1, (at) => record.load_mw[at]),
        ...(record.generation_mw.some((mw) => mw) ? [byState(`${say("script-generation")} MW`, 1, (at) => record.generation_mw[at])] : []),
        ...broken([...new Set(records)]),
        ...list(say("script-units"), here.filter((branch) => branch.type.startsWith("transformer"))),
        ...list(say("script-lines-here"), here.filter((branch) => !branch.type.startsWith("transformer"))),
      );
    }

    const move = () => {
      const found = grid.states.findIndex(([stage, name]) => stage === stages[slider.value] && name === scenario.value);
      // A stage that is not judged in the scenario shows one in which it is.
      state = found >= 0 ? found : grid.states.findIndex(([stage]) => stage === stages[slider.value]);
      paint();
    };
    slider.addEventListener("input", move);
    scenario.addEventListener("change", move);
    colour.addEventListener("change", paint);
    only.addEventListener("change", paint);
    figure.querySelectorAll(".plate").forEach((plate) =>
      plate.addEventListener("click", () => {
        const [stage, name] = grid.states[plate.dataset.state];
        slider.value = stages.indexOf(stage);
        scenario.value = name;
        move();
        figure.scrollIntoView();
      }),
    );
    window.addEventListener("resize", letter);
    window.addEventListener("beforeprint", letter);

    const index = new Map();
    grid.nodes.forEach((node) => {
      node.buses.forEach((bus) => index.set(`bus ${bus.id}`, node));
      index.set(`${node.type} ${node.id}`, node);
    });
    grid.branches.forEach((branch) => index.set(`${branch.type} ${branch.id}`, branch));
    paint();
    return {
      has: (name) => index.has(name),
      show: (name) => {
        const record = index.get(name);
        const [x, y] = "ends" in record ? record.middle : [record.x, record.y];
        const [a, b] = ("ends" in record ? record.ends : [0, 0]).map((end) => grid.nodes[end]);
        // Near enough to see it, with both ends of a branch.
        const width = Math.max(home.width / 4, 1.6 * Math.abs(a.x - b.x), (1.6 * Math.abs(a.y - b.y) * home.width) / home.height);
        look({ x: x - width / 2, y: y - (width * home.height) / home.width / 2, width, height: (width * home.height) / home.width });
        pick(record);
        figure.scrollIntoView();
      },
    };
  }

  // Records in tables lead to the drawing.
  for (const cell of document.querySelectorAll("td[data-record]")) {
    const found = drawings.find((one) => one.has(cell.dataset.record));
    if (!found) continue;
    cell.classList.add("link");
    cell.addEventListener("click", () => found.show(cell.dataset.record));
  }
  document.documentElement.dataset.ready = "true";
})();
