import type { Waiting } from "../lib/fair-line.js";
import type { Event } from "../policy/event.js";

/** Repositories take turns; what concerns one pull request, ref or commit is taken in the order it came. */
export function turnOf(event: Event): Waiting {
  const group = String(event.repository.id);
  return { group, key: `${group} ${subjectOf(event)}` };
}

function subjectOf(event: Event): string {
  if ("number" in event) return `#${event.number}`;
  if ("tag" in event) return `refs/tags/${event.tag}`;
  return "ref" in event ? event.ref : event.headSha;
}
