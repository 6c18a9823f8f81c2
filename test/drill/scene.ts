import { setTimeout as sleep } from "node:timers/promises";
import type { ObservedCheckRun, Simulator } from "../../src/simulator/simulator.js";
import type { EngineName } from "./engines.js";
import type { LinkName } from "./faults.js";
import type { Hop, Twist } from "./link.js";
import type { Random } from "./random.js";
import type { Act, Record } from "./record.js";

/** A run that there must be in the end, once; or may be, where an event was overtaken by the next. */
export interface ExpectedRun {
  manifest: string;
  sha: string;
  trigger: string;
  attempt: number;
  need: "must" | "may";
  /** The conclusion of its check; `any` where it depends on who was faster. */
  ends: "success" | "failure" | "cancelled" | "action_required" | "any";
  /** Its gates in the order in which they open, and what becomes of each. */
  gates: { name: string; becomes: "opened" | "rejected" | "closed" | "any" }[];
}

/** The bot's replies that a comment may have caused. */
export interface ExpectedReplies {
  number: number;
  least: number;
  most: number;
}

/** Checks of no run that there must be in the end: they say why nothing was run. */
export interface ExpectedReports {
  name: string;
  sha: string;
  kind: "problems" | "refused" | "skipped";
  count: number;
}

export type Intercept = (link: LinkName, kind: string, hop: Hop) => Promise<Twist | undefined>;

export interface SceneOptions {
  round: number;
  engine: EngineName;
  github: Simulator;
  record: Record;
  random: Random;
  /** A folder that steps may write to. */
  shared: string;
  /** Whether the App's clock is moved: then what people say may count as said too early, and they say it again. */
  skewed: boolean;
  /** How long anything may take once nothing goes wrong any more. */
  patienceMs: number;
  intercept: (intercept: Intercept | undefined) => void;
}

/** Thrown where a story does not go on, however long it waits. */
export class Stuck extends Error {
  override readonly name = "Stuck";
}

/** Thrown where a step was killed together with the App: a run of the local engine then ends as failed, rightly. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** One round: a repository, its people, and what should come of what they do. */
export class Scene {
  readonly round: number;
  readonly engine: EngineName;
  readonly repository: string;
  readonly github: Simulator;
  readonly random: Random;
  readonly shared: string;
  readonly skewed: boolean;
  readonly runs: ExpectedRun[] = [];
  readonly replies: ExpectedReplies[] = [];
  readonly reports: ExpectedReports[] = [];
  /** Manifests that a schedule starts, how often is the clock's; with `replaces`, each instead of the one before. */
  readonly scheduled: { manifest: string; everyMinutes: number; since: number; replaces?: true }[] = [];
  readonly intercept: SceneOptions["intercept"];
  /** Since when nothing goes wrong any more. */
  calmSince = Infinity;
  readonly #record: Record;
  readonly #patienceMs: number;

  constructor({
    round,
    engine,
    github,
    record,
    random,
    shared,
    skewed,
    patienceMs,
    intercept,
  }: SceneOptions) {
    this.round = round;
    this.engine = engine;
    this.repository = `acme/r${round}`;
    this.github = github;
    this.random = random;
    this.shared = shared;
    this.skewed = skewed;
    this.intercept = intercept;
    this.#record = record;
    this.#patienceMs = patienceMs;
  }

  manifest(kind: string): string {
    return `${kind}-r${this.round}`;
  }

  note(text: string): void {
    this.#record.note(this.round, "note", text);
  }

  pause(seconds: number): Promise<void> {
    return sleep(seconds * 1000);
  }

  /**
   * Throws Stuck when it was waited for in calm weather as long as anything may take, and Interrupted when the check named by `of` fails
   * meanwhile.
   */
  async until(what: string, condition: () => boolean, of?: [sha: string, name: string]): Promise<void> {
    const began = Date.now();
    while (!condition()) {
      if (of !== undefined && this.shown(...of)?.conclusion === "failure")
        throw new Interrupted(`no ${what}`);
      if (Date.now() - Math.max(began, this.calmSince) > this.#patienceMs)
        throw new Stuck(`waited in vain for ${what}`);
      await sleep(500);
    }
    this.note(`there is ${what}`);
  }

  /** The newest check run of a name on a commit. */
  check(sha: string, name: string): ObservedCheckRun | undefined {
    return this.github.checkRuns(this.repository, sha).findLast((check) => check.name === name);
  }

  /** The newest of those that tell of the run. */
  shown(sha: string, name: string): ObservedCheckRun | undefined {
    return this.github
      .checkRuns(this.repository, sha)
      .findLast((check) => check.name === name && !isDouble(check));
  }

  untilWaiting(sha: string, name: string): Promise<void> {
    const is = () => this.shown(sha, name)?.conclusion === "action_required";
    return this.until(`a gate of ${name} at ${sha.slice(0, 7)}`, is, [sha, name]);
  }

  untilEnded(sha: string, name: string): Promise<void> {
    const conclusions = ["success", "failure", "cancelled", "timed_out"];
    const is = () => conclusions.includes(this.shown(sha, name)?.conclusion ?? "");
    return this.until(`the end of ${name} at ${sha.slice(0, 7)}`, is);
  }

  /** People say it again until it is done where the App's clock was wrong, or where another check than the one they saw asks for it. */
  async insist(
    [sha, name]: [sha: string, name: string],
    say: () => Promise<unknown>,
    done: () => boolean,
  ): Promise<void> {
    const began = Date.now();
    let seen: number | undefined;
    do {
      if (Date.now() - Math.max(began, this.calmSince) > this.#patienceMs)
        throw new Stuck("said it in vain, again and again");
      seen = this.shown(sha, name)?.id;
      await say();
      const end = Date.now() + 5 * 60_000;
      while (Date.now() < end && !done()) await sleep(500);
    } while (!done() && (this.skewed || this.shown(sha, name)?.id !== seen));
  }

  async push(
    by: string,
    branch: string,
    files: { [path: string]: string },
    repository = this.repository,
  ): Promise<string> {
    const began = this.#record.next();
    const message = `Change ${branch} ${Math.floor(this.random() * 1e9)}`;
    const sha = await this.github.actAs(by).push(repository, branch, { files, message });
    this.#record.act(this.round, { by, kind: "push", began, sha, body: branch });
    return sha;
  }

  /** A pull request of a new branch; `fork`: of somebody's own copy of the repository. */
  async open(by: string, branch: string, fork?: string): Promise<{ number: number; sha: string }> {
    const sha = await this.push(by, branch, { "change.txt": `${branch} ${this.random()}\n` }, fork);
    const began = this.#record.next();
    const title = branch;
    const head = fork === undefined ? branch : `${by}:${branch}`;
    const given = { repo: this.repository, head, base: "main", title, body: "" };
    const { number } = await this.github.actAs(by).openPullRequest(given);
    this.#record.act(this.round, { by, kind: "open", began, sha, number });
    return { number, sha };
  }

  async review(by: string, number: number, state: "APPROVED" | "CHANGES_REQUESTED"): Promise<number> {
    const began = this.#record.next();
    const sha = this.github.pullRequest(this.repository, number).head.sha;
    const { id } = await this.github.actAs(by).review(this.repository, number, { state, force: true });
    const kind = state === "APPROVED" ? "approve" : "request changes";
    this.#record.act(this.round, { by, kind, began, sha, number, id });
    return id;
  }

  async dismiss(by: string, number: number, review: number): Promise<void> {
    const began = this.#record.next();
    await this.github.actAs(by).dismissReview(this.repository, number, review);
    this.#record.act(this.round, { by, kind: "dismiss", began, number, id: review });
  }

  async comment(by: string, number: number, body: string, replies: [least: number, most: number] = [0, 1]) {
    const began = this.#record.next();
    const sha = this.github.pullRequest(this.repository, number).head.sha;
    const { id } = await this.github.actAs(by).comment(this.repository, number, body);
    this.#record.act(this.round, { by, kind: "comment", began, sha, number, id, body });
    const [least, most] = replies;
    this.replies.push({ number, least, most });
    return id;
  }

  async press(by: string, check: ObservedCheckRun, button: string): Promise<void> {
    const began = this.#record.next();
    await this.github.actAs(by).clickCheckAction(check.id, button);
    this.#record.act(this.round, {
      by,
      kind: "press",
      began,
      sha: check.head_sha,
      id: check.id,
      body: button,
    });
  }

  async runAllAgain(by: string, sha: string): Promise<void> {
    const began = this.#record.next();
    await this.github.actAs(by).rerequestChecks(this.repository, sha);
    this.#record.act(this.round, { by, kind: "run all again", began, sha });
  }

  /** The commit of the merge group and the queue's branch. */
  async queue(by: string, number: number): Promise<{ sha: string; ref: string }> {
    const began = this.#record.next();
    const { sha, ref } = await this.github.actAs(by).queueMerge(this.repository, number);
    this.#record.act(this.round, { by, kind: "queue", began, sha, number });
    return { sha, ref };
  }

  async leaveQueue(by: string, number: number): Promise<void> {
    const began = this.#record.next();
    await this.github.actAs(by).leaveMergeQueue(this.repository, number);
    this.#record.act(this.round, { by, kind: "leave the queue", began, number });
  }

  /** Publishes a release of a new tag; gives its number. */
  async release(by: string, tag: string, sha: string): Promise<number> {
    const began = this.#record.next();
    const person = this.github.actAs(by);
    await person.pushRef(this.repository, `refs/tags/${tag}`, sha);
    const { id } = await person.publishRelease(this.repository, tag);
    this.#record.act(this.round, { by, kind: "release", began, sha, id, body: tag });
    return id;
  }

  async close(by: string, number: number): Promise<void> {
    const began = this.#record.next();
    await this.github.actAs(by).closePullRequest(this.repository, number);
    this.#record.act(this.round, { by, kind: "close", began, number });
  }

  expectReport(report: ExpectedReports): ExpectedReports {
    this.reports.push(report);
    return report;
  }

  expect(run: Partial<ExpectedRun> & Pick<ExpectedRun, "manifest" | "sha" | "trigger">): ExpectedRun {
    const expected: ExpectedRun = { attempt: 1, need: "must", ends: "success", gates: [], ...run };
    this.runs.push(expected);
    return expected;
  }
}

function isDouble({ external_id: id }: ObservedCheckRun): boolean {
  return id?.endsWith("/double") === true;
}

export type { Act };
