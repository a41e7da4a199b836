// The order review page: keys and buttons become decisions; the flow is the console's.

import { ask, root, say, word } from "../../console/desk/requests.js";
import { arm, decide, expect, listen, openDialog, skip, state, stay, step, undo } from "../../console/desk/flow.js";
import { query, slices } from "../../console/desk/slices.js";

const may = { review: "mayReview" in root.dataset, note: "mayNote" in root.dataset };
const bulk = document.getElementById("dialog-bulk");
const part = (name) => document.getElementById(`bulk-${name}`);

function release() {
  const order = state.item;
  if (!order || !may.review) return;
  if (!order.waits) return say(word("decided"), "bad");
  const asks = [order.claimed && word("claimed", { name: order.claimed }), order.proposes_cancel && word("reject_proposed")];
  const questions = asks.filter(Boolean).join(" ");
  if (questions && !arm(`release-${order.id}`, questions)) return;
  decide("release");
}

function open(name) {
  const needs = { cancel: "review", hold: "review", note: "note" }[name];
  if (needs && (!may[needs] || !state.item)) return;
  if ((name === "cancel" || name === "hold") && !state.item.waits) return say(word("decided"), "bad");
  expect();
  openDialog(name);
}

function cancel(reason) {
  const dialog = document.getElementById("dialog-cancel");
  const note = document.getElementById("cancel-note");
  if (reason === "other" && !note.value.trim()) {
    dialog.querySelector("[data-problem]").textContent = word("note_needed");
    note.focus();
    return;
  }
  const block = document.getElementById("cancel-block");
  dialog.close();
  decide("cancel", { reason, note: note.value, block: block.checked });
  block.checked = false;
}

/** A word on an order; after holding one goes on to the next. */
async function remark(action, data, goOn) {
  const answer = await stay(action, data);
  if (answer?.ok && goOn) step(1);
}

async function openBulk() {
  for (const name of ["matching", "progress"]) part(name).textContent = "";
  for (const name of ["rules", "reasons"]) part(name).replaceChildren();
  bulk.querySelector("[data-problem]").textContent = "";
  part("matching").textContent = word("waiting");
  part("release").disabled = true;
  bulk.showModal();
  const answer = await ask(`${root.dataset.bulk}${query()}`);
  if (!answer.ok) {
    part("matching").textContent = "";
    bulk.querySelector("[data-problem]").textContent = answer.message;
    return;
  }
  const sentences = [answer.matching ? word("matching", { count: answer.matching }) : word("nothing_to_do")];
  if (answer.proposed) sentences.push(word("proposed", { count: answer.proposed }));
  if (answer.capped) sentences.push(word("capped", { count: answer.most }));
  part("matching").textContent = sentences.join(" ");
  part("rules").replaceChildren(
    ...answer.rules.map(([title, count]) => {
      const item = document.createElement("li");
      item.textContent = `${count} · ${title}`;
      return item;
    }),
  );
  part("release").disabled = answer.matching === answer.proposed;
}

part("release").addEventListener("click", () => slices(bulk, root.dataset.bulkRelease, { note: part("note").value }));

root.addEventListener("submit", (event) => {
  const kind = event.target.dataset.form;
  if (kind === "hold") remark("hold", { reason: document.getElementById("hold-text").value }, true);
  if (kind === "note") remark("note", { text: document.getElementById("note-text").value }, false);
});

listen({
  keys: {
    a: release, h: () => open("hold"), r: () => open("cancel"), n: () => open("note"), s: skip, u: undo,
    j: () => step(1), k: () => step(-1), "?": () => open("help"),
  },
  buttons: { release, skip, undo },
  open,
  pressed({ dataset }) {
    if ("openBulk" in dataset) openBulk();
    else if (dataset.reason) cancel(dataset.reason);
  },
});
