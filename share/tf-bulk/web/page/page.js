// The page of `tf-bulk serve`: asks every few seconds for the state of the job, and shows it. Whatever comes from the
// catalogue is put in as text, never as markup; the Content-Security-Policy refuses anything else.

import { CourseList } from "./courses.js";
import {
	courses as courseCount, isTight, limitProblem, limitsGiven, needed, showConfirm, showCourse, showEnd, showError,
	showLimitProblem, showLimits,
} from "./dialogs.js";
import { bytes, count, element, put } from "./figures.js";
import { showJob } from "./job.js";
import { Poller, Refused } from "./poller.js";
import { ask, problem } from "./server.js";

const $ = (id) => document.getElementById(id);

const known = {
	/** The last progress document. */
	job: null,
	/** What a run would do; null while that is not known. */
	plan: null,
	/** When it was read. */
	planTime: -Infinity,
	/** The reading of it that is under way. */
	reading: null,
	/** Codes of errors that were reported. */
	errors: new Set(),
	/** How the run has been told to stop, in words; null where it has not. */
	stopping: null,
};

// ---------------------------------------------------------------------------------------------------------------------
// Asking again and again

const list = new CourseList($("list"), $("space"), (course) => showCourse(course, known.job?.running));

const progress = new Poller(async () => {
	const answer = await ask("/progress");
	if (!answer.ok) throw new Refused(problem(answer));
	const [before, job] = [known.job, answer.body];
	known.job = job;
	if (!job.running) known.stopping = null;
	// What the user has stopped did not fail.
	job.errors = job.errors.filter(({ error }) => error !== "interrupted");
	showJob(job, { stopping: known.stopping, openError: showError });
	tell(before, job);
	if (!job.running && !known.plan) loadPlan();
	if (job.running || !before || before.running !== job.running || courses.isWanted) courses.soon();
}, (seconds, reason) => {
	put($("link"), seconds === 0 ? "Connected" : `${reason ?? "The server is away"}, next try in ${seconds} s`);
	$("link").classList.toggle("away", seconds > 0);
});

/** The courses cost more the more there are: they are asked for at most a twentieth of the time. */
const courses = {
	tag: null,
	next: 0,
	busy: false,
	/** Whether they were wanted when it was too soon: those at the end of a run must not be missed. */
	isWanted: false,
	async soon() {
		this.isWanted = this.busy || performance.now() < this.next;
		if (this.isWanted) return;
		this.busy = true;
		const start = performance.now();
		try {
			const { ok, tag, body } = await ask("/courses");
			// Before the first run they are those of the plan.
			if (ok && body.rows.length > 0 && (tag === null || tag !== this.tag)) {
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

function showCourseCount() {
	$("empty").hidden = list.total > 0;
	for (const id of ["tools", "list", "list-help", "course-count"]) $(id).hidden = list.total === 0;
	const all = list.total === 1 ? "1 course" : `${count(list.total)} courses`;
	put($("course-count"), list.shown === list.total ? all : `${count(list.shown)} of ${all}`);
}

/** Reads what a run would do: once at a time. */
function loadPlan() {
	known.reading ??= readPlan().finally(() => { known.reading = null; });
	return known.reading;
}

/** With the courses, where no run has read the catalogue yet. */
async function readPlan() {
	const isFirst = known.job.counts.total === 0;
	const { ok, body } = await ask(isFirst ? "/plan?courses=true" : "/plan").catch(() => ({ ok: false }));
	if (!ok) {
		for (const name of ["courses", "segments", "bytes", "free"]) put($(`plan-${name}`), "not known");
		if (isFirst) put($("empty"), "The catalogue cannot be read: 'tf-bulk plan' says why.");
		return;
	}
	known.plan = body;
	known.planTime = performance.now();
	put($("plan-courses"), courseCount(body));
	put($("plan-segments"), count(body.segments));
	put($("plan-bytes"), needed(body));
	put($("plan-free"), body.bytes_free === null ? "not known" : bytes(body.bytes_free));
	$("plan-warning").hidden = !isTight(body);
	if (isFirst && list.total === 0) showPlanned(body.queue?.courses ?? []);
}

/** The courses of a plan, in the columns of the server's table. */
function showPlanned(planned) {
	list.set(planned.map((course) => {
		const left = course.queued + course.delayed;
		const total = left + course.failed + course.success + course.skipped + course.dropped;
		return [
			course.course_id ?? null, course.course_title, total, course.success, course.skipped, course.failed, left, 0, 0,
		];
	}));
	put($("empty"), "The catalogue has no course with a video.");
	showCourseCount();
}

// ---------------------------------------------------------------------------------------------------------------------
// Telling

/** Seconds that a message stays: it has a place of its own, and covers nothing. */
const MESSAGE = 8;

function toast(text, kind = "") {
	const toast = element("p", text, { className: `toast ${kind}` });
	$("toasts").append(toast);
	setTimeout(() => toast.remove(), MESSAGE * 1000);
}

/** What is new: the start, the first failure of each kind, and the end. */
function tell(before, job) {
	const fresh = job.errors.filter(({ error }) => !known.errors.has(error));
	for (const { error } of fresh) known.errors.add(error);
	if (!before) return;
	if (job.running && !before.running) toast("The download has started.");
	for (const { error, advice } of fresh) toast(`First failure of its kind, ${error}: ${advice}`, "bad");
	if (job.running || !before.running) return;
	known.plan = null;
	// There is nothing left to limit.
	$("limit-dialog").close();
	const { heading, isGood } = showEnd(job);
	toast(`${heading}.`, isGood ? "good" : "bad");
}

// ---------------------------------------------------------------------------------------------------------------------
// What the user does

/** Changes something. What went wrong becomes a message. */
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

/** Until the answer comes: the catalogue is read first, which may take seconds. */
function start(path) {
	for (const name of ["start", "test", "retry"]) $(name).disabled = true;
	put($("state"), "Starting…");
	change(path, "Started.").finally(() => { $("retry").disabled = false; });
}

/** Milliseconds after which a plan is read again before a start: the source may have changed. */
const OLD_PLAN = 60000;

$("start").addEventListener("click", async () => {
	const { counts } = known.job;
	showConfirm(known.plan, counts);
	if (known.plan && performance.now() - known.planTime < OLD_PLAN) return;
	await loadPlan();
	if ($("confirm").open) showConfirm(known.plan, counts);
});

$("confirm-yes").addEventListener("click", () => {
	$("confirm").close();
	start("/download-all-courses");
});

for (const name of ["retry", "confirm-retry", "done-retry"]) {
	$(name).addEventListener("click", () => {
		$(name).closest("dialog")?.close();
		start("/retry-failed");
	});
}

$("course-retry").addEventListener("click", () => {
	$("course").close();
	start(`/retry-failed?course=${$("course-retry").dataset.course}`);
});

$("test").addEventListener("click", () => start("/download-all-courses?test=true"));

function stop(path, words) {
	known.stopping = words;
	put($("state"), words);
	$("stop").hidden = true;
	change(path, words);
}

$("stop").addEventListener("click", () => stop("/stop", "Stopping when the running transfers are complete"));
$("stop-now").addEventListener("click", () => stop("/stop?now=true", "Stopping…"));
$("limit").addEventListener("click", () => {
	for (const button of limitButtons()) button.disabled = false;
	showLimits(known.job);
});

const limitButtons = () => $("limit-form").querySelectorAll("[type=submit], #limit-reset");

/** How often the dialog of the limits was closed: an answer is for the dialog that it was asked from. */
let limitsClosed = 0;
$("limit-dialog").addEventListener("close", () => { limitsClosed += 1; });

/** Gives the run other limits. The dialog stays until they are taken. */
async function limit(query, done) {
	const asked = limitsClosed;
	for (const button of limitButtons()) button.disabled = true;
	const answer = await ask(`/limit?${query}`, { method: "POST" }).catch(() => null);
	const isThere = $("limit-dialog").open && asked === limitsClosed;
	if (isThere) for (const button of limitButtons()) button.disabled = false;
	if (answer?.ok) {
		if (isThere) $("limit-dialog").close();
		toast(answer.body.message ?? done, "good");
	} else {
		const text = answer ? problem(answer) : "The server did not answer.";
		if (isThere) showLimitProblem({ text });
		else toast(text, "bad");
	}
	await progress.now();
}

$("limit-form").addEventListener("submit", (event) => {
	event.preventDefault();
	const wrong = limitProblem();
	showLimitProblem(wrong);
	if (wrong) return;
	const given = limitsGiven();
	if (given.length === 0) $("limit-dialog").close();
	else limit(new URLSearchParams(given), "The limits are in force within a second.");
});

$("limit-reset").addEventListener("click", () => limit("reset=true", "The limits are as at the start."));

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
