import type { Container, Template } from "../manifest/argo.js";
import type { Manifest } from "../manifest/manifest.js";
import type { Path, Problem } from "../manifest/problem.js";
import { annotation } from "../run/metadata.js";
import { receiversOf } from "./compile-token.js";
import { gateAnswer } from "./gate-outputs.js";
import { gateRules, isGate } from "./gate-rules.js";
import { scopeOf } from "./inline-templates.js";
import { problemAt } from "./problem-at.js";
import { trace } from "./taint.js";
import { lintAnnotations, lintManifestNames } from "./lint-names.js";
import { lintComment, lintEnvironment } from "./report-wishes.js";
import { parseTokenPermissions } from "./token-permissions.js";
import { parseTrigger } from "./trigger.js";
import { everyTemplate, objectsIn } from "./walk-templates.js";

/** Values that people without any permission can choose. */
const attackerWritten = ["github-head-ref", "github-ref", "github-ref-name", "github-actor"];
const gateAnnotations = [
  annotation.approvals,
  annotation.approvers,
  annotation.approve,
  annotation.rejectOnChanges,
  annotation.codeOwners,
];

/** What is wrong with the parts of manifests that are Sluice's own: triggers, tokens, gates, and who writes into scripts. */
export function lintPolicy(manifests: readonly Manifest[]): Problem[] {
  const own = manifests.flatMap((manifest) => [
    ...lintAnnotations(manifest),
    ...parseTrigger(manifest).problems,
    ...parseTokenPermissions(manifest).problems,
    ...lintComment(manifest),
    ...lintTemplates(manifest),
  ]);
  return [...own, ...lintManifestNames(manifests)];
}

function lintTemplates(manifest: Manifest): Problem[] {
  const { spec, specPath } = scopeOf(manifest);
  const templates = objectsIn(spec.templates).map(({ item }) => item);
  // A broken list was reported when it was parsed; paths would be off.
  if (templates.length !== (spec.templates ?? []).length) return [];
  const base = [...specPath, "templates"];
  return [
    ...everyTemplate(templates).flatMap(({ template, path }) => [
      ...lintGate(manifest, template, [...base, ...path]),
      ...lintEnvironment(manifest, template, [...base, ...path]),
    ]),
    ...lintRetriedGates(manifest, templates),
    ...lintUntrusted(manifest, templates, base),
    ...lintArguments(manifest, templates, base),
    ...lintToken(manifest, templates, base),
  ];
}

function lintGate(manifest: Manifest, template: Template, path: Path): Problem[] {
  const annotations = template.metadata?.annotations;
  const at = (name: string): Path => [...path, "metadata", "annotations", name];
  const written = gateAnnotations.filter((name) => annotations?.[name] !== undefined);
  if (!isGate(template)) {
    const misplaced = written.map((name) => {
      const message = `\`${name}\` has no effect here: only a suspend template without a duration is a gate.`;
      return problemAt(manifest, at(name), { severity: "warning", rule: "gate", message }, "key");
    });
    return misplaced.length > 0 ? misplaced : lintTimer(manifest, template, path);
  }
  const problems = gateRules(annotations).problems.map((fault) => {
    const name = gateAnnotations.find((known) => fault.startsWith(`${known} `)) ?? annotation.approvals;
    return problemAt(manifest, at(name), {
      rule: "gate",
      message: `${fault}; until then nothing opens this gate.`,
    });
  });
  const answer = gateAnswer(template, "approved");
  if ("fault" in answer) {
    const where =
      annotations?.[annotation.approve] === undefined ? [...path, "suspend"] : at(annotation.approve);
    const message = `An approval cannot be told to this gate: ${answer.fault}.`;
    const hint = `Give the input an enum of two values with the refusal as its default, or write ${annotation.approve}: 'name=value'.`;
    // A plain Argo manifest may well be answered by other means: only where Sluice is meant is this an error.
    const meant = written.length > 0 || manifest.object.metadata.annotations?.[annotation.on] !== undefined;
    problems.push(
      problemAt(manifest, where, { severity: meant ? "error" : "warning", rule: "gate", message, hint }),
    );
  }
  if (template.retryStrategy !== undefined) {
    const message = "A gate with `retryStrategy` asks again after a rejection.";
    problems.push(
      problemAt(manifest, [...path, "retryStrategy"], { severity: "warning", rule: "gate", message }, "key"),
    );
  }
  return problems;
}

const soundsLikeGate = /(^|[-_.])(gates?|approvals?|approve|confirm|sign-?off)($|[-_.])/i;

function lintTimer(manifest: Manifest, { name = "", suspend }: Template, path: Path): Problem[] {
  if (suspend === undefined || suspend === null || !soundsLikeGate.test(name)) return [];
  const message = `\`${name}\` is no gate: it ends well by itself when its \`duration\` is over, whoever approves.`;
  const hint = "Take `duration` out, so that it waits for an approval; or give a pause another name.";
  const fault = { severity: "warning", rule: "gate", message, hint } as const;
  return [problemAt(manifest, [...path, "suspend", "duration"], fault, "key")];
}

/** Argo takes the workflow's own retry strategy for every template that has none, gates among them. */
function lintRetriedGates(manifest: Manifest, templates: Template[]): Problem[] {
  const { spec, specPath } = scopeOf(manifest);
  if (!everyTemplate(templates).some(({ template }) => isGate(template))) return [];
  const places: Path[] = [
    ...(spec.retryStrategy === undefined ? [] : [["retryStrategy"]]),
    ...(spec.templateDefaults?.retryStrategy === undefined ? [] : [["templateDefaults", "retryStrategy"]]),
  ];
  return places.map((place) => {
    const message = "This `retryStrategy` holds for the gates, too: they ask again after a rejection.";
    const hint = "Put it on the templates that are to be tried again.";
    const fault = { severity: "warning", rule: "gate", message, hint } as const;
    return problemAt(manifest, [...specPath, ...place], fault, "key");
  });
}

function lintUntrusted(manifest: Manifest, templates: Template[], base: Path): Problem[] {
  const who = "A value that anyone can choose (a branch or user name)";
  return lintCode(manifest, templates, base, { parameters: attackerWritten, who, variable: "HEAD_REF" });
}

/** What a comment sets is free text, unless the parameter has an enum. */
function lintArguments(manifest: Manifest, templates: Template[], base: Path): Problem[] {
  const { trigger } = parseTrigger(manifest);
  if (trigger?.dispatch !== true && trigger?.comment === undefined) return [];
  const declared = objectsIn(scopeOf(manifest).spec.arguments?.parameters).map(({ item }) => item);
  const parameters = declared.filter((one) => one.enum === undefined).map(({ name }) => name);
  const who = "A value that a comment can set";
  return lintCode(manifest, templates, base, { parameters, who, variable: "VALUE" });
}

function lintCode(
  manifest: Manifest,
  templates: Template[],
  base: Path,
  { parameters, who, variable }: { parameters: string[]; who: string; variable: string },
): Problem[] {
  if (parameters.length === 0) return [];
  return trace(templates, { parameters }).flatMap(({ template, path, sees }) =>
    codeIn(template)
      .filter(({ code }) => sees(code))
      .map(({ at }) => {
        const message = `${who} is put into a script, where it can run as code.`;
        const hint = `Pass it in \`env\` and use it quoted in the script, e.g. "$${variable}".`;
        return problemAt(manifest, [...base, ...path, ...at], {
          severity: "warning",
          rule: "untrusted-code",
          message,
          hint,
        });
      }),
  );
}

function lintToken(manifest: Manifest, templates: Template[], base: Path): Problem[] {
  return receiversOf(templates).flatMap(({ template, path, sees }) => {
    const places: { at: Path; code: unknown; message: string }[] = [
      {
        at: ["script", "source"],
        code: template.script?.source,
        message: "The GitHub token does not reach `source`: a shell would take it for a command to run.",
      },
      ...(["container", "script"] as const).map((kind) => ({
        at: [kind, "args"],
        code: template[kind]?.args,
        message: "The GitHub token in `args` can be read in the machine's list of processes.",
      })),
    ];
    return places
      .filter(({ code }) => sees(code))
      .map(({ at, message }) => {
        const hint = "Pass it in `env`, e.g. GITHUB_TOKEN, and read it from there.";
        return problemAt(manifest, [...base, ...path, ...at], {
          severity: "warning",
          rule: "token-reach",
          message,
          hint,
        });
      });
  });
}

const interpreters = /(^|\/)(sh|bash|ash|dash|zsh|ksh|python[0-9.]*|node|perl|ruby|eval)$/;

/** The parts of a template that are run as code: a script's source, and the arguments of an interpreter. */
function codeIn(template: Template): { at: Path; code: unknown }[] {
  const found: { at: Path; code: unknown }[] = [];
  if (template.script?.source !== undefined)
    found.push({ at: ["script", "source"], code: template.script.source });
  for (const kind of ["container", "script"] as const) {
    const container: Container | undefined = template[kind];
    const words = [container?.command, container?.args].flat();
    if (!words.some((word) => interpreters.test(String(word)))) continue;
    found.push(
      { at: [kind, "args"], code: container?.args },
      { at: [kind, "command"], code: container?.command },
    );
  }
  return found;
}
