import type { Readable } from "node:stream";
import { evaluateExpression } from "../../expression/expr.js";
import { askForManifest, reasonOf, type Answer } from "./ask-for-manifest.js";
import { StepFault } from "./environment.js";
import { logFile } from "./log-file.js";
import { openStepLog } from "./step-log.js";
import type { StepEnd, StepOptions, StepStart } from "./step-start.js";

interface HttpTemplate {
  url?: string;
  method?: string;
  headers?: { name: string; value?: string }[];
  body?: string;
  timeoutSeconds?: number;
  successCondition?: string;
}

const bodyLimit = 1024 * 1024;
const defaultTimeoutMs = 30_000;

/** Sends the request of an http template; the body of the response is the step's result. */
export async function runHttp(options: StepOptions, step: StepStart): Promise<StepEnd> {
  const {
    url = "",
    method = "GET",
    headers = [],
    body,
    timeoutSeconds,
    successCondition,
  } = step.template["http"] as HttpTemplate;
  const timeout = AbortSignal.timeout(
    timeoutSeconds === undefined ? defaultTimeoutMs : timeoutSeconds * 1000,
  );
  const signal = AbortSignal.any([timeout, step.signal]);
  const sent = body === undefined ? {} : { body };
  const answer = await askForManifest({ url, method, headers, ...sent, signal }, options.reach ?? []).catch(
    (cause: unknown) => {
      throw new StepFault(`${method} ${url}: ${reasonOf(cause)}`);
    },
  );
  const text = await beginningOf(answer.body).catch((cause: unknown) => {
    throw new StepFault(`${method} ${url}: ${reasonOf(cause)}`);
  });
  const log = openStepLog(logFile(options.directory, step.uid, step.nodeId), bodyLimit);
  log.write(Buffer.from(`${method} ${url}: ${answer.status}\n${text}\n`));
  log.close();
  const outputs = { result: text, exitCode: "0" };
  const holds = successCondition
    ? isTrue(successCondition, { url, method, body: body ?? "", headers: listed(headers) }, answer, text)
    : isWell(answer);
  if (holds) return { phase: "Succeeded", message: "", outputs };
  const message = successCondition
    ? `successCondition '${successCondition}' evaluated false`
    : `received non-2xx response code: ${answer.status}`;
  return { phase: "Failed", message, outputs };
}

function isWell({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** What is longer is not read: it would be held in memory. */
async function beginningOf(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let left = bodyLimit;
  for await (const chunk of body) {
    chunks.push((chunk as Buffer).subarray(0, left));
    left -= (chunk as Buffer).length;
    if (left <= 0) break;
  }
  return Buffer.concat(chunks).toString();
}

/** As Go has them: a list of values by name. */
function listed(headers: readonly { name: string; value?: string }[]): Record<string, string[]> {
  const lists: Record<string, string[]> = {};
  for (const { name, value = "" } of headers) (lists[canonical(name)] ??= []).push(value);
  return lists;
}

function canonical(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

function isTrue(condition: string, request: object, answer: Answer, body: string): boolean {
  const response = { statusCode: answer.status, body, headers: listed(answer.headers) };
  return evaluateExpression(condition, { request, response }, Date.now()) === true;
}
