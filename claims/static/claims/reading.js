/* Travel through an article from claim to claim by keyboard, and show which mark belongs to which
   card. Without this script every mark and card is reached with Tab, and links lead both ways. */

"use strict";

(() => {
  const reading = document.getElementById("reading");
  const dialog = document.getElementById("keys");
  const button = document.getElementById("show-keys");
  const toggle = document.getElementById("use-keys");
  if (!reading || !dialog || !button || !toggle) return;

  const SETTING = "reading-keys";

  /* Storage may be forbidden; then the choice lasts as long as the page. */
  const remembered = () => {
    try {
      return localStorage.getItem(SETTING) !== "off";
    } catch {
      return true;
    }
  };
  const remember = (isOn) => {
    try {
      localStorage.setItem(SETTING, isOn ? "on" : "off");
    } catch {
      /* It is no more than a convenience. */
    }
  };

  /* Where the travel halts: at marks in the text, and at the cards of claims that have none. */
  const stops = [...reading.querySelectorAll("[data-stop]")].filter(
    (stop) => stop.matches(".flag") || !stop.closest(".margin"),
  );

  const lightUp = (id) => {
    for (const lit of reading.querySelectorAll(".is-lit")) lit.classList.remove("is-lit");
    if (!id) return;
    for (const each of reading.querySelectorAll("[data-claim]")) {
      if (each.dataset.claim === id) each.classList.add("is-lit");
    }
  };
  const claimOf = (element) => element.closest?.("[data-claim]")?.dataset.claim;

  /* Where the reader is: a card stands for the mark in the text to which it belongs. */
  const place = () => {
    const here = document.activeElement;
    const id = here?.closest(".margin") && claimOf(here);
    const mark = id && document.getElementById(id);
    return mark?.matches(".flag") ? mark : here;
  };

  /* The first stop after (or the last before) that place, or the top of the window. */
  const next = (step) => {
    const here = place();
    const isInside = here && reading.contains(here);
    const isAfter = (stop) =>
      isInside
        ? here.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_FOLLOWING
        : stop.getBoundingClientRect().top > 0;
    if (step > 0) return stops.find((stop) => stop !== here && isAfter(stop));
    return stops.filter((stop) => stop !== here && !isAfter(stop)).pop();
  };

  const travel = (step) => {
    const stop = next(step);
    if (!stop) return;
    stop.focus({ preventScroll: true });
    stop.scrollIntoView({ block: "center" });
  };

  const openClaim = () => {
    const id = claimOf(document.activeElement);
    const card = id && (document.getElementById(`card-${id}`) ?? document.getElementById(id));
    card?.querySelector(".statement a")?.click();
  };

  const showKeys = () => {
    if (!dialog.open) dialog.showModal();
  };

  const actions = {
    n: () => travel(1),
    j: () => travel(1),
    p: () => travel(-1),
    k: () => travel(-1),
    o: openClaim,
    "?": showKeys,
  };

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
    const isOther = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
    if (isTyping || isOther || dialog.open || !toggle.checked) return;
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  reading.addEventListener("focusin", (event) => lightUp(claimOf(event.target)));
  reading.addEventListener("pointerover", (event) => {
    const id = claimOf(event.target);
    if (id) lightUp(id);
  });

  /* A link to a claim shows its card and its mark alike. */
  const arrive = () => {
    const id = location.hash.slice(1).replace(/^card-/, "");
    if (/^CLM-\d+$/.test(id)) lightUp(id);
  };
  addEventListener("hashchange", arrive);
  arrive();

  toggle.checked = remembered();
  toggle.addEventListener("change", () => remember(toggle.checked));
  button.addEventListener("click", showKeys);
  button.hidden = false;
})();
