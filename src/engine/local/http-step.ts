import { environment, evaluateExpression } from "../../expression/expr.js";
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
  const response = await fetch(url, {
    method,
    headers: headers.map(({ name, value = "" }): [string, string] => [name, value]),
    ...(body === undefined || body === "" ? {} : { body }),
    signal: AbortSignal.any([timeout, step.signal]),
  }).catch((cause: unknown) => {
    throw new StepFault(`${method} ${url}: ${reasonOf(cause)}`);
  });
  const text = (await response.text()).slice(0, bodyLimit);
  const log = openStepLog(logFile(options.directory, step.uid, step.nodeId), bodyLimit);
  log.write(Buffer.from(`${method} ${url}: ${response.status}\n${text}\n`));
  log.close();
  const outputs = { result: text, exitCode: "0" };
  const holds = successCondition
    ? isTrue(successCondition, { url, method, body: body ?? "", headers: listed(headers) }, response, text)
    : response.ok;
  if (holds) return { phase: "Succeeded", message: "", outputs };
  const message = successCondition
    ? `successCondition '${successCondition}' evaluated false`
    : `received non-2xx response code: ${response.status}`;
  return { phase: "Failed", message, outputs };
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
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

function isTrue(condition: string, request: object, response: Response, body: string): boolean {
  const headers = listed([...response.headers].map(([name, value]) => ({ name, value })));
  const answer = { statusCode: response.status, body, headers };
  return evaluateExpression(condition, { ...environment(new Map()), request, response: answer }) === true;
}
