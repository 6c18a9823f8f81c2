import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { obeyCommand } from "../../src/app/commands/obey-command.js";
import { receive } from "../../src/app/receive.js";
import type { CommentEvent } from "../../src/policy/event.js";
import { isFinished } from "../../src/run/phases.js";
import { readRun } from "../../src/run/read-run.js";
import { openSmallWorld, pulled, repository, sha, type SmallWorld } from "../support/small-world.js";

const manifest = (on: string, main: string) => `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: work, annotations: {sluice.dev/on: '${on}'}}
spec:
  entrypoint: main
  templates:
    - ${main}
`;

function comment(body: string): CommentEvent {
  const actor = { id: 6, login: "bob", type: "User" } as const;
  const createdAt = new Date().toISOString();
  return { kind: "comment", installationId: 1, repository, actor, number: 7, commentId: 90, body, createdAt };
}

/** The world's comments keep no reaction: each delivery finds the comment as one before it that was cut off. */
describe("a command whose delivery comes again after it was obeyed and before that was noted", () => {
  let world: SmallWorld;
  const replies: string[] = [];
  afterEach(() => world.close());
  beforeEach(() => void replies.splice(0));

  async function open(on: string, main: string): Promise<void> {
    world = await openSmallWorld({ ".workflows/work.yaml": manifest(on, main) });
    world.dependencies.github.comments.reply = (_repository, _number, { markdown }) =>
      Promise.resolve(void replies.push(markdown));
  }

  const runs = async () => (await world.dependencies.engine.list({})).map(readRun);
  const ended = () =>
    expect.poll(async () => (await runs()).every(({ phase }) => isFinished(phase))).toBe(true);

  it("/retry makes one more attempt, though that one has failed by then", async () => {
    await open("pull_request: {}", "{name: main, container: {image: busybox, command: [sh, -c, 'exit 1']}}");
    await receive(world.dependencies, pulled(sha(1)));
    await ended();
    for (let times = 0; times < 2; times += 1) {
      await obeyCommand(world.dependencies, comment("/retry"));
      await ended();
    }
    expect((await runs()).map(({ facts }) => facts?.attempt)).toEqual([1, 2]);
    expect(replies).toEqual([]);
  });

  it("/apply does not speak to the gate of the run that it has started", async () => {
    await open("comment: [apply]", "{name: main, suspend: {}}");
    await obeyCommand(world.dependencies, comment("/apply"));
    await expect.poll(async () => (await runs())[0]?.nodes.size).toBe(1);
    await obeyCommand(world.dependencies, comment("/apply"));
    expect(await runs()).toHaveLength(1);
    expect(replies).toEqual([]);
  });
});
