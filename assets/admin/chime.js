// The sound of a new message: two soft notes made by the page itself. Browsers allow it after the first press on the page.
// Between two sounds the context rests: one that runs costs a processor a few hundredths all day.

/** The notes, in Hz, and when each begins, in seconds. */
const NOTES = [
  { pitch: 659.25, at: 0 },
  { pitch: 880, at: 0.16 },
];
const ATTACK_S = 0.012;
const DECAY_S = 0.7;
/** Of a full volume; two notes overlap. */
const LOUDNESS = 0.5;
const SILENCE = 0.0001;

export class Chime {
  /** @type {AudioContext | null} */
  #context = null;
  /** It has run: a press has allowed it, and we may stop it and start it again. */
  #allowed = false;
  #playing = 0;

  /** @param {() => void} onChange it can be heard now, or not any more */
  constructor(onChange) {
    this.onChange = onChange;
  }

  /** To be called while a person presses something. */
  async unlock() {
    if (!this.#context) {
      this.#context = new AudioContext();
      this.#context.onstatechange = this.onChange;
    }
    await this.#context.resume();
    await this.#rest();
  }

  get ready() {
    const state = this.#context?.state;
    return state === "running" || (this.#allowed && state === "suspended");
  }

  async #rest() {
    if (this.#playing > 0 || this.#context?.state !== "running") return;
    this.#allowed = true;
    await this.#context.suspend();
  }

  /** @param {number} volume from 0 to 1, as the ear hears it */
  play(volume) {
    const context = this.#context;
    if (!context || volume <= 0) return;
    void context.resume();
    const peak = Math.max(SILENCE * 2, volume * volume * LOUDNESS);
    for (const { pitch, at } of NOTES) {
      const start = context.currentTime + at;
      const gain = context.createGain();
      gain.gain.setValueAtTime(SILENCE, start);
      gain.gain.exponentialRampToValueAtTime(peak, start + ATTACK_S);
      gain.gain.exponentialRampToValueAtTime(SILENCE, start + DECAY_S);
      gain.connect(context.destination);
      const tone = context.createOscillator();
      tone.type = "sine";
      tone.frequency.value = pitch;
      tone.connect(gain);
      tone.start(start);
      tone.stop(start + DECAY_S);
      this.#playing += 1;
      tone.onended = () => {
        this.#playing -= 1;
        void this.#rest();
      };
    }
  }
}
