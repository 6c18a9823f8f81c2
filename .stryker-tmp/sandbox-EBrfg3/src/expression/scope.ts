/** Flat variable names, such as `steps.a.outputs.result`; null is a present but absent optional output. */
export type Scope = ReadonlyMap<string, string | null>;
