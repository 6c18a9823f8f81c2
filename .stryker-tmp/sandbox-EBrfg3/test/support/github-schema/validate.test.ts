import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { validateDelivery, validateExchange, type Exchange } from "./validate.js";

type Json = Record<string, unknown>;
interface Examples {
  operations: Record<string, { requests: Json[]; status: number; responses: Json[] }>;
  webhooks: Record<string, Json[]>;
}
const examples = JSON.parse(readFileSync(join(import.meta.dirname, "examples.json"), "utf8")) as Examples;

const repo = "/repos/acme/infra";
const template = "/repos/{owner}/{repo}";
const checkRunExample = examples.operations[`POST ${template}/check-runs`]!;
const checkRunRequest = checkRunExample.requests[0]!;
const checkRun = checkRunExample.responses[0]!;
/** GitHub's own example of a pull request lacks what its schema requires of a team. */
const [pull] = examples.operations[`GET ${template}/pulls/{pull_number}`]!.responses as [Json];
pull.requested_teams = [];

function without(object: Json, property: string): Json {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== property));
}
function get(path: string, responseBody: unknown, query = ""): Exchange {
  return { method: "GET", path, query, status: 200, responseBody };
}
function create(requestBody: Json): Exchange {
  const path = `${repo}/check-runs`;
  return { method: "POST", path, query: "", requestBody, status: 201, responseBody: checkRun };
}

describe("validateExchange", () => {
  it.each(Object.entries(examples.operations))("accepts GitHub's examples of %s", (name, example) => {
    const [method = "", path = ""] = name.split(" ");
    for (const responseBody of example.responses) {
      const requestBody = example.requests[0];
      const exchange = { method, path, query: "", requestBody, status: example.status, responseBody };
      expect(validateExchange(exchange)).toEqual([]);
    }
  });

  it("names what a request lacks or does not know", () => {
    const call = `POST ${repo}/check-runs request`;
    expect(validateExchange(create(without(checkRunRequest, "name")))).toEqual([`${call}: must have name`]);
    expect(validateExchange(create({ ...checkRunRequest, sumary: "x" }))).toEqual([
      `${call}: must not have sumary`,
    ]);
    const completedOnly = { name: "a", head_sha: "b", status: "completed" };
    expect(validateExchange(create(completedOnly))).toEqual([`${call}: must have conclusion`]);
    expect(validateExchange({ ...create({}), requestBody: undefined })).toEqual([
      `${call}: must be object (is null)`,
    ]);
  });

  it("applies the limits of the description", () => {
    const action = { label: "Approve this deployment", description: "d", identifier: "i" };
    const summary = "x".repeat(65_536);
    const request = { ...checkRunRequest, actions: [action], output: { title: "t", summary } };
    expect(validateExchange(create(request))).toEqual([
      `POST ${repo}/check-runs request: /output/summary must NOT have more than 65535 characters`,
      `POST ${repo}/check-runs request: /actions/0/label must NOT have more than 20 characters`,
    ]);
  });

  it("takes an update of one field, and no completion without conclusion", () => {
    const update = {
      method: "PATCH",
      path: `${repo}/check-runs/4`,
      query: "",
      status: 200,
      responseBody: checkRun,
    };
    expect(validateExchange({ ...update, requestBody: { output: { summary: "s" } } })).toEqual([]);
    expect(validateExchange({ ...update, requestBody: { status: "completed" } })).toEqual([
      `PATCH ${repo}/check-runs/4 request: must have conclusion`,
    ]);
  });

  it("names what a response lacks", () => {
    expect(validateExchange(get(`${repo}/pulls/7`, without(pull, "head")))).toEqual([
      `GET ${repo}/pulls/7 200 response: must have head`,
    ]);
    expect(validateExchange(get(`${repo}/pulls/7`, { ...pull, user: "alice" }))).toEqual([
      `GET ${repo}/pulls/7 200 response: /user must be object (is "alice")`,
    ]);
  });

  it("reports the same error of several elements once, and of a choice the closest branch only", () => {
    const file = { type: "file", size: "1" };
    const [message, ...others] = validateExchange(get(`${repo}/contents/.workflows`, [file, file]));
    expect(message).toMatch(/200 response: \/0 must have .*download_url/);
    expect(others).toEqual([
      `GET ${repo}/contents/.workflows 200 response: /0/size must be integer (is "1")`,
    ]);
    expect(validateExchange(get(`${repo}/contents/.workflows`, 5))).toEqual([
      `GET ${repo}/contents/.workflows 200 response: must be object or array (is 5)`,
    ]);
  });

  it("checks query parameters", () => {
    const path = `${repo}/commits/heads/main/check-runs`;
    const body = { total_count: 0, check_runs: [] };
    expect(validateExchange(get(path, body, "per_page=100&filter=latest"))).toEqual([]);
    expect(validateExchange(get(path, body, "per_page=all&filter=new&perpage=1")).sort()).toEqual([
      `GET ${path} query: /filter must be one of latest, all (is "new")`,
      `GET ${path} query: /per_page must be integer (is "all")`,
      `GET ${path} query: must not have perpage`,
    ]);
  });

  it("does not know other routes, methods or statuses", () => {
    const known = get(`${repo}/pulls/7`, pull);
    expect(validateExchange({ ...known, path: `${repo}/pull/7` })).toEqual([
      `GET ${repo}/pull/7 is not an operation of GitHub's API`,
    ]);
    expect(validateExchange({ ...known, method: "PUT" })).toEqual([
      `PUT ${repo}/pulls/7 is not an operation of GitHub's API`,
    ]);
    expect(validateExchange({ ...known, status: 201 })).toEqual([
      `GET ${repo}/pulls/7 201 response: this status is not documented`,
    ]);
  });

  it("takes the most literal of the matching templates", () => {
    const list = validateExchange(get(`${repo}/commits/main/pulls`, {}));
    expect(list).toEqual([`GET ${repo}/commits/main/pulls 200 response: must be array (is {})`]);
    const [commit] = validateExchange(get(`${repo}/commits/heads/main`, {}));
    expect(commit).toMatch(/must have url, sha/);
    for (const path of ["contents", "contents/", "contents/a/pulls/b"]) {
      expect(validateExchange(get(`${repo}/${path}`, []))).toEqual([]);
    }
  });

  it("reads an undescribed route like the one it answers as", () => {
    const [message] = validateExchange(get("/repositories/4", {}));
    expect(message).toMatch(/^GET \/repositories\/4 200 response: must have .*full_name/);
  });

  it("wants a message of every error, and an empty body of 204", () => {
    const call = { method: "DELETE", path: "/installation/token", query: "", status: 204 };
    expect(validateExchange(call)).toEqual([]);
    expect(validateExchange({ ...call, responseBody: { ok: true } })).toHaveLength(1);
    expect(validateExchange({ ...call, status: 401, responseBody: { message: "Bad credentials" } })).toEqual(
      [],
    );
    expect(validateExchange({ ...call, status: 401, responseBody: "Bad credentials" })).toEqual([
      "DELETE /installation/token 401 response: must be an object with a string 'message'",
    ]);
  });

  it("wants a query of a GraphQL call", () => {
    const call = { method: "POST", path: "/graphql", query: "", status: 200, responseBody: { data: {} } };
    expect(validateExchange({ ...call, requestBody: { query: "query { viewer { login } }" } })).toEqual([]);
    expect(validateExchange({ ...call, requestBody: {} })).toHaveLength(1);
  });
});

describe("validateDelivery", () => {
  it.each(Object.entries(examples.webhooks))("accepts GitHub's examples of %s", (name, payloads) => {
    const [event = ""] = name.split(".");
    for (const payload of payloads) expect(validateDelivery({ event, payload })).toEqual([]);
  });

  it("chooses the schema by event and action", () => {
    const payload = examples.webhooks["check_run.requested_action"]![0]!;
    const [missing, ...others] = validateDelivery({
      event: "pull_request",
      payload: { ...payload, action: "opened" },
    });
    expect(missing).toBe("webhook pull_request.opened: must have number, pull_request");
    expect(others).toEqual([]);
    expect(validateDelivery({ event: "check_run", payload: { ...payload, action: "stolen" } })).toEqual([
      "webhook check_run.stolen is not in webhooks.json",
    ]);
  });

  it("names what a payload lacks", () => {
    const payload = { action: "opened", number: 1, pull_request: without(pull, "head") };
    const messages = validateDelivery({ event: "pull_request", payload });
    expect(messages).toContain("webhook pull_request.opened: /pull_request must have head");
  });
});
