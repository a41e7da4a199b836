// The review page: keys and buttons become decisions; the next draft is there before the answer is.

import { address, ask, inOrder, root, say, word } from "../../console/desk/requests.js";
import {
  arm, clear, decide, expect, further, go, isArmed, listen, openDialog, present, settle, skip, state, stay, step, undo,
} from "../../console/desk/flow.js";
import { look, looked, startEditing, stopEditing, typed } from "./desk.js";
import { openBulk } from "./bulk.js";
import { countSoon, showCounts } from "./counts.js";
import "./filters.js";

const may = { review: "mayReview" in root.dataset, edit: "mayEdit" in root.dataset, draft: "mayDraft" in root.dataset };
let concerned = 0; // the finding a dialog is about

function approve() {
  const draft = state.item;
  const tab = looked();
  if (!draft || !may.review) return;
  if (draft.state !== "in_review" || !tab) return say(word("decided"), "bad");
  if (draft.stale) return say(word("stale"), "bad");
  if (tab.errors) return say(word(tab.fix ? "must_fix" : "must_fix_by_hand"), "bad");
  const asks = [draft.claimed && word("claimed", { name: draft.claimed }), tab.warnings && word("confirm")];
  const questions = asks.filter(Boolean).join(" ");
  if (questions && !arm(`approve-${draft.id}-${state.tab}`, questions)) return;
  const data = { hash: tab.hash, anyway: tab.warnings > 0 };
  if (state.tab !== draft.chosen) data.choose = tab.index;
  decide("approve", data);
}

async function save(approving) {
  const { text } = typed();
  const draft = state.item;
  const anyway = isArmed(`save-${draft.id}-${text}`);
  const data = { text, approve: approving, anyway };
  const answer = await stayOrGo(approving, data);
  if (answer?.ok || !answer) return;
  if (answer.code === "unacknowledged" && state.item?.id === draft.id) {
    startEditing();
    expect(`save-${draft.id}-${typed().text}`);
    say(`${answer.message} ${word("check_again")}`, "bad");
  }
}

/** Saving waits for the answer, which may bring findings; only then one goes on. */
function stayOrGo(approving, data) {
  const draft = state.item;
  say(word("waiting"));
  return inOrder(async () => {
    const answer = await ask(address(draft.id, "decide/"), { action: "edit", version: draft.version, ...data });
    if (!answer.ok || !approving) {
      say(answer.message, answer.ok ? "good" : "bad");
      // A text that could not be saved stays in the editor.
      if (answer.draft && (answer.ok || answer.saved)) present(answer.draft);
      countSoon();
      return answer;
    }
    const next = await further(draft.id);
    settle(draft, answer);
    stopEditing();
    if (next) await go(next);
    else clear(word("empty"));
    say(answer.message, "good");
    return answer;
  });
}

function edit() {
  if (!may.edit || !state.item) return;
  if (state.item.state !== "in_review") return say(word("decided"), "bad");
  startEditing();
}

function leaveEditor() {
  if (typed().changed && !arm("leave", word("unsaved"))) return;
  expect();
  stopEditing();
}

function fix(finding) {
  const chosen = finding || looked()?.fix;
  if (!may.edit || !state.item) return;
  if (!chosen) return say(word("no_fix"));
  stay("fix", { finding: Number(chosen) });
}

function open(name, pressed) {
  const needs = { reject: "review", attest: "review", fact: "review", assign: "review", silence: "review", regenerate: "draft" }[name];
  if (needs && (!may[needs] || !state.item)) return;
  if (needs === "review" && state.item.state !== "in_review") return say(word("decided"), "bad");
  concerned = Number(pressed?.dataset.finding || 0);
  openDialog(name);
  if (name === "fact") {
    document.getElementById("fact-key").value = "";
    document.getElementById("fact-value").value = pressed?.closest("[data-finding-row]")?.dataset.words || "";
  }
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
  if (reason === "data_wrong" && state.item.object.startsWith("/")) window.open(state.item.object, "_blank", "noopener");
  decide("reject", { reason, note, hash: state.item.tabs[state.item.chosen - 1]?.hash });
}

const buttons = {
  approve, edit, undo, skip,
  fix: (button) => fix(button?.dataset.finding),
  refresh: () => stay("refresh"),
  return: () => may.review && stay("return"),
  reopen: () => may.review && stay("reopen"),
  lift: (button) => may.review && stay("lift", { silence: Number(button.dataset.silence) }),
  save: () => save(false),
  "save-approve": () => save(true),
  "stop-editing": leaveEditor,
};

function pressed(element) {
  const { dataset } = element;
  if ("openBulk" in dataset) openBulk(go);
  else if (dataset.reason) reject(dataset.reason);
  else if (dataset.chip) {
    const note = document.getElementById("regenerate-note");
    note.value = note.value ? `${note.value}; ${dataset.chip}` : dataset.chip;
    note.focus();
  } else if (dataset.deleteView) {
    ask(root.dataset.views, { delete: Number(dataset.deleteView) }).then(() => location.reload());
  }
}

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
  if (kind === "fact") {
    const [key, value] = ["fact-key", "fact-value"].map((id) => document.getElementById(id).value);
    stay("fact", { finding: concerned, key, value });
  }
  if (kind === "assign") stay("assign", { to: document.getElementById("assign-to").value });
  if (kind === "silence") stay("silence", { finding: concerned, reason: document.getElementById("silence-text").value });
});

root.addEventListener("said", (event) => say(event.detail.message, event.detail.ok ? "good" : "bad"));

const keys = {
  a: approve, e: edit, r: () => open("reject"), g: () => open("regenerate"), f: () => fix(), s: skip, u: undo,
  j: () => step(1), k: () => step(-1), "?": () => open("help"),
};

/** What is on the desk shows the candidate it proposes; what was decided offers no decision. */
function laid(draft) {
  look(draft.chosen || 1);
  const waits = draft.state === "in_review";
  for (const button of document.querySelectorAll(".desk-actions [data-do=approve], .desk-actions [data-do=edit], .desk-actions [data-open=reject]")) {
    button.disabled = !waits;
  }
}

function typing(event, control) {
  if (control && event.key === "Enter") {
    event.preventDefault();
    save(true);
  } else if (event.key === "Escape") leaveEditor();
}

listen({
  keys, buttons, open, pressed, typing,
  laid,
  moved: countSoon,
  digit: (number) => look(number) && expect(),
});
showCounts();
