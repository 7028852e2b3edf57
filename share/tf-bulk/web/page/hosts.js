// The hosts of a fleet: what each has done, and what it does now. Without a fleet there is nothing to see.

import { bytes, count, duration, element } from "./figures.js";

const $ = (id) => document.getElementById(id);

/** The state's colour, and its words for people. */
const STATES = {
	working: ["good", "working"],
	ready: ["idle", "ready"],
	left_out: ["bad", "left out"],
	checking: ["busy", "being checked"],
};

/** What the table shows, as JSON. */
let shown = "";

export function showHosts(hosts = []) {
	$("hosts").hidden = hosts.length === 0;
	const rows = hosts.map(rowOf);
	const text = JSON.stringify(rows);
	if (text === shown) return;
	shown = text;
	$("host-rows").replaceChildren(...rows.map(tableRow));
}

/** The texts of a row. Without a run a host has no state. */
function rowOf({ host, state, reason, shards = [], success, received_bytes: received, ...more }) {
	const [colour, words] = STATES[state] ?? ["idle", "–"];
	const now = shards.length > 0 ? `${words}, ${shards.length === 1 ? "shard" : "shards"} ${shards.join(", ")}` : words;
	const seen = more.heard_at ?? more.last_result_at;
	return {
		host, colour, now: reason ? `${now}: ${reason}` : now, files: count(success), received: bytes(received),
		rate: more.bytes_per_second === undefined ? "–" : `${bytes(more.bytes_per_second)}/s`,
		seen: seen === undefined ? "–" : ago(Date.now() / 1000 - seen),
	};
}

/** Whoever says something each second was just seen. */
function ago(seconds) {
	return seconds < 10 ? "now" : `${duration(seconds)} ago`;
}

function tableRow({ host, colour, now, files, received, rate, seen }) {
	const cells = [
		element("th", host, { scope: "row" }), element("td", element("span", now, { className: colour })),
		...[["Files", files], ["Received", received], ["Rate", rate], ["Last seen", seen]].map(([name, text]) => {
			const cell = element("td", text, { className: "number" });
			cell.dataset.name = name;
			return cell;
		}),
	];
	return element("tr", cells);
}
