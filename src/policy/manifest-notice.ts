const most = 20;

/** What a reviewer must know of a pull request that changes manifests; `undefined` files: GitHub could not tell. */
export function noticeOfManifests(files: readonly string[] | undefined): string[] {
  if (files === undefined)
    return [
      "This pull request changes too many files to tell whether manifests are among them: look for .workflows/.",
    ];
  const manifests = files.filter((path) => path.startsWith(".workflows/")).sort();
  if (manifests.length === 0) return [];
  const more = manifests.length > most ? ` and ${manifests.length - most} more` : "";
  return [
    `This pull request changes what an approval lets run: ${manifests.slice(0, most).join(", ")}${more}.`,
  ];
}
