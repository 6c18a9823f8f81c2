import { marked } from "marked";

/** What the page shows of one check run. */
export interface CheckView {
  id: number;
  name: string;
  status: string;
  conclusion: string | null;
  title: string;
  summary: string;
  text: string;
  actions: { label: string; description: string; identifier: string }[];
  annotations: { path: string; start_line: number; annotation_level: string; message: string }[];
}

export interface PullView {
  repository: string;
  number: number;
  title: string;
  state: string;
  author: string;
  head: string;
  base: string;
  sha: string;
  timeline: { who: string; what: string; body: string }[];
  checks: CheckView[];
}

const marks: Record<string, string> = {
  success: "✔",
  failure: "✖",
  timed_out: "✖",
  action_required: "!",
  cancelled: "■",
  skipped: "○",
  neutral: "○",
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * GFM without trust: text is escaped before it is parsed, so nobody's HTML becomes ours, apart from the folds that
 * GitHub shows too. Links keep only http and https.
 */
export function renderMarkdown(markdown: string): string {
  const renderer = new marked.Renderer();
  renderer.html = ({ text }) => {
    const fold = /^<\/?(details|summary|sub|br)>\s*$/i;
    return text
      .split(/(<[^>]*>)/)
      .map((part) => (fold.test(part) ? part : escapeHtml(part)))
      .join("");
  };
  renderer.link = ({ href, text }) =>
    /^https?:\/\//.test(href)
      ? `<a href="${escapeHtml(href)}" rel="noreferrer">${escapeHtml(text)}</a>`
      : escapeHtml(text);
  renderer.image = ({ text }) => escapeHtml(text);
  return marked.parse(markdown, { gfm: true, async: false, renderer });
}

export function renderPull(pull: PullView, people: string[], message: string): string {
  return `<header><h1>${escapeHtml(pull.title)} <small>#${pull.number}</small></h1>
<p><b class="state ${escapeHtml(pull.state)}">${escapeHtml(pull.state)}</b> ${escapeHtml(pull.author)} wants to merge
<code>${escapeHtml(pull.head)}</code> at <code>${pull.sha.slice(0, 7)}</code> into <code>${escapeHtml(pull.base)}</code></p></header>
${message === "" ? "" : `<p role="alert" class="alert">${escapeHtml(message)}</p>`}
<main id="live">${renderLive(pull)}</main>
<aside>${renderForms(pull, people)}</aside>`;
}

/** The part that changes while a run goes on. */
export function renderLive(pull: PullView): string {
  const timeline = pull.timeline
    .map(
      ({ who, what, body }) =>
        `<li><b>${escapeHtml(who)}</b> ${escapeHtml(what)}${renderMarkdown(body)}</li>`,
    )
    .join("");
  return `<section><h2>Conversation</h2><ol class="timeline">${timeline || "<li>Nobody said anything yet.</li>"}</ol></section>
<section><h2>Checks</h2>${renderChecks(pull.checks)}</section>`;
}

/** GitHub shows the newest check run of each name; older ones are what went before. */
function renderChecks(checks: CheckView[]): string {
  if (checks.length === 0) return "<p>No checks on this commit yet.</p>";
  const newest = checks.filter(
    (check, index) => checks.findIndex(({ name }) => name === check.name) === index,
  );
  const older = checks.filter((check) => !newest.includes(check));
  const fold =
    older.length === 0
      ? ""
      : `<details><summary>Earlier check runs of the same names</summary>${older.map(renderCheck).join("")}</details>`;
  return newest.map(renderCheck).join("") + fold;
}

function renderCheck(check: CheckView): string {
  const state = check.conclusion ?? check.status;
  const buttons = check.actions
    .map(
      ({ label, description, identifier }) =>
        `<button name="identifier" value="${escapeHtml(identifier)}" title="${escapeHtml(description)}">${escapeHtml(label)}</button>`,
    )
    .join(" ");
  const notes = check.annotations
    .map(
      (note) =>
        `<li>${escapeHtml(`${note.path}:${note.start_line} ${note.annotation_level}: ${note.message}`)}</li>`,
    )
    .join("");
  return `<article><h3><span class="mark ${escapeHtml(state)}">${marks[state] ?? "●"}</span> ${escapeHtml(check.name)} <small>${escapeHtml(state)}</small></h3>
<p><b>${escapeHtml(check.title)}</b></p>
${buttons === "" ? "" : `<form method="post" action="/check/${check.id}"><label>as <input name="actor" value="bob" size="8"></label> ${buttons}</form>`}
<div class="markdown">${renderMarkdown(check.summary)}${renderMarkdown(check.text)}</div>
${notes === "" ? "" : `<ul>${notes}</ul>`}</article>`;
}

function renderForms(pull: PullView, people: string[]): string {
  const actor = `<label>as <select name="actor">${people.map((login) => `<option>${escapeHtml(login)}</option>`).join("")}</select></label>`;
  return `<h2>Act</h2>
<form method="post" action="/push"><h3>Push a commit to ${escapeHtml(pull.head)}</h3>${actor}
<label>File <input name="path" value="infra/note.md"></label><label>Content <textarea name="content" rows="3"></textarea></label>
<label>Message <input name="message" value="Change"></label><button>Push</button></form>
<form method="post" action="/comment"><h3>Comment</h3>${actor}<label>Text <textarea name="body" rows="2">/apply</textarea></label><button>Comment</button></form>
<form method="post" action="/review"><h3>Review</h3>${actor}<label>Verdict <select name="state"><option>APPROVED</option><option>CHANGES_REQUESTED</option><option>COMMENTED</option></select></label><button>Submit review</button></form>`;
}

export const style = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:1150px;margin:0 auto;padding:1rem;display:grid;grid-template-columns:minmax(0,1fr) 19rem;gap:0 2rem}
header,.alert{grid-column:1/-1}h1{font-weight:500;margin:0}small{color:GrayText;font-weight:400}.state{background:#1a7f37;color:#fff;border-radius:1rem;padding:.1rem .7rem}.state.closed{background:#8250df}
article,form{border:1px solid color-mix(in srgb,currentColor 20%,transparent);border-radius:8px;padding:.6rem 1rem;margin:0 0 1rem}h3{margin:.2rem 0}form label{display:block;margin:.3rem 0}input,textarea,select{font:inherit;max-width:100%;box-sizing:border-box}textarea{width:100%}
pre{overflow:auto;background:color-mix(in srgb,currentColor 7%,transparent);padding:.6rem;border-radius:6px}table{border-collapse:collapse}td,th{border:1px solid color-mix(in srgb,currentColor 20%,transparent);padding:.2rem .6rem}
.timeline{list-style:none;padding:0}.timeline li{border-left:3px solid color-mix(in srgb,currentColor 20%,transparent);padding-left:.8rem;margin:.4rem 0}.timeline p{margin:.2rem 0}.alert{background:#cf222e;color:#fff;padding:.5rem 1rem;border-radius:6px}
details summary{cursor:pointer;margin:1rem 0}.mark{display:inline-block;min-width:1.2em;text-align:center;border-radius:50%;color:#fff;background:#9a6700}.mark.success{background:#1a7f37}.mark.failure,.mark.timed_out{background:#cf222e}.mark.cancelled,.mark.skipped,.mark.neutral{background:#6e7781}
button{font:inherit;padding:.25rem .9rem}@media(max-width:800px){body{display:block}}`;

export const script = `const live=document.getElementById("live");
async function refresh(){try{const r=await fetch("/live");const t=await r.text();
if(r.ok&&t!==live.dataset.last&&!live.contains(document.activeElement)){live.dataset.last=t;live.innerHTML=t}}catch{}}
setInterval(refresh,1000);`;
