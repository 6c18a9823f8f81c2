import { html, line, type Html } from "./html.js";

/** Who looks, where people sign in at all. */
export interface Viewer {
  login: string;
}

export interface Page {
  title: string;
  body: Html;
  viewer?: Viewer | undefined;
  /** Where the reader is: from the run down. The last one is the page itself. */
  trail?: readonly { text: string; href?: string | undefined }[];
}

/** A whole document. Styles and script are files of this server: nothing is inline, as the policy demands. */
export function renderDocument({ title, body, viewer, trail = [] }: Page): string {
  const crumbs = trail.map(({ text, href }) =>
    href === undefined
      ? html`<li aria-current="page">${line(text, 120)}</li>`
      : html`<li><a href="${href}">${line(text, 120)}</a></li>`,
  );
  const account =
    viewer === undefined
      ? ""
      : html`<form class="account" method="post" action="/sign-out">
          <span>@${line(viewer.login, 60)}</span> <button>Sign out</button>
        </form>`;
  const text = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${line(title, 200)} · Sluice</title>
        <link rel="icon" href="/assets/sluice.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/page.css" />
        <script src="/assets/page.js" type="module"></script>
      </head>
      <body>
        <a class="skip" href="#main">To the content</a>
        <header class="top">
          <nav aria-label="Where you are">
            <ol>
              <li class="brand">Sluice</li>
              ${crumbs}
            </ol>
          </nav>
          ${account}
        </header>
        <main id="main" tabindex="-1">${body}</main>
        <p id="said" class="hidden" role="status"></p>
      </body>
    </html> `;
  return text.text;
}

/** A page that only says something: not found, signed out, GitHub out of reach. */
export function renderMessage(heading: string, text: Html, viewer?: Viewer): string {
  return renderDocument({
    title: heading,
    body: html`<section class="message">
      <h1>${heading}</h1>
      ${text}
    </section>`,
    viewer,
  });
}
