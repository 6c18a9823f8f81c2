/** Statuses of which an answer has no body, so that `Response` takes none. */
const bodiless = [204, 205, 304];

/**
 * The same answer with its body read to the end; rejects when it broke off, or is not the JSON that it says it is. Octokit
 * takes such a body for an empty one: a list of reviews would look as if nobody had objected.
 */
export async function wholeAnswer(response: Response): Promise<Response> {
  const { status, statusText, headers, url } = response;
  const body = await response.arrayBuffer();
  if (response.ok && body.byteLength > 0 && /^application\/json\b/i.test(headers.get("content-type") ?? ""))
    JSON.parse(new TextDecoder().decode(body));
  const whole = new Response(bodiless.includes(status) ? null : body, { status, statusText, headers });
  return Object.defineProperty(whole, "url", { value: url });
}
