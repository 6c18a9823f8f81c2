import { execute } from "../graphql/execute.js";
import { tokenRoute, type Route } from "../router.js";
import { HttpRefusal } from "../state.js";

export const routes: Route[] = [
  tokenRoute("POST /graphql", [], async ({ state, token, body }) => {
    const { query, variables } = body;
    if (typeof query !== "string")
      throw new HttpRefusal(400, "A query attribute must be specified and must be a string.");
    const given =
      typeof variables === "object" && variables !== null ? (variables as Record<string, unknown>) : {};
    return { status: 200, body: await execute(query, given, { state, token }) };
  }),
];
