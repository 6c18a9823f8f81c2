import type { GateDecision } from "../../../policy/gate.js";
import { neverApprovable } from "../../../policy/gate-rules.js";
import type { OpenGate } from "../../../run/gates.js";
import { annotation, type GateAudit, type RunFacts } from "../../../run/metadata.js";
import type { Run } from "../../../run/read-run.js";
import { html, joined, line, safeHref, type Html } from "./html.js";
import { icon } from "./state.js";
import { moment, took } from "./times.js";

const listed = 30;

/** What one open gate waits for, who has approved, whose word does not count, and what to do. */
export function renderOpenGate(
  gate: OpenGate,
  decision: GateDecision | undefined,
  context: { facts: RunFacts | undefined; now: number; stepHref: string },
): Html {
  const name = line(gate.node.displayName, 120);
  const since = took(gate.startedAt, undefined, context.now);
  return html`<article class="gate open">
    <h3>
      ${icon("waiting")}<a href="${context.stepHref}">${name}</a><span class="quiet">waiting ${since}</span>
    </h3>
    ${decision === undefined ? html`<p>The reviews have not been read yet, so the gate stays closed.</p>` : renderDecision(decision)}
    ${renderNextStep(context.facts)}
  </article>`;
}

function renderDecision(decision: GateDecision): Html {
  const { approvals, needed, ignored, reasons, notices = [] } = decision;
  const shownReasons = reasons.filter((reason) => !/^\d+ of \d+ needed approvals? given/.test(reason));
  const counted =
    needed >= neverApprovable
      ? html`Nothing can open it`
      : html`<strong>${approvals.length} of ${needed}</strong> ${needed === 1 ? "approval" : "approvals"}
          given`;
  return html`<p class="count">${counted}</p>
    ${list(
      "Approved by",
      approvals.map(({ user, submittedAt }) => html`${person(user.login)} ${moment(submittedAt)}`),
    )}
    ${list(
      "What is missing",
      shownReasons.map((reason) => html`${line(reason)}`),
    )}
    ${list(
      "Does not count",
      ignored.map(
        ({ user, reason }) =>
          html`${person(user?.login ?? "(deleted account)")}: ${line(withoutName(reason, user?.login))}`,
      ),
    )}
    ${notices.map((notice) => html`<p class="notice"><strong>Look closely:</strong> ${line(notice, 1200)}</p>`)}`;
}

function withoutName(reason: string, login: string | undefined): string {
  return login === undefined ? reason : reason.replace(`@${login} `, "");
}

function person(login: string): Html {
  return html`<b>@${line(login, 80)}</b>`;
}

function list(title: string, items: readonly Html[]): Html | undefined {
  if (items.length === 0) return undefined;
  const more = items.length - listed;
  const shown = items.slice(-listed).map((item) => html`<li>${item}</li>`);
  return html`<h4>${title}</h4>
    <ul>
      ${more > 0 ? html`<li>${more} earlier ones</li>` : ""}${shown}
    </ul>`;
}

function renderNextStep(facts: RunFacts | undefined): Html | undefined {
  if (facts === undefined) return undefined;
  const sha = facts.headSha.slice(0, 7);
  const { pullRequest } = facts;
  if (pullRequest === undefined) {
    const href = safeHref(`${facts.htmlUrl}/commit/${facts.headSha}`);
    return html`<p class="next">
      To decide, press Approve or Reject in the check of <a href="${href}">commit ${sha}</a>. Whoever started
      the run cannot.
    </p>`;
  }
  const href = safeHref(`${facts.htmlUrl}/pull/${pullRequest.number}/files`);
  return html`<p class="next">
    <a class="button" href="${href}">Review pull request #${pullRequest.number}</a>
    <span
      >Approve commit <code>${sha}</code>, or press Approve in the check. An approval from before the gate's
      check, or of another commit, does not count.</span
    >
  </p>`;
}

/** The gates of a run that were opened or rejected, as their audit records say. */
export function renderDecidedGates(run: Run): Html {
  const audits = auditsOf(run).map((audit) => {
    const approved = audit.decision === "approved";
    const people = joined(
      audit.people.map(({ login }) => person(login)),
      ", ",
    );
    const why = approved
      ? ""
      : joined(
          audit.reasons.map((reason) => line(reason)),
          "; ",
        );
    return html`<article class="gate">
      <h3>
        ${icon(approved ? "succeeded" : "failed")}${line(audit.nodeName, 120)}<span class="quiet"
          >${approved ? "approved" : "rejected"}${people.text === "" ? "" : html` by ${people}`}
          ${moment(audit.decidedAt)}</span
        >
      </h3>
      ${why === "" ? "" : html`<p>${why}</p>`}
    </article>`;
  });
  return joined(audits);
}

function auditsOf(run: Run): GateAudit[] {
  const annotations = Object.entries(run.workflow.metadata.annotations ?? {});
  return annotations
    .filter(([key]) => key.startsWith(annotation.gatePrefix))
    .flatMap(([, text]) => readAudit(text))
    .sort((a, b) => (a.decidedAt < b.decidedAt ? -1 : 1));
}

function readAudit(text: string): GateAudit[] {
  try {
    const value = JSON.parse(text) as GateAudit;
    const isAudit =
      typeof value.nodeName === "string" && Array.isArray(value.people) && Array.isArray(value.reasons);
    return isAudit ? [value] : [];
  } catch {
    return [];
  }
}
