// Asks again and again: every 3 s, every 30 s while no one looks, and less and less often while the server is away.

const USUAL = 3;
const HIDDEN = 30;
const LONGEST = 60;

/** An answer that is of no use; its message is for the user. */
export class Refused extends Error {}

export class Poller {
	#ask;
	#tell;
	#timer = 0;
	#failures = 0;
	#asking = Promise.resolve();
	#next = null;

	/**
	 * @param ask asks once; throws where no answer came, and `Refused` where it was none that helps.
	 * @param tell gets the seconds until the next try after a failure, 0 after an answer; and why it was refused.
	 */
	constructor(ask, tell) {
		this.#ask = ask;
		this.#tell = tell;
		document.addEventListener("visibilitychange", () => document.hidden || this.now());
		// After a sleep, after a way back in the browser's history, and when the network is there again.
		document.addEventListener("resume", () => this.now());
		addEventListener("pageshow", (event) => event.persisted && this.now());
		addEventListener("online", () => this.now());
	}

	/** Asks at once, or waits for the answer that is on its way and asks then: once, however many want to know. */
	now() {
		this.#next ??= this.#asking.then(() => {
			this.#next = null;
			this.#asking = this.#once();
			return this.#asking;
		});
		return this.#next;
	}

	async #once() {
		clearTimeout(this.#timer);
		let pause = document.hidden ? HIDDEN : USUAL;
		try {
			await this.#ask();
			this.#failures = 0;
			this.#tell(0);
		} catch (error) {
			const isExpected = error instanceof TypeError || error instanceof DOMException || error instanceof Refused;
			if (!isExpected) console.error(error);
			pause = Math.min(LONGEST, Math.max(pause, USUAL * 2 ** this.#failures));
			this.#failures += 1;
			this.#tell(pause, error instanceof Refused ? error.message : undefined);
		}
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.now(), pause * 1000);
	}
}
