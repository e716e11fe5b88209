// The panes "What went out" and "Make it hurt": copying, switches, clocks that tick, and what stays open and in focus
// when a pane is drawn anew. Everything is listened for on the document, as panes come and go.
(() => {
  "use strict";
  const PANES = '[data-pane="out"], [data-pane="hurt"]';
  const open = new Map(); // id of a <details> -> whether its reader has it open
  let focused = "";

  const post = async (path, body) => {
    const reply = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return reply.ok ? "" : (await reply.json().catch(() => ({}))).says || "That did not work. Reload the page.";
  };

  const say = (words) => {
    const place = document.getElementById("hurt-said");
    if (!place) return;
    place.hidden = !words;
    place.textContent = words;
  };

  const press = async (button) => {
    const lasting = button.getAttribute("role") === "switch";
    const on = !(lasting && button.getAttribute("aria-checked") === "true");
    if (lasting) button.setAttribute("aria-checked", String(on));
    button.setAttribute("aria-busy", "true");
    try {
      const why = await post("/pane/hurt/switch", { switch: button.dataset.hurt, on });
      if (why && lasting) button.setAttribute("aria-checked", String(!on));
      say(why);
    } catch {
      if (lasting) button.setAttribute("aria-checked", String(!on));
      say("The practice does not answer. Is it still running?");
    } finally {
      button.removeAttribute("aria-busy");
    }
  };

  const copy = async (button) => {
    const text = document.getElementById(button.dataset.copy)?.textContent ?? "";
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not copied";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button || !button.closest(PANES)) return;
    if (button.dataset.hurt) void press(button);
    else if ("hurtWell" in button.dataset) void post("/pane/hurt/well", {}).then(say, () => say("The practice does not answer."));
    else if (button.dataset.copy) void copy(button);
  });

  // Only what its reader opened or closed is remembered; what is not as approved is open by itself.
  document.addEventListener("click", (event) => {
    const opened = event.target.closest("summary")?.parentElement;
    if (opened?.id && opened.closest(PANES)) open.set(opened.id, !opened.open);
  });
  document.addEventListener("focusin", (event) => {
    focused = event.target.closest?.(PANES) ? event.target.id : "";
  });

  const tick = () => {
    const now = Date.now() / 1000;
    for (const place of document.querySelectorAll("time[data-since]")) {
      const seconds = Math.max(0, Math.round(now - Number(place.dataset.since)));
      const words = seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
      if (place.textContent !== words) place.textContent = words;
    }
  };
  setInterval(tick, 1000);

  const again = () => {
    tick();
    for (const [id, wanted] of open) {
      const found = document.getElementById(id);
      if (found && found.open !== wanted) found.open = wanted;
    }
    if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus({ preventScroll: true });
  };
  const inPane = (change) => change.target.closest?.(PANES) || [...change.addedNodes].some((node) => node.matches?.(PANES));
  const watch = () => {
    new MutationObserver((changes) => {
      if (changes.some((one) => inPane(one) && [...one.addedNodes].some((node) => node.nodeType === 1))) again();
    }).observe(document.body, { childList: true, subtree: true });
    again();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", watch);
  else watch();
})();
