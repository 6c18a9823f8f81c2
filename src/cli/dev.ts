import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { openPage } from "./world/page.js";
import { openWorld } from "./world/world.js";

/**
 * The simulated GitHub, the App and an engine on a copy of the repository's files; runs until ctrl-C. With a
 * `namespace`, runs go to the Argo controller of the cluster that KUBECONFIG names.
 */
export async function dev(
  directory: string,
  options: { port: number; namespace?: string },
  io: { out: (text: string) => void; err: (text: string) => void },
): Promise<number> {
  const folder = resolve(directory);
  if (!existsSync(join(folder, ".workflows"))) {
    io.err(
      `sluice dev: ${folder} has no .workflows folder; put a manifest there, such as workflows-examples/hello.yaml\n`,
    );
    return 2;
  }
  const files = readRepository(folder);
  const { namespace } = options;
  const world = await openWorld({
    pages: "localhost",
    ...(namespace === undefined ? {} : { argo: {}, namespace }),
  });
  if (namespace !== undefined)
    io.out(
      `Runs go to namespace ${namespace} of your cluster. Its pods do not reach the simulated GitHub.\n`,
    );
  const people = ["alice", "bob", "carol"];
  for (const login of people) world.github.createUser(login);
  world.github.createOrganization("local");
  const name = basename(folder).replace(/[^A-Za-z0-9._-]/g, "-");
  const repository = `local/${name}`;
  await world.github.createRepository({
    owner: "local",
    name,
    collaborators: { alice: "write", bob: "write", carol: "read" },
    files,
    defaultBranch: "main",
  });
  const alice = world.github.actAs("alice");
  await alice.push(repository, "change", {
    files: { "CHANGE.md": "A change to try.\n" },
    message: "Try a change",
  });
  const { number } = await alice.openPullRequest({
    repo: repository,
    head: "change",
    base: "main",
    title: "Try a change",
    body: "",
  });
  const page = await openPage({ world, repository, number, people, port: options.port });
  io.out(`A pull request of your repository: ${page.url}\n`);
  io.out("alice opened it, bob may approve it, carol may only read. ctrl-C ends it; ");
  io.out(
    namespace === undefined
      ? "nothing is kept.\n"
      : `its runs stay and go on, until\n  kubectl delete workflows -n ${namespace} -l app.kubernetes.io/managed-by=sluice\n`,
  );
  await new Promise<void>((end) => {
    process.once("SIGINT", () => end());
    process.once("SIGTERM", () => end());
  });
  await page.close();
  await world.close();
  return 0;
}

/** The files that git tracks (or would track), as text; others are left out. */
function readRepository(folder: string): Record<string, string> {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const files: Record<string, string> = {};
  for (const path of listed.split("\0").filter((entry) => entry !== "" && existsSync(join(folder, entry)))) {
    const content = readFileSync(join(folder, path));
    if (!content.includes(0)) files[path] = content.toString("utf8");
  }
  return files;
}
