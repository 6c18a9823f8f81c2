import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  findBarriers,
  hasChromium,
  openBrowser,
  openTab,
  patience,
  whySkipped,
  type Looks,
} from "./chromium.js";
import {
  failedScene,
  failingLog,
  hostile,
  hostileScene,
  largeScene,
  node,
  waitingScene,
  workflow,
} from "./scenes.js";
import { openStandIn, type StandIn } from "./stand-in.js";

const looks: Looks[] = [{}, { scheme: "dark" }, { width: 390 }, { scheme: "dark", width: 390 }];
const path = "/runs/sluice/deploy-1";

describe.skipIf(!hasChromium)(`the pages of a run, in a browser${whySkipped}`, patience, () => {
  let browser: Browser;
  let stand: StandIn;
  beforeAll(async () => void (browser = await openBrowser()));
  beforeEach(async () => {
    stand = await openStandIn();
    return () => stand.close();
  });
  afterAll(() => browser?.close());

  it.each(looks)("has no barriers: %j", async (look) => {
    const { page, problems } = await openTab(browser, look);
    const { workflow: waiting, decisions } = waitingScene();
    const visit = async (address: string) => {
      await page.goto(stand.url + address);
      expect([address, await findBarriers(page)]).toEqual([address, []]);
      // Nothing but what scrolls by itself is wider than the window.
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    };
    stand.set(waiting, decisions);
    await visit(path);
    stand.set(failedScene());
    stand.setLog("deploy-1.smoke", { text: failingLog, truncated: false });
    for (const each of ["", "/steps", "/steps/deploy-1.smoke", "/steps/deploy-1.approve", "/workflow", "x"])
      await visit(path + each);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it("says the gate first: what is given, missing, not counted, and what to do", async () => {
    const { page } = await openTab(browser);
    const { workflow: waiting, decisions } = waitingScene();
    stand.set(waiting, decisions);
    await page.goto(stand.url + path);
    const gate = page.locator(".gate.open");
    expect(await gate.innerText()).toMatch(
      /1 of 2 approvals given[^]*@bob[^]*one more person of @acme\/platform[^]*@alice: is the author/,
    );
    expect(await gate.getByRole("link", { name: "Review pull request #42" }).getAttribute("href")).toBe(
      "https://github.com/acme/shop/pull/42/files",
    );
    const order = await page.evaluate(
      `[...document.querySelectorAll("[data-part]:not(:empty)")].map(({ id }) => id)`,
    );
    expect(order).toEqual(["standing", "gates", "summaries", "graph", "steps", "values"]);
    // What is still to come is drawn too.
    expect(await page.locator(".graph.across .box.pending").allTextContents()).toEqual([
      expect.stringContaining("apply"),
      expect.stringContaining("smoke"),
    ]);
    await page.context().close();
  });

  it("is used with the keyboard alone", async () => {
    const { page } = await openTab(browser);
    stand.set(failedScene());
    stand.setLog("deploy-1.smoke", { text: failingLog, truncated: false });
    await page.goto(stand.url + path);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement?.textContent")).toBe("To the content");
    await page.keyboard.press("Enter");
    const box = page.locator(".graph.across a.box", { hasText: "smoke" });
    await box.focus();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/steps/deploy-1.smoke");
    await page.locator("#log").focus();
    await page.keyboard.press("/");
    await page.keyboard.type("get");
    await page.locator("#found", { hasText: "1 of 2 lines" }).waitFor();
    await page.keyboard.press("Enter");
    await page.locator("#found", { hasText: "2 of 2 lines" }).waitFor();
    expect(await page.locator("code.here").innerText()).toContain("/cart");
    await page.keyboard.press("Shift+Enter");
    await page.locator("#found", { hasText: "1 of 2 lines" }).waitFor();
    await page.keyboard.press("Escape");
    expect(await page.locator("code.hit").count()).toBe(0);
    await page.context().close();
  });

  it("takes over what changed, in its place, and tells those who cannot see", async () => {
    const { page, problems } = await openTab(browser);
    const running = workflow("deploy-1", [
      node("deploy-1", "DAG", { phase: "Running", boundaryID: "", children: ["deploy-1.a"] }),
      node("deploy-1.a", "Pod", { phase: "Running" }),
    ]);
    stand.set(running);
    await page.goto(stand.url + path);
    await page.locator("#live[data-live]").waitFor();
    await page.evaluate("globalThis.same = true");
    await page.locator("#given summary").click();
    await page.locator("#steps a").first().focus();
    stand.set(failedScene());
    await page.locator("#failure h2", { hasText: "smoke" }).waitFor();
    expect(await page.locator("#said").textContent()).toContain("Failed at smoke");
    expect(await page.title()).toContain("Failed at smoke");
    expect(await page.evaluate("globalThis.same")).toBe(true);
    expect(await page.locator("#given").getAttribute("open")).toBe("");
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it("shows a log as it grows, finds new lines and keeps a bounded end of a large one", async () => {
    const { page, problems } = await openTab(browser);
    stand.set(workflow("deploy-1", [node("deploy-1", "Pod", { phase: "Running", boundaryID: "" })]));
    let text = "first line\nhalf";
    stand.setLog("deploy-1", { text, truncated: false });
    await page.goto(`${stand.url}${path}/steps/deploy-1`);
    await page.locator("#log .partial", { hasText: "half" }).waitFor();
    await page.fill("#query", "needle");
    await page.locator("#found", { hasText: "nothing found" }).waitFor();
    text += " of a line, now whole\na needle\n";
    stand.setLog("deploy-1", { text, truncated: false });
    await page.locator("#found", { hasText: "of 1 lines" }).waitFor();
    expect(await page.locator("#log code").allTextContents()).toEqual([
      "first line\n",
      "half of a line, now whole\n",
      "a needle\n",
    ]);
    // 200 MB, of which the engine gives the end.
    stand.setLog("deploy-1", { text: `${"x".repeat(60)} line\n`.repeat(3_200_000), truncated: false });
    await page.locator("#cut:not([hidden])").waitFor();
    const bytes = await page.evaluate("document.documentElement.innerHTML.length");
    expect(bytes).toBeLessThan(1_500_000);
    expect(await page.locator("#log code").count()).toBeLessThanOrEqual(10_000);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it("shows nobody's markup, controls or secrets", async () => {
    const { page, problems } = await openTab(browser);
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    stand.set(hostileScene());
    stand.setLog("hostile-node", {
      text: `${hostile}\n\u0000\u0007\u001b]0;x\u0007token ghp_${"b".repeat(36)}\n`,
      truncated: false,
    });
    for (const each of ["", "/steps", "/steps/hostile-node", "/workflow"]) {
      await page.goto(stand.url + path + each);
      const text = (await page.locator("body").textContent()) ?? "";
      expect(text).toContain("<img src=x onerror=alert(1)>");
      expect(text).not.toMatch(/[\u202a-\u202e\u001b\u0007\u0000]|gh[a-z]_[ab]{20}/);
      const planted =
        "main img, main iframe, main script, main [onerror], main [onclick], main a[href^=javascript]";
      expect(await page.locator(planted).count()).toBe(0);
    }
    expect(dialogs).toEqual([]);
    expect(asked.filter((url) => !url.startsWith(stand.url))).toEqual([]);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it("stays usable with 5,000 nodes", async () => {
    const { page, problems } = await openTab(browser);
    stand.set(largeScene(5000));
    await page.goto(stand.url + path);
    expect(await page.locator(".graph.across .box").allTextContents()).toEqual([]);
    expect(await page.locator("#steps tbody tr").count()).toBeLessThan(40);
    expect(await page.locator("#steps tbody tr", { hasText: "shard(4997:4997)" }).innerText()).toContain(
      "Failed",
    );
    expect(await page.evaluate("document.documentElement.innerHTML.length")).toBeLessThan(200_000);
    await page.getByRole("link", { name: "Search all 5000 steps" }).click();
    await page.getByLabel("State").selectOption("failed");
    await page.getByRole("button", { name: "Search" }).click();
    expect(await page.locator("tbody tr").allInnerTexts()).toEqual(
      expect.arrayContaining([expect.stringContaining("shard(4997:4997)")]),
    );
    await page.getByLabel("Name").fill("shard(12");
    await page.getByLabel("State").selectOption("");
    await page.keyboard.press("Enter");
    await page.getByRole("status").filter({ hasText: "page 1 of 2" }).waitFor();
    await page.getByRole("link", { name: "Next" }).click();
    expect(await page.locator("tbody tr").count()).toBeGreaterThan(5);
    expect(await findBarriers(page)).toEqual([]);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
