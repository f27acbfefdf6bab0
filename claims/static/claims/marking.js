"use strict";
// Marking claims: turns what is selected in the text into its place, counted in code points as the server
// counts (JavaScript counts UTF-16 units). Words are chosen with the arrow keys too. Without it the page has a form.
{
    const text = document.getElementById("marking-text");
    const form = document.getElementById("marking-span");
    const bar = document.getElementById("marking-bar");
    const chosen = document.getElementById("marking-chosen");
    const blocks = [...text.querySelectorAll("[data-start]")];
    const contents = blocks.map((block) => block.textContent);
    const words = contents.flatMap((content, block) =>
        [...content.matchAll(/[\p{L}\p{M}\p{N}]+/gu)].map((match) => ({ block, from: match.index, to: match.index + match[0].length })));
    // The words with which a choice by keys began and goes on.
    let anchor = -1;
    let focus = -1;
    let last = null;

    const unitsBefore = (block, node, offset) => {
        const range = document.createRange();
        range.setStart(blocks[block], 0);
        range.setEnd(node, offset);
        return range.toString().length;
    };
    const selected = () => {
        const selection = getSelection();
        if (!selection.rangeCount || selection.isCollapsed) return null;
        const range = selection.getRangeAt(0);
        const touched = [...blocks.keys()].filter((block) => range.intersectsNode(blocks[block]));
        if (!touched.length) return null;
        const [first, final] = [touched[0], touched[touched.length - 1]];
        const from = blocks[first].contains(range.startContainer) ? unitsBefore(first, range.startContainer, range.startOffset) : 0;
        const to = blocks[final].contains(range.endContainer) ? unitsBefore(final, range.endContainer, range.endOffset) : contents[final].length;
        return { first, from, last: final, to };
    };
    const place = (block, units) => Number(blocks[block].dataset.start) + [...contents[block].slice(0, units)].length;
    const within = (word, span) => (word.block > span.first || (word.block === span.first && word.to > span.from))
        && (word.block < span.last || (word.block === span.last && word.from < span.to));

    const tell = () => {
        const span = selected();
        // A click elsewhere on the page keeps what was selected, one in the text gives it up.
        if (!span && !text.contains(getSelection().anchorNode)) return;
        last = span;
        bar.hidden = !span;
        if (!span) return;
        const count = words.filter((word) => within(word, span)).length;
        const said = getSelection().toString().replace(/\s+/g, " ").trim();
        chosen.textContent = `${count} ${count === 1 ? "word" : "words"}: “${said.length > 90 ? `${said.slice(0, 44)} … ${said.slice(-44)}` : said}”`;
    };
    const send = () => {
        form.elements.start.value = place(last.first, last.from);
        form.elements.end.value = place(last.last, last.to);
        form.elements.passage.value = "";
        form.submit();
    };

    const point = (block, units) => {
        const walker = document.createTreeWalker(blocks[block], NodeFilter.SHOW_TEXT);
        let rest = units;
        let node = walker.nextNode();
        while (node && rest > node.length) {
            rest -= node.length;
            node = walker.nextNode();
        }
        return [node, rest];
    };
    const select = () => {
        const [first, final] = [words[Math.min(anchor, focus)], words[Math.max(anchor, focus)]];
        const range = document.createRange();
        range.setStart(...point(first.block, first.from));
        range.setEnd(...point(final.block, final.to));
        const selection = getSelection();
        selection.removeAllRanges();
        selection.addRange(range);
        const { top, bottom } = range.getBoundingClientRect();
        const moving = focus < anchor ? top : bottom;
        const frame = text.getBoundingClientRect();
        if (moving < frame.top + 20 || moving > frame.bottom - 20) text.scrollBy(0, moving - (frame.top + frame.bottom) / 2);
        if (moving < 0 || moving > innerHeight - 60) scrollBy(0, moving - innerHeight / 2);
    };
    const resume = () => {
        // After the mouse, keys go on from what it selected; at the start, from the first word in sight.
        const span = selected();
        const inside = span ? [...words.keys()].filter((word) => within(words[word], span)) : [];
        if (inside.length && !(inside.includes(anchor) && inside.includes(focus))) {
            [anchor, focus] = [inside[0], inside[inside.length - 1]];
        }
        if (!inside.length && focus < 0) {
            const frame = text.getBoundingClientRect().top;
            focus = Math.max(0, words.findIndex((word) => blocks[word.block].getBoundingClientRect().bottom > frame)) - 1;
        }
    };
    const otherBlock = (step) => {
        const here = words[Math.max(focus, 0)].block;
        if (step > 0) return words.findIndex((word) => word.block > here);
        const before = words.findLast((word) => word.block < here);
        return before ? words.findIndex((word) => word.block === before.block) : 0;
    };
    const edge = (step) => {
        // Taking in more by paragraphs ends at the last word of one, or begins at the first.
        const here = words[focus].block;
        const final = words.findLastIndex((word) => word.block === here);
        if (step > 0) return focus < final ? final : words.findLastIndex((word) => word.block === words[Math.min(final + 1, words.length - 1)].block);
        const first = words.findIndex((word) => word.block === here);
        return focus > first ? first : otherBlock(-1);
    };
    const moves = {
        ArrowRight: () => focus + 1,
        ArrowLeft: () => focus - 1,
        ArrowDown: (more) => (more ? edge(1) : otherBlock(1)),
        ArrowUp: (more) => (more ? edge(-1) : otherBlock(-1)),
    };

    text.addEventListener("keydown", (event) => {
        if (event.target !== text || event.ctrlKey || event.metaKey || event.altKey || !words.length) return;
        if (event.key === "Enter" && last) send();
        if (!moves[event.key]) return;
        event.preventDefault();
        resume();
        const to = moves[event.key](event.shiftKey);
        focus = Math.min(Math.max(to < 0 && event.key === "ArrowDown" ? focus : to, 0), words.length - 1);
        if (!event.shiftKey || anchor < 0) anchor = focus;
        select();
        tell();
    });
    // Chromium loses a selection that is dragged from the very beginning of a block that opens with a mark.
    let pressed = null;
    const caret = (event) => document.caretPositionFromPoint?.(event.clientX, event.clientY) ?? null;
    text.addEventListener("mousedown", (event) => {
        pressed = event.button === 0 && !event.shiftKey ? { at: caret(event), x: event.clientX, y: event.clientY } : null;
    });
    document.addEventListener("mouseup", (event) => {
        const from = pressed?.at;
        const hasMoved = pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > 4;
        pressed = null;
        const to = from && hasMoved && getSelection().isCollapsed ? caret(event) : null;
        if (to && text.contains(to.offsetNode)) getSelection().setBaseAndExtent(from.offsetNode, from.offset, to.offsetNode, to.offset);
    });
    document.addEventListener("selectionchange", tell);
    document.getElementById("marking-send").addEventListener("click", send);
    // The key that the server would make of the statement.
    const statement = document.getElementById("id_mark-statement");
    statement?.addEventListener("input", () => {
        const latin = statement.value.normalize("NFKC").toLowerCase().match(/[\p{L}\p{N}]+/gu)?.filter((word) => /^[a-z0-9]+$/.test(word)) ?? [];
        let key = latin.shift()?.slice(0, 60) ?? "";
        while (latin.length && key.length + latin[0].length < 60) key += `-${latin.shift()}`;
        document.getElementById("id_mark-key").placeholder = key;
    });
    // Beside the forms the text scrolls by itself; below them nothing moves.
    const marked = document.getElementById("selected");
    if (marked) text.scrollTop = marked.offsetTop - text.clientHeight / 2;
}
