// The page of `tf-bulk serve`: asks every few seconds how the job stands, and shows it. Whatever comes from the catalogue
// is put in as text, never as markup; the Content-Security-Policy refuses anything else.

import { CourseList } from "./courses.js";
import { bytes, count, duration, percent } from "./figures.js";
import { Poller } from "./poller.js";

const BASE = "/truefire-courses";
const $ = (id) => document.getElementById(id);

// ---------------------------------------------------------------------------------------------------------------------
// Asking

/** Asks for a document. The browser sends the tag of what it holds, so that what is unchanged is not sent again. */
async function ask(path, options = {}) {
	const answer = await fetch(BASE + path, { cache: "no-cache", ...options });
	const document = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
	return { ok: answer.ok, status: answer.status, tag: answer.headers.get("ETag"), document };
}

/** Changes something. What went wrong becomes a toast. */
async function change(path, done) {
	try {
		const { ok, document } = await ask(path, { method: "POST" });
		toast(document?.message ?? (ok ? done : "The server refused."), ok ? "good" : "bad");
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
};

const list = new CourseList($("list"), $("space"), showCourse);

const progress = new Poller(async () => {
	const { ok, document } = await ask("/progress");
	if (!ok || !document) throw new Error();
	const before = known.job;
	known.job = document;
	showJob(document);
	tell(before, document);
	if (document.running || !before || before.running !== document.running) courses.soon();
}, (seconds) => {
	$("link").textContent = seconds === 0 ? "Connected" : `The server is away, next try in ${seconds} s`;
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
			const { ok, tag, document } = await ask("/courses");
			if (ok && document && tag !== this.tag) {
				this.tag = tag;
				list.set(document.rows);
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
	$("storage").textContent = job.storage;
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

/** Dropped segments are left out: they are nobody's work. */
function ofWork(counts) {
	return counts.total - counts.dropped;
}

function showCounts({ counts, ...job }) {
	const left = counts.queued + counts.delayed;
	const decided = ofWork(counts) - left;
	$("bar").max = Math.max(1, ofWork(counts));
	$("bar").value = decided;
	$("share").textContent = percent(decided, ofWork(counts));
	$("bar").setAttribute("aria-valuetext", `${count(decided)} of ${count(ofWork(counts))} segments`);
	$("count-success").textContent = count(counts.success);
	$("count-processing").textContent = count(counts.processing);
	$("count-queued").textContent = count(left - counts.processing);
	$("count-failed").textContent = count(counts.failed);
	$("count-skipped").textContent = count(counts.skipped);
	const pace = [`${count(decided)} of ${count(ofWork(counts))} segments`, bytes(counts.bytes)];
	if (job.running && job.bytes_per_second) pace.push(`${bytes(job.bytes_per_second)}/s`);
	if (job.running && job.seconds_left) pace.push(`about ${duration(job.seconds_left)} left`);
	$("pace").textContent = pace.join(" · ");
}

function showState({ running, counts }) {
	const left = counts.queued + counts.delayed;
	let text = "Ready to start";
	if (running) text = counts.processing > 0 ? "Downloading" : "At work";
	else if (counts.total > 0 && left > 0) text = "Stopped: starting again goes on from here";
	else if (counts.failed > 0) text = `Done, but for ${count(counts.failed)} that failed`;
	else if (counts.total > 0) text = "Everything is there";
	// A screen reader says what changes, so that nothing is said twice.
	if ($("state").textContent !== text) $("state").textContent = text;
}

function showErrors(errors) {
	$("errors").hidden = errors.length === 0;
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
	if ($("course-count").textContent !== text) $("course-count").textContent = text;
}

async function loadPlan() {
	known.plan = {};
	const { ok, document } = await ask("/plan").catch(() => ({ ok: false }));
	if (!ok) {
		known.plan = null;
		for (const name of ["courses", "segments", "bytes", "free"]) $(`plan-${name}`).textContent = "not known";
		return;
	}
	known.plan = document;
	$("plan-courses").textContent = count(document.courses);
	$("plan-segments").textContent = count(document.segments);
	$("plan-bytes").textContent = needed(document);
	$("plan-free").textContent = bytes(document.bytes_free);
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
	$("done-heading").textContent = heading;
	facts($("done-facts"), [
		["Successful", count(counts.success)], ["Skipped", count(counts.skipped)], ["Failed", count(counts.failed)],
		["Not done yet", count(left)], ["Courses complete", `${count(job.courses.complete)} of ${count(job.courses.total)}`],
		["Courses with failures", count(job.courses.failed)], ["On the disk", bytes(counts.bytes)],
	]);
	$("done-storage").textContent = job.storage;
	$("done-report").hidden = !job.report;
	known.plan = null;
	if (!document.querySelector("dialog[open]")) $("done").showModal();
}

/** One course, with its segments that failed. */
async function showCourse(course) {
	$("course-heading").textContent = course.title;
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
	$("confirm-courses").textContent = plan ? count(plan.courses) : "not known";
	$("confirm-left").textContent = plan ? `${count(plan.left)} of ${count(plan.segments)}` : "not known";
	$("confirm-bytes").textContent = plan ? needed(plan) : "not known";
	$("confirm-free").textContent = plan ? bytes(plan.bytes_free) : "not known";
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
	$("state").textContent = "Starting…";
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
