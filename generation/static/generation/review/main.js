// The review page: keys and buttons become decisions; the next draft is there before the answer is.

import { address, ask, inOrder, root, say, word } from "./requests.js";
import { clear, lay, look, looked, startEditing, state, stopEditing, typed } from "./desk.js";
import { after, ahead, loadAhead, pending, rowOf, takeAway } from "./list.js";
import { openBulk } from "./bulk.js";

const may = { review: "mayReview" in root.dataset, edit: "mayEdit" in root.dataset, draft: "mayDraft" in root.dataset };
const undoable = [];
let armed = "";
let concerned = 0; // the finding a dialog is about

function arm(what, text) {
  if (armed === what) return true;
  armed = what;
  say(text, "bad");
  return false;
}

function present(draft, focus = true) {
  armed = "";
  lay(draft, focus);
  history.replaceState(null, "", `?${new URLSearchParams([...new URLSearchParams(root.dataset.query), ["draft", draft.id]])}`);
  loadAhead(draft.id);
}

/** Open a draft: at once when it was loaded ahead; the server is told either way. */
async function go(id) {
  if (!id) return;
  const kept = ahead.get(id);
  if (kept) present(kept);
  const answer = await ask(`${address(id)}?shown=1`);
  if (!answer.ok) return say(answer.message, "bad");
  const moved = !kept || answer.draft.version !== kept.version || answer.draft.claimed !== kept.claimed;
  if (state.draft?.id === id || !kept) {
    if (moved && !state.editing) present(answer.draft, !kept);
    else if (state.draft?.id === id) Object.assign(state.draft, { version: answer.draft.version });
  }
  ahead.delete(id);
}

function step(by) {
  if (!state.draft) return;
  const id = after(state.draft.id, by);
  if (id) go(id);
  else say(word(by > 0 ? "last" : "first"));
}

/** Decide about the draft on the desk and go on. The next draft is shown before the server answered. */
function decide(action, data = {}) {
  const draft = state.draft;
  const next = after(draft.id);
  const kept = next ? ahead.get(next) : undefined;
  pending(draft.id, true);
  if (kept) {
    ahead.delete(next);
    present(kept);
  } else {
    say(word("waiting"));
  }
  const body = { action, version: draft.version, ...data };
  if (kept) Object.assign(body, { shown: next, shown_version: kept.version });
  return inOrder(async () => {
    const wanted = kept ? after(next) : next;
    if (wanted && !ahead.has(wanted)) body.ahead = wanted;
    const answer = await ask(address(draft.id, "decide/"), body);
    if (answer.ahead) ahead.set(answer.ahead.id, answer.ahead);
    if (!answer.ok) {
      pending(draft.id, false);
      say(state.draft?.id === draft.id ? answer.message : `${draft.label}: ${answer.message}`, "bad");
      if (!state.editing) answer.draft ? present(answer.draft) : go(draft.id);
      return;
    }
    const putBack = takeAway(draft.id);
    if (answer.undo) undoable.push({ id: draft.id, action: answer.undo, putBack });
    say(answer.message, "good");
    if (kept) return;
    if (next) go(next);
    else clear(word("empty"));
  });
}

/** Do something after which the same draft stays on the desk. */
function stay(action, data = {}) {
  const draft = state.draft;
  say(word("waiting"));
  return inOrder(async () => {
    const answer = await ask(address(draft.id, "decide/"), { action, version: draft.version, ...data });
    say(answer.message, answer.ok ? "good" : "bad");
    if (answer.draft) present(answer.draft);
    return answer;
  });
}

function approve() {
  const draft = state.draft;
  const tab = looked();
  if (!draft || !may.review) return;
  if (draft.state !== "in_review" || !tab) return say(word("decided"), "bad");
  if (draft.stale) return say(word("stale"), "bad");
  if (tab.errors) return say(word("must_fix"), "bad");
  const asks = [draft.claimed && word("claimed", { name: draft.claimed }), tab.warnings && word("confirm")];
  const questions = asks.filter(Boolean).join(" ");
  if (questions && !arm(`approve-${draft.id}-${state.tab}`, questions)) return;
  const data = { hash: tab.hash, anyway: tab.warnings > 0 };
  if (state.tab !== draft.chosen) data.choose = tab.index;
  decide("approve", data);
}

async function save(approving) {
  const { text } = typed();
  const draft = state.draft;
  const anyway = armed === `save-${draft.id}-${text}`;
  const data = { text, approve: approving, anyway };
  const answer = await stayOrGo(approving, data);
  if (answer?.ok || !answer) return;
  if (answer.code === "unacknowledged" && state.draft?.id === draft.id) {
    armed = `save-${draft.id}-${text}`;
    startEditing();
    armed = `save-${draft.id}-${typed().text}`;
    say(`${answer.message} ${word("check_again")}`, "bad");
  }
}

/** Saving waits for the answer, which may bring findings; only then one goes on. */
function stayOrGo(approving, data) {
  const draft = state.draft;
  say(word("waiting"));
  return inOrder(async () => {
    const answer = await ask(address(draft.id, "decide/"), { action: "edit", version: draft.version, ...data });
    if (!answer.ok || !approving) {
      say(answer.message, answer.ok ? "good" : "bad");
      // A text that could not be saved stays in the editor.
      if (answer.draft && (answer.ok || answer.saved)) present(answer.draft);
      return answer;
    }
    const next = after(draft.id);
    const putBack = takeAway(draft.id);
    if (answer.undo) undoable.push({ id: draft.id, action: answer.undo, putBack });
    stopEditing();
    if (next) await go(next);
    else clear(word("empty"));
    say(answer.message, "good");
    return answer;
  });
}

async function undo() {
  const last = undoable.pop();
  if (!last) return say(word("undo_none"));
  say(word("waiting"));
  await inOrder(async () => {
    const answer = await ask(address(last.id, "decide/"), { action: last.action });
    if (answer.ok) last.putBack();
    if (answer.draft) present(answer.draft);
    say(answer.message, answer.ok ? "good" : "bad");
  });
}

function edit() {
  if (!may.edit || !state.draft) return;
  if (state.draft.state !== "in_review") return say(word("decided"), "bad");
  startEditing();
}

function leaveEditor() {
  if (typed().changed && !arm("leave", word("unsaved"))) return;
  armed = "";
  stopEditing();
}

function fix(finding) {
  const chosen = finding || looked()?.fix;
  if (!may.edit || !state.draft) return;
  if (!chosen) return say(word("no_fix"));
  stay("fix", { finding: Number(chosen) });
}

function skip() {
  const row = state.draft && rowOf(state.draft.id);
  if (row) row.dataset.skipped = "";
  step(1);
}

function open(name) {
  const needs = { reject: "review", attest: "review", silence: "review", regenerate: "draft" }[name];
  if (needs && (!may[needs] || !state.draft)) return;
  const dialog = document.getElementById(`dialog-${name}`);
  for (const field of dialog.querySelectorAll("textarea")) field.value = "";
  for (const problem of dialog.querySelectorAll("[data-problem]")) problem.textContent = "";
  dialog.showModal();
  if (name === "reject") dialog.querySelector("[data-reason]").focus();
}

function reject(reason) {
  const dialog = document.getElementById("dialog-reject");
  const note = document.getElementById("reject-note").value;
  if (reason === "other" && !note.trim()) {
    dialog.querySelector("[data-problem]").textContent = word("note_needed");
    document.getElementById("reject-note").focus();
    return;
  }
  dialog.close();
  // Wrong product data are mended where they are, not in the text.
  if (reason === "data_wrong" && state.draft.object.startsWith("/")) window.open(state.draft.object, "_blank", "noopener");
  decide("reject", { reason, note, hash: state.draft.tabs[state.draft.chosen - 1]?.hash });
}

const buttons = {
  approve, edit, undo, skip,
  fix: (button) => fix(button?.dataset.finding),
  refresh: () => stay("refresh"),
  save: () => save(false),
  "save-approve": () => save(true),
  "stop-editing": leaveEditor,
};

root.addEventListener("click", (event) => {
  const pressed = event.target.closest("button, a");
  if (!pressed) return;
  const { dataset } = pressed;
  if (dataset.do) buttons[dataset.do]?.(pressed);
  else if (dataset.open) {
    concerned = Number(dataset.finding || 0);
    open(dataset.open);
  } else if ("openBulk" in dataset) openBulk(go);
  else if ("close" in dataset) pressed.closest("dialog").close();
  else if (dataset.reason) reject(dataset.reason);
  else if (dataset.chip) {
    const note = document.getElementById("regenerate-note");
    note.value = note.value ? `${note.value}; ${dataset.chip}` : dataset.chip;
    note.focus();
  } else if (dataset.deleteView) {
    ask(root.dataset.views, { delete: Number(dataset.deleteView) }).then(() => location.reload());
  } else if (dataset.draft && pressed.matches(".queue-row")) {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    go(Number(dataset.draft));
  }
});

root.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id === "view-form") {
    event.preventDefault();
    const name = document.getElementById("view-name").value;
    ask(root.dataset.views, { name, query: root.dataset.query }).then((answer) => {
      if (answer.ok) location.reload();
      else say(answer.message, "bad");
    });
  }
  const kind = form.dataset.form;
  if (kind === "regenerate") decide("regenerate", { note: document.getElementById("regenerate-note").value });
  if (kind === "attest") stay("attest", { finding: concerned, evidence: document.getElementById("attest-text").value });
  if (kind === "silence") stay("silence", { finding: concerned, reason: document.getElementById("silence-text").value });
});

root.addEventListener("said", (event) => say(event.detail.message, event.detail.ok ? "good" : "bad"));

const keys = {
  a: approve, e: edit, r: () => open("reject"), g: () => open("regenerate"), f: () => fix(), s: skip, u: undo,
  j: () => step(1), k: () => step(-1), "?": () => open("help"),
};

document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("input, textarea, select, [contenteditable]");
  const dialog = document.querySelector("dialog[open]");
  const control = event.ctrlKey || event.metaKey;
  if (dialog) {
    if (dialog.id === "dialog-reject" && !field && /^[1-9]$/.test(event.key)) {
      event.preventDefault();
      dialog.querySelectorAll("[data-reason]")[Number(event.key) - 1]?.click();
    } else if (control && event.key === "Enter") dialog.querySelector("form")?.requestSubmit();
    return;
  }
  if (state.editing) {
    if (control && event.key === "Enter") {
      event.preventDefault();
      save(true);
    } else if (event.key === "Escape") leaveEditor();
    return;
  }
  if (field || control || event.altKey || event.repeat) return;
  const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (/^[1-9]$/.test(pressed)) {
    if (look(Number(pressed))) armed = "";
    return;
  }
  if (!keys[pressed]) return;
  event.preventDefault();
  keys[pressed]();
});

const first = JSON.parse(document.getElementById("review-first").textContent);
if (first) {
  lay(first, false);
  loadAhead(first.id);
}
root.dataset.ready = "";
