// Writes github-schema/rest.json and github-schema/webhooks.json: the slice of GitHub's OpenAPI descriptions
// the tests validate against, as JSON Schema; and github-schema/examples.json: some of GitHub's own examples.
//
//   mkdir /tmp/schemas && cd /tmp/schemas && npm init -y
//   npm install --ignore-scripts @octokit/openapi@23.0.2 @octokit/openapi-webhooks@12.1.0
//   node test/support/extract-github-schema.mjs /tmp/schemas/node_modules
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { closure, share, toJsonSchema } from "./github-schema/json-schema.mjs";

const repo = "/repos/{owner}/{repo}";
const operations = [
  "GET /app",
  "DELETE /applications/{client_id}/token",
  "GET /app/hook/config",
  "GET /app/hook/deliveries",
  "GET /app/hook/deliveries/{delivery_id}",
  "POST /app/hook/deliveries/{delivery_id}/attempts",
  "GET /app/installations",
  "GET /app/installations/{installation_id}",
  "POST /app/installations/{installation_id}/access_tokens",
  "GET /installation/repositories",
  "DELETE /installation/token",
  "GET /orgs/{org}/teams/{team_slug}/members",
  "GET /rate_limit",
  "GET /user",
  "GET /user/installations",
  "GET /user/installations/{installation_id}/repositories",
  `GET ${repo}`,
  `POST ${repo}/check-runs`,
  `GET ${repo}/check-runs/{check_run_id}`,
  `PATCH ${repo}/check-runs/{check_run_id}`,
  `GET ${repo}/check-runs/{check_run_id}/annotations`,
  `GET ${repo}/collaborators/{username}/permission`,
  `GET ${repo}/commits/{ref}`,
  `GET ${repo}/activity`,
  `GET ${repo}/commits/{ref}/check-runs`,
  `GET ${repo}/commits/{commit_sha}/pulls`,
  `GET ${repo}/compare/{basehead}`,
  `GET ${repo}/contents/{path}`,
  `GET ${repo}/deployments`,
  `POST ${repo}/deployments`,
  `GET ${repo}/deployments/{deployment_id}/statuses`,
  `POST ${repo}/deployments/{deployment_id}/statuses`,
  `GET ${repo}/git/blobs/{file_sha}`,
  `GET ${repo}/git/commits/{commit_sha}`,
  `GET ${repo}/git/trees/{tree_sha}`,
  `GET ${repo}/installation`,
  `PATCH ${repo}/issues/comments/{comment_id}`,
  `GET ${repo}/issues/comments/{comment_id}/reactions`,
  `POST ${repo}/issues/comments/{comment_id}/reactions`,
  `DELETE ${repo}/issues/comments/{comment_id}/reactions/{reaction_id}`,
  `GET ${repo}/issues/{issue_number}/comments`,
  `POST ${repo}/issues/{issue_number}/comments`,
  `GET ${repo}/pulls`,
  `POST ${repo}/pulls`,
  `GET ${repo}/pulls/{pull_number}`,
  `GET ${repo}/pulls/{pull_number}/commits`,
  `GET ${repo}/pulls/{pull_number}/files`,
  `GET ${repo}/pulls/{pull_number}/reviews`,
];
/** Routes GitHub serves but does not describe, and the described operation each one answers like. */
const undescribed = { "GET /repositories/{repository_id}": `GET ${repo}` };
/** EVENT, or EVENT.ACTION for an event whose payload has an action. */
const webhooks = [
  "check_run.completed",
  "check_run.created",
  "check_run.requested_action",
  "check_run.rerequested",
  "check_suite.rerequested",
  "issue_comment.created",
  "merge_group.checks_requested",
  "ping",
  "pull_request.closed",
  "pull_request.labeled",
  "pull_request.opened",
  "pull_request.ready_for_review",
  "pull_request.reopened",
  "pull_request.synchronize",
  "pull_request_review.dismissed",
  "pull_request_review.edited",
  "pull_request_review.submitted",
  "push",
  "release.published",
];
/**
 * Responses whose description is wrong, by its own example: in this list it makes each account a user and an
 * enterprise at once, where the component `installation` says either.
 */
const correctedResponses = {
  "GET /app/installations": { type: "array", items: { $ref: "#/components/schemas/installation" } },
};
/** Those of the above whose examples are kept, to test the validation itself. */
const exampleOperations = [
  `POST ${repo}/check-runs`,
  `GET ${repo}/pulls/{pull_number}`,
  `GET ${repo}/contents/{path}`,
  `GET ${repo}/commits/{ref}/check-runs`,
];
const exampleWebhooks = ["check_run.requested_action", "ping"];

/** What GitHub's description of `conclusion` says in prose only: required with "completed" and with `completed_at`. */
const conclusionRequired = {
  if: {
    anyOf: [
      { properties: { status: { const: "completed" } }, required: ["status"] },
      { required: ["completed_at"] },
    ],
  },
  then: { required: ["conclusion"] },
};
const proseRules = {
  [`POST ${repo}/check-runs`]: conclusionRequired,
  [`PATCH ${repo}/check-runs/{check_run_id}`]: conclusionRequired,
};

function dereference(value, description) {
  if (!value?.$ref) return value;
  return value.$ref
    .slice(2)
    .split("/")
    .reduce((parent, key) => parent[key], description);
}

/** The operation's parts by schema name, and the schemas themselves added to `definitions`. */
function extractOperation(description, name, definitions) {
  const [method, path] = name.split(" ");
  const operation = description.paths[path]?.[method.toLowerCase()];
  if (!operation) throw new Error(`no operation ${name}`);
  const define = (part, schema) => {
    const definition = `${operation.operationId.replace("/", ".")}:${part}`;
    definitions[definition] = schema;
    return definition;
  };
  const parameters = (operation.parameters ?? []).map((parameter) => dereference(parameter, description));
  const body = dereference(operation.requestBody, description);
  const responses = {};
  for (const [status, reference] of Object.entries(operation.responses)) {
    if (Number(status) >= 400) continue;
    const content = Object.values(dereference(reference, description).content ?? {});
    const schemas = content.map((media) => toJsonSchema(correctedResponses[name] ?? media.schema));
    const [first] = schemas;
    responses[status] = first && define(status, schemas.length === 1 ? first : { anyOf: schemas });
    responses[status] ??= null;
  }
  return {
    query: define("query", querySchema(parameters)),
    ...(body && {
      request: define("request", requestSchema(name, body.content["application/json"].schema)),
      requestRequired: body.required === true,
    }),
    responses,
  };
}

/** GitHub ignores body fields it does not know; here they are a violation, because they are typing errors. */
function requestSchema(name, schema) {
  return { ...toJsonSchema(schema), additionalProperties: false, ...proseRules[name] };
}

function querySchema(parameters) {
  const query = parameters.filter((parameter) => parameter.in === "query");
  const required = query.filter((parameter) => parameter.required).map(({ name }) => name);
  return {
    type: "object",
    properties: Object.fromEntries(query.map(({ name, schema }) => [name, toJsonSchema(schema)])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

function extractRest(description) {
  const definitions = {};
  const extracted = Object.fromEntries(
    operations.map((name) => [name, extractOperation(description, name, definitions)]),
  );
  for (const [name, like] of Object.entries(undescribed)) extracted[name] = extracted[like];
  return { operations: extracted, $defs: share(closure(definitions, description.components.schemas)) };
}

function extractWebhooks(description) {
  const definitions = {};
  const extracted = Object.fromEntries(
    webhooks.map((name) => {
      const { content } = webhookOf(description, name).post.requestBody;
      definitions[name] = toJsonSchema(content["application/json"].schema);
      return [name, name];
    }),
  );
  return { webhooks: extracted, $defs: share(closure(definitions, description.components.schemas)) };
}

/** Request and response examples of an operation; several kinds of content in the response give several. */
function operationExamples(description, name) {
  const [method, path] = name.split(" ");
  const operation = description.paths[path][method.toLowerCase()];
  const valuesOf = (content) =>
    Object.values(content?.["application/json"]?.examples ?? {}).map(
      (example) => dereference(example, description).value,
    );
  const [status] = Object.keys(operation.responses);
  return {
    requests: valuesOf(operation.requestBody?.content),
    status: Number(status),
    responses: valuesOf(operation.responses[status].content),
  };
}

function webhookExamples(description, name) {
  const { examples } = webhookOf(description, name).post.requestBody.content["application/json"];
  return Object.values(examples).map((example) => dereference(example, description).value);
}

function webhookOf(description, name) {
  const webhook = description.webhooks[name.replaceAll(/[._]/g, "-")];
  if (!webhook) throw new Error(`no webhook ${name}`);
  return webhook;
}

/**
 * One entry per line, sorted by name, so that a newer description gives a readable diff. References name the file,
 * so that every subschema can be compiled alone.
 */
function write(file, sources, sections) {
  const lines = (object) =>
    Object.keys(object)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${JSON.stringify(object[key])}`)
      .join(",\n");
  const origin = sources.map(({ name, version, license }) => `${name} ${version} (${license})`).join(", ");
  const parts = [
    `"$id":"${file}"`,
    `"$comment":"Extracted from ${origin} by extract-github-schema.mjs"`,
    ...Object.entries(sections).map(([name, entries]) => `"${name}":{\n${lines(entries)}\n}`),
  ];
  const text = `{${parts.join(",\n")}}\n`.replaceAll('"$ref":"#/', `"$ref":"${file}#/`);
  writeFileSync(join(import.meta.dirname, "github-schema", file), text);
  console.log(`${file}: ${text.length} characters`);
}

const modules = process.argv[2];
if (!modules) throw new Error("usage: node test/support/extract-github-schema.mjs PATH_OF_NODE_MODULES");
function read(name) {
  const json = (file) => JSON.parse(readFileSync(join(modules, "@octokit", name, file), "utf8"));
  return { source: json("package.json"), description: json("generated/api.github.com.json") };
}
const [rest, hooks] = [read("openapi"), read("openapi-webhooks")];
write("rest.json", [rest.source], extractRest(rest.description));
write("webhooks.json", [hooks.source], extractWebhooks(hooks.description));
write("examples.json", [rest.source, hooks.source], {
  operations: Object.fromEntries(
    exampleOperations.map((name) => [name, operationExamples(rest.description, name)]),
  ),
  webhooks: Object.fromEntries(
    exampleWebhooks.map((name) => [name, webhookExamples(hooks.description, name)]),
  ),
});
