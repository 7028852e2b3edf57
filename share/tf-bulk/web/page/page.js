// The page of `tf-bulk serve`: asks every few seconds for the state of the job, and shows it. Whatever comes from the
// catalogue is put in as text, never as markup; the Content-Security-Policy refuses anything else.

import { CourseList } from "./courses.js";
import { bytes, count, duration, percent, put } from "./figures.js";
import { Poller, Refused } from "./poller.js";

/** Where the answers are: this file is one folder below, whatever path a proxy has put before it. */
const BASE = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
const $ = (id) => document.getElementById(id);

// ---------------------------------------------------------------------------------------------------------------------
// Asking

/** Seconds that an answer from the state may take. A connection that died while the machine slept never gives one. */
const LONGEST_WAIT = 30;

/**
 * Asks for an answer. The browser sends the tag of what it has, so that what is unchanged is not sent again.
 * What comes with another type than JSON is a proxy's, as a page to sign in on: its `body` is null.
 */
async function ask(path, options = {}) {
	const readsCatalogue = options.method === "POST" || path === "/plan";
	const signal = readsCatalogue ? undefined : AbortSignal.timeout?.(LONGEST_WAIT * 1000);
	const answer = await fetch(BASE + path, { cache: "no-cache", signal, ...options });
	const isOurs = answer.headers.get("Content-Type")?.startsWith("application/json");
	const body = isOurs ? await answer.json() : null;
	return { ok: answer.ok && isOurs, status: answer.status, tag: answer.headers.get("ETag"), body };
}

/** In words, why an answer is of no use. */
function problem({ status, body }) {
	return body?.message ?? `Something in front of the server answered in its place (${status}): load this page again`;
}

/** Changes something. What went wrong becomes a toast. */
async function change(path, done) {
	try {
		const answer = await ask(path, { method: "POST" });
		if (answer.ok) toast(answer.body.message ?? done, "good");
		else toast(problem(answer), "bad");
	} catch {
		toast("The server did not answer.", "bad");
	}
	await progress.now();
}

// ---------------------------------------------------------------------------------------------------------------------
// What is known

const known = {
	/** The last progress document. */
	job: null,
	/** What a run would do. */
	plan: null,
	/** Codes of errors that were told of. */
	errors: new Set(),
	/** Whether this page saw a run at work. */
	sawRun: false,
	/** What parts of the page show, as JSON. */
	shown: new Map(),
};

const list = new CourseList($("list"), $("space"), showCourse);

const progress = new Poller(async () => {
	const answer = await ask("/progress");
	if (!answer.ok) throw new Refused(problem(answer));
	const [before, job] = [known.job, answer.body];
	known.job = job;
	showJob(job);
	tell(before, job);
	if (job.running || !before || before.running !== job.running) courses.soon();
}, (seconds, reason) => {
	put($("link"), seconds === 0 ? "Connected" : `${reason ?? "The server is away"}, next try in ${seconds} s`);
	$("link").classList.toggle("away", seconds > 0);
});

/** The courses cost more the more there are: they are asked for at most a twentieth of the time. */
const courses = {
	tag: null,
	next: 0,
	busy: false,
	async soon() {
		if (this.busy || performance.now() < this.next) return;
		this.busy = true;
		const start = performance.now();
		try {
			const { ok, tag, body } = await ask("/courses");
			if (ok && (tag === null || tag !== this.tag)) {
				this.tag = tag;
				list.set(body.rows);
				showCourseCount();
			}
		} catch {
			// The poller of the progress says that the server is away.
		}
		this.busy = false;
		this.next = performance.now() + 20 * (performance.now() - start);
	},
};

// ---------------------------------------------------------------------------------------------------------------------
// Showing

function showJob(job) {
	const { counts } = job;
	const began = counts.total > 0;
	put($("storage"), job.storage);
	$("plan").hidden = job.running;
	$("progress").hidden = !began;
	$("start").hidden = $("test").hidden = job.running;
	$("start").disabled = $("test").disabled = false;
	$("stop").hidden = !job.running;
	$("retry").hidden = job.running || counts.failed === 0;
	$("report").hidden = !job.report;
	if (began) showCounts(job);
	showState(job);
	showErrors(job.errors);
	showTransfers(job);
	if (!job.running && !known.plan) loadPlan();
}

/** Whether a part of the page shows this already. What is not drawn again stays selected or translated. */
function isOld(part, value) {
	const text = JSON.stringify(value);
	const isOld = known.shown.get(part) === text;
	known.shown.set(part, text);
	return isOld;
}

/** Dropped segments are left out: there is nothing to do for them. */
function ofWork(counts) {
	return counts.total - counts.dropped;
}

function showCounts({ counts, ...job }) {
	const left = counts.queued + counts.delayed;
	const decided = ofWork(counts) - left;
	$("bar").max = Math.max(1, ofWork(counts));
	$("bar").value = decided;
	put($("share"), percent(decided, ofWork(counts)));
	$("bar").setAttribute("aria-valuetext", `${count(decided)} of ${count(ofWork(counts))} segments`);
	put($("count-success"), count(counts.success));
	put($("count-processing"), count(counts.processing));
	put($("count-queued"), count(left - counts.processing));
	put($("count-failed"), count(counts.failed));
	put($("count-skipped"), count(counts.skipped));
	const pace = [`${count(decided)} of ${count(ofWork(counts))} segments`, bytes(counts.bytes)];
	if (job.running && job.bytes_per_second) pace.push(`${bytes(job.bytes_per_second)}/s`);
	if (job.running && job.seconds_left) pace.push(`about ${duration(job.seconds_left)} left`);
	put($("pace"), pace.join(" · "));
}

function showState({ running, counts }) {
	const left = counts.queued + counts.delayed;
	let text = "Ready to start";
	if (running) text = counts.processing > 0 ? "Downloading" : "At work";
	else if (counts.total > 0 && left > 0) text = "Stopped: starting again goes on from here";
	else if (counts.failed > 0) text = `Done, but for ${count(counts.failed)} that failed`;
	else if (counts.total > 0) text = "Everything is there";
	// A screen reader says what changes, so that nothing is said twice.
	put($("state"), text);
}

function showErrors(errors) {
	$("errors").hidden = errors.length === 0;
	if (isOld("errors", errors)) return;
	$("error-rows").replaceChildren(...errors.map(({ error, files, advice }) => {
		const row = document.createElement("tr");
		const name = Object.assign(document.createElement("code"), { textContent: error });
		const cells = [name, count(files), advice].map((content) => {
			const cell = document.createElement("td");
			cell.append(content);
			return cell;
		});
		cells[1].className = "number";
		row.append(...cells);
		return row;
	}));
}

function showTransfers({ running, transfers, waiting }) {
	$("transfers").hidden = !running || transfers.length + waiting.length === 0;
	const rows = transfers.map(({ path, size, bytes: done }) =>
		[path, size ? `${bytes(done)} of ${bytes(size)}` : bytes(done)]);
	for (const { reason, transfers: number, seconds } of waiting) {
		rows.push([`waiting: ${reason}`, `${count(number)}${seconds ? `, ${duration(seconds)}` : ""}`]);
	}
	$("transfer-rows").replaceChildren(...rows.map((texts) => {
		const row = document.createElement("li");
		row.append(...texts.map((textContent) => Object.assign(document.createElement("span"), { textContent })));
		return row;
	}));
}

function showCourseCount() {
	$("empty").hidden = list.total > 0;
	for (const id of ["tools", "list", "list-help", "course-count"]) $(id).hidden = list.total === 0;
	const text = list.shown === list.total
		? `${count(list.total)} courses` : `${count(list.shown)} of ${count(list.total)} courses`;
	put($("course-count"), text);
}

async function loadPlan() {
	known.plan = {};
	const { ok, body } = await ask("/plan").catch(() => ({ ok: false }));
	if (!ok) {
		known.plan = null;
		for (const name of ["courses", "segments", "bytes", "free"]) put($(`plan-${name}`), "not known");
		return;
	}
	known.plan = body;
	put($("plan-courses"), count(body.courses));
	put($("plan-segments"), count(body.segments));
	put($("plan-bytes"), needed(body));
	put($("plan-free"), bytes(body.bytes_free));
}

/** A segment whose size is not known counts as the mean of the others. */
function needed(plan) {
	const guess = plan.segments_with_size < plan.segments ? "about " : "";
	return guess + bytes(plan.bytes_known + plan.bytes_estimated);
}

function facts(element, pairs) {
	element.replaceChildren(...pairs.map(([name, value]) => {
		const fact = document.createElement("div");
		fact.append(Object.assign(document.createElement("dt"), { textContent: name }),
			Object.assign(document.createElement("dd"), { textContent: value }));
		return fact;
	}));
}

// ---------------------------------------------------------------------------------------------------------------------
// Telling

function toast(text, kind = "") {
	const toast = Object.assign(document.createElement("p"), { className: `toast ${kind}`, textContent: text });
	$("toasts").append(toast);
	setTimeout(() => toast.remove(), 8000);
}

/** What is new: the start, the first failure of each kind, and the end. */
function tell(before, job) {
	const fresh = job.errors.filter(({ error }) => !known.errors.has(error));
	for (const { error } of fresh) known.errors.add(error);
	if (!before) {
		known.sawRun = job.running;
		return;
	}
	if (job.running && !before.running) toast("The download has started.");
	for (const { error, advice } of fresh) toast(`First failure of its kind, ${error}: ${advice}`, "bad");
	known.sawRun ||= job.running;
	if (!job.running && before.running) tellEnd(job);
}

function tellEnd(job) {
	const { counts } = job;
	const left = counts.queued + counts.delayed;
	let heading = "The download is complete";
	if (left > 0) heading = "The run has ended early";
	else if (counts.failed > 0) heading += ", but for what failed";
	toast(`${heading}.`, counts.failed + left > 0 ? "bad" : "good");
	put($("done-heading"), heading);
	facts($("done-facts"), [
		["Successful", count(counts.success)], ["Skipped", count(counts.skipped)], ["Failed", count(counts.failed)],
		["Not done yet", count(left)], ["Courses complete", `${count(job.courses.complete)} of ${count(job.courses.total)}`],
		["Courses with failures", count(job.courses.failed)], ["On the disk", bytes(counts.bytes)],
	]);
	put($("done-storage"), job.storage);
	$("done-report").hidden = !job.report;
	known.plan = null;
	if (!document.querySelector("dialog[open]")) $("done").showModal();
}

/** One course, with its segments that failed. */
async function showCourse(course) {
	put($("course-heading"), course.title);
	facts($("course-facts"), [
		["Segments", count(course.total)], ["Successful", count(course.success)], ["Skipped", count(course.skipped)],
		["Failed", count(course.failed)], ["Left", count(course.left)], ["On the disk", bytes(course.bytes)],
	]);
	const errors = $("course-errors");
	errors.replaceChildren();
	$("course").showModal();
	if (course.failed === 0 || course.id === null) return;
	errors.textContent = "Looking at what failed…";
	try {
		const answer = await fetch(`${BASE}/results?state=failed&course=${course.id}`);
		if (!answer.ok) throw new Error();
		showFailed(errors, (await answer.text()).split("\n").filter(Boolean).map((line) => JSON.parse(line)));
	} catch {
		errors.textContent = "What failed cannot be shown: the server did not answer.";
	}
}

const MOST_FAILED = 200;

function showFailed(element, records) {
	const rows = records.slice(0, MOST_FAILED).map(({ title, path, error, message }) => {
		const row = document.createElement("tr");
		const code = Object.assign(document.createElement("code"), { textContent: error });
		row.append(...[title ?? path, code, message].map((content) => {
			const cell = document.createElement("td");
			cell.append(content);
			return cell;
		}));
		return row;
	});
	const table = document.createElement("table");
	const head = document.createElement("tr");
	head.append(...["Segment", "Error", "What to do"].map((textContent) =>
		Object.assign(document.createElement("th"), { textContent, scope: "col" })));
	table.append(head, ...rows);
	element.replaceChildren(table);
	if (records.length > MOST_FAILED) element.append(`and ${count(records.length - MOST_FAILED)} more`);
}

// ---------------------------------------------------------------------------------------------------------------------
// What the user does

$("start").addEventListener("click", () => {
	const plan = known.plan?.segments === undefined ? null : known.plan;
	put($("confirm-courses"), plan ? count(plan.courses) : "not known");
	put($("confirm-left"), plan ? `${count(plan.left)} of ${count(plan.segments)}` : "not known");
	put($("confirm-bytes"), plan ? needed(plan) : "not known");
	put($("confirm-free"), plan ? bytes(plan.bytes_free) : "not known");
	const each = plan ? (plan.bytes_known + plan.bytes_estimated) / Math.max(1, plan.segments) : 0;
	$("confirm-warning").hidden = !plan || each * plan.left <= plan.bytes_free;
	$("confirm").showModal();
});

$("confirm-yes").addEventListener("click", () => {
	$("confirm").close();
	start("/download-all-courses");
});

$("test").addEventListener("click", () => start("/download-all-courses?test=true"));

function start(path) {
	// Until the answer comes: the catalogue is read first, which may take seconds.
	$("start").disabled = $("test").disabled = true;
	put($("state"), "Starting…");
	change(path, "Started.");
}

$("stop").addEventListener("click", () => change("/stop", "Stopping."));
$("retry").addEventListener("click", () => change("/retry-failed", "Trying again."));
$("search").addEventListener("input", filter);
$("show").addEventListener("change", filter);

function filter() {
	list.filter($("search").value, $("show").value);
	showCourseCount();
}

for (const button of document.querySelectorAll("[data-close]")) {
	button.addEventListener("click", () => button.closest("dialog").close());
}

progress.now();
