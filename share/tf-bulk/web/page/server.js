// Asking the server.

/** Where the answers are: this file is one folder below, whatever path a proxy has put before it. */
const BASE = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

/** Seconds that an answer from the state may take. A connection that died while the machine slept never gives one. */
const LONGEST_WAIT = 30;

/**
 * Asks for an answer. The browser sends the tag of what it has, so that what is unchanged is not sent again.
 * What comes with another type than JSON is a proxy's, as a page to sign in on: its `body` is null.
 */
export async function ask(path, options = {}) {
	const readsCatalogue = path.startsWith("/plan") || options.method === "POST" && !path.startsWith("/limit");
	const signal = readsCatalogue ? undefined : AbortSignal.timeout?.(LONGEST_WAIT * 1000);
	const answer = await fetch(BASE + path, { cache: "no-cache", signal, ...options });
	const isOurs = answer.headers.get("Content-Type")?.startsWith("application/json");
	const body = isOurs ? await answer.json() : null;
	return { ok: answer.ok && isOurs, status: answer.status, tag: answer.headers.get("ETag"), body };
}

/** Records, of which each is a line of the answer. */
export async function records(query) {
	const answer = await fetch(`${BASE}/results?${new URLSearchParams(query)}`);
	if (!answer.ok) throw new Error(answer.status);
	return (await answer.text()).split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

/** In words, why an answer is of no use. */
export function problem({ status, body }) {
	return body?.message ?? `Something in front of the server answered in its place (${status}): load this page again`;
}
