import { serve } from "../../src/cli/serve.js";

/** `sluice serve`, from the compiled sources beside this file. */
const write = (text: string) => void process.stderr.write(text);
process.exitCode = await serve(process.env, { out: write, err: write });
