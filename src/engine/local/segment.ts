/** A name as one path segment that is no `.` or `..`. */
export function segment(name: string): string {
  return encodeURIComponent(name).replace(/^\.+/, (dots) => "%2E".repeat(dots.length));
}
