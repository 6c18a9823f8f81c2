import type { Artifact, Parameter } from "../../../manifest/argo.js";
import { block, html, line, type Html } from "./html.js";

const longestValue = 2000;
const mostParameters = 100;

/** Names and values, masked; undefined when there are none. */
export function renderParameters(
  title: string,
  parameters: readonly Parameter[] | undefined,
): Html | undefined {
  const all = parameters ?? [];
  if (all.length === 0) return undefined;
  const rows = all.slice(0, mostParameters).map((parameter) => {
    const { name } = parameter;
    return html`<div>
      <dt>${line(name, 120)}</dt>
      <dd>${renderValue(parameter)}</dd>
    </div>`;
  });
  const more = all.length - mostParameters;
  return html`<section class="values">
    <h3>${title}</h3>
    <dl>${rows}</dl>
    ${more > 0 ? html`<p class="quiet">and ${more} more</p>` : ""}
  </section>`;
}

function renderValue({ value, default: otherwise, valueFrom }: Parameter): Html {
  const given = value ?? otherwise;
  if (given === undefined)
    return html`<span class="quiet">${valueFrom === undefined ? "no value" : "not known yet"}</span>`;
  const text = String(given);
  if (text === "") return html`<span class="quiet">empty</span>`;
  return html`<code>${block(text, longestValue)}</code>`;
}

export function renderArtifacts(title: string, artifacts: readonly Artifact[] | undefined): Html | undefined {
  const names = (artifacts ?? []).slice(0, mostParameters).map(
    ({ name, path }) =>
      html`<div>
        <dt>${line(name, 120)}</dt>
        <dd>${path === undefined ? "" : html`<code>${line(path, 300)}</code>`}</dd>
      </div>`,
  );
  if (names.length === 0) return undefined;
  return html`<section class="values">
    <h3>${title}</h3>
    <dl>${names}</dl>
  </section>`;
}
