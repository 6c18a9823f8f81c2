/** A line of a step's log that speaks to whoever runs it, in the words of GitHub Actions. */
export interface WorkflowCommand {
  /** In lower case. */
  name: string;
  properties: Record<string, string>;
  value: string;
}

const mostProperties = 20;

/**
 * Reads `::name key=value,key=value::value`, escapes undone; undefined for any other line. The rules are those of
 * GitHub's runner (actions/runner, ActionCommand.TryParseV2): blanks may come before, the name ends at the first
 * blank, and an escape is one of `%0D %0A %25`, in a property also `%3A %2C`.
 */
export function parseWorkflowCommand(line: string): WorkflowCommand | undefined {
  const text = line.trimStart();
  if (!text.startsWith("::")) return undefined;
  const end = text.indexOf("::", 2);
  if (end < 0) return undefined;
  const head = text.slice(2, end);
  const blank = head.indexOf(" ");
  const name = (blank < 0 ? head : head.slice(0, blank)).toLowerCase();
  if (name === "") return undefined;
  return {
    name,
    properties: blank < 0 ? {} : propertiesOf(head.slice(blank + 1)),
    value: unescapeValue(text.slice(end + 2)),
  };
}

function propertiesOf(text: string): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const pair of text.trim().split(",", mostProperties)) {
    const at = pair.indexOf("=");
    if (at > 0) properties[pair.slice(0, at).trim()] = unescapeProperty(pair.slice(at + 1));
  }
  return properties;
}

const escaped: Record<string, string> = { "%0D": "\r", "%0A": "\n", "%25": "%", "%3A": ":", "%2C": "," };

function unescapeValue(text: string): string {
  return !text.includes("%") ? text : text.replace(/%0D|%0A|%25/g, (code) => escaped[code] ?? code);
}

function unescapeProperty(text: string): string {
  return !text.includes("%") ? text : text.replace(/%0D|%0A|%25|%3A|%2C/g, (code) => escaped[code] ?? code);
}
