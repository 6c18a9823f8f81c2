/** What a check found. `mend` is the exact command or setting that mends it. */
export interface Finding {
  state: "ok" | "warn" | "fail";
  detail: string;
  mend?: string;
}

/** One thing to look at. What `run` throws is a failure. */
export interface Check {
  name: string;
  run(): Promise<Finding>;
}

export type NamedFinding = Finding & { name: string };

/** Runs the checks in their order, one at a time; a check that throws does not hide those after it. */
export async function runChecks(
  checks: readonly Check[],
  onFinding: (finding: NamedFinding) => void = () => undefined,
): Promise<NamedFinding[]> {
  const findings: NamedFinding[] = [];
  for (const check of checks) {
    const { name } = check;
    const finding = await check.run().catch((error: unknown): Finding => ({
      state: "fail",
      detail: error instanceof Error ? error.message : String(error),
    }));
    findings.push({ name, ...finding });
    onFinding({ name, ...finding });
  }
  return findings;
}

export function ok(detail: string): Finding {
  return { state: "ok", detail };
}

export function warn(detail: string, mend: string): Finding {
  return { state: "warn", detail, mend };
}

export function fail(detail: string, mend: string): Finding {
  return { state: "fail", detail, mend };
}
