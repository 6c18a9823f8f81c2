import { describe, expect, it } from "vitest";
import { createAdmission, Overloaded } from "./admission.js";

const limits = { underWay: 2, underWayPerRepository: 1, waiting: 3, waitingPerRepository: 2 };
const patient = new AbortController().signal;

/** Work that ends when it is told to. */
function held(begun: string[], name: string) {
  let end!: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { end, work: () => (begun.push(name), ended) };
}

describe("the admission of deliveries", () => {
  it("does not let one repository's many delay another's", async () => {
    const admission = createAdmission(limits);
    const begun: string[] = [];
    const noisy = held(begun, "noisy 1");
    const first = admission.admit({ group: "noisy", key: "noisy 1" }, noisy.work, patient);
    const more = held(begun, "noisy 2");
    const second = admission.admit({ group: "noisy", key: "noisy 2" }, more.work, patient);
    const quiet = held(begun, "quiet");
    const other = admission.admit({ group: "quiet", key: "quiet" }, quiet.work, patient);
    expect(begun).toEqual(["noisy 1", "quiet"]);
    quiet.end();
    await other;
    expect(begun).toEqual(["noisy 1", "quiet"]);
    more.end();
    noisy.end();
    await Promise.all([first, second]);
    expect(begun).toEqual(["noisy 1", "quiet", "noisy 2"]);
  });

  it("refuses at once what there is no room for, a noisy repository's first", async () => {
    const admission = createAdmission(limits);
    const never = () => new Promise<void>(() => undefined);
    const admit = (group: string, key: string) => admission.admit({ group, key }, never, patient);
    for (const key of ["1", "2", "3"]) void admit("noisy", key);
    await expect(admit("noisy", "4")).rejects.toThrow(Overloaded);
    void admit("quiet", "5");
    void admit("quiet", "6");
    expect(admission.waiting()).toBe(3);
    await expect(admit("third", "7")).rejects.toThrow(Overloaded);
  });

  it("never begins what was given up while it waited, and ends what has begun", async () => {
    const admission = createAdmission(limits);
    const begun: string[] = [];
    const patience = new AbortController();
    const first = held(begun, "first");
    const one = admission.admit({ group: "a", key: "1" }, first.work, patience.signal);
    const two = admission.admit({ group: "a", key: "2" }, held(begun, "second").work, patience.signal);
    patience.abort();
    await expect(two).rejects.toThrow(Overloaded);
    first.end();
    await one;
    expect(begun).toEqual(["first"]);
  });

  it("passes on what the work throws, and goes on", async () => {
    const admission = createAdmission({ ...limits, underWay: 1 });
    const turn = { group: "a", key: "1" };
    await expect(admission.admit(turn, () => Promise.reject(new Error("no")), patient)).rejects.toThrow("no");
    await admission.admit(turn, () => Promise.resolve(), patient);
  });
});
