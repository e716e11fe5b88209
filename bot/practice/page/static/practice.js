/* The practice page in a browser: one stream says what has changed, and only that is fetched and drawn again.
 *
 * Works with blocks.js, which knows Block Kit; this file knows the page around it. It refuses to decide anything:
 * every act is a post, and what comes of it is drawn by the server.
 * For panes: <button data-post="/pane/..." data-json='{...}'> and <form data-post="/pane/..."> post JSON. */
(function () {
  "use strict";

  const page = document.body.dataset;
  const known = JSON.parse(page.live || "{}");
  const $ = (selector, root) => (root || document).querySelector(selector);
  const $$ = (selector, root) => [...(root || document).querySelectorAll(selector)];
  const part = (name) => $(`[data-part="${name}"]`);
  const stored = (store, name, value) => {
    try {
      if (value === undefined) return store.getItem(name);
      if (value) store.setItem(name, value);
      else store.removeItem(name);
    } catch {
      return null; // a browser that keeps nothing
    }
    return value;
  };

  // --- talking to the server

  async function post(url, body) {
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      const text = await answer.text();
      return text ? JSON.parse(text) : { ok: answer.ok };
    } catch {
      return { ok: false, says: "The practice does not answer. Has it been ended?" };
    }
  }

  const doing = (name, body) => post(`/act/${name}`, Object.assign({ as: page.as, channel: page.at }, body));

  function query() {
    const asked = { as: page.as, at: page.at, thread: page.thread, since: page.since };
    return new URLSearchParams(Object.entries(asked).filter(([, value]) => value));
  }

  // --- drawing what has changed

  const fetching = new Map(); // part -> a promise that it is drawn
  const stale = new Set(); // parts that changed again meanwhile

  // Resolves when the part is drawn as it was at this call, or later.
  function refresh(name) {
    stale.add(name);
    if (!fetching.has(name)) fetching.set(name, fetchPart(name));
    return fetching.get(name);
  }

  async function fetchPart(name) {
    while (stale.delete(name)) await fetchOnce(name);
    fetching.delete(name);
  }

  async function fetchOnce(name) {
    const root = part(name);
    if (!root) return;
    try {
      const answer = await fetch(`/part/${name}?${query()}`);
      if (answer.ok) {
        const html = await answer.text();
        await letGo();
        draw(name, root, html);
      }
      else if (answer.status === 404 && name === "head") location.href = `/?as=${page.as}`;
    } catch {
      lost(true);
    }
  }

  // What is drawn anew between the press of a button and its release gets no click: drawing waits for the release.
  const LONGEST_PRESS = 2000; // ms: whoever holds it longer is selecting text
  let pressed = null;

  function letGo() {
    return pressed ? Promise.race([pressed.over, new Promise((go) => setTimeout(go, LONGEST_PRESS))]) : undefined;
  }

  document.addEventListener("pointerdown", () => {
    let release;
    pressed = { over: new Promise((go) => { release = go; }) };
    pressed.release = release;
  }, true);
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => {
      const over = pressed;
      pressed = null;
      if (over) setTimeout(over.release); // the click comes right after this event
    }, true);
  }

  function draw(name, root, html) {
    if (name === "messages" || name === "thread") drawMessages(root, html);
    else if (name === "view") drawView(root, html);
    else if (name === "home") window.blocks.keep(root, html);
    else if (name === "notices") drawNotices(root, html);
    else replace(root, html);
    if (name === "composer") prepareComposers();
  }

  // New HTML for something that is not a form: open parts stay open, focus and scrolling stay where they are.
  function replace(root, html) {
    const keyOf = (one) => one.dataset.keep || one.id || (one.querySelector("summary") || one).textContent.trim();
    const held = new Map($$("details", root).map((one) => [keyOf(one), one.open]));
    const active = document.activeElement;
    const place = active && root.contains(active) ? $$("a, button, input, select, textarea, summary", root).indexOf(active) : -1;
    const label = place >= 0 ? active.textContent : "";
    const named = active && root.contains(active) ? active.id : ""; // a title that has the focus
    const scrolled = [root.scrollTop, root.scrollLeft];
    root.innerHTML = html;
    for (const one of $$("details", root)) if (held.has(keyOf(one))) one.open = held.get(keyOf(one));
    [root.scrollTop, root.scrollLeft] = scrolled;
    if (place >= 0) {
      const all = $$("a, button, input, select, textarea, summary", root);
      const back = (all[place] && all[place].textContent === label && all[place]) || all.find((one) => one.textContent === label) || all[place];
      if (back) back.focus({ preventScroll: true });
    } else if (named && document.getElementById(named)) {
      document.getElementById(named).focus({ preventScroll: true });
    }
  }

  const drawn = new WeakMap(); // a message -> the HTML that it was drawn from

  function remember(root) {
    for (const one of root.children) drawn.set(one, one.outerHTML);
  }

  function drawMessages(root, html) {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const old = new Map([...root.children].map((one) => [one.dataset.key, one]));
    const below = root.scrollHeight - root.scrollTop - root.clientHeight < 120;
    const news = [];
    let place = root.firstElementChild;
    for (const next of [...fresh.content.children]) {
      const source = next.outerHTML;
      let node = old.get(next.dataset.key);
      old.delete(next.dataset.key);
      if (!node) {
        node = next;
        if (node.matches("article")) news.push(node);
      } else if (drawn.get(node) !== source) {
        for (const name of next.getAttributeNames()) node.setAttribute(name, next.getAttribute(name));
        if (node.matches("article")) window.blocks.keep(node, next.innerHTML);
        else node.innerHTML = next.innerHTML;
      }
      drawn.set(node, source);
      if (node === place) place = place.nextElementSibling;
      else root.insertBefore(node, place);
    }
    for (const gone of old.values()) {
      if (gone.contains(document.activeElement)) root.focus({ preventScroll: true });
      gone.remove();
    }
    if (below || news.some((one) => one.classList.contains("alone"))) root.scrollTop = root.scrollHeight;
    for (const one of news) hear(`${one.dataset.author}: ${$(".said", one).textContent.trim().replace(/\s+/g, " ").slice(0, 240)}`);
    if (news.length) seen();
  }

  function hear(words) {
    const line = document.createElement("p");
    line.textContent = words;
    $("#heard").append(line);
    setTimeout(() => line.remove(), 3000);
  }

  function seen() {
    const last = $$("#messages [data-ts]").pop();
    if (page.at && last && document.visibilityState === "visible") doing("read", { ts: last.dataset.ts });
  }

  // --- notices

  let noticed = new Set($$("[data-notice]").map((one) => one.dataset.notice));

  function drawNotices(root, html) {
    replace(root, html);
    const shown = $$("[data-notice]", root);
    for (const one of shown.filter((each) => !noticed.has(each.dataset.notice)).reverse()) {
      const where = $("b", one).textContent;
      const link = $("a", one).getAttribute("href");
      if (!link.startsWith(`/c/${page.at}?`) || document.visibilityState !== "visible") {
        toast(`🔔 ${where}: ${$("span", one).textContent}`, link);
      }
    }
    noticed = new Set(shown.map((one) => one.dataset.notice));
  }

  function toast(words, link) {
    const one = document.createElement(link ? "a" : "p");
    one.className = "toast";
    // Whoever follows the link reads the rest of a notification; a sentence of the page has its mend at its end.
    one.textContent = link && words.length > 160 ? `${words.slice(0, 159)}…` : words;
    if (link) one.href = link;
    $("#toasts").append(one);
    while ($("#toasts").children.length > 3) $("#toasts").firstElementChild.remove();
    setTimeout(() => one.remove(), 8000);
  }

  // --- views

  let opener = null;

  function drawView(root, html) {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const next = $("dialog", fresh.content);
    const now = $("dialog", root);
    if (!next) {
      root.innerHTML = "";
      if (now) goBack();
      return;
    }
    if (now && now.open && now.dataset.view === next.dataset.view) {
      if ($(".modal-body", now).dataset.print !== $(".modal-body", next).dataset.print) {
        $(".modal-body", now).dataset.print = $(".modal-body", next).dataset.print;
        window.blocks.keep($(".modal-body", now), $(".modal-body", next).innerHTML);
      }
      replace($(".modal-head", now), $(".modal-head", next).innerHTML);
      replace($(".modal-foot", now), $(".modal-foot", next).innerHTML);
      return;
    }
    if (!now) opener = document.activeElement;
    root.innerHTML = html;
    showView();
  }

  // Focus returns to where the view was opened from: a button, the menu that it was in, else the box.
  function goBack() {
    const menu = opener && opener.closest("details.menu");
    const back = menu ? $("summary", menu) : opener;
    if (back && document.contains(back) && back !== document.body) back.focus({ preventScroll: true });
    if (document.activeElement === document.body && $("#text-c")) $("#text-c").focus();
    opener = null;
  }

  function showView() {
    const view = $("#view dialog");
    if (!view || view.open) return;
    view.showModal();
    const first = $(".modal-body textarea, .modal-body input:not([type=hidden]), .modal-body select", view);
    (first || $("#view-title")).focus();
    guide();
    view.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (event.target === view) closeView(view);
    });
  }

  const closeView = (view) => doing("close", { view: view.dataset.view }).then(tell);

  async function submitView(view) {
    const button = $("button[type=submit]", view);
    const trouble = $(".trouble", view);
    if (!button || button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    trouble.hidden = true;
    $(".modal-body", view).dataset.print = ""; // what was wrong may be wrong again, and is drawn again then
    const answer = await doing("submit", { view: view.dataset.view, values: window.blocks.values(view) });
    button.removeAttribute("aria-busy");
    await refresh("view");
    if (answer.errors) {
      const wrong = $("#view [aria-invalid=true]");
      if (wrong) {
        (wrong.matches("fieldset") ? $("input", wrong) : wrong).focus();
        const why = document.getElementById(`${wrong.id}-error`);
        if (why) why.scrollIntoView({ block: "nearest" }); // a long text would push it out of sight
      }
    } else if (answer.says) {
      const still = $("#view .trouble");
      if (still) {
        still.textContent = answer.says;
        still.hidden = false;
      } else {
        toast(answer.says);
      }
    }
  }

  document.addEventListener("submit", (event) => {
    const view = event.target.closest("dialog[data-view]");
    const composer = event.target.closest(".composer");
    const pane = event.target.closest("form[data-post]");
    if (view || composer || pane) event.preventDefault();
    if (view) submitView(view);
    if (composer) enter(composer);
    if (pane) give(pane, Object.fromEntries(new FormData(pane)));
  });

  // What was wrong with a field is not said any longer once it is being mended.
  document.addEventListener("input", (event) => {
    const block = event.target.closest("#view .bk-input");
    const wrong = block && $('[aria-invalid="true"]', block);
    if (!wrong) return;
    wrong.removeAttribute("aria-invalid");
    block.classList.remove("bk-invalid");
    const said = document.getElementById(`${wrong.id}-error`);
    if (said) said.hidden = true;
  });

  // --- acts

  function tell(answer) {
    if (answer.says) toast(answer.says);
    if (answer.go) location.href = `${answer.go}?as=${page.as}`;
    return answer;
  }

  window.practice = {
    act: async (details) => {
      const view = details.where.startsWith("view:") && $("#view dialog");
      const values = view ? { values: window.blocks.values(view) } : {};
      return tell(await doing("block", Object.assign({}, details, values)));
    },
  };

  async function give(one, body) {
    one.setAttribute("aria-busy", "true");
    tell(await post(one.dataset.post, body));
    one.removeAttribute("aria-busy");
    const pane = one.closest(".pane");
    if (pane) loadPane(pane.id.replace("pane-", ""));
  }

  document.addEventListener("click", async (event) => {
    const target = event.target.closest ? event.target : event.target.parentElement;
    for (const open of $$("details.menu[open]")) if (!open.contains(target)) open.open = false;
    const pressed = target.closest("[data-do]");
    if (pressed && pressed.getAttribute("aria-busy") !== "true") {
      const menu = pressed.closest("details.menu");
      if (menu && !menu.closest(".about-channel")) menu.open = false;
      pressed.setAttribute("aria-busy", "true");
      tell(await doing(pressed.dataset.do, JSON.parse(pressed.dataset.give || "{}")));
      pressed.removeAttribute("aria-busy");
    }
    if (target.closest("[data-close]")) closeView(target.closest("dialog"));
    const hint = target.closest("[data-put]");
    if (hint && $("#text-c")) {
      $("#text-c").value = hint.dataset.put;
      $("#text-c").focus();
    }
    const posting = target.closest("button[data-post]");
    if (posting) give(posting, JSON.parse(posting.dataset.json || "{}"));
    if (target.closest("#theme")) {
      const dark = document.documentElement.dataset.theme
        ? document.documentElement.dataset.theme === "dark"
        : matchMedia("(prefers-color-scheme: dark)").matches;
      document.documentElement.dataset.theme = dark ? "light" : "dark";
      stored(localStorage, "theme", document.documentElement.dataset.theme);
    }
    const pinned = target.closest("a[href^='#m'], a[href^='#t']");
    if (pinned) setTimeout(() => pointAt(pinned.getAttribute("href")));
  });

  // The menu of a message at the bottom opens upwards: downwards it would be cut off.
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    const room = menu.open && menu.matches("details.menu") && menu.closest(".messages");
    if (!room) return;
    menu.classList.remove("up");
    const [sheet, bounds] = [$(".sheet", menu).getBoundingClientRect(), room.getBoundingClientRect()];
    if (sheet.bottom <= bounds.bottom) return;
    if (menu.getBoundingClientRect().top - sheet.height > bounds.top) menu.classList.add("up");
    else $(".sheet", menu).scrollIntoView({ block: "nearest" });
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = event.target.closest && event.target.closest("details.menu[open]");
    if (!open) return;
    open.open = false;
    $("summary", open).focus();
    event.preventDefault();
  });

  // --- the composer

  const offers = JSON.parse(($("#offers") || { textContent: "{}" }).textContent);
  const draftOf = (form) => `draft:${page.as}:${page.at}:${form.dataset.thread}`;

  async function enter(form) {
    const box = $("textarea", form);
    const text = box.value;
    if (!text.trim() || form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    box.value = "";
    stored(sessionStorage, draftOf(form), "");
    const answer = tell(await doing("enter", { text: text, thread: form.dataset.thread }));
    form.removeAttribute("aria-busy");
    if (!answer.ok && !box.value) box.value = text;
    const list = form.closest("main, aside").querySelector(".messages");
    list.scrollTop = list.scrollHeight;
  }

  function prepareComposers() {
    for (const form of $$(".composer")) {
      const box = $("textarea", form);
      if (!box.value) box.value = stored(sessionStorage, draftOf(form)) || "";
    }
  }

  // What is being typed at the caret: {sign, word, from}, or null where nothing is offered.
  function typing(box) {
    const before = box.value.slice(0, box.selectionStart);
    const found = /^\/\S*$/.test(before) ? ["", "/", before.slice(1)] : (/(?:^|[\s(])([@#])([\w-]*)$/.exec(before) || null);
    if (!found) return null;
    return { sign: found[1], word: found[2].toLowerCase(), from: before.length - found[2].length - 1 };
  }

  function offer(box) {
    const list = $(".offers", box.closest("form"));
    const now = typing(box);
    const fitting = now
      ? (offers[now.sign] || []).filter((one) => `${one.put.slice(1)} ${one.name}`.toLowerCase().split(/[\s@#/]+/).some((w) => w.startsWith(now.word)))
      : [];
    list.innerHTML = "";
    fitting.slice(0, 8).forEach((one, number) => {
      const line = document.createElement("div");
      line.className = "offer";
      line.id = `${list.id}-${number}`;
      line.setAttribute("role", "option");
      line.dataset.puts = one.put;
      const name = document.createElement("b");
      name.textContent = one.name;
      const about = document.createElement("span");
      about.className = "soft";
      about.textContent = one.about;
      line.append(name, " ", about);
      list.append(line);
    });
    list.hidden = !fitting.length;
    point(box, 0);
  }

  function point(box, number) {
    const lines = $$(".offer", box.closest("form"));
    lines.forEach((one, each) => one.setAttribute("aria-selected", String(each === number)));
    if (lines[number]) {
      box.setAttribute("aria-activedescendant", lines[number].id);
      lines[number].scrollIntoView({ block: "nearest" });
    } else {
      box.removeAttribute("aria-activedescendant");
    }
  }

  function take(box, line) {
    const now = typing(box);
    if (!now) return;
    const rest = box.value.slice(box.selectionStart);
    box.value = `${box.value.slice(0, now.from)}${line.dataset.puts} `;
    const caret = box.value.length;
    box.value += rest.trimStart();
    box.setSelectionRange(caret, caret);
    shut(box);
    box.focus();
  }

  function shut(box) {
    const list = $(".offers", box.closest("form"));
    list.hidden = true;
    list.innerHTML = "";
    box.removeAttribute("aria-activedescendant");
  }

  document.addEventListener("input", (event) => {
    const box = event.target.closest(".composer textarea");
    if (!box) return;
    stored(sessionStorage, draftOf(box.closest("form")), box.value);
    offer(box);
  });

  document.addEventListener("focusout", (event) => {
    if (event.target.matches(".composer textarea")) setTimeout(() => document.contains(event.target) && shut(event.target), 150);
  });

  document.addEventListener("mousedown", (event) => {
    const line = event.target.closest(".offer");
    if (!line) return;
    event.preventDefault();
    take($("textarea", line.closest("form")), line);
  });

  document.addEventListener("keydown", (event) => {
    const box = event.target.closest && event.target.closest(".composer textarea");
    if (!box || event.isComposing) return;
    const lines = $$(".offer", box.closest("form"));
    const now = lines.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (lines.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      point(box, (now + (event.key === "ArrowDown" ? 1 : lines.length - 1)) % lines.length);
    } else if (lines.length && event.key === "Escape") {
      event.preventDefault();
      shut(box);
    } else if (lines.length && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey && now >= 0) {
      const typed = typing(box);
      const whole = typed && `${typed.sign}${typed.word}` === lines[now].dataset.puts && event.key === "Enter";
      if (whole) return submitBox(event, box);
      event.preventDefault();
      take(box, lines[now]);
    } else if (event.key === "Enter" && !event.shiftKey) {
      submitBox(event, box);
    }
  });

  function submitBox(event, box) {
    event.preventDefault();
    shut(box);
    enter(box.closest("form"));
  }

  // --- panes

  const tabs = $$("[role=tab][data-tab]");
  const current = () => (tabs.find((one) => one.getAttribute("aria-selected") === "true") || { dataset: {} }).dataset.tab;
  const folded = () => document.body.classList.contains("folded");

  async function loadPane(name) {
    const root = $(`#pane-${name}`);
    try {
      const answer = await fetch(`/pane/${name}`);
      const html = await answer.text();
      await letGo();
      if (answer.ok && drawn.get(root) !== html) {
        drawn.set(root, html);
        const was = ($("[aria-current=step]", root) || { dataset: {} }).dataset.step;
        replace(root, html);
        const now = $("[aria-current=step]", root);
        if (now && now.dataset.step !== (was || "1")) now.scrollIntoView({ block: "center" });
        else if (was && !now) root.scrollTop = 0; // it is over
      }
      if (name === "tour") drawGuide();
    } catch {
      lost(true);
    }
  }

  // What stands beside the chat is out of reach while a form is open, and on a phone out of sight: the tour's step comes
  // into the form.
  const touring = tabs.length > 0 && tabs[0].dataset.tab === "tour";

  function guide() {
    if (touring && $("#view dialog")) loadPane("tour");
  }

  function drawGuide() {
    const view = $("#view dialog");
    if (!view || !touring) return;
    const now = $("#pane-tour [aria-current=step]");
    let place = $(".modal-tour", view);
    if (!place) {
      place = document.createElement("aside");
      place.className = "modal-tour";
      place.setAttribute("aria-label", "Guided tour");
      place.dataset.testid = "modal-tour";
      $(".modal-head", view).after(place);
    }
    place.hidden = !now;
    place.innerHTML = now ? now.lastElementChild.innerHTML : "";
    for (const one of $$("[data-put]", place)) one.remove();
    const act = now && $("#pane-tour .tour-acts button");
    if (act) place.append(act.cloneNode(true));
  }

  function choosePane(name) {
    for (const tab of tabs) {
      const chosen = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      if (chosen) tab.classList.remove("changed");
      $(`#pane-${tab.dataset.tab}`).hidden = !chosen;
    }
    stored(localStorage, "pane", name);
    loadPane(name);
  }

  function fold(on) {
    document.body.classList.toggle("folded", on);
    $("#fold").setAttribute("aria-expanded", String(!on));
    stored(localStorage, "folded", on ? "yes" : "no");
    if (!on && current()) loadPane(current());
  }

  function preparePanes() {
    if (!tabs.length) return;
    for (const tab of tabs) {
      tab.addEventListener("click", () => {
        if (folded()) fold(false);
        choosePane(tab.dataset.tab);
      });
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
        choosePane(next.dataset.tab);
        next.focus();
      });
    }
    $("#fold").addEventListener("click", () => fold(!folded()));
    const kept = stored(localStorage, "folded");
    if (kept === "yes" || (!kept && matchMedia("(max-width: 760px)").matches)) fold(true);
    const last = stored(localStorage, "pane");
    choosePane(tabs.some((one) => one.dataset.tab === last) ? last : tabs[0].dataset.tab);
  }

  function paneChanged(name) {
    if (name === "tour") guide();
    if (name === current() && !folded()) loadPane(name);
    else tabs.filter((one) => one.dataset.tab === name).forEach((one) => one.classList.add("changed"));
  }

  // --- the stream

  let stream = null;

  function lost(on) {
    document.body.classList.toggle("is-lost", on);
  }

  const beginAnew = () => location.replace(`/?as=${page.as}`);

  function listen() {
    if (stream) return;
    stream = new EventSource(`/live?${query()}`);
    stream.addEventListener("open", () => lost(false));
    stream.addEventListener("error", () => {
      lost(true);
      if (stream && stream.readyState === EventSource.CLOSED) beginAnew(); // this place is not there any more
    });
    stream.addEventListener("versions", (event) => {
      lost(false);
      for (const [name, version] of Object.entries(JSON.parse(event.data))) {
        if (known[name] === version) continue;
        const first = !(name in known);
        known[name] = version;
        if (name === "sitting") {
          if (!first) beginAnew();
          continue;
        }
        if (name.startsWith("pane:")) {
          if (!first || name.slice(5) === current()) paneChanged(name.slice(5));
        } else {
          refresh(name);
        }
      }
    });
  }

  function pointAt(hash) {
    const one = hash.length > 1 && document.getElementById(hash.slice(1));
    if (!one) return false;
    one.scrollIntoView({ block: "center" });
    one.classList.add("pointed");
    setTimeout(() => one.classList.remove("pointed"), 2500);
    return true;
  }

  // A browser keeps six connections to one place: windows that nobody sees give theirs back.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      listen();
      seen();
    } else if (stream) {
      stream.close();
      stream = null;
    }
  });
  window.addEventListener("pagehide", () => stream && stream.close());
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());

  // --- beginning

  for (const root of $$(".messages")) {
    remember(root);
    if ($("article, .system", root)) root.scrollTop = root.scrollHeight;
  }
  if (!$(".fresh")) page.since = "";
  if (!pointAt(location.hash)) {
    const fresh = $("#messages .fresh");
    if (fresh && fresh.offsetTop < $("#messages").scrollTop) fresh.scrollIntoView();
  }
  if (matchMedia("(max-width: 760px)").matches) $("#side").open = false;
  const acting = $(".face[aria-current]");
  if (acting) acting.scrollIntoView({ block: "nearest", inline: "center" });
  prepareComposers();
  preparePanes();
  showView();
  const came = performance.getEntriesByType("navigation")[0];
  if (came && came.type === "reload") doing("forget", {});
  if ($("#text-t")) $("#text-t").focus();
  else if ($("#text-c") && !matchMedia("(max-width: 760px)").matches && !$("#view dialog")) $("#text-c").focus();
  if (document.visibilityState === "visible") listen();
})();
