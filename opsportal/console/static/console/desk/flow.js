// Working through a list by keyboard: what is on the desk, deciding and going on, undoing. A decision's next thing is
// shown before the server answered. The page adds its own keys, buttons and dialogs with `listen`.

import { address, ask, inOrder, root, say, thing, word } from "./requests.js";
import { after, ahead, loadAhead, loadMore, mark, pending, renew, rowOf, takeAway } from "./list.js";

const desk = document.getElementById("desk");
const undoable = [];
let armed = "";
let laid = () => {};
let moved = () => {};

/** What is on the desk: the server's payload, and whether its text is being edited. */
export const state = { item: null, editing: false };

/** Ask for the same key once more: true the second time, else `text` is said. */
export function arm(what, text) {
  if (armed === what) return true;
  armed = what;
  say(text, "bad");
  return false;
}

/** The next press that asks for `what` counts as the second one; without it, nothing does any more. */
export function expect(what = "") {
  armed = what;
}

/** Whether `what` was asked last. */
export function isArmed(what) {
  return armed === what;
}

/** Lay a thing out. `focus` moves the focus to its title, so that a screen reader begins there. */
export function lay(item, focus = true) {
  state.item = item;
  state.editing = false;
  if (item.html !== undefined) desk.innerHTML = item.html;
  laid(item);
  renew(item.id, item.row);
  mark(item.id);
  if (focus) {
    document.getElementById("desk-title")?.focus({ preventScroll: true });
    if (desk.getBoundingClientRect().top < 0) desk.scrollIntoView();
  }
}

/** Show that nothing is left. */
export function clear(text) {
  state.item = null;
  state.editing = false;
  const empty = document.createElement("p");
  empty.className = "copy-card copy-empty";
  empty.textContent = text;
  desk.replaceChildren(empty);
}

/** Lay a thing out as the present one: it stands in the address, and what comes next is loaded. */
export function present(item, focus = true) {
  armed = "";
  lay(item, focus);
  history.replaceState(null, "", `?${new URLSearchParams([...new URLSearchParams(root.dataset.query), [thing, item.id]])}`);
  loadAhead(item.id);
}

/** Open a thing: at once when it was loaded ahead; the server is told either way. */
export async function go(id) {
  if (!id) return;
  const kept = ahead.get(id);
  if (kept) present(kept);
  const answer = await ask(`${address(id)}?shown=1`);
  if (!answer.ok) return say(answer.message, "bad");
  const found = answer[thing];
  const moved = !kept || found.version !== kept.version || found.claimed !== kept.claimed;
  if (state.item?.id === id || !kept) {
    if (moved && !state.editing) present(found, !kept);
    else if (state.item?.id === id) Object.assign(state.item, { version: found.version });
  }
  ahead.delete(id);
}

/** Go on or back by so many. */
export async function step(by) {
  if (!state.item) return;
  const id = await further(state.item.id, by);
  if (id) go(id);
  else say(word(by > 0 ? "last" : "first"));
}

/** The number of what lies `by` after `id`, more of the list loaded where it ends here; 0 for none. */
export async function further(id, by = 1) {
  if (by > 0 && !after(id, by)) await loadMore();
  return after(id, by);
}

/** Pass over what is on the desk. */
export function skip() {
  const row = state.item && rowOf(state.item.id);
  if (row) row.dataset.skipped = "";
  step(1);
}

/** A thing was decided: take it off the list, and keep how to undo it. */
export function settle(item, answer) {
  const putBack = takeAway(item.id);
  moved();
  if (answer.undo) undoable.push({ id: item.id, action: answer.undo, putBack });
}

/** Decide about what is on the desk and go on. */
export function decide(action, data = {}) {
  const item = state.item;
  let next = after(item.id);
  const kept = next ? ahead.get(next) : undefined;
  pending(item.id, true);
  if (kept) {
    ahead.delete(next);
    present(kept);
  } else {
    say(word("waiting"));
  }
  const body = { action, version: item.version, ...data };
  if (kept) Object.assign(body, { shown: next, shown_version: kept.version });
  return inOrder(async () => {
    if (!next) next = await further(item.id);
    const wanted = kept ? after(next) : next;
    if (wanted && !ahead.has(wanted)) body.ahead = wanted;
    const answer = await ask(address(item.id, "decide/"), body);
    if (answer.ahead) ahead.set(answer.ahead.id, answer.ahead);
    if (!answer.ok) {
      pending(item.id, false);
      say(state.item?.id === item.id ? answer.message : `${item.label}: ${answer.message}`, "bad");
      if (!state.editing) answer[thing] ? present(answer[thing]) : go(item.id);
      return;
    }
    settle(item, answer);
    say(answer.message, "good");
    if (kept) return;
    if (next) go(next);
    else clear(word("empty"));
  });
}

/** Do something after which the same thing stays on the desk. */
export function stay(action, data = {}) {
  const item = state.item;
  say(word("waiting"));
  return inOrder(async () => {
    const answer = await ask(address(item.id, "decide/"), { action, version: item.version, ...data });
    say(answer.message, answer.ok ? "good" : "bad");
    if (answer[thing]) present(answer[thing]);
    moved();
    return answer;
  });
}

/** Take the last decision back that can be. */
export async function undo() {
  const last = undoable.pop();
  if (!last) return say(word("undo_none"));
  say(word("waiting"));
  await inOrder(async () => {
    const answer = await ask(address(last.id, "decide/"), { action: last.action, undo: true });
    if (answer.ok) last.putBack();
    moved();
    if (answer[thing]) present(answer[thing]);
    say(answer.message, answer.ok ? "good" : "bad");
  });
}

/** Open a dialog of the page, its fields and problems blank. */
export function openDialog(name) {
  const dialog = document.getElementById(`dialog-${name}`);
  for (const field of dialog.querySelectorAll("textarea")) field.value = "";
  for (const problem of dialog.querySelectorAll("[data-problem]")) problem.textContent = "";
  dialog.showModal();
  dialog.querySelector("[data-reason]")?.focus();
}

/** Wire the page: `keys` by letter, `buttons` by data-do, `open` for data-open, `laid` after a thing was laid out,
 *  `moved` after something on the list was decided, changed or put back.
 *  `pressed(element, event)` sees other clicks; `typing(event)` the keys while a text is edited; `digit(number)` digits. */
export function listen({ keys, buttons, open = openDialog, pressed = () => {}, typing = () => {}, digit = () => {}, ...page }) {
  laid = page.laid || laid;
  moved = page.moved || moved;
  root.addEventListener("click", (event) => {
    const element = event.target.closest("button, a");
    if (!element) return;
    const { dataset } = element;
    if (dataset.do) buttons[dataset.do]?.(element);
    else if (dataset.open) open(dataset.open, element);
    else if ("close" in dataset) element.closest("dialog").close();
    else if (element.matches(".queue-row")) {
      if (event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      say("");
      go(Number(dataset[thing]));
    } else pressed(element, event);
  });
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("input, textarea, select, [contenteditable]");
    const dialog = document.querySelector("dialog[open]");
    const control = event.ctrlKey || event.metaKey;
    if (dialog) {
      const reasons = dialog.querySelectorAll("[data-reason]");
      if (reasons.length && !field && /^[1-9]$/.test(event.key)) {
        event.preventDefault();
        reasons[Number(event.key) - 1]?.click();
      } else if (control && event.key === "Enter") dialog.querySelector("form")?.requestSubmit();
      return;
    }
    if (state.editing) return typing(event, control);
    if (field || control || event.altKey || event.repeat) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (/^[1-9]$/.test(key)) return digit(Number(key));
    if (!keys[key]) return;
    event.preventDefault();
    say(""); // What was said of the key before is over.
    keys[key]();
  });
  const first = JSON.parse(document.getElementById("review-first").textContent);
  if (first) {
    lay(first, false);
    loadAhead(first.id);
  }
  root.dataset.ready = "";
}
