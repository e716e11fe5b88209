/* What Block Kit does in a browser: presses, choices, confirm dialogs, counters, and redraws that lose nothing.
 *
 * The shell of the page sets `data-where` on what it draws and provides
 *   window.practice.act({where, block_id, action_id, kind, value, confirmed}), which may return a promise.
 * This file provides
 *   window.blocks.values(root)        {block_id: {action_id: string or list of strings}}, as the server's `posted` reads it
 *   window.blocks.keep(root, newHtml) new content in root: focus, caret and what somebody typed or chose stay.
 * It refuses to talk to the server itself. To show another view in the same place, set innerHTML instead of `keep`. */
(function () {
  "use strict";

  const PRESSED = new Set(["button", "overflow"]);
  const PAUSE = 300; // milliseconds after the last key before "on_character_entered" is told
  const pressing = new Set(); // keys of the buttons whose press is still under way
  const before = new WeakMap(); // element -> what was last told of it, where that is not what was drawn
  const timers = new WeakMap();

  const fieldOf = (node) => (node && node.closest ? node.closest("[data-kind]") : null);
  const whereOf = (field) => {
    const place = field.closest("[data-where]");
    return place ? place.dataset.where : "";
  };
  const keyOf = (field) =>
    JSON.stringify([
      whereOf(field),
      field.dataset.blockId,
      field.dataset.actionId,
      PRESSED.has(field.dataset.kind) ? field.dataset.value : "",
    ]);
  const boxes = (field) => [...field.querySelectorAll("input[type=radio], input[type=checkbox]")];
  const holdsSeveral = (field) => field.dataset.kind === "checkboxes" || field.dataset.kind.startsWith("multi_");

  // What a field holds now (or, with `drawn`, what the server drew), as the server reads it.
  function raw(field, drawn) {
    if (field.tagName === "FIELDSET") {
      const chosen = boxes(field).filter((box) => (drawn ? box.defaultChecked : box.checked));
      const values = chosen.map((box) => box.value);
      return holdsSeveral(field) ? values : values[0] || "";
    }
    if (field.tagName === "SELECT") {
      if (!drawn) return field.value;
      const first = [...field.options].find((option) => option.defaultSelected);
      return first ? first.value : "";
    }
    const text = drawn ? field.defaultValue : field.value;
    return field.type === "datetime-local" && text ? text + "[" + field.dataset.zone + "]" : text;
  }

  function fill(field, value) {
    if (field.tagName === "FIELDSET") {
      const chosen = [].concat(value);
      boxes(field).forEach((box) => (box.checked = chosen.includes(box.value)));
    } else {
      field.value = field.type === "datetime-local" ? value.replace(/\[.*$/, "") : value;
    }
    count(field);
  }

  const fields = (root) => [...root.querySelectorAll("[data-kind]")].filter((one) => !PRESSED.has(one.dataset.kind));

  function values(root) {
    const found = {};
    for (const field of fields(root)) {
      const block = (found[field.dataset.blockId] = found[field.dataset.blockId] || {});
      block[field.dataset.actionId] = raw(field);
    }
    return found;
  }

  // --- telling the shell

  function hold(field, on) {
    field.classList.toggle("bk-busy", on);
    if (on) field.setAttribute("aria-disabled", "true");
    else field.removeAttribute("aria-disabled");
  }

  function refreshPressed(root) {
    for (const field of root.querySelectorAll("[data-kind=button], [data-kind=overflow]")) {
      hold(field, pressing.has(keyOf(field)));
    }
  }

  async function act(field, value) {
    const trigger = field;
    const template = field.closest(".bk-element") && field.closest(".bk-element").querySelector("template[data-confirm]");
    const details = {
      where: whereOf(field),
      block_id: field.dataset.blockId,
      action_id: field.dataset.actionId,
      kind: field.dataset.kind,
      value: value,
      confirmed: false,
    };
    const key = keyOf(field);
    const isPress = PRESSED.has(details.kind);
    if (isPress && pressing.has(key)) return;
    if (template) {
      details.confirmed = await ask(template, trigger, key);
      if (!details.confirmed) {
        if (!isPress) fill(field, before.has(field) ? before.get(field) : raw(field, true));
        return;
      }
    }
    if (!isPress) before.set(field, value);
    if (!window.practice || !window.practice.act) return;
    if (!isPress) {
      window.practice.act(details);
      return;
    }
    pressing.add(key);
    refreshPressed(document);
    try {
      await window.practice.act(details);
    } finally {
      pressing.delete(key);
      refreshPressed(document);
    }
  }

  function ask(template, trigger, key) {
    return new Promise((answer) => {
      const dialog = template.content.firstElementChild.cloneNode(true);
      document.body.append(dialog);
      const finish = (yes) => {
        if (!dialog.isConnected) return;
        dialog.close();
        dialog.remove();
        const back = document.contains(trigger) ? trigger : find(document, key);
        if (back) focusOn(back);
        answer(yes);
      };
      dialog.addEventListener("click", (click) => {
        const button = click.target.closest("button");
        if (button) finish(button.value === "confirm");
      });
      dialog.addEventListener("close", () => finish(false)); // Escape
      dialog.showModal();
      // Not on the button that does it: a key held too long must not answer the question that it raised.
      dialog.querySelector("button[value=deny]").focus();
    });
  }

  const find = (root, key) => [...root.querySelectorAll("[data-kind]")].find((one) => keyOf(one) === key) || null;

  function focusOn(field) {
    const inner = field.tagName === "FIELDSET" ? field.querySelector("input:checked") || field.querySelector("input") : field;
    if (inner) inner.focus({ preventScroll: true });
  }

  // --- listening

  document.addEventListener("click", (click) => {
    const field = fieldOf(click.target);
    if (field && PRESSED.has(field.dataset.kind)) {
      if (field.getAttribute("aria-disabled") === "true") {
        click.preventDefault();
        return;
      }
      const menu = field.closest("details.bk-more");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
      act(field, field.dataset.value || "");
    }
    for (const open of document.querySelectorAll("details.bk-more[open]")) {
      if (!open.contains(click.target)) open.open = false;
    }
  });

  document.addEventListener("change", (change) => {
    const field = fieldOf(change.target);
    if (!field || PRESSED.has(field.dataset.kind)) return;
    tooMany(field, change.target);
    if (field.dataset.dispatch === "change" && (raw(field) !== "" || "input" in field.dataset)) act(field, raw(field));
  });

  document.addEventListener("input", (event) => {
    const field = fieldOf(event.target);
    if (!field) return;
    count(field);
    if (field.dataset.dispatch === "character") {
      clearTimeout(timers.get(field));
      timers.set(field, setTimeout(() => act(field, raw(field)), PAUSE));
    }
  });

  document.addEventListener("keydown", (key) => {
    if (key.key === "Escape") {
      const open = key.target.closest && key.target.closest("details.bk-more[open]");
      if (open) {
        open.open = false;
        open.querySelector("summary").focus();
        key.preventDefault();
        key.stopPropagation();
      }
      return;
    }
    const field = fieldOf(key.target);
    if (key.key !== "Enter" || !field || key.isComposing || field.dataset.dispatch !== "enter") return;
    if (field.tagName === "TEXTAREA" && (key.shiftKey || key.altKey)) return;
    key.preventDefault();
    act(field, raw(field));
  });

  // A limit is shown when it comes near: the last fifth of a short text, the last 100 characters of a long one.
  const far = (most) => Math.min(100, Math.max(20, most / 5));

  // Characters are counted as the server counts them, not in halves of an emoji.
  function count(field) {
    const counter = field.parentElement && field.parentElement.querySelector("[data-counter]");
    if (!counter || !field.dataset.most || typeof field.value !== "string") return;
    const left = Number(field.dataset.most) - [...field.value].length;
    counter.textContent = left;
    counter.classList.toggle("bk-far", left > far(Number(field.dataset.most)));
    counter.classList.toggle("bk-over", left < 0);
    counter.setAttribute("aria-live", left <= 20 ? "polite" : "off");
  }

  function tooMany(field, box) {
    const most = Number(field.dataset.most);
    if (field.tagName !== "FIELDSET" || !most) return;
    if (boxes(field).filter((one) => one.checked).length > most) box.checked = false;
  }

  // --- redrawing

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  function remembered(root) {
    const kept = new Map();
    for (const field of fields(root)) {
      const now = raw(field);
      if (!same(now, raw(field, true))) kept.set(keyOf(field), { value: now, initial: field.dataset.initial || "" });
    }
    return kept;
  }

  function focused(root) {
    const active = document.activeElement;
    if (!active || !root.contains(active)) return null;
    const field = fieldOf(active);
    const place = { id: active.id, key: field && keyOf(field), value: active.value, box: false, start: null, end: null };
    place.box = Boolean(field) && active !== field;
    try {
      [place.start, place.end, place.top] = [active.selectionStart, active.selectionEnd, active.scrollTop];
    } catch {
      place.start = null; // a control without a caret
    }
    return place;
  }

  function refocus(root, place) {
    let target = place.key ? find(root, place.key) : null;
    if (target && place.box) target = boxes(target).find((box) => box.value === place.value) || target;
    if (!target && place.id) target = root.querySelector("#" + CSS.escape(place.id));
    if (!target) {
      // What had the focus is gone: a keyboard goes on from here, not from the top of the page.
      root.tabIndex = -1;
      root.focus({ preventScroll: true });
      return;
    }
    target.focus({ preventScroll: true });
    if (place.start !== null && place.start !== undefined && target.setSelectionRange) {
      try {
        target.setSelectionRange(place.start, place.end);
        target.scrollTop = place.top;
      } catch {
        return; // a control without a caret
      }
    }
  }

  function keep(root, newHtml) {
    const kept = remembered(root);
    const place = focused(root);
    const scrolled = root.scrollTop;
    root.innerHTML = newHtml;
    for (const field of fields(root)) {
      const old = kept.get(keyOf(field));
      if (old && old.initial === (field.dataset.initial || "")) fill(field, old.value);
    }
    refreshPressed(root);
    root.scrollTop = scrolled;
    if (place) refocus(root, place);
  }

  window.blocks = { values: values, keep: keep };
})();
