// The list of courses: any number of rows of one height, of which only those in sight exist.

import { count, put } from "./figures.js";

/** Rows beyond the edges, so that none is missing while the list moves. */
const MARGIN = 6;

/** Whether a course belongs to what the user wants to see. */
const KINDS = {
	all: () => true,
	working: (course) => course.working,
	failed: (course) => course.failed > 0,
	left: (course) => course.there < course.total,
	complete: (course) => course.there >= course.total,
};

export class CourseList {
	#list;
	#space;
	#open;
	#courses = [];
	#shown = [];
	#rows = new Map();
	#current = 0;
	#text = "";
	#kind = "all";
	#isDue = false;

	/**
	 * @param list the element that scrolls.
	 * @param space the one in it that is as high as all rows.
	 * @param open gets the course that the user wants to see.
	 */
	constructor(list, space, open) {
		this.#list = list;
		this.#space = space;
		this.#open = open;
		list.addEventListener("scroll", () => this.#draw(), { passive: true });
		list.addEventListener("keydown", (event) => this.#key(event));
		space.addEventListener("click", (event) => this.#click(event));
		new ResizeObserver(() => this.#draw()).observe(list);
	}

	get total() { return this.#courses.length; }
	get shown() { return this.#shown.length; }

	/** Takes the rows of the server's table. */
	set(rows) {
		this.#courses = rows.map(([id, title, total, success, skipped, failed, left, bytes, working]) => ({
			id, title: title ?? (id === null ? "(no course)" : `Course #${id}`),
			total, success, skipped, failed, left, bytes, working: working === 1, there: success + skipped,
		}));
		this.#choose();
	}

	/** Shows the courses whose title has the text in it, and that are of the kind. */
	filter(text, kind) {
		this.#text = text.trim().toLowerCase();
		this.#kind = kind;
		this.#current = 0;
		this.#list.scrollTop = 0;
		this.#choose();
	}

	#choose() {
		const isWanted = KINDS[this.#kind];
		this.#shown = this.#courses.filter((course) => isWanted(course)
			&& (!this.#text || course.title.toLowerCase().includes(this.#text) || String(course.id) === this.#text));
		this.#current = Math.min(this.#current, Math.max(0, this.#shown.length - 1));
		this.#list.setAttribute("aria-rowcount", this.#shown.length);
		this.#draw();
	}

	get #height() { return Number.parseFloat(getComputedStyle(this.#list).getPropertyValue("--row")); }

	/** Once before the next frame, however often it is asked for. */
	#draw() {
		if (this.#isDue) return;
		this.#isDue = true;
		requestAnimationFrame(() => {
			this.#isDue = false;
			this.#drawNow();
		});
	}

	#drawNow() {
		const height = this.#height;
		this.#space.style.height = `${this.#shown.length * height}px`;
		const first = Math.max(0, Math.floor(this.#list.scrollTop / height) - MARGIN);
		const last = Math.min(
			this.#shown.length, Math.ceil((this.#list.scrollTop + this.#list.clientHeight) / height) + MARGIN);
		const spare = [];
		for (const [index, row] of this.#rows) {
			if (index < first || index >= last) {
				this.#rows.delete(index);
				spare.push(row);
			}
		}
		for (let index = first; index < last; index += 1) {
			let row = this.#rows.get(index);
			if (!row) {
				row = spare.pop() ?? makeRow(this.#space);
				this.#rows.set(index, row);
			}
			fill(row, this.#shown[index], index, height, index === this.#current);
		}
		for (const row of spare) row.remove();
		this.#list.setAttribute("aria-activedescendant", this.#rows.has(this.#current) ? `row-${this.#current}` : "");
	}

	#key(event) {
		const page = Math.max(1, Math.floor(this.#list.clientHeight / this.#height) - 1);
		const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
		if (event.key === "Enter" && this.#shown.length > 0) {
			this.#open(this.#shown[this.#current]);
		} else if (event.key in steps) {
			this.#moveTo(Math.max(0, Math.min(this.#shown.length - 1, this.#current + steps[event.key])));
		} else {
			return;
		}
		event.preventDefault();
	}

	#moveTo(index) {
		this.#current = index;
		const height = this.#height;
		const top = index * height;
		if (top < this.#list.scrollTop) this.#list.scrollTop = top;
		const bottom = top + height - this.#list.clientHeight;
		if (bottom > this.#list.scrollTop) this.#list.scrollTop = bottom;
		this.#draw();
	}

	#click(event) {
		const row = event.target.closest(".row");
		if (!row) return;
		this.#current = Number(row.dataset.index);
		this.#draw();
		this.#open(this.#shown[this.#current]);
	}
}

function makeRow(space) {
	const row = document.createElement("div");
	row.className = "row";
	row.setAttribute("role", "row");
	row.append(...["title", "track", "numbers", "word"].map((className) => {
		const cell = document.createElement("div");
		cell.className = className;
		cell.setAttribute("role", "gridcell");
		return cell;
	}));
	row.children[1].append(document.createElement("i"));
	space.append(row);
	return row;
}

function fill(row, course, index, height, isCurrent) {
	row.id = `row-${index}`;
	row.dataset.index = index;
	row.setAttribute("aria-rowindex", index + 1);
	row.setAttribute("aria-selected", isCurrent);
	row.style.transform = `translateY(${index * height}px)`;
	const [title, track, numbers, word] = row.children;
	const [text, className] = state(course);
	put(title, course.title);
	track.firstChild.style.transform = `scaleX(${course.total > 0 ? course.there / course.total : 0})`;
	put(numbers, `${count(course.there)} of ${count(course.total)}`);
	put(word, text);
	word.className = `word ${className}`;
}

function state(course) {
	if (course.working) return ["↻ running", "busy"];
	if (course.failed > 0) return [`✕ ${count(course.failed)} failed`, "bad"];
	if (course.there >= course.total) return ["✓ complete", "good"];
	return course.left > 0 ? ["… queued", "idle"] : ["left out", "idle"];
}
