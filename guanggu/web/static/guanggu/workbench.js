// The workbench made quicker: names go into the query by a click, Ctrl+Enter runs it, a draft is kept
// in this tab, and a run shows that it is under way. Without it the page works as it is.
const sql = document.getElementById("sql");
const form = document.getElementById("workbench");
const schema = document.getElementById("schema");
const DRAFT = "guanggu.workbench.draft";

function insert(text) {
  const { selectionStart: start, selectionEnd: end, value } = sql;
  const before = value.slice(0, start);
  const gap = before && !/[\s(.,"]$/.test(before) ? " " : "";
  sql.setRangeText(gap + text, start, end, "end");
  sql.focus();
  keep();
}

function keep() {
  sessionStorage.setItem(DRAFT, sql.value);
}

if (sql && form) {
  if (!sql.value.trim()) sql.value = sessionStorage.getItem(DRAFT) ?? "";
  sql.addEventListener("input", keep);
  sql.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector('button[value="run"]'));
    }
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value !== "run") return;
    const button = event.submitter;
    // After the form's values are read: a disabled button would not be sent.
    setTimeout(() => {
      button.disabled = true;
    });
  });
  window.addEventListener("pageshow", () => {
    form.querySelectorAll("button[disabled]").forEach((button) => {
      button.disabled = false;
    });
  });
}
if (sql && schema) {
  schema.classList.add("lively");
  schema.addEventListener("click", (event) => {
    const named = event.target.closest("[data-insert]");
    if (!named) return;
    event.preventDefault();
    insert(named.dataset.insert);
  });
}
const shown = document.getElementById("result") ?? document.getElementById("problem");
if (shown) shown.scrollIntoView({ block: "start" });
