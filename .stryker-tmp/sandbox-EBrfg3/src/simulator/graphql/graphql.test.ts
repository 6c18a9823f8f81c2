import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openAcme, type Json, type Acme } from "../acme.js";
import { validateDelivery, validateExchange } from "../../../test/support/github-schema/validate.js";

const validators = { exchange: validateExchange, delivery: validateDelivery };
let world: Acme;

beforeEach(async () => {
  world = await openAcme(validators);
});
afterEach(async () => {
  await world.close();
  expect([...world.invalid]).toEqual([]);
});

describe("GraphQL", () => {
  const query = `query($owner: String!, $name: String!, $expression: String!) {
    repository(owner: $owner, name: $name) { id folder: object(expression: $expression) {
      __typename
      ... on Tree { entries { name path type mode size object { ... on Blob { text isBinary isTruncated byteSize oid } } } }
    } }
    rateLimit { remaining }
  }`;
  const ask = async (text: string, variables: Json) =>
    (await world.call(await world.token(), "POST /graphql", { query: text, variables })).body;

  it("gives a folder's files in one query, and null where there is none", async () => {
    const variables = { owner: "acme", name: "infra", expression: `${world.sha}:.workflows` };
    expect(await ask(query, variables)).toMatchObject({
      data: {
        repository: {
          folder: {
            __typename: "Tree",
            entries: [
              {
                name: "a.yaml",
                path: ".workflows/a.yaml",
                type: "blob",
                mode: 33188,
                size: 15,
                object: { text: "kind: Workflow\n", isBinary: false, isTruncated: false, byteSize: 15 },
              },
              { name: "deep", type: "tree", object: {} },
            ],
          },
        },
        rateLimit: { remaining: 4999 },
      },
    });
    expect(await ask(query, { ...variables, expression: `${world.sha}:nothing` })).toMatchObject({
      data: { repository: { folder: null } },
    });
  });

  it("answers mistakes and hidden repositories with errors in GitHub's shape", async () => {
    expect(await ask(`{ repository(owner: "acme", name: "infra") { nmae } }`, {})).toEqual({
      errors: [
        {
          message: "Field 'nmae' doesn't exist on type 'Repository'",
          path: ["query", "repository", "nmae"],
          extensions: { code: "undefinedField", typeName: "Repository", fieldName: "nmae" },
          locations: [{ line: 1, column: 46 }],
        },
      ],
    });
    expect(await ask(`{ repository(owner: "acme", name: "none") { id } }`, {})).toMatchObject({
      data: { repository: null },
      errors: [{ type: "NOT_FOUND", path: ["repository"] }],
    });
    expect(await ask(`{ repository(owner: "acme" `, {})).toMatchObject({ errors: [{ message: /Expected/ }] });
    expect(await ask(query, { owner: "acme", name: "infra" })).toHaveProperty("errors");
  });
});
