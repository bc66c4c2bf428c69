"use strict";
/* The participants' page. Whatever people wrote is put in as text, never as HTML. */
(function () {
  const POLL = 2500, JITTER = 1000, HIDDEN_POLL = 15000, SLOWEST = 15000;
  const DRAWING = "http://www.w3.org/2000/svg";
  const byId = (id) => document.getElementById(id);
  let lang = remembered() || "de";
  let state = null, offers = null, timer = null, failures = 0;
  const cards = new Map();

  function remembered() {
    try { const kept = localStorage.getItem("quartier_lang"); return kept === "en" || kept === "de" ? kept : ""; }
    catch (error) { return ""; }
  }
  function remember() { try { localStorage.setItem("quartier_lang", lang); } catch (error) { /* not allowed */ } }

  function say(word, values) {
    let text = WORDS[lang][word];
    for (const name of Object.keys(values || {})) text = text.split("{" + name + "}").join(String(values[name]));
    return text;
  }
  function make(tag, text, className) {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    return element;
  }
  function put(element, text) { if (element.textContent !== text) element.textContent = text; }
  function announce(text) { put(byId("status"), text); }
  function fail(id, text, field) {
    put(byId(id), text);
    if (field) { field.setAttribute("aria-invalid", text ? "true" : "false"); if (text) field.focus(); }
  }

  /* Numbers as people write them: 1.200,5 in German, 1,200.5 in English. What is counted in whole
     numbers has no thousandths: there 1.200 and 1,200 are twelve hundred in either language. */
  function parse(text, step) {
    const point = lang === "de" ? "," : ".", thousand = lang === "de" ? "." : ",";
    let bare = text.replace(/[\s\u00a0\u202f'’%€]/g, "").replace(/\u2212/g, "-");
    if (step >= 1 && /^-?\d{1,3}([.,]\d{3})+$/.test(bare)) bare = bare.replace(/[.,]/g, "");
    const grouped = new RegExp("^-?\\d{1,3}(\\" + thousand + "\\d{3})+(\\" + point + "\\d+)?$");
    if (grouped.test(bare)) bare = bare.split(thousand).join("");
    if (bare.indexOf(point) < 0 && bare.split(thousand).length === 2) bare = bare.replace(thousand, point);
    bare = bare.replace(point, ".");
    if (!/^-?\d{1,10}(\.\d{1,6})?$/.test(bare)) return null;
    const value = Number(bare);
    return Math.abs(value) <= 1e9 ? value : null;
  }
  function shown(value) {
    return value.toLocaleString(lang === "de" ? "de-DE" : "en-GB", { maximumFractionDigits: 3 });
  }

  async function call(path, body) {
    const options = { method: "GET", credentials: "same-origin", cache: "no-store" };
    if (body !== undefined) {
      options.method = "POST";
      options.headers = { "Content-Type": "application/json" };
      options.body = JSON.stringify(body);
    }
    const response = await fetch("/mit/" + path, options);
    if (response.status === 204) return { status: 204, data: null };
    let data = {};
    try { data = await response.json(); } catch (error) { data = {}; }
    return { status: response.status, data: data };
  }
  function reasonOf(answer) { return answer.data[lang] || say("offline"); }

  async function send(path, body, errorId, field, button) {
    button.disabled = true;
    fail(errorId, "", field);
    try {
      const answer = await call(path, body);
      if (answer.status === 200) { take(answer.data); return true; }
      if (answer.status === 401) { outside(); return false; }
      fail(errorId, reasonOf(answer), field);
    } catch (error) {
      fail(errorId, say("offline"), field);
    } finally {
      button.disabled = false;
    }
    return false;
  }

  function later(wait) {
    if (timer) clearTimeout(timer);
    timer = setTimeout(poll, wait);
  }
  async function poll() {
    let wait = (document.hidden ? HIDDEN_POLL : POLL) + Math.random() * JITTER;
    try {
      const answer = await call("state?since=" + encodeURIComponent(state ? state.revision : ""));
      if (failures) announce("");
      failures = 0;
      if (answer.status === 200) take(answer.data);
      else if (answer.status === 401) { outside(); return; }
      else if (answer.status === 429) wait = SLOWEST;
    } catch (error) {
      failures += 1;
      if (failures > 1) announce(say("offline"));
      wait = Math.min(SLOWEST, POLL * failures) + Math.random() * JITTER;
    }
    later(wait);
  }

  function outside() {
    if (timer) clearTimeout(timer);
    state = null;
    offers = null;
    cards.clear();
    byId("questions").textContent = "";
    byId("inside").hidden = true;
    byId("join").hidden = false;
    put(byId("place"), "");
    const fromLink = location.hash.slice(1, 21).replace(/[^A-Za-z0-9-]/g, "");
    if (fromLink && !byId("code").value) byId("code").value = fromLink;
  }

  function take(next) {
    const before = state;
    state = next;
    byId("join").hidden = true;
    byId("inside").hidden = false;
    if (!offers) loadOffers();
    draw(before);
  }

  async function loadOffers() {
    offers = {};
    try {
      const answer = await call("offers");
      if (answer.status === 200) offers = answer.data; else { offers = null; return; }
    } catch (error) { offers = null; return; }
    drawOffers();
  }

  function draw(before) {
    put(byId("place"), [state.place, state.title].filter(Boolean).join(" · "));
    byId("no-question").hidden = state.questions.length > 0;
    const list = byId("questions");
    const numbers = new Set(state.questions.map((question) => question.number));
    for (const [number, card] of cards) if (!numbers.has(number)) { card.box.remove(); cards.delete(number); }
    state.questions.forEach((question, place) => {
      let card = cards.get(question.number);
      if (!card) { card = makeCard(question); cards.set(question.number, card); }
      /* Moved only if it has to be: moving an element takes the focus away from it. */
      if (list.children[place] !== card.box) list.insertBefore(card.box, list.children[place] || null);
      drawCard(card, question);
    });
    byId("answer").hidden = !state.answer;
    if (state.answer) put(byId("answer-text"), state.answer[lang]);
    put(byId("proposals"), state.proposals ? say("proposals", { count: state.proposals }) : "");
    put(byId("flags"), state.flags ? say("flags", { count: state.flags }) : "");
    tellNews(before);
  }

  function tellNews(before) {
    if (state.over) { announce(say("over")); return; }
    if (!before) return;
    if (before.over) announce("");
    const known = new Map(before.questions.map((question) => [question.number, question.state]));
    for (const question of state.questions) {
      const was = known.get(question.number);
      if (was === question.state) continue;
      if (was === undefined && question.state === "open") announce(say("new_question"));
      else if (question.state === "revealed") announce(say("now_revealed"));
      else if (question.state === "closed") announce(say("now_closed"));
    }
  }

  function makeCard(question) {
    const id = "q" + question.number;
    const box = make("article", undefined, "question");
    const title = make("h3");
    title.id = id + "-title";
    box.setAttribute("aria-labelledby", title.id);
    const form = make("form");
    form.noValidate = true;
    const label = make("label");
    label.htmlFor = id;
    const line = make("div", undefined, "number");
    const input = make("input");
    input.type = "text";
    input.id = id;
    input.setAttribute("inputmode", "decimal");
    input.autocomplete = "off";
    input.maxLength = 20;
    input.setAttribute("aria-describedby", id + "-unit " + id + "-error");
    const unit = make("span");
    unit.id = id + "-unit";
    line.append(input, unit);
    const error = make("p", "", "error");
    error.id = id + "-error";
    error.setAttribute("role", "alert");
    const button = make("button", "", "main");
    button.type = "submit";
    form.append(label, line, error, button);
    const mine = make("p", "", "mine");
    const closed = make("p", "", "hint");
    const count = make("p", "", "hint");
    const result = make("div");
    box.append(title, form, mine, closed, result, count);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const value = parse(input.value, question.step);
      if (value === null) { fail(error.id, say("no_number"), input); return; }
      send("expectation", { question: question.number, value: value }, error.id, input, button);
    });
    return { box: box, title: title, form: form, label: label, input: input, unit: unit, button: button,
      mine: mine, closed: closed, count: count, result: result, drawn: "" };
  }

  function drawCard(card, question) {
    const unit = question["unit_" + lang], open = question.state === "open" && !state.over;
    put(card.title, question[lang]);
    put(card.label, say("expect"));
    put(card.unit, unit);
    put(card.button, say(question.mine === null ? "send" : "change"));
    card.form.hidden = !open;
    card.box.classList.toggle("open", open);
    let mine = "";
    if (question.mine !== null) mine = say(open ? "given" : "kept_value", { value: shown(question.mine), unit: unit });
    else if (!open) mine = say("none_given");
    put(card.mine, mine);
    put(card.closed, question.state === "closed" ? say("closed") : "");
    card.closed.hidden = question.state !== "closed";
    put(card.count, say("people_said", { count: question.given, people: state.people }));
    const key = JSON.stringify([lang, question.spread, question.model, question.mine, question.state]);
    if (card.drawn === key) return;
    card.drawn = key;
    card.result.textContent = "";
    if (question.state !== "revealed" || !question.spread) return;
    card.result.append(make("h4", say("room")), make("p", question.spread[lang], "said"));
    if (question.spread.points.length) {
      card.result.append(picture(question),
        make("p", say(question.model && question.model.low !== null ? "legend" : "legend_room"), "hint"));
    }
    if (question.model) {
      const box = make("div", undefined, "model");
      box.append(make("h4", say("model")), make("p", question.model[lang], "said"));
      if (question.model["few_" + lang]) box.append(make("p", question.model["few_" + lang]));
      if (question.model["beside_" + lang]) box.append(make("p", question.model["beside_" + lang]));
      box.append(make("p", say("no_forecast"), "hint"));
      card.result.append(box);
    } else {
      card.result.append(make("p", say("no_model"), "hint"));
    }
  }

  function part(tag, attributes, text) {
    const element = document.createElementNS(DRAWING, tag);
    for (const name of Object.keys(attributes)) element.setAttribute(name, String(attributes[name]));
    if (text !== undefined) element.textContent = text;
    return element;
  }
  /* Dots above each other; the sentences beside it say the same, so it is hidden from being read. */
  function picture(question) {
    const spread = question.spread, model = question.model;
    const wide = 360, left = 14, right = 346, size = Math.max(2.5, Math.min(7, 120 / Math.max(1, spread.tallest)));
    const high = Math.max(46, 2 * size * spread.tallest + 14), bottom = high;
    const x = (value) => left + (right - left) * Math.min(1, Math.max(0,
      (value - spread.low) / ((spread.high - spread.low) || 1)));
    const drawing = part("svg", { viewBox: "0 0 " + wide + " " + (high + 26), "aria-hidden": "true", focusable: "false" });
    if (model && model.low !== null) {
      drawing.append(part("rect", { class: "band", x: x(model.low), y: 4,
        width: Math.max(2, x(model.high) - x(model.low)), height: bottom - 4 }));
      drawing.append(part("line", { class: "middle", x1: x(model.value), x2: x(model.value), y1: 4, y2: bottom }));
    }
    drawing.append(part("line", { class: "axis", x1: left, x2: right, y1: bottom, y2: bottom }));
    let own = question.mine === null ? -1 : nearest(spread.points, question.mine);
    spread.points.forEach((point, place) => {
      drawing.append(part("circle", { class: place === own ? "own" : "dot", cx: x(point[0]),
        cy: bottom - size - 1 - 2 * size * (point[1] - 1), r: Math.max(2, size - 0.8) }));
    });
    drawing.append(part("text", { x: left, y: bottom + 19 }, shown(spread.low)));
    drawing.append(part("text", { x: right, y: bottom + 19, "text-anchor": "end" }, shown(spread.high)));
    return drawing;
  }
  function nearest(points, value) {
    let best = -1;
    points.forEach((point, place) => {
      if (best < 0 || Math.abs(point[0] - value) < Math.abs(points[best][0] - value)) best = place;
    });
    return best;
  }

  function choose(select, first, choices) {
    const kept = select.value;
    select.textContent = "";
    const none = make("option", first);
    none.value = "";
    select.append(none);
    for (const choice of choices) {
      const option = make("option", choice[lang]);
      option.value = choice.key;
      select.append(option);
    }
    select.value = kept;
    if (select.selectedIndex < 0) select.selectedIndex = 0;
  }
  function drawOffers() {
    if (!offers || !offers.measures) return;
    const measures = byId("measures");
    const ticked = new Set(Array.from(measures.querySelectorAll("input:checked")).map((one) => one.value));
    measures.textContent = "";
    for (const measure of offers.measures) {
      const label = make("label", undefined, "check"), box = make("input");
      box.type = "checkbox";
      box.value = measure.key;
      box.checked = ticked.has(measure.key);
      label.append(box, make("span", measure[lang]));
      measures.append(label);
    }
    measures.parentElement.hidden = !offers.measures.length;
    choose(byId("district"), say("anywhere"), offers.districts);
    choose(byId("year"), say("anytime"), offers.years.map((year) => ({ key: String(year), de: String(year), en: String(year) })));
    const assumption = byId("assumption"), kept = assumption.value;
    choose(assumption, say("other_assumption"), []);
    for (const [word, group] of [["important", offers.important], ["all_assumptions", offers.assumptions]]) {
      if (!group.length) continue;
      const box = document.createElement("optgroup");
      box.label = say(word);
      for (const choice of group) {
        const option = make("option", choice[lang]);
        option.value = choice.key;
        box.append(option);
      }
      assumption.append(box);
    }
    assumption.value = kept;
    if (assumption.selectedIndex < 0) assumption.selectedIndex = 0;
  }

  function speak(next) {
    lang = next;
    document.documentElement.lang = lang;
    document.title = say("page");
    for (const element of document.querySelectorAll("[data-word]")) put(element, say(element.dataset.word));
    byId("lang-de").setAttribute("aria-pressed", String(lang === "de"));
    byId("lang-en").setAttribute("aria-pressed", String(lang === "en"));
    announce("");
    if (state) { draw(null); drawOffers(); }
  }

  for (const one of ["de", "en"]) byId("lang-" + one).addEventListener("click", () => { speak(one); remember(); });
  byId("join-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target, code = byId("code"), body = { code: code.value, nickname: byId("nickname").value };
    if (await send("join", body, "join-error", code, form.querySelector("button"))) {
      code.value = "";
      announce(say(state.over ? "over" : "joined"));
      byId("main").focus();
      later(POLL);
    }
  });
  byId("propose-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const idea = byId("idea");
    const measures = Array.from(byId("measures").querySelectorAll("input:checked"));
    if (!idea.value.trim() && !measures.length) { fail("propose-error", say("no_idea"), idea); return; }
    const body = { text: idea.value, measures: measures.map((one) => one.value), district: byId("district").value,
      year: byId("year").value ? Number(byId("year").value) : null };
    if (await send("proposal", body, "propose-error", idea, event.target.querySelector("button"))) {
      idea.value = "";
      for (const one of measures) one.checked = false;
      byId("district").value = "";
      byId("year").value = "";
      announce(say("proposed"));
    }
  });
  byId("doubt-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const reason = byId("reason");
    if (!reason.value.trim()) { fail("doubt-error", say("no_reason"), reason); return; }
    const body = { assumption: byId("assumption").value, reason: reason.value };
    if (await send("flag", body, "doubt-error", reason, event.target.querySelector("button"))) {
      reason.value = "";
      byId("assumption").value = "";
      announce(say("doubted"));
    }
  });
  byId("leave").addEventListener("click", async () => {
    try { await call("leave", {}); } catch (error) { announce(say("offline")); return; }
    outside();
    byId("nickname").value = "";
    announce(say("left"));
    byId("code").focus();
  });
  window.addEventListener("hashchange", () => { if (!state) outside(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && state) later(200); });

  speak(lang);
  poll();
})();
