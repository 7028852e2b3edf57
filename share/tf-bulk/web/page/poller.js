// Asks again and again: every 3 s, every 30 s while nobody looks, and less and less often while the server is away.

const USUAL = 3;
const HIDDEN = 30;
const LONGEST = 60;

export class Poller {
	#ask;
	#tell;
	#timer = 0;
	#failures = 0;
	#asking = null;

	/**
	 * @param ask asks once; throws where no answer came.
	 * @param tell is told the seconds until the next try after a failure, 0 after an answer.
	 */
	constructor(ask, tell) {
		this.#ask = ask;
		this.#tell = tell;
		document.addEventListener("visibilitychange", () => document.hidden || this.now());
		addEventListener("online", () => this.now());
	}

	/** Asks at once, or waits for the answer that is on its way and asks then. */
	async now() {
		await this.#asking;
		clearTimeout(this.#timer);
		this.#asking = this.#once();
		await this.#asking;
	}

	async #once() {
		let pause = document.hidden ? HIDDEN : USUAL;
		try {
			await this.#ask();
			this.#failures = 0;
			this.#tell(0);
		} catch (error) {
			if (!(error instanceof TypeError) && error.message) console.error(error);
			pause = Math.min(LONGEST, Math.max(pause, USUAL * 2 ** this.#failures));
			this.#failures += 1;
			this.#tell(pause);
		}
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.now(), pause * 1000);
	}
}
