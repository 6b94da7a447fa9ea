"use strict";
(() => {
  const run = JSON.parse(document.getElementById("data").textContent);
  const by = (id) => document.getElementById(id);
  // The places of the columns in a row. Times are in microseconds.
  const { seq: SEQ, attempt: ATTEMPT, slot: SLOT, start: START, wall: WALL, fate: FATE, cause: CAUSE, cpu: CPU, memory: MEMORY, again: AGAIN, command: COMMAND } =
    Object.fromEntries(run.columns.map((name, place) => [name, place]));
  const rows = run.rows;
  // What cannot be seen, or turns the text around it, is written as a number.
  const plain = (text) => text.replace(/(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}]/gu, (sign) => {
    const code = sign.codePointAt(0).toString(16);
    return code.length > 2 ? "\\u{" + code + "}" : "\\x" + code.padStart(2, "0");
  });
  for (const row of rows) row[COMMAND] = plain(row[COMMAND]);
  const end = (row) => row[START] + row[WALL];
  const isFine = (row) => run.fine[row[FATE]] && !row[AGAIN];
  const length = Math.max(run.length, 1);

  // Words and numbers.
  const number = (value) => value.toLocaleString("en");
  const seconds = (micros) => {
    if (micros < 1e3) return micros + " µs";
    if (micros < 1e6) return +(micros / 1e3).toPrecision(3) + " ms";
    const whole = micros / 1e6;
    if (whole < 60) return +whole.toPrecision(3) + " s";
    const round = Math.round(whole), pad = (value) => String(value).padStart(2, "0");
    const [big, small, names] = round < 3600 ? [round / 60, round % 60, [" min", " s"]] : [round / 3600, round / 60 % 60, [" h", " min"]];
    return Math.floor(big) + names[0] + (small >= 1 ? " " + pad(Math.floor(small)) + names[1] : "");
  };
  const bytes = (value) => {
    const units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let unit = 0;
    while (value >= 1024 && unit < units.length - 1) { value /= 1024; unit += 1; }
    return (unit && value < 100 ? value.toFixed(1) : Math.round(value)) + " " + units[unit];
  };
  // What is below it may be the runner's own.
  const memory = (value) => bytes(value) + (value && value <= run.floor ? " or less" : "");
  const ended = (row) => {
    const label = run.fates[row[FATE]], cause = run.causes[row[CAUSE]];
    const how = row[FATE] < 1 ? label : cause.startsWith(label) ? cause : label + ", " + cause;
    return how + (row[AGAIN] ? "; tried again" : "");
  };
  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const dot = (fate) => {
    const made = element("span", "", "dot");
    made.style.setProperty("--dot", "var(--fate-" + fate + ")");
    return made;
  };

  // The head.
  const jobs = run.counts.reduce((sum, count) => sum + count, 0);
  const failures = run.counts.reduce((sum, count, fate) => sum + (run.fine[fate] ? 0 : count), 0);
  by("maker").textContent = run.maker;
  const title = plain(run.title);
  by("title").textContent = title;
  document.title = (failures ? number(failures) + " failed: " : "") + title;
  const isGood = !failures && run.complete && !run.exit;
  by("verdict").textContent = !run.complete ? "cut short" : failures ? number(failures) + " failed" : run.exit ? "exit status " + run.exit : "all well";
  by("verdict").classList.toggle("bad", !isGood);
  const when = [];
  if (run.began !== null) when.push(new Date(run.began * 1000).toLocaleString());
  if (run.machine) when.push("on " + run.machine);
  if (run.exit !== null) when.push("exit status " + run.exit);
  if (rows.length < run.attempts) when.push(`of ${number(run.attempts)} attempts the ${number(rows.length)} that failed or took longest are shown one by one`);
  by("when").textContent = when.join(" · ");
  const fact = (name, value, more) => {
    const box = element("div"), shown = element("dd", value);
    if (more) shown.append(" ", element("small", more));
    box.append(element("dt", name), shown);
    by("facts").append(box);
  };
  fact("Jobs", number(jobs), run.retries ? number(run.retries) + " retried" : "");
  fact("Failed", number(failures), jobs ? +(100 * failures / jobs).toPrecision(2) + " %" : "");
  fact("Time", seconds(run.length));
  fact(run.knowsUsage ? "Slots" : "At a time", number(Math.min(run.slots, Math.max(jobs, 1))));
  if (run.knowsUsage) {
    fact("CPU time", seconds(run.cpu), +(run.cpu / length).toPrecision(2) + " CPUs");
    fact("Largest job", memory(run.peak));
    by("floor").textContent = `, of which none counts as less than about ${bytes(run.floor)}`;
  }
  if (run.leaks) fact("Leaked", number(run.leaks));
  by("memory-part").hidden = !run.knowsUsage;
  by("running-part").textContent = "averaged over " + seconds(Math.ceil(length / run.running.length));

  // Lanes: the rows of each slot by their start.
  const slots = rows.reduce((most, row) => Math.max(most, row[SLOT]), 1);
  const lanes = Array.from({ length: slots }, () => []);
  for (const row of rows) lanes[Math.max(row[SLOT], 1) - 1].push(row);
  for (const lane of lanes) lane.sort((a, b) => a[START] - b[START]);

  // What is looked at.
  const hidden = new Set();
  let view = [0, length], query = "", chosen = null, brush = null, waits = false;
  const lower = new Map();
  const matches = (row) => {
    if (hidden.has(row[FATE])) return false;
    if (!query) return true;
    if (/^#\d+$/.test(query)) return "#" + row[SEQ] === query;
    let text = lower.get(row);
    if (text === undefined) lower.set(row, text = (row[COMMAND] + "\n" + ended(row)).toLowerCase());
    return text.includes(query);
  };

  const canvas = by("timeline"), axis = by("axis"), GUTTER = 34;
  const height = Math.min(26, Math.max(slots > 1500 ? 2 : 5, Math.floor(420 / slots)));
  let width = 0;
  canvas.setAttribute("aria-label", `Timeline of ${number(jobs)} jobs in ${number(slots)} slots over ${seconds(run.length)}`);
  const x = (time) => GUTTER + (time - view[0]) / (view[1] - view[0]) * (width - GUTTER);
  const time = (at) => view[0] + (at - GUTTER) / (width - GUTTER) * (view[1] - view[0]);
  const first = (lane, at) => {
    let [low, high] = [0, lane.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (lane[middle][START] <= at) low = middle + 1; else high = middle;
    }
    return low;
  };
  const prepared = (target, tall) => {
    const scale = Math.min(window.devicePixelRatio || 1, 16000 / tall);
    target.width = Math.round(width * scale);
    target.height = Math.round(tall * scale);
    target.style.height = tall + "px";
    const context = target.getContext("2d");
    context.scale(scale, scale);
    context.font = "11px system-ui, sans-serif";
    return context;
  };
  const step = () => {
    const wanted = (view[1] - view[0]) / Math.max(2, (width - GUTTER) / 90);
    const sizes = [15e6, 30e6, 60e6, 120e6, 300e6, 600e6, 900e6, 1800e6, 3600e6, 7200e6, 21600e6, 86400e6];
    if (wanted > 5e6 && wanted <= 86400e6) return sizes.find((size) => size >= wanted);
    const ten = 10 ** Math.floor(Math.log10(wanted));
    return Math.max(1, [1, 2, 5, 10].map((factor) => factor * ten).find((size) => size >= wanted));
  };

  const draw = () => {
    waits = false;
    width = Math.max(200, by("lanes").clientWidth);
    const style = getComputedStyle(document.documentElement), color = (name) => style.getPropertyValue(name).trim();
    const colors = run.fates.map((_, fate) => color("--fate-" + fate));
    const context = prepared(canvas, slots * height);
    const ticks = [];
    for (let size = step(), at = Math.ceil(view[0] / size) * size; at <= view[1]; at += size) ticks.push(at);
    context.fillStyle = color("--line");
    for (const at of ticks) context.fillRect(Math.round(x(at)), 0, 1, slots * height);
    context.textAlign = "right";
    context.textBaseline = "middle";
    const every = Math.ceil(14 / height);
    let drawn = 0;
    lanes.forEach((lane, index) => {
      const top = index * height;
      if (index % every === 0 || slots === index + 1 && every === 1) {
        context.fillStyle = color("--quiet");
        context.fillText(index + 1, GUTTER - 8, top + Math.max(height, 12) / 2);
      }
      // What is less than a pixel wide is drawn once, as the worst of what happened there.
      let at = -1, worst = -1, pale = 0;
      for (let number = Math.max(0, first(lane, view[0]) - 1); number < lane.length && lane[number][START] <= view[1]; number += 1) {
        const row = lane[number];
        if (end(row) < view[0]) continue;
        const left = Math.max(GUTTER, x(row[START])), right = Math.min(width, x(end(row)));
        const isPale = !matches(row), rank = (isFine(row) ? 0 : 1) + (isPale ? 0 : 2), pixel = Math.floor(left);
        if (right - left < 1.5) {
          if (pixel === at && rank <= worst) continue;
          worst = pixel === at ? Math.max(worst, rank) : rank;
          at = pixel;
        }
        pale = isPale ? .13 : row[AGAIN] ? .55 : 1;
        context.globalAlpha = pale;
        context.fillStyle = colors[row[FATE]];
        const wide = Math.max(1, right - left), gap = wide > 4 ? 1 : 0;
        context.fillRect(wide > 1 ? left : pixel, top + (height > 4 ? 1 : 0), wide - gap, height - (height > 4 ? 2 : 0));
        drawn += 1;
      }
      context.globalAlpha = 1;
    });
    if (chosen) {
      context.strokeStyle = color("--ink");
      context.lineWidth = 2;
      context.strokeRect(x(chosen[START]), (chosen[SLOT] - 1) * height + 1, Math.max(3, x(end(chosen)) - x(chosen[START])), height - 2);
      context.clearRect(0, (chosen[SLOT] - 1) * height, GUTTER - 2, height);
      context.fillStyle = color("--ink");
      context.fillText(chosen[SLOT], GUTTER - 8, (chosen[SLOT] - .5) * height);
    }
    if (brush) {
      context.fillStyle = color("--accent");
      context.globalAlpha = .2;
      context.fillRect(Math.min(...brush), 0, Math.abs(brush[0] - brush[1]), slots * height);
    }
    canvas.dataset.drawn = drawn;
    const scale = prepared(axis, 20);
    scale.fillStyle = color("--quiet");
    scale.textBaseline = "middle";
    for (const at of ticks) {
      const text = at === 0 ? "0" : seconds(Math.round(at)), wide = scale.measureText(text).width / 2;
      scale.textAlign = "center";
      scale.fillText(text, Math.min(Math.max(x(at), wide), width - wide), 11);
    }
    curve(by("running"), run.running, (value) => +value.toPrecision(3), "Number of jobs that ran over time");
    if (run.knowsUsage) curve(by("memory"), run.memory, bytes, "Memory of the jobs that ran over time");
  };
  const later = () => {
    if (!waits) requestAnimationFrame(draw);
    waits = true;
  };

  const curve = (svg, values, words, name) => {
    const tall = 88, top = 14, most = values.reduce((most, value) => Math.max(most, value), 0), part = length / values.length;
    svg.setAttribute("viewBox", `0 0 ${width} ${tall}`);
    svg.setAttribute("aria-label", `${name}: at most ${words(most)}`);
    const y = (value) => tall - (most ? value / most : 0) * (tall - top);
    const from = Math.max(0, Math.floor(view[0] / part)), to = Math.min(values.length, Math.ceil(view[1] / part));
    let path = "", previous = null;
    const clamp = (value) => Math.min(width, Math.max(GUTTER, value)).toFixed(1);
    for (let index = from; index < to; index += 1) {
      const left = clamp(x(index * part)), right = clamp(x((index + 1) * part)), level = y(values[index]).toFixed(1);
      path += previous === null ? `M${left} ${tall}V${level}H${right}` : `V${level}H${right}`;
      previous = right;
    }
    const parts = { line: [[GUTTER, top, width, top], [GUTTER, tall, width, tall]], text: [[GUTTER, top - 4, "at most " + words(most)]] };
    svg.replaceChildren();
    const add = (kind, attributes, text) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", kind);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      if (text) made.textContent = text;
      svg.append(made);
    };
    for (const [x1, y1, x2, y2] of parts.line) add("line", { x1, y1, x2, y2 });
    for (const [at, down, text] of parts.text) add("text", { x: at, y: down }, text);
    if (path) add("path", { d: path + `V${tall}Z` });
  };

  // Looking closer.
  const look = (from, to) => {
    const least = Math.max(20, length / 1e6), size = Math.min(length, Math.max(least, to - from));
    const start = Math.min(Math.max(0, (from + to - size) / 2), length - size);
    view = [start, start + size];
    later();
  };
  const zoom = (factor, at = (view[0] + view[1]) / 2) => look(at - (at - view[0]) * factor, at + (view[1] - at) * factor);
  by("zoom-in").onclick = () => zoom(.5);
  by("zoom-out").onclick = () => zoom(2);
  by("zoom-all").onclick = () => look(0, length);

  const facts = (row) => {
    const parts = ["#" + row[SEQ], "slot " + row[SLOT], "from " + seconds(row[START]), "took " + seconds(row[WALL])];
    if (row[ATTEMPT] > 1 || row[AGAIN]) parts.splice(1, 0, "attempt " + row[ATTEMPT]);
    if (run.knowsUsage) parts.push("CPU " + seconds(row[CPU]), memory(row[MEMORY]));
    return parts.join(" · ");
  };
  const about = (row, target) => {
    const head = element("div");
    head.append(dot(row[FATE]), element("strong", ended(row)));
    target.replaceChildren(head, element("div", facts(row), "facts quiet"), element("code", row[COMMAND]));
  };
  const choose = (row, moves) => {
    chosen = row;
    about(row, by("chosen"));
    const size = view[1] - view[0];
    if (moves && (row[WALL] < size / 200 || end(row) < view[0] || row[START] > view[1])) {
      const wide = Math.min(size, Math.max(row[WALL] * 20, length / 50));
      const middle = row[START] + row[WALL] / 2;
      look(middle - wide / 2, middle + wide / 2);
    }
    const box = by("lanes"), top = (row[SLOT] - 1) * height;
    if (top < box.scrollTop || top + height > box.scrollTop + box.clientHeight) box.scrollTop = top - box.clientHeight / 2;
    later();
  };

  // What is under the pointer: the job there, or of those within a few pixels the worst, as it is what is to be seen.
  const under = (event) => {
    const box = canvas.getBoundingClientRect(), at = time(event.clientX - box.left);
    const lane = lanes[Math.floor((event.clientY - box.top) / height)];
    if (!lane) return null;
    const pixel = (view[1] - view[0]) / (width - GUTTER), reach = (event.pointerType === "touch" ? 10 : 3) * pixel;
    const near = lane.slice(Math.max(0, first(lane, at - reach) - 1), first(lane, at + reach));
    const distance = (row) => Math.max(0, row[START] - at, at - end(row));
    const wide = near.find((row) => !distance(row) && row[WALL] >= 3 * pixel);
    const rank = (row) => (matches(row) ? 2 : 0) + (isFine(row) ? 0 : 1);
    const order = (a, b) => rank(b) - rank(a) || distance(a) - distance(b);
    return wide || near.filter((row) => distance(row) <= reach).sort(order)[0] || null;
  };
  const tip = by("tip");
  const point = (event) => {
    const row = under(event);
    tip.hidden = !row || event.pointerType === "touch";
    if (tip.hidden) return;
    about(row, tip);
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - box.width - 8)) + "px";
    tip.style.top = (event.clientY + 18 + box.height > innerHeight ? event.clientY - box.height - 12 : event.clientY + 18) + "px";
  };
  const fingers = new Map();
  const local = (event) => event.clientX - canvas.getBoundingClientRect().left;
  canvas.onpointerdown = (event) => {
    if (event.button > 0) return;
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { at: local(event), from: local(event) });
    if (event.pointerType !== "touch") brush = [local(event), local(event)];
  };
  canvas.onpointermove = (event) => {
    const finger = fingers.get(event.pointerId), at = local(event);
    if (!finger) return point(event);
    tip.hidden = true;
    if (brush) {
      brush[1] = Math.max(GUTTER, Math.min(width, at));
      return later();
    }
    const others = [...fingers.entries()].filter(([id]) => id !== event.pointerId).map(([, other]) => other.at);
    if (others.length) {
      const [before, now] = [Math.abs(finger.at - others[0]), Math.abs(at - others[0])];
      if (before > 8 && now > 8) zoom(before / now, time((at + others[0]) / 2));
    } else {
      const moved = time(finger.at) - time(at);
      look(view[0] + moved, view[1] + moved);
    }
    finger.at = at;
  };
  canvas.onpointerup = canvas.onpointercancel = (event) => {
    const finger = fingers.get(event.pointerId), range = brush;
    fingers.delete(event.pointerId);
    brush = null;
    if (!finger || event.type === "pointercancel") return later();
    if (range && Math.abs(range[0] - range[1]) > 6) return look(time(Math.min(...range)), time(Math.max(...range)));
    const row = Math.abs(local(event) - finger.from) < 8 && under(event);
    if (row) choose(row); else later();
  };
  canvas.onpointerleave = () => { tip.hidden = true; };
  canvas.ondblclick = () => look(0, length);
  canvas.addEventListener("wheel", (event) => {
    if (event.ctrlKey || event.metaKey) zoom(Math.exp(event.deltaY / 300), time(local(event)));
    else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      const moved = event.deltaX / width * (view[1] - view[0]);
      look(view[0] + moved, view[1] + moved);
    } else return;
    event.preventDefault();
  }, { passive: false });
  canvas.onkeydown = (event) => {
    const keys = { "+": () => zoom(.5), "=": () => zoom(.5), "-": () => zoom(2), 0: () => look(0, length) };
    const lane = lanes[(chosen ? chosen[SLOT] : 1) - 1], here = lane.indexOf(chosen);
    const along = (to) => { const row = lane[Math.min(lane.length - 1, Math.max(0, to))]; if (row) choose(row, true); };
    keys.ArrowRight = () => along(here + 1);
    keys.ArrowLeft = () => along(here < 0 ? 0 : here - 1);
    const across = (by) => {
      for (let slot = (chosen ? chosen[SLOT] : 1 - by) + by; slot >= 1 && slot <= slots; slot += by) {
        const other = lanes[slot - 1];
        if (other.length) return choose(other[Math.max(0, first(other, chosen ? chosen[START] : 0) - 1)], true);
      }
    };
    keys.ArrowDown = () => across(1);
    keys.ArrowUp = () => across(-1);
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  };

  // The legend shows and hides.
  run.counts.forEach((count, fate) => {
    if (!count && !rows.some((row) => row[FATE] === fate)) return;
    const button = element("button");
    button.append(dot(fate), run.fates[fate] + " " + number(count));
    button.setAttribute("aria-pressed", "true");
    button.onclick = () => {
      if (!hidden.delete(fate)) hidden.add(fate);
      button.setAttribute("aria-pressed", String(!hidden.has(fate)));
      search();
    };
    by("legend").append(button);
  });

  // Tables.
  const head = [["#", "number"], ["Command", ""], ["Ended", ""], ["Start", "number wide"], ["Took", "number"]];
  if (run.knowsUsage) head.push(["CPU", "number wide"], ["Memory", "number wide"]);
  const line = (row) => {
    const made = element("tr"), command = element("td", undefined, "command"), button = element("button", row[COMMAND]);
    made.dataset.seq = row[SEQ];
    button.onclick = () => {
      choose(row, true);
      by("timeline-head").scrollIntoView({ block: "start", behavior: "smooth" });
    };
    command.append(button);
    const how = element("td");
    how.append(dot(row[FATE]), row[FATE] < 1 ? run.fates[0] : run.causes[row[CAUSE]] + (row[FATE] === 1 ? ", flaky" : ""));
    if (row[AGAIN]) how.append(" ↻");
    made.append(element("td", row[SEQ], "number"), command, how);
    made.append(element("td", seconds(row[START]), "number wide"), element("td", seconds(row[WALL]), "number"));
    if (run.knowsUsage) made.append(element("td", seconds(row[CPU]), "number wide"), element("td", memory(row[MEMORY]), "number wide"));
    return made;
  };
  const fill = (table, list, more, size = list.length) => {
    const top = element("thead"), names = element("tr"), body = element("tbody");
    for (const [name, className] of head) {
      const cell = element("th", name, className);
      cell.scope = "col";
      names.append(cell);
    }
    top.append(names);
    let shown = 0;
    const grow = () => {
      body.append(...list.slice(shown, shown + size).map(line));
      shown = Math.min(list.length, shown + size);
      if (more) more.hidden = shown >= list.length;
    };
    if (more) more.onclick = grow;
    grow();
    table.replaceChildren(...(list.length ? [top, body] : []));
  };
  const failed = rows.filter((row) => !isFine(row) && !row[AGAIN]).sort((a, b) => a[START] - b[START]);
  by("failed-part").hidden = !failed.length;
  by("failed-head").querySelector(".count").textContent = number(failures);
  fill(by("failed"), failed, by("failed-more"), 20);
  by("slowest-part").hidden = !rows.length;
  fill(by("slowest"), [...rows].sort((a, b) => b[WALL] - a[WALL]).slice(0, 10));

  let timer = 0;
  const search = () => {
    query = by("query").value.trim().toLowerCase();
    const found = query ? rows.filter(matches).sort((a, b) => a[SEQ] - b[SEQ] || a[ATTEMPT] - b[ATTEMPT]) : [];
    by("found").textContent = query ? number(found.length) + " found" : "";
    fill(by("matches"), found, by("matches-more"), 50);
    later();
  };
  by("query").oninput = () => {
    clearTimeout(timer);
    timer = setTimeout(search, 120);
  };
  const wanted = new URLSearchParams(location.hash.slice(1)).get("search");
  if (wanted) by("query").value = wanted;

  search();
  draw();
  new ResizeObserver(later).observe(by("lanes"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", later);
  document.body.dataset.ready = "yes";
})();
