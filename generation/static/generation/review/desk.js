// The draft on the desk: which candidate is looked at, what is lit, the editor. Knows nothing of decisions.

import { address, ask, root, word } from "../../console/desk/requests.js";
import { state } from "../../console/desk/flow.js";

const desk = document.getElementById("desk");
const CHECK_AFTER = 300;

const editor = () => desk.querySelector(".desk-editor");
const panelOf = (number) => desk.querySelector(`[data-panel="${Number(number)}"]`);

/** The candidate looked at, as the server described it. */
export function looked() {
  return state.item?.tabs[state.tab - 1];
}

/** Look at a candidate; false when there is none of that number. */
export function look(number) {
  if (!state.item || number < 1 || number > state.item.tabs.length) return false;
  state.tab = number;
  for (const tab of desk.querySelectorAll("[data-tab]")) {
    const here = Number(tab.dataset.tab) === number;
    tab.setAttribute("aria-selected", String(here));
    tab.tabIndex = here ? 0 : -1;
  }
  for (const panel of desk.querySelectorAll("[data-panel]")) {
    panel.hidden = Number(panel.dataset.panel) !== number;
  }
  return true;
}

/** Open the editor on the candidate looked at, in the place of its text. */
export function startEditing() {
  const panel = panelOf(state.tab);
  if (!editor() || !panel || !looked()) return;
  state.editing = true;
  const field = editor().querySelector("textarea");
  field.value = looked().text;
  field.dataset.before = looked().text;
  told = factsOf(panel).filter((row) => row.classList.contains("is-told")).map((row) => Number(row.dataset.factRow));
  panel.classList.add("is-edited");
  panel.querySelector(".desk-columns").prepend(editor());
  editor().hidden = false;
  check(field);
  field.focus();
  field.setSelectionRange(0, 0);
}

/** Close the editor; what was typed is gone. */
export function stopEditing() {
  const panel = desk.querySelector(".desk-panel.is-edited");
  state.editing = false;
  if (editor()) editor().hidden = true;
  if (panel) {
    panel.classList.remove("is-edited");
    tick(panel, told);
  }
  document.getElementById("desk-title")?.focus({ preventScroll: true });
}

/** The text in the editor, and whether it was changed. */
export function typed() {
  const field = editor()?.querySelector("textarea");
  return field ? { text: field.value, changed: field.value !== field.dataset.before } : { text: "", changed: false };
}

let timer = 0;
let asked = 0;
let told = []; // the facts the text told before it was edited

const factsOf = (panel) => [...panel.querySelectorAll("[data-fact-row]")];

/** Tick the facts of these numbers, and no others. */
function tick(panel, numbers) {
  for (const row of factsOf(panel)) row.classList.toggle("is-told", numbers.includes(Number(row.dataset.factRow)));
}

function check(field) {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const number = ++asked;
    const answer = await ask(address(state.item.id, "check/"), { text: field.value });
    if (number !== asked || !answer.ok || !field.isConnected) return;
    const count = document.getElementById("editor-count");
    count.textContent = answer.length?.text || "";
    count.classList.toggle("is-over", Boolean(answer.length?.over));
    const list = document.getElementById("editor-findings");
    list.replaceChildren(...(answer.findings.length ? answer.findings.map(findingRow) : [plainRow(word("no_issues"))]));
    const panel = desk.querySelector(".desk-panel.is-edited");
    if (panel) tick(panel, answer.told);
  }, CHECK_AFTER);
}

function findingRow(finding) {
  const row = document.createElement("li");
  row.className = `finding finding-${finding.severity === "error" ? "error" : "warning"}`;
  const grade = document.createElement("strong");
  grade.textContent = word(finding.severity === "error" ? "must_fix_label" : "please_confirm_label");
  const quoted = document.createElement("q");
  quoted.className = "finding-words";
  quoted.textContent = finding.words;
  row.append(grade, ` ${finding.text} `, ...(finding.words ? [quoted] : []));
  return row;
}

function plainRow(text) {
  const row = document.createElement("li");
  row.className = "copy-muted";
  row.textContent = text;
  return row;
}

desk.addEventListener("input", (event) => {
  if (event.target.id === "editor-text") check(event.target);
});

// A finding, its words in the text and its fact light each other up, on hover and on focus.
function light(target) {
  for (const lit of desk.querySelectorAll(".lit")) lit.classList.remove("lit");
  const panel = target?.closest?.("[data-panel]");
  const from = target?.closest?.("[data-findings], [data-finding-row], [data-fact-row]");
  if (!panel || !from) return;
  const numbers = new Set((from.dataset.findings || from.dataset.findingRow || "").split(" ").filter(Boolean));
  const rows = [...panel.querySelectorAll("[data-finding-row]")];
  if (from.dataset.factRow) {
    for (const row of rows) if (row.dataset.fact === from.dataset.factRow) numbers.add(row.dataset.findingRow);
    if (!numbers.size) return;
  }
  for (const row of rows) {
    if (!numbers.has(row.dataset.findingRow)) continue;
    row.classList.add("lit");
    panel.querySelector(`[data-fact-row="${Number(row.dataset.fact)}"]`)?.classList.add("lit");
  }
  for (const mark of panel.querySelectorAll("[data-findings]")) {
    if (mark.dataset.findings.split(" ").some((number) => numbers.has(number))) mark.classList.add("lit");
  }
}

for (const kind of ["mouseover", "focusin"]) desk.addEventListener(kind, (event) => light(event.target));
for (const kind of ["mouseleave", "focusout"]) desk.addEventListener(kind, () => light(null));

desk.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tab]");
  if (tab && !state.editing) look(Number(tab.dataset.tab));
});

desk.addEventListener("keydown", (event) => {
  if (state.editing || !event.target.matches?.("[role=tab]") || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  if (look(state.tab + (event.key === "ArrowRight" ? 1 : -1))) {
    desk.querySelector('[role=tab][aria-selected="true"]').focus();
  }
});

desk.addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-comment]")) return;
  event.preventDefault();
  const field = event.target.querySelector("textarea");
  const answer = await ask(address(state.item.id, "comment/"), { text: field.value });
  root.dispatchEvent(new CustomEvent("said", { detail: answer }));
  if (!answer.ok) return;
  showComments(answer);
  field.value = "";
});

// Comments are read when someone opens them. "toggle" does not bubble, so it is caught on its way down.
desk.addEventListener("toggle", async (event) => {
  if (!event.target.matches("[data-comments]") || !event.target.open || !state.item) return;
  const answer = await ask(address(state.item.id, "comment/"));
  const place = document.getElementById("comments");
  if (answer.ok && place && !place.childElementCount) showComments(answer);
}, true);

function showComments({ html, title }) {
  const place = document.getElementById("comments");
  place.innerHTML = html;
  place.closest("details").querySelector("summary").textContent = title;
}
