#!/usr/bin/env node
import { Command, Option } from "commander";
import { readFileSync } from "node:fs";

/** Sub-commands are imported when they run: `lint` must not pay for Probot. */
function program(): Command {
  const root = new Command("sluice");
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  root.description("Argo Workflows from your repository, gated by pull-request approval").version(version);
  const out = (text: string) => void process.stdout.write(text);
  const err = (text: string) => void process.stderr.write(text);

  root
    .command("lint")
    .description("check manifests; exit 1 when there are errors")
    .argument("<path...>", "files, or folders that are searched for .yaml and .yml")
    .option("--json", "print one JSON array of problems", false)
    .option("--cluster", "ask the cluster of SLUICE_CONFIG too, by dry runs that create nothing", false)
    .option("--repository <owner/name>", "with --cluster: whose rules in SLUICE_CONFIG count")
    .option("--namespace <name>", "with --cluster: where it is tried, in place of the configuration's")
    .action(async (paths: string[], options: LintOptions) => {
      const { lint } = await import("./lint.js");
      const { json, cluster, ...more } = options;
      process.exitCode = await lint(paths, cluster ? { json, cluster: more } : { json }, out);
    });

  root
    .command("run")
    .description("run a manifest on the local engine; exit 0 Succeeded, 1 Failed or Error, 2 could not run")
    .argument("<file>", "a manifest file")
    .option("-p, --parameter <name=value>", "set a workflow parameter (repeatable)", collect, [])
    .option("--entrypoint <name>", "start at another template")
    .option("--answer <gate.parameter=value>", "answer a gate when it opens (repeatable)", collect, [])
    .option("--mount <host:path>", "show a host folder to the steps, writable (repeatable)", collect, [])
    .option(
      "--with <path>",
      "WorkflowTemplates and ConfigMaps that the run may use (repeatable)",
      collect,
      [],
    )
    .option("--executor <name>", "process, or docker or podman to run the images themselves", "process")
    .option("--images <file>", "what images hold: globs to entrypoint, command and mount")
    .option(
      "--on <node:phase=action>",
      "resume, stop, terminate or set:param=value (repeatable)",
      collect,
      [],
    )
    .option("-o, --output <format>", "tree, json or yaml", "tree")
    .action(async (file: string, options: RunOptions) => {
      const { run } = await import("./run.js");
      process.exitCode = await run(
        file,
        {
          parameters: options.parameter,
          answers: options.answer,
          mounts: options.mount,
          beside: options.with,
          reactions: options.on,
          executor: options.executor,
          ...(options.images === undefined ? {} : { images: options.images }),
          output: options.output,
          ...(options.entrypoint === undefined ? {} : { entrypoint: options.entrypoint }),
        },
        { out, err, ...(process.stdout.isTTY ? { terminal: process.stdout } : {}) },
      );
    });

  root
    .command("serve")
    .description("the GitHub App; settings are environment variables, see the README")
    .action(async () => {
      const { serve } = await import("./serve.js");
      process.exitCode = await serve(process.env, { out, err });
    });

  root
    .command("doctor")
    .description(
      "check what serve needs: settings, the App on GitHub, its webhook, the engine; exit 1 when wrong",
    )
    .option("--json", "print one JSON object", false)
    .action(async (options: { json: boolean }) => {
      const { doctor } = await import("./doctor.js");
      process.exitCode = await doctor(process.env, options, out);
    });

  root
    .command("explain")
    .description("what a webhook's payload would start in a checkout, and why not the rest; acts on nothing")
    .argument("<file>", "the payload, JSON")
    .option("--event <name>", "the X-GitHub-Event header; guessed from the payload when left out")
    .option("--repo <dir>", "a checkout with .workflows/", ".")
    .option("--json", "print one JSON object", false)
    .action(async (file: string, options: { event?: string; repo: string; json: boolean }) => {
      const { explain } = await import("./explain.js");
      process.exitCode = await explain(file, options, { out, err });
    });

  root
    .command("receive")
    .description("take one delivery with the settings of serve, as if GitHub had sent it")
    .requiredOption("-e, --event <name>", "the X-GitHub-Event header")
    .requiredOption("-p, --payload <file>", "the payload, JSON")
    .action(async (options: { event: string; payload: string }) => {
      const { receive } = await import("./receive.js");
      process.exitCode = await receive(options, process.env, { out, err });
    });

  root
    .command("dev")
    .description(
      "a simulated GitHub, the App and the local engine on your repository, with a page on localhost",
    )
    .argument("[dir]", "a folder with .workflows/", ".")
    .option("--port <number>", "port of the page", "3333")
    .addOption(
      new Option("--engine <engine>", "argo: your cluster").choices(["local", "argo"]).default("local"),
    )
    .option("--namespace <name>", "with --engine argo: where runs are created", "default")
    .action(async (directory: string, options: { port: string; engine: string; namespace: string }) => {
      const { dev } = await import("./dev.js");
      const cluster = options.engine === "argo" ? { namespace: options.namespace } : {};
      process.exitCode = await dev(directory, { port: Number(options.port), ...cluster }, { out, err });
    });

  root
    .command("config-schema")
    .description("print the JSON schema of the server's configuration file (SLUICE_CONFIG)")
    .action(async () => {
      const { configurationSchema } = await import("../policy/configuration.js");
      out(`${JSON.stringify(configurationSchema(), undefined, 2)}\n`);
    });

  root
    .command("demo")
    .description("the whole story played by itself: push, plan, approval, apply")
    .option("--json", "print one JSON object per observed event", false)
    .option("--keep", "leave the page open at the end", false)
    .action(async (options: { json: boolean; keep: boolean }) => {
      const { demo } = await import("./demo.js");
      process.exitCode = await demo(options, { out, err });
    });
  return root;
}

interface LintOptions {
  json: boolean;
  cluster: boolean;
  repository?: string;
  namespace?: string;
}

interface RunOptions {
  parameter: string[];
  answer: string[];
  mount: string[];
  with: string[];
  on: string[];
  images?: string;
  executor: string;
  entrypoint?: string;
  output: "tree" | "json" | "yaml";
}

function collect(value: string, all: string[]): string[] {
  return [...all, value];
}

program()
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`sluice: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  });
