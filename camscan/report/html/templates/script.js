"use strict";
(() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const dialog = byId("page");
  const data = JSON.parse(byId("data").textContent);
  const texts = data.strings;
  const PREFIX = "#device-";
  // Places in a row of data.devices.
  const [ID, ADDRESS, SITE, CLASS, MAKER, BRAND, MODEL, FIRMWARE, MAC, SERIAL, FINDINGS, GRAVEST] =
    Array.from({ length: 12 }, (_, place) => place);
  const SEVERITIES = ["", "info", "low", "medium", "high", "critical"];
  const NOTHING = { [CLASS]: "not counted", [MAKER]: "unknown" };
  const COLUMNS = [
    [ADDRESS, "Address", "whole"], [SITE, "Site", "wide"], [CLASS, "Class", ""],
    [MAKER, "Maker", ""], [BRAND, "Brand", "wide"], [MODEL, "Model", "long"],
    [FIRMWARE, "Firmware", "wide long"], [MAC, "MAC", "wide whole"], [GRAVEST, "Findings", "whole"],
  ];
  const MOST_PRINTED = 1000;
  const collator = new Intl.Collator("en", { numeric: true });
  const number = new Intl.NumberFormat("en-GB");

  /** An element with text or children; what came from a network is only ever text. */
  function make(tag, content, cls) {
    const element = document.createElement(tag);
    if (cls) element.className = cls;
    if (Array.isArray(content)) element.append(...content);
    else if (content !== undefined && content !== null) element.textContent = content;
    return element;
  }

  function value(row, column) {
    return texts[row[column]] || NOTHING[column] || "";
  }

  // ---- the table of devices

  const order = data.devices.map((_, index) => index);
  const wanted = data.devices.map((row, index) => {
    const words = [ADDRESS, SITE, CLASS, MAKER, BRAND, MODEL, FIRMWARE, MAC, SERIAL].map((c) => value(row, c));
    const others = data.pages[index][0].map((address) => texts[address]);
    return words.concat(others).join("\n").toLowerCase();
  });
  const view = { rows: order, sort: ADDRESS, down: false, page: 0 };

  function sorted(rows) {
    const { sort, down } = view;
    const sign = down ? -1 : 1;
    if (sort === ADDRESS) return down ? rows.slice().reverse() : rows;
    const devices = data.devices;
    if (sort === GRAVEST) {
      const weight = (index) => devices[index][GRAVEST] * 1e6 + devices[index][FINDINGS];
      return rows.slice().sort((a, b) => sign * (weight(a) - weight(b)) || a - b);
    }
    // Each text is compared once, however many devices share it; what is not known stands last.
    const distinct = [...new Set(rows.map((index) => devices[index][sort]))];
    distinct.sort((a, b) => collator.compare(texts[a], texts[b]));
    const rank = new Map(distinct.map((text, place) => [text, text === 0 ? Infinity : sign * place]));
    const at = (index) => rank.get(devices[index][sort]);
    return rows.slice().sort((a, b) => (at(a) === at(b) ? a - b : at(a) < at(b) ? -1 : 1));
  }

  function filtered() {
    const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const exact = [[CLASS, "only-class"], [SITE, "only-site"], [MAKER, "only-maker"]]
      .map(([column, id]) => [column, byId(id).value]).filter(([, only]) => only !== "");
    const findings = byId("only-findings").checked;
    return order.filter((index) => {
      const row = data.devices[index];
      return exact.every(([column, only]) => row[column] === Number(only)) &&
        (!findings || row[FINDINGS] > 0) && words.every((word) => wanted[index].includes(word));
    });
  }

  function line(index) {
    const row = data.devices[index];
    const link = make("a", value(row, ADDRESS));
    link.href = PREFIX + encodeURIComponent(texts[row[ID]]);
    const head = make("th", [link], "whole");
    head.scope = "row";
    const cells = COLUMNS.slice(1).map(([column, , cls]) => {
      if (column !== GRAVEST) return make("td", value(row, column), cls);
      const cell = make("td", null, cls);
      if (row[FINDINGS]) {
        cell.append(make("span", SEVERITIES[row[GRAVEST]], "severity " + SEVERITIES[row[GRAVEST]]));
        cell.append(" " + number.format(row[FINDINGS]));
      }
      return cell;
    });
    return make("tr", [head, ...cells]);
  }

  function draw() {
    const most = Number(byId("page-rows").value);
    const pages = Math.max(1, Math.ceil(view.rows.length / most));
    view.page = Math.min(Math.max(0, view.page), pages - 1);
    const start = view.page * most;
    byId("device-rows").replaceChildren(...view.rows.slice(start, start + most).map(line));
    const all = data.devices.length;
    const count = view.rows.length;
    byId("shown").textContent = (count === all ? `${number.format(all)} devices` :
      `${number.format(count)} of ${number.format(all)} devices`) +
      (pages > 1 ? `, rows ${number.format(start + 1)} to ${number.format(Math.min(count, start + most))}` : "");
    byId("page-number").textContent = `Page ${number.format(view.page + 1)} of ${number.format(pages)}`;
    byId("page-first").disabled = byId("page-back").disabled = view.page === 0;
    byId("page-next").disabled = byId("page-last").disabled = view.page >= pages - 1;
    byId("pager").hidden = all <= 50;
    for (const head of byId("device-heads").children) {
      const mine = Number(head.dataset.column) === view.sort;
      if (mine) head.setAttribute("aria-sort", view.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  }

  function refresh() {
    view.rows = sorted(filtered());
    view.page = 0;
    draw();
  }

  function choices(id, column) {
    const counts = new Map();
    for (const row of data.devices) counts.set(row[column], (counts.get(row[column]) || 0) + 1);
    const found = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 500);
    for (const [text, count] of found) {
      const option = make("option", `${texts[text] || NOTHING[column] || "unknown"} (${number.format(count)})`);
      option.value = String(text);
      byId(id).append(option);
    }
  }

  function startTable() {
    for (const [column, name, cls] of COLUMNS) {
      const button = make("button", name);
      button.type = "button";
      button.addEventListener("click", () => {
        // Findings are wanted gravest first.
        view.down = view.sort === column ? !view.down : column === GRAVEST;
        view.sort = column;
        refresh();
      });
      const head = make("th", [button], cls);
      head.scope = "col";
      head.dataset.column = String(column);
      byId("device-heads").append(head);
    }
    choices("only-class", CLASS);
    choices("only-site", SITE);
    choices("only-maker", MAKER);
    byId("filter").addEventListener("submit", (event) => event.preventDefault());
    byId("filter").addEventListener("input", refresh);
    const turn = (id, page) => byId(id).addEventListener("click", () => { view.page = page(); draw(); });
    turn("page-first", () => 0);
    turn("page-back", () => view.page - 1);
    turn("page-next", () => view.page + 1);
    turn("page-last", () => Infinity);
    byId("page-rows").addEventListener("change", () => { view.page = 0; draw(); });
    refresh();
  }

  // ---- the page of one device

  /** `heads`: names, a class after a bar. */
  function table(label, heads, rows) {
    const classes = heads.map((text) => text.split("|")[1] || "");
    const head = make("tr", heads.map((text) => { const cell = make("th", text.split("|")[0]); cell.scope = "col"; return cell; }));
    const body = rows.map((cells) => make("tr", cells.map((cell, column) => make("td", cell instanceof Node ? [cell] : cell, classes[column]))));
    const box = make("div", [make("table", [make("thead", [head]), make("tbody", body)])], "scroll");
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", label);
    return box;
  }

  function facts(rows) {
    return make("dl", rows.map(([name, text]) => make("div", [make("dt", name), make("dd", text)])), "facts");
  }

  function size(bytes) {
    if (bytes === null) return "?";
    for (const [unit, factor] of [["GB", 1e9], ["MB", 1e6], ["kB", 1e3]]) {
      if (bytes >= factor) return (bytes / factor).toFixed(1) + " " + unit;
    }
    return bytes + " B";
  }

  function whole(sentences) {
    return sentences.map((text) => texts[text]).join(" ");
  }

  function findingsPart(findings) {
    if (!findings.length) return [];
    const items = findings.map(([severity, title, detail, advice, status]) => make("li", [
      make("p", [make("span", texts[severity], "severity " + texts[severity]), " " + texts[title]], "item"),
      make("p", whole(detail)),
      make("p", whole(advice) ? "Advice: " + whole(advice) : ""),
      make("p", texts[status], "note"),
    ]));
    return [make("h3", "Findings"), make("ul", items)];
  }

  function talksPart(rows, more) {
    if (!rows.length) return [];
    const lines = rows.map(([verdict, party, port, country, count, out, back, why, first]) => [
      make("span", texts[verdict], "verdict " + texts[verdict]), texts[party], texts[port],
      texts[country] || "?", number.format(count), size(out), size(back), texts[first], texts[why]]);
    const heads = ["Verdict", "Party|long", "Port", "Country", "Connections", "Out", "In", "First (UTC)|whole", "Why|long"];
    const note = more ? [make("p", `${number.format(more)} more conversations are in the JSON of this run.`, "note")] : [];
    return [make("h3", "Seen to talk to"), table("Conversations", heads, lines), ...note];
  }

  function evidencePart(lines, more) {
    const rows = [];
    for (const [method, port, at, ...pairs] of lines) {
      for (let place = 0; place < pairs.length; place += 2) {
        rows.push([texts[pairs[place]], texts[pairs[place + 1]], texts[method], port === null ? "" : port, texts[at]]);
      }
    }
    const note = more ? [make("p", `${number.format(more)} more records are in the JSON of this run.`, "note")] : [];
    if (!rows.length) return [make("h3", "Evidence"), make("p", "No evidence is kept in this run."), ...note];
    const heads = ["Field|whole", "Value|long", "Method", "Port", "At (UTC)|whole"];
    return [make("h3", "Evidence"), table("Evidence", heads, rows), ...note];
  }

  function fill(index) {
    const row = data.devices[index];
    const [addresses, claims, ports, alternatives, channels, findings, talks, moreTalks, evidence, moreEvidence] = data.pages[index];
    const title = [value(row, BRAND) || value(row, MAKER), value(row, CLASS), value(row, ADDRESS)];
    byId("page-title").textContent = title.map((text) => (text.length > 60 ? text.slice(0, 59) + "…" : text)).join(" ");
    const list = [["Id", texts[row[ID]]], ["Addresses", addresses.map((text) => texts[text]).join(" ")]];
    if (row[MAC]) list.push(["MAC", texts[row[MAC]]]);
    if (row[SERIAL]) list.push(["Serial", texts[row[SERIAL]]]);
    list.push(["Site", texts[row[SITE]]]);
    if (channels) list.push(["Channels", `${number.format(channels[0])} (${texts[channels[1]]})`]);
    if (alternatives.length) list.push(["May also be", alternatives.map((text) => texts[text]).join("; ")]);
    const known = claims.map(([attribute, text, band, country, rivals]) => [
      texts[attribute], texts[text], texts[band], texts[country], rivals.map((rival) => texts[rival]).join(", ")]);
    const heads = ["What", "Value", "How sure", "Head office", "Rivals|long"];
    const doors = ports.map(([port, transport, service, status]) => `${port}/${texts[transport]} ${texts[service]} ${texts[status]}`.replace("  ", " "));
    byId("page-body").replaceChildren(
      facts(list),
      ...(known.length ? [make("h3", "What it is"), table("What it is", heads, known)] : []),
      ...findingsPart(findings),
      ...talksPart(talks, moreTalks),
      make("h3", "Ports"), make("p", doors.join(", ") || "No open port is known."),
      ...evidencePart(evidence, moreEvidence),
    );
  }

  const places = new Map(data.devices.map((row, index) => [texts[row[ID]], index]));

  function follow() {
    const hash = location.hash;
    let id = null;
    if (hash.startsWith(PREFIX)) {
      try { id = decodeURIComponent(hash.slice(PREFIX.length)); } catch { id = null; }
    }
    if (id !== null && places.has(id)) {
      fill(places.get(id));
      if (!dialog.open) dialog.showModal();
      byId("page-title").focus();
      return;
    }
    if (dialog.open) dialog.close();
    const target = hash.length > 1 ? byId(hash.slice(1)) : null;
    if (target instanceof HTMLDetailsElement) target.open = true;
  }

  dialog.addEventListener("close", () => {
    if (location.hash.startsWith(PREFIX)) history.replaceState(null, "", "#devices");
  });
  byId("page-close").addEventListener("click", () => dialog.close());
  window.addEventListener("hashchange", follow);

  // ---- printing: everything unfolded, and all rows that were searched for, up to a limit

  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const details of folded) details.open = true;
    if (!byId("device-rows")) return;
    byId("device-rows").replaceChildren(...view.rows.slice(0, MOST_PRINTED).map(line));
    const left = view.rows.length - MOST_PRINTED;
    byId("shown").textContent = `${number.format(view.rows.length)} devices` +
      (left > 0 ? `; the first ${number.format(MOST_PRINTED)} are printed, search for fewer or use the CSV for all` : "");
  });
  window.addEventListener("afterprint", () => {
    for (const details of folded) details.open = false;
    if (byId("device-rows")) draw();
  });

  root.classList.add("script");
  if (byId("device-table")) startTable();
  follow();
})();
