// Writes the pictures of the README: `npm run screenshots`.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openBrowser, openTab, type Looks } from "./chromium.js";
import { failedScene, failingLog, waitingScene } from "./scenes.js";
import { openStandIn } from "./stand-in.js";

const folder = join(process.cwd(), "docs/images");
mkdirSync(folder, { recursive: true });
const browser = await openBrowser();
const stand = await openStandIn();

async function shoot(
  name: string,
  path: string,
  look: Looks & { height: number; search?: string },
): Promise<void> {
  const { page } = await openTab(browser, look);
  await page.setViewportSize({ width: look.width ?? 1200, height: look.height });
  await page.goto(`${stand.url}/runs/sluice/deploy-1${path}`);
  if (look.search !== undefined) {
    await page.fill("#query", look.search);
    await page.locator(".here").waitFor();
  }
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.context().close();
}

const { workflow, decisions } = waitingScene();
stand.set(workflow, decisions);
await shoot("waiting", "", { width: 1100, height: 1180 });
await shoot("phone", "", { width: 390, height: 780, scheme: "dark" });
stand.set(failedScene());
stand.setLog("deploy-1.smoke", { text: failingLog, truncated: false });
await shoot("failed", "", { width: 1000, height: 900 });
await shoot("log", "/steps/deploy-1.smoke", { width: 1000, height: 620, scheme: "dark", search: "orders" });
await stand.close();
await browser.close();
