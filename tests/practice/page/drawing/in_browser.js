/* Plays with blocks.js in a real browser and writes what it saw into <pre id="seen">, as JSON. */
(async function () {
  "use strict";
  const seen = {};
  const acts = [];
  let settle = null;
  window.practice = { act: (details) => (acts.push(details), new Promise((done) => (settle = done))) };
  const root = document.getElementById("root");
  const drawn = root.innerHTML;
  const get = (block, action) => root.querySelector(`[data-block-id="${block}"][data-action-id="${action}"]`);
  const type = (field, text) => {
    field.focus();
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const change = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));
  const turn = () => new Promise((done) => setTimeout(done, 0));
  const dialog = () => document.querySelector("dialog.bk-confirm");

  seen.values = window.blocks.values(root);

  const go = get("press", "go");
  go.focus();
  go.click();
  go.click();
  seen.pressed = acts.splice(0);
  seen.busy = get("press", "go").getAttribute("aria-disabled");
  window.blocks.keep(root, drawn);
  seen.busyAfterRedraw = get("press", "go").getAttribute("aria-disabled");
  seen.focusAfterRedraw = document.activeElement.dataset.actionId;
  settle();
  await turn();
  seen.freeAgain = get("press", "go").getAttribute("aria-disabled");

  get("press", "no").focus();
  get("press", "no").click();
  seen.asked = { open: dialog().open, title: dialog().querySelector("h2").textContent, acts: acts.length };
  dialog().querySelector("button[value=deny]").click();
  await turn();
  seen.denied = { gone: dialog() === null, acts: acts.length, focus: document.activeElement.dataset.actionId };
  get("press", "no").click();
  dialog().querySelector("button[value=confirm]").click();
  await turn();
  seen.confirmed = acts.splice(0);

  const risky = get("risky", "choose");
  risky.focus();
  risky.value = "b";
  change(risky);
  dialog().querySelector("button[value=deny]").click();
  await turn();
  seen.takenBack = { value: get("risky", "choose").value, acts: acts.splice(0).length };

  get("press", "more").closest("details").open = true;
  root.querySelector('[data-action-id="more"][data-value="b"]').click();
  seen.overflow = acts.splice(0);

  const silent = get("silent", "text");
  type(silent, "héllo 🔥");
  change(silent);
  seen.silent = { acts: acts.length, left: silent.parentElement.querySelector("[data-counter]").textContent };
  silent.setSelectionRange(2, 4);
  const loud = get("loud", "pick");
  loud.value = "c";
  change(loud);
  seen.loud = acts.splice(0);
  const enter = get("enter", "text");
  enter.value = "go";
  enter.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  seen.enter = acts.splice(0);

  silent.focus();
  window.blocks.keep(root, drawn);
  const kept = get("silent", "text");
  seen.kept = {
    another: kept !== silent,
    value: kept.value,
    focused: document.activeElement === kept,
    caret: [kept.selectionStart, kept.selectionEnd],
    pick: get("loud", "pick").value,
  };
  window.blocks.keep(root, document.getElementById("changed").innerHTML);
  seen.changed = { value: get("silent", "text").value, pick: get("loud", "pick").value };

  const ticks = get("ticks", "few").querySelectorAll("input");
  ticks.forEach((tick) => tick.checked || tick.click());
  seen.most = window.blocks.values(root).ticks.few;
  document.getElementById("seen").textContent = JSON.stringify(seen);
})();
