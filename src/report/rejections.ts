import { annotation, type GateAudit } from "../run/metadata.js";
import type { Run } from "../run/read-run.js";

/** A gate that somebody rejected. */
export interface Rejection {
  gate: string;
  logins: string[];
}

/**
 * The rejected gates of a run in the order of the decisions, read from its audit annotations; what does not parse there
 * is left out. Annotations themselves come in the order of their names from an API server.
 */
export function rejectionsOf(run: Run): Rejection[] {
  const found = Object.entries(run.workflow.metadata.annotations ?? {}).flatMap(([name, value]) => {
    if (!name.startsWith(annotation.gatePrefix)) return [];
    const audit = parseAudit(value);
    if (audit?.decision !== "rejected") return [];
    const node = run.nodes.get(name.slice(annotation.gatePrefix.length));
    const logins = (Array.isArray(audit.people) ? audit.people : []).flatMap(({ login }) =>
      typeof login === "string" ? [login] : [],
    );
    const gate = node?.displayName ?? String(audit.nodeName ?? "a gate");
    return [{ gate, logins, decidedAt: String(audit.decidedAt ?? "") }];
  });
  return found
    .toSorted((a, b) => (a.decidedAt < b.decidedAt ? -1 : 1))
    .map(({ gate, logins }) => ({ gate, logins }));
}

function parseAudit(text: string): Partial<GateAudit> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
