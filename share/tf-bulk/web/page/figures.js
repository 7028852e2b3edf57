// Figures as people read them, and the way in which text gets onto the page.

const numbers = new Intl.NumberFormat("en");
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

export const count = (number) => numbers.format(number ?? 0);

export function bytes(number) {
	let value = Math.max(0, number ?? 0);
	let unit = 0;
	while (value >= 1024 && unit < UNITS.length - 1) {
		value /= 1024;
		unit += 1;
	}
	return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${UNITS[unit]}`;
}

/** The two largest units. */
export function duration(seconds) {
	if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
	const minutes = Math.round(seconds / 60);
	if (minutes < 60) return `${minutes} min`;
	const hours = Math.floor(minutes / 60);
	if (!(hours < 24 * 1000)) return "more than 1000 d";
	return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Never 100 % before all is done. */
export function percent(part, whole) {
	if (whole === 0) return "0 %";
	const share = (100 * part) / whole;
	return share > 99 && share < 100 ? `${(Math.floor(share * 10) / 10).toFixed(1)} %` : `${Math.floor(share)} %`;
}

/** The time of day in so many seconds, with the day where that is another. */
export function moment(seconds) {
	const time = new Date(Date.now() + seconds * 1000);
	const clock = time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
	if (time.toDateString() === new Date().toDateString()) return clock;
	return `${time.toLocaleDateString([], { month: "short", day: "numeric" })}, ${clock}`;
}

/** An element with content: a text, never markup; another element; or several of them. */
export function element(name, content, properties = {}) {
	const made = Object.assign(document.createElement(name), properties);
	made.append(...[content].flat());
	return made;
}

const texts = new WeakMap();

/**
 * Puts in a text where it is another than the last one put in: a screen reader would read it again, and what a browser
 * has translated would change back.
 */
export function put(element, text) {
	if (texts.get(element) === text) return;
	texts.set(element, text);
	element.textContent = text;
}
