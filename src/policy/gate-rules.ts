import type { Template } from "../manifest/argo.js";
import { annotation } from "../run/metadata.js";
import type { RepositoryPolicy } from "./configuration.js";
import type { GateRules } from "./gate.js";

/** As `GateRules.approvals`: the annotations have a fault, so nothing may open the gate. */
export const neverApprovable = Number.MAX_SAFE_INTEGER;

const login = /^@?[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})$/;
const team = /^@[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})\/[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,99})$/;

/**
 * The rules that a gate's own annotations set (a suspend template's `metadata.annotations`). A value with a fault
 * gives the strictest reading, never a default: `approvals` is then `neverApprovable` and `problems` says why.
 */
export function gateRules(annotations: Record<string, string> | undefined): {
  rules: GateRules;
  problems: string[];
} {
  const problems: string[] = [];
  const read = (name: string): string | undefined => {
    const value: unknown =
      annotations !== undefined && Object.hasOwn(annotations, name) ? annotations[name] : undefined;
    if (value === undefined || typeof value === "string") return value;
    problems.push(`${name} must be a text: put it in quotes`);
    return undefined;
  };
  const approvals = readApprovals(read(annotation.approvals), problems);
  const approvers = readApprovers(read(annotation.approvers), problems);
  const rejectOnChanges = readSwitch(annotation.rejectOnChanges, read(annotation.rejectOnChanges), problems);
  const codeOwners = readSwitch(annotation.codeOwners, read(annotation.codeOwners), problems);
  const needed = problems.length === 0 ? approvals : neverApprovable;
  const owners = codeOwners ? { codeOwners } : {};
  return { rules: { approvals: needed, approvers, rejectOnChanges, ...owners }, problems };
}

/** The rules of a gate over the floor that the server's configuration sets: a manifest may ask for more, never less. */
export function aboveFloor(rules: GateRules, floor: RepositoryPolicy["gates"], actorId: number): GateRules {
  return {
    ...rules,
    approvals: Math.max(rules.approvals, floor.approvals),
    serverApprovers: floor.approvers,
    ...(floor.codeOwners === true ? { codeOwners: true } : {}),
    ...(floor.fourEyes ? { startedBy: actorId } : {}),
  };
}

/** The teams (`org/team`, lower case) whose members a decision by these rules needs to know: the keys of `GateSnapshot.teams`. */
export function teamsOf({ approvers, serverApprovers = [] }: GateRules): string[] {
  return [...approvers, ...serverApprovers]
    .filter((entry) => entry.includes("/"))
    .map((entry) => entry.slice(1).toLowerCase());
}

/** A suspend template without a duration: it waits for people. With a duration it is a delay, never a gate. */
export function isGate(template: Template): boolean {
  if (template.suspend === undefined || template.suspend === null) return false;
  const { duration } = template.suspend;
  return duration === undefined || duration === null || duration === "";
}

function readApprovals(text: string | undefined, problems: string[]): number {
  if (text === undefined) return 1;
  if (/^[1-9][0-9]?$/.test(text.trim())) return Number(text.trim());
  problems.push(`${annotation.approvals} must be a whole number from 1 to 99, not ${quote(text)}`);
  return neverApprovable;
}

function readApprovers(text: string | undefined, problems: string[]): string[] {
  if (text === undefined) return [];
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== "");
  if (entries.length === 0) problems.push(`${annotation.approvers} names nobody`);
  for (const entry of entries) {
    if (!login.test(entry) && !team.test(entry)) {
      problems.push(`${annotation.approvers} must hold logins and @org/team, not ${quote(entry)}`);
    }
  }
  return entries;
}

function readSwitch(name: string, text: string | undefined, problems: string[]): boolean {
  if (text === undefined || text.trim() === "false") return false;
  if (text.trim() !== "true") problems.push(`${name} must be true or false, not ${quote(text)}`);
  return true;
}

function quote(text: string): string {
  return `"${text.slice(0, 60)}"`;
}
