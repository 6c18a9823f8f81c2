import { stringify } from "yaml";
import { maskSecrets } from "../../../lib/mask-secrets.js";
import { stripControls } from "../../../lib/text.js";
import type { Run } from "../../../run/read-run.js";
import { html, type Html } from "./html.js";

const mostCharacters = 512 * 1024;
/** A status of more nodes is left out: there are better ways to look at it. */
const mostNodes = 500;

/** The Workflow object as YAML: masked, and cut where it is long. */
export function renderWorkflow(run: Run): Html {
  const { status, ...rest } = run.workflow;
  const large = run.nodes.size > mostNodes;
  const { nodes: _nodes, ...withoutNodes } = status ?? {};
  const shown = large ? { ...rest, status: withoutNodes } : run.workflow;
  const text = stripControls(
    maskSecrets(stringify(shown, { lineWidth: 0, aliasDuplicateObjects: false }), []),
  );
  const cut = text.length > mostCharacters;
  return html`<h1>Workflow object</h1>
    <p class="quiet">
      As the engine holds it, with secrets
      masked.${large ? ` Its ${run.nodes.size} nodes are left out here.` : ""}${cut ? " The end is cut off." : ""}
    </p>
    <pre class="yaml" tabindex="0" aria-label="Workflow object as YAML">
${text.slice(0, mostCharacters)}</pre>`;
}
