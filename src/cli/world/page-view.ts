import { escapeHtml } from "../../server/page/view/html.js";
import { renderMarkdown as render } from "../../server/page/view/markdown.js";

/** What the page shows of one check run. */
export interface CheckView {
  id: number;
  name: string;
  detailsUrl: string;
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

/** What GitHub writes beside a check, and the shape that it draws. */
const states: Record<string, { kind: string; mark: string; word: string }> = {
  success: { kind: "good", mark: "✓", word: "Successful" },
  failure: { kind: "bad", mark: "✕", word: "Failing" },
  timed_out: { kind: "bad", mark: "✕", word: "Timed out" },
  action_required: { kind: "wait", mark: "!", word: "Action required" },
  cancelled: { kind: "dull", mark: "■", word: "Cancelled" },
  skipped: { kind: "dull", mark: "–", word: "Skipped" },
  neutral: { kind: "dull", mark: "–", word: "Neutral" },
  in_progress: { kind: "run", mark: "●", word: "In progress" },
  queued: { kind: "run", mark: "●", word: "Queued" },
};

function renderMarkdown(markdown: string): string {
  return render(markdown).text;
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
  const { kind, mark, word } = states[state] ?? { kind: "dull", mark: "●", word: state };
  const buttons = check.actions
    .map(
      ({ label, description, identifier }) =>
        `<button name="identifier" value="${escapeHtml(identifier)}" title="${escapeHtml(description)}">${escapeHtml(label)}</button>`,
    )
    .join(" ");
  const notes = check.annotations
    .map(
      (note) =>
        `<li class="note ${escapeHtml(note.annotation_level)}"><code>${escapeHtml(`${note.path}#L${note.start_line}`)}</code><pre>${escapeHtml(note.message)}</pre></li>`,
    )
    .join("");
  const details = check.detailsUrl === "" ? "" : `<a href="${escapeHtml(check.detailsUrl)}">Details</a>`;
  const act = `<form method="post" action="/check/${check.id}"><label>as <input name="actor" value="bob" size="8"></label> ${buttons}</form>`;
  return `<article><h3><span class="mark ${kind}" aria-hidden="true">${mark}</span> ${escapeHtml(check.name)} <small>${word} · ${escapeHtml(check.title)}</small> ${details}</h3>
${buttons === "" ? "" : act}
<div class="markdown">${renderMarkdown(check.summary)}${check.text === "" ? "" : `<h4 class="details">Details</h4>${renderMarkdown(check.text)}`}</div>
${notes === "" ? "" : `<ul class="notes">${notes}</ul>`}</article>`;
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

export const style = `:root{color-scheme:light dark;--back:#fff;--raised:#f6f8fa;--text:#1f2328;--dull:#59636e;--edge:#d1d9e0;--link:#0757b8;--good:#1a7f37;--bad:#c9202b;--wait:#8a5a00;--run:#0757b8;--merged:#8250df;--code:#eff1f3}
@media(prefers-color-scheme:dark){:root{--back:#0d1117;--raised:#151b23;--text:#e8edf2;--dull:#9aa4ae;--edge:#343b44;--link:#6cb1ff;--good:#4fc463;--bad:#ff7b72;--wait:#e3b341;--run:#6cb1ff;--merged:#ab7df8;--code:#212830}}
*{box-sizing:border-box}body{background:var(--back);color:var(--text);font:15px/1.5 -apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif;max-width:76rem;margin:0 auto;padding:1.25rem 1.5rem 4rem;display:grid;grid-template-columns:minmax(0,1fr) 18rem;gap:0 2rem}
a{color:var(--link)}header,.alert{grid-column:1/-1}header{border-bottom:1px solid var(--edge);margin-bottom:1.25rem}h1{font-size:1.7rem;font-weight:500;margin:0}h2{font-size:1.15rem;margin:0 0 .6rem}small{color:var(--dull);font-weight:400}
.state{background:var(--good);color:var(--back);border-radius:1rem;padding:.1rem .8rem;font-weight:600}.state.closed{background:var(--merged)}
article{border:1px solid var(--edge);border-radius:8px;margin:0 0 1rem;overflow:hidden}article>h3{margin:0;padding:.6rem 1rem;background:var(--raised);border-bottom:1px solid var(--edge);font-size:1rem;overflow-wrap:anywhere}article form{padding:.6rem 1rem;border-bottom:1px solid var(--edge)}article>.markdown{padding:.8rem 1rem}
aside form{border:1px solid var(--edge);border-radius:8px;padding:.6rem 1rem;margin:0 0 1rem}aside h3{margin:.2rem 0;font-size:.95rem}form label{display:block;margin:.3rem 0}article form label{display:inline}
input,textarea,select{font:inherit;color:inherit;background:var(--back);border:1px solid var(--dull);border-radius:6px;padding:.15rem .5rem;max-width:100%}textarea{width:100%}button{font:inherit;font-weight:600;font-size:.93rem;color:inherit;background:var(--raised);border:1px solid var(--edge);border-radius:6px;padding:.25rem .9rem;cursor:pointer}button:hover{border-color:var(--dull)}
code,pre{font-family:ui-monospace,"SF Mono","Liberation Mono",Menlo,Consolas,monospace;font-size:.87em}:not(pre)>code{background:var(--code);padding:.1em .35em;border-radius:5px}pre{overflow:auto;background:var(--raised);padding:.8rem;border-radius:6px;line-height:1.45}pre code{font-size:inherit}
.markdown{overflow-wrap:anywhere}.markdown h2,.markdown h3{border-bottom:1px solid var(--edge);padding-bottom:.2rem;margin:1rem 0 .6rem}.markdown>:first-child{margin-top:0}.markdown .details{color:var(--dull);margin:1.2rem 0 .4rem}table{border-collapse:collapse;display:block;overflow:auto}td,th{border:1px solid var(--edge);padding:.3rem .8rem}blockquote{margin:0;padding-left:1rem;border-left:4px solid var(--edge);color:var(--dull)}
.added{background:color-mix(in srgb,var(--good) 22%,transparent)}.removed{background:color-mix(in srgb,var(--bad) 22%,transparent)}
.timeline{list-style:none;padding:0}.timeline li{border-left:3px solid var(--edge);padding-left:.9rem;margin:.5rem 0}.timeline p{margin:.2rem 0}.alert{background:var(--bad);color:var(--back);padding:.5rem 1rem;border-radius:6px}
.notes{list-style:none;padding:0 1rem}.note{border-left:4px solid var(--dull);padding-left:.7rem;margin:.5rem 0}.note.failure{border-color:var(--bad)}.note.warning{border-color:var(--wait)}.note pre{margin:.2rem 0;white-space:pre-wrap}
details summary{cursor:pointer}.mark{display:inline-block;min-width:1.4em;text-align:center;border-radius:50%;color:var(--back);background:var(--dull)}.good{background:var(--good)}.bad{background:var(--bad)}.wait{background:var(--wait)}.run{background:var(--run)}
@media(max-width:800px){body{display:block;padding:1rem}}`;

export const script = `const live=document.getElementById("live");
async function refresh(){try{const r=await fetch("/live");const t=await r.text();
if(r.ok&&t!==live.dataset.last&&!live.contains(document.activeElement)){live.dataset.last=t;live.innerHTML=t}}catch{}}
setInterval(refresh,1000);`;
