// What is shown above the page: the question before a start, the end of a run, a course, and the segments that failed.

import { bytes, count, element, put } from "./figures.js";
import { leftOf } from "./job.js";
import { records } from "./server.js";

const $ = (id) => document.getElementById(id);

/** The most segments that are listed. */
const MOST_FAILED = 200;

function facts(list, pairs) {
	list.replaceChildren(...pairs.map(([name, value]) =>
		element("div", [element("dt", name), element("dd", value)])));
}

/** The storage that is still needed. A segment whose size is not known counts as the mean of the others. */
export function needed(plan) {
	if (plan.left === 0) return "none";
	const size = bytes(bytesLeft(plan));
	if (plan.segments_with_size === 0) return `${size}, a guess`;
	return plan.segments_with_size < plan.segments ? `about ${size}` : size;
}

/** How many courses there are; those without a video, which no list of courses has, are told. */
export function courses(plan) {
	const empty = plan.courses_without_segments ?? 0;
	return empty === 0 ? count(plan.courses) : `${count(plan.courses - empty)} with videos`;
}

/** Bytes of what is left to do: as the plan says, or a share of all. */
function bytesLeft(plan) {
	const all = plan.bytes_known + plan.bytes_estimated;
	return plan.bytes_left ?? (all / Math.max(1, plan.segments)) * plan.left;
}

export const isTight = (plan) => plan.bytes_free !== null && bytesLeft(plan) > plan.bytes_free;

/** The question before a start; where nothing is left to do, what makes sense instead. */
export function showConfirm(plan, counts) {
	const isKnown = plan !== null;
	const isDone = isKnown && plan.left === 0;
	const there = counts.success + counts.skipped;
	put($("confirm-heading"), isDone ? "There is nothing to download" : "Download all courses?");
	const rows = [["Courses", isKnown ? courses(plan) : "not known"]];
	if (isDone) {
		rows.push(["There", count(plan.there ?? there)], ["Failed for good", count(plan.failed_for_good ?? counts.failed)]);
	} else {
		rows.push(
			["Segments to do", isKnown ? `${count(plan.left)} of ${count(plan.segments)}` : "not known"],
			["Storage needed", isKnown ? needed(plan) : "not known"]);
	}
	rows.push(["Free on disk", isKnown ? bytes(plan.bytes_free) : "not known"]);
	facts($("confirm-facts"), rows);
	$("confirm-warning").hidden = !isKnown || !isTight(plan);
	let words = "The run goes on when this page is closed. " +
		"It can be stopped at any time, and goes on later from where it was.";
	if (isDone && counts.failed > 0) words = "What failed for good is tried again only if you ask for it.";
	else if (isDone) {
		words = "Every segment of the catalogue is there. A run would read the catalogue again, and check the files.";
	}
	put($("confirm-words"), words);
	$("confirm-retry").hidden = !isDone || counts.failed === 0;
	put($("confirm-retry"), `Retry ${count(counts.failed)} failed`);
	put($("confirm-yes"), isDone ? "Check again" : "Start");
	$("confirm-yes").classList.toggle("primary", !isDone);
	if (!$("confirm").open) $("confirm").showModal();
}

/** The end of a run. Returns its heading, and whether all is well. */
export function showEnd(job) {
	const { counts } = job;
	const left = leftOf(counts);
	let heading = "The download is complete";
	if (left > 0) heading = "The run has ended early";
	else if (counts.failed > 0) heading += ", but for what failed";
	put($("done-heading"), heading);
	facts($("done-facts"), [
		["Successful", count(counts.success)], ["Skipped", count(counts.skipped)], ["Failed", count(counts.failed)],
		["Not done yet", count(left)], ["Courses complete", `${count(job.courses.complete)} of ${count(job.courses.total)}`],
		["Courses with failures", count(job.courses.failed)], ["On the disk", bytes(counts.bytes)],
		...(counts.moved ? [["Of the skipped, moved", count(counts.moved)]] : []),
		...refreshFacts(job.refresh),
	]);
	put($("done-storage"), job.storage);
	$("done-report").hidden = !job.report;
	$("done-retry").hidden = counts.failed === 0;
	put($("done-retry"), `Retry ${count(counts.failed)} failed`);
	$("done-close").classList.toggle("primary", counts.failed === 0);
	if (!document.querySelector("dialog[open]")) $("done").showModal();
	return { heading, isGood: counts.failed + left === 0 };
}

/** What the origin said of files that were there, over all refreshes; nothing where there was none. */
function refreshFacts(refresh) {
	if (refresh === undefined) return [];
	return [
		["Asked for again", count(refresh.refreshed)], ["Unchanged", count(refresh.unchanged)],
		["Changed", count(refresh.changed)], ["Not confirmed", count(refresh.not_confirmed ?? 0)],
		["Old files kept", count(refresh.kept ?? 0)],
	];
}

/** The limits of the run that is under way, as they are now: a timetable's will change. */
export function showLimits({ rate_limit: rate, jobs, jobs_auto: isAuto }) {
	$("limit-rate").defaultValue = rate === undefined ? "" : rateWords(rate);
	$("limit-jobs").defaultValue = isAuto ? "auto" : jobs ?? "";
	$("limit-form").reset();
	showLimitProblem(null);
	if (!$("limit-dialog").open) $("limit-dialog").showModal();
	$("limit-rate").select();
}

/** Bytes as they are typed: in the largest unit of which they are a whole number. */
function rateWords(rate) {
	const steps = [..."kMGT"].filter((_, place) => rate % 1024 ** (place + 1) === 0);
	return `${rate / 1024 ** steps.length}${steps.at(-1) ?? ""}`;
}

/**
 * What the user has changed, as pairs for a query. What is as it was shown is not sent: it would replace a timetable.
 */
export function limitsGiven() {
	return [["rate_limit", $("limit-rate")], ["jobs", $("limit-jobs")]]
		.filter(([, field]) => field.value !== field.defaultValue)
		.map(([name, field]) => [name, field.value.trim()]).filter(([, value]) => value !== "");
}

/** What is wrong with a limit that was given, or null where all are limits: the field, and the words. */
export function limitProblem() {
	const given = Object.fromEntries(limitsGiven());
	const rate = given.rate_limit?.match(/^(\d+\.?\d*|\.\d+)([kMGT]?)$/i);
	const bytes = rate && rate[1] * 1024 ** (" kmgt".indexOf(rate[2].toLowerCase() || " "));
	if (given.rate_limit !== undefined && given.rate_limit !== "off" && !(bytes >= 1024)) {
		const text = `'${given.rate_limit}' is not a rate: give one from 1k, as in 800k or 5M, or off`;
		return { field: $("limit-rate"), text };
	}
	const isNumber = /^\d+$/.test(given.jobs) && given.jobs >= 1 && given.jobs <= 1000;
	if (given.jobs !== undefined && given.jobs !== "auto" && !isNumber) {
		const text = `'${given.jobs}' is not a number of transfers: give one from 1 to 1000, or auto`;
		return { field: $("limit-jobs"), text };
	}
	return null;
}

/** Says what is wrong with a limit, in the dialog, which stays open; null takes that back. */
export function showLimitProblem(problem) {
	$("limit-problem").hidden = problem === null;
	put($("limit-problem"), problem?.text ?? "");
	for (const field of [$("limit-rate"), $("limit-jobs")]) {
		if (field === problem?.field) field.setAttribute("aria-invalid", "true");
		else field.removeAttribute("aria-invalid");
	}
	if (!problem) return;
	// A button that was pressed may have been switched off, and the focus is nowhere then.
	const hasFocus = $("limit-dialog").contains(document.activeElement);
	if (problem.field || !hasFocus) (problem.field ?? $("limit-rate")).focus();
}

/** One course, with its segments that failed. */
export function showCourse(course, isRunning) {
	put($("course-heading"), course.title);
	facts($("course-facts"), [
		["Segments", count(course.total)], ["Successful", count(course.success)], ["Skipped", count(course.skipped)],
		["Failed", count(course.failed)], ["Left", count(course.left)], ["On the disk", bytes(course.bytes)],
	]);
	const canRetry = course.failed > 0 && course.id !== null;
	$("course-retry").hidden = !canRetry || isRunning;
	$("course-retry").dataset.course = course.id;
	$("course-wait").hidden = !canRetry || !isRunning;
	$("course").showModal();
	$("course-errors").replaceChildren();
	if (course.id === null || course.failed + course.left === 0) return;
	showFailed($("course-errors"), { course: course.id }, course.failed > 0);
}

/** The segments that failed with an error, of all courses. */
export function showError(error, advice) {
	put($("error-heading"), error);
	put($("error-advice"), advice);
	$("error").showModal();
	showFailed($("error-segments"), { error }, true);
}

/** Those that failed for good, then those that are tried again by themselves. */
async function showFailed(place, query, isExpected) {
	if (isExpected) place.textContent = "Reading what failed…";
	try {
		const limit = MOST_FAILED + 1;
		const [failed, delayed] = await Promise.all(
			["failed", "delayed"].map((state) => records({ state, limit, ...query })));
		const rows = [...failed, ...delayed];
		if (rows.length === 0) return place.replaceChildren();
		place.replaceChildren(table(rows.slice(0, MOST_FAILED), "course" in query));
		if (rows.length > MOST_FAILED) place.append(`The first ${count(MOST_FAILED)} are shown.`);
	} catch {
		place.textContent = "What failed cannot be shown: the server did not answer.";
	}
}

function table(rows, isOfCourse) {
	const columns = isOfCourse
		? [["Lesson", lesson], ["Error", error], ["HTTP", http], ["What happened, and what to do", (row) => what(row, true)]]
		: [["Course", course], ["Lesson", lesson], ["HTTP", http], ["What happened", (row) => what(row, false)]];
	const head = element("tr", columns.map(([name]) => element("th", name, { scope: "col" })));
	const body = rows.map((row) => element("tr", columns.map(([name, text]) => {
		const cell = element("td", text(row));
		// On a phone there is no head above it.
		if (name === "HTTP" || name === "Course") cell.dataset.name = name;
		return cell;
	})));
	return element("div", element("table", [head, ...body]), { className: "wide" });
}

const lesson = (row) => element("span", row.title ?? row.path, { title: row.path });
const error = (row) => element("code", row.error);
const http = (row) => String(row.http_status ?? "–");
const course = (row) => row.course_title ?? (row.course_id === undefined ? "–" : `Course #${row.course_id}`);

/** The words of the try, then the advice. */
function what({ reason, message, status, retry_at: again }, withAdvice) {
	const lines = [];
	if (reason) lines.push(element("div", reason));
	if (withAdvice || !reason) lines.push(element("div", message, { className: reason ? "muted" : "" }));
	if (status === "delayed" && again) {
		const time = new Date(again * 1000).toLocaleTimeString();
		lines.push(element("div", `It is tried again after ${time}.`, { className: "muted" }));
	}
	return lines;
}
