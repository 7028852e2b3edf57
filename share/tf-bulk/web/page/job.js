// The job as it is now: its state in words, figures, errors, and what runs.

import { bytes, count, duration, element, moment, percent, put } from "./figures.js";
import { showHosts } from "./hosts.js";

const $ = (id) => document.getElementById(id);

/** Seconds that a run may need before its first video: it reads the catalogue, and checks what is there. */
const START = 20;

/** What the parts of the page show, as JSON. */
const shown = new Map();
/** The transfers of the last answer, by path. */
let before = new Map();

/** Whether a part of the page shows this already. What is not drawn again stays selected or translated. */
function isOld(part, value) {
	const text = JSON.stringify(value);
	const isOld = shown.get(part) === text;
	shown.set(part, text);
	return isOld;
}

/** Dropped segments are left out: there is nothing to do for them. */
export const ofWork = (counts) => counts.total - counts.dropped;
export const leftOf = (counts) => counts.queued + counts.delayed;

/**
 * @param stopping how the run has been told to stop, in words; null where it has not.
 * @param openError gets the code of an error of which the user wants to see the segments.
 */
export function showJob(job, { stopping, openError }) {
	const began = job.counts.total > 0;
	put($("storage"), job.storage);
	$("plan").hidden = job.running;
	$("method").hidden = began;
	$("progress").hidden = !began;
	$("report").hidden = !job.report;
	showButtons(job, stopping);
	if (began) showCounts(job);
	put($("state"), state(job, stopping));
	showErrors(job.errors, openError);
	showHosts(job.hosts);
	showTransfers(job);
}

/** What helps most is first, and in colour. */
function showButtons({ running, counts }, stopping) {
	const failed = counts.failed > 0;
	const left = leftOf(counts);
	const isOver = counts.total > 0 && left === 0;
	$("start").hidden = $("test").hidden = running;
	$("start").disabled = $("test").disabled = false;
	$("stop").hidden = !running || stopping !== null;
	$("stop-now").hidden = $("stop-help").hidden = $("limit").hidden = !running;
	$("retry").hidden = running || !failed;
	$("retry").classList.toggle("primary", isOver);
	$("retry").classList.toggle("first", isOver);
	$("start").classList.toggle("primary", !isOver);
	put($("retry"), failed ? `Retry ${count(counts.failed)} failed` : "Retry failed");
	let words = "Download All Courses";
	if (isOver) words = "Look for new videos";
	else if (counts.total > 0 && left < ofWork(counts)) words = "Go on with the download";
	put($("start"), words);
}

function state({ running, counts, waiting, run_seconds: age }, stopping) {
	const left = leftOf(counts);
	if (running && stopping) return stopping;
	if (running && counts.processing > 0) return "Downloading";
	if (running && waiting.length > 0) return "Waiting";
	if (running) return age === undefined || age < START ? "Starting…" : "Checking what is left to do";
	if (counts.total === 0) return "Ready to start";
	if (left > 0) return "Stopped: starting again goes on from here";
	if (counts.failed > 0) return `Done, but for ${count(counts.failed)} that failed`;
	return "Everything is there";
}

function showCounts({ counts, ...job }) {
	const left = leftOf(counts);
	// What has failed is not there.
	const there = counts.success + counts.skipped;
	const words = `${count(there)} of ${count(ofWork(counts))} segments are there`;
	$("bar").max = Math.max(1, ofWork(counts));
	$("bar").value = there;
	put($("share"), percent(there, ofWork(counts)));
	$("bar").setAttribute("aria-valuetext", words);
	put($("count-success"), count(counts.success));
	put($("count-processing"), count(counts.processing));
	put($("count-queued"), count(left - counts.processing));
	put($("count-failed"), count(counts.failed));
	put($("count-skipped"), count(counts.skipped));
	put($("pace"), `${words} · ${bytes(counts.bytes)}`);
	$("times").hidden = !job.running;
	put($("time-elapsed"), job.run_seconds === undefined ? "–" : duration(job.run_seconds));
	put($("time-rate"), job.bytes_per_second ? `${bytes(job.bytes_per_second)}/s` : "–");
	const limits = [
		job.rate_limit === undefined ? "" : `${bytes(job.rate_limit)}/s`,
		job.jobs === undefined ? "" : job.jobs_auto ? `-j auto: ${count(job.jobs)}` : `${count(job.jobs)} at a time`,
	];
	$("limits").hidden = limits.every((text) => text === "");
	put($("time-limit"), limits.filter(Boolean).join(", "));
	put($("time-left"), job.seconds_left ? `about ${duration(job.seconds_left)}` : "–");
	put($("time-end"), job.seconds_left ? moment(job.seconds_left) : "–");
}

function showErrors(errors, openError) {
	$("errors").hidden = errors.length === 0;
	if (isOld("errors", errors)) return;
	$("error-rows").replaceChildren(...errors.map(({ error, files, advice }) => {
		const button = element("button", "Show", { type: "button", className: "small" });
		button.setAttribute("aria-label", `Show the segments that failed with ${error}`);
		button.addEventListener("click", () => openError(error, advice));
		const cells = [element("code", error), count(files), advice, button].map((content) => element("td", content));
		cells[1].className = "number";
		return element("tr", cells);
	}));
}

/** A row for each transfer: which lesson of which course, how far it is, and how fast. */
function showTransfers({ running, transfers, waiting }) {
	$("transfers").hidden = !running || transfers.length + waiting.length === 0;
	const now = new Map();
	const rows = transfers.map((transfer) => {
		const pace = rate(transfer);
		now.set(transfer.path, { bytes: transfer.bytes, seconds: transfer.seconds, pace });
		return transferRow(transfer, pace);
	});
	before = now;
	for (const { reason, transfers: number, seconds } of waiting) {
		const words = [number > 0 ? count(number) : "", seconds ? `for ${duration(seconds)} more` : ""];
		rows.push(element("li", [
			element("span", `Waiting: ${reason}`, { className: "name" }),
			element("span", words.filter(Boolean).join(", "), { className: "amount" }),
		]));
	}
	$("transfer-rows").replaceChildren(...rows);
}

/** Bytes a second: as the server says, or since the last answer. */
function rate({ path, bytes: now, seconds, bytes_per_second: said }) {
	if (said !== undefined) return said;
	const old = before.get(path);
	if (!old || now < old.bytes) return null;
	return seconds > old.seconds ? (now - old.bytes) / (seconds - old.seconds) : old.pace;
}

function transferRow({ title, path, host, size, bytes: done, course_title: course, course_id: id }, rate) {
	const bar = element("progress", [], { max: size || 1, value: size ? done : 0 });
	bar.setAttribute("aria-label", title ?? path);
	if (!size) bar.removeAttribute("value");
	const name = element("span", title ?? path, { className: "name", title: path });
	const of = [course ?? (id === undefined ? "" : `Course #${id}`), host ? `on ${host}` : ""].filter(Boolean).join(" · ");
	const amount = size ? `${bytes(done)} of ${bytes(size)}` : bytes(done);
	return element("li", [
		element("span", [name, element("span", of, { className: "course" })], { className: "what" }), bar,
		element("span", amount, { className: "amount" }),
		element("span", rate === null ? "" : `${bytes(rate)}/s`, { className: "rate" }),
	]);
}
