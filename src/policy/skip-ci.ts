const words = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"];

/**
 * What in a commit's message asks for no runs: the words of GitHub Actions (docs, "Skipping workflow runs"), anywhere in
 * it, or the trailer `skip-checks: true` as the last line. Actions looks for them as they are written here.
 */
export function skipWord(message: string): string | undefined {
  const word = words.find((known) => message.includes(known));
  if (word !== undefined) return word;
  return /\n\n(?:[^\n]+\n)*skip-checks: ?true\s*$/.test(message.slice(-4000))
    ? "skip-checks: true"
    : undefined;
}
