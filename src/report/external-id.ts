/** Names a leg's check run: by it a check run is found again whose creation was not noted. */
export function externalIdOf({ namespace, name }: { namespace: string; name: string }, leg: number): string {
  return `${namespace}/${name}#${leg}`;
}
