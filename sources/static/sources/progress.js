"use strict";
// The progress of a batch of fetches, asked for again every two seconds until it has finished.
// Without it the page reloads itself.
{
    const SECONDS = 2;
    const box = document.getElementById("progress");
    const said = document.getElementById("progress-said");
    const lost = document.getElementById("progress-lost");
    const state = () => box.firstElementChild.dataset;
    const isFinished = () => state().finished === "true";

    const show = (markup) => {
        const before = state().said;
        const focused = document.activeElement && box.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
        box.innerHTML = markup;
        if (focused) {
            [...box.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused)?.focus();
        }
        if (state().said !== before || isFinished()) {
            said.textContent = isFinished() ? `Finished: ${state().said}` : state().said;
        }
    };

    const ask = async () => {
        try {
            const answer = await fetch(box.dataset.url, { credentials: "same-origin", redirect: "error" });
            if (!answer.ok) {
                throw new Error(String(answer.status));
            }
            show(await answer.text());
            lost.hidden = true;
        } catch {
            lost.hidden = false;
        }
        again();
    };

    const again = () => {
        if (!isFinished()) {
            setTimeout(ask, SECONDS * 1000);
        }
    };

    if (box) {
        again();
    }
}
