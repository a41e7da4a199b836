// The list on the left: its order, what lies ahead, loading more. Things loaded ahead are kept here.

import { address, ask, root, thing } from "./requests.js";

const rows = document.getElementById("queue-rows");
const more = document.getElementById("queue-more");
const count = document.getElementById("queue-count");
const NEAR_THE_END = 8;

const EACH = `[data-${thing}]`;
const numberOf = (row) => Number(row.dataset[thing]);

/** What was loaded ahead, by number. */
export const ahead = new Map();

/** The number of what lies `steps` after (or before) `id` on the list, 0 for none. */
export function after(id, steps = 1) {
  const all = [...rows.querySelectorAll(EACH)];
  const here = all.findIndex((row) => numberOf(row) === id);
  const way = steps > 0 ? all.slice(here + 1) : all.slice(0, Math.max(here, 0)).reverse();
  const open = way.filter((row) => !("pending" in row.dataset));
  const found = open[Math.abs(steps) - 1] || (steps > 0 && here > 0 ? wrapped(all, here, steps - open.length) : null);
  return found ? numberOf(found) : 0;
}

function wrapped(all, here, steps) {
  // Past the end of the list one goes on with what was skipped above, while there is nothing more to load.
  if (!more.hidden) return null;
  return all.slice(0, here).filter((row) => !("pending" in row.dataset) && !("skipped" in row.dataset))[steps - 1];
}

export function rowOf(id) {
  return rows.querySelector(`[data-${thing}="${Number(id)}"]`);
}

/** Mark a row as being decided (it is passed over), or no longer. */
export function pending(id, is) {
  const row = rowOf(id);
  if (!row) return;
  if (is) row.dataset.pending = "";
  else delete row.dataset.pending;
}

/** Take a decided row away; returns what puts it back. */
export function takeAway(id) {
  const item = rowOf(id)?.closest("li");
  ahead.delete(id);
  if (!item) return () => {};
  const below = [...rows.children].slice([...rows.children].indexOf(item) + 1);
  item.remove();
  shiftCount(-1);
  return () => {
    delete item.querySelector(EACH).dataset.pending;
    // What lay right below may have been decided since.
    rows.insertBefore(item, below.find((one) => one.isConnected) || null);
    shiftCount(1);
  };
}

function shiftCount(by) {
  if (/^\d+$/.test(count.textContent)) count.textContent = String(Math.max(0, Number(count.textContent) + by));
}

let loading = null;

/** Load more rows; resolves when they are there. */
export function loadMore() {
  if (more.hidden || loading) return loading || Promise.resolve();
  const query = new URLSearchParams(root.dataset.query);
  query.set("after", root.dataset.more);
  loading = ask(`${root.dataset.rows}?${query}`).then((answer) => {
    loading = null;
    if (answer.html === undefined) return;
    const holder = document.createElement("template");
    holder.innerHTML = answer.html;
    for (const item of [...holder.content.children]) {
      if (!rowOf(numberOf(item.querySelector(EACH)))) rows.append(item);
    }
    root.dataset.more = answer.more;
    more.hidden = !answer.more;
    count.textContent = answer.count;
  });
  return loading;
}

/** Show a row as the server describes it by now. */
export function renew(id, html) {
  const row = rowOf(id);
  if (!row || !html) return;
  const holder = document.createElement("template");
  holder.innerHTML = html;
  row.replaceWith(holder.content.querySelector(EACH));
}

/** Replace the list by these numbers (the sample before a bulk approval), each row fetched when it is reached. */
export function only(ids) {
  const wanted = new Set(ids);
  for (const row of [...rows.querySelectorAll(EACH)]) {
    if (!wanted.delete(numberOf(row))) row.closest("li").remove();
  }
  for (const id of wanted) rows.append(bareRow(id));
  more.hidden = true;
}

function bareRow(id) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.className = "queue-row";
  link.href = `?${thing}=${id}`;
  link.dataset[thing] = String(id);
  link.textContent = `№ ${id}`;
  item.append(link);
  return item;
}

/** Mark the row that is on the desk, and bring it into view. */
export function mark(id) {
  for (const row of rows.querySelectorAll(EACH)) {
    const here = numberOf(row) === id;
    row.toggleAttribute("aria-current", here);
    if (here) row.scrollIntoView({ block: "nearest" });
  }
}

/** Load what comes after `id`, so that the next decision need not wait. */
export async function loadAhead(id) {
  const next = after(id);
  if (!after(id, NEAR_THE_END)) loadMore();
  if (!next || ahead.has(next)) return;
  const answer = await ask(address(next));
  if (answer.ok) ahead.set(next, answer[thing]);
}

more.addEventListener("click", loadMore);
