import { existsSync } from "node:fs";
import axe, { type AxeResults } from "axe-core";
import { chromium, type Browser, type Page } from "playwright-core";

/** Debian's Chromium; nothing is downloaded. */
const path = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((each) => existsSync(each));

export const hasChromium = path !== undefined;
/** A browser beside everything else on a small machine takes its time. */
export const patience = { timeout: 300_000 };
/** For the name of a suite that is skipped. */
export const whySkipped = hasChromium
  ? ""
  : " (skipped: no /usr/bin/chromium; apt-get install chromium brings it)";

export function openBrowser(): Promise<Browser> {
  if (path === undefined) throw new Error("there is no Chromium");
  // As root there is no sandbox to be had.
  return chromium.launch({
    executablePath: path,
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
    timeout: 60_000,
  });
}

export interface Tab {
  page: Page;
  /** What went wrong in it: errors of scripts, the console, and what the policy forbade. */
  problems: string[];
}

export interface Looks {
  scheme?: "light" | "dark";
  width?: number;
}

/** A tab with a profile of its own: nobody is signed in. */
export async function openTab(
  browser: Browser,
  { scheme = "light", width = 1200 }: Looks = {},
): Promise<Tab> {
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 900 } });
  context.setDefaultTimeout(100_000);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("console", (message) => {
    const expected = /status of (401|404|503)/.test(message.text());
    if (message.type() === "error" && !expected) problems.push(`console: ${message.text()}`);
  });
  await page.exposeFunction("reportViolation", (text: string) => void problems.push(`policy: ${text}`));
  await page.addInitScript(`document.addEventListener("securitypolicyviolation", (event) => {
    reportViolation(event.violatedDirective + " " + event.blockedURI);
  })`);
  return { page, problems };
}

/** What the accessibility checker finds, each with where. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results = await page.evaluate<AxeResults>("axe.run()");
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(" ")}: ${failureSummary ?? ""}`),
  );
}
