// Plays the sound of answers as it comes, and stops at once when told to.

const AHEAD_S = 0.03; // the first piece waits so long, for those behind it to be in time

export class Loudspeaker {
  #contexts = new Map();
  #context = null;
  #sources = new Set();
  #until = 0;
  #ending = null;
  #onPlayed;

  constructor(onPlayed) {
    this.#onPlayed = onPlayed;
  }

  // Browsers let a page make sound only after somebody has touched it.
  wake() {
    for (const context of this.#contexts.values()) context.resume();
  }

  // One context for each rate: a browser converts whole streams better than pieces of them.
  begin(rateHz) {
    if (!this.#contexts.has(rateHz)) this.#contexts.set(rateHz, new AudioContext({ sampleRate: rateHz }));
    this.#context = this.#contexts.get(rateHz);
    this.#context.resume();
    this.#until = 0;
    this.#ending = null;
  }

  play(pcm) {
    const samples = Float32Array.from(new Int16Array(pcm), (sample) => sample / 32768);
    const buffer = this.#context.createBuffer(1, samples.length, this.#context.sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = new AudioBufferSourceNode(this.#context, { buffer });
    source.connect(this.#context.destination);
    source.addEventListener("ended", () => this.#ended(source));
    this.#sources.add(source);
    this.#until = Math.max(this.#until, this.#context.currentTime + AHEAD_S);
    source.start(this.#until);
    this.#until += buffer.duration;
  }

  end(answer) {
    this.#ending = answer;
    this.#tell();
  }

  stop() {
    this.#ending = null;
    for (const source of this.#sources) source.stop();
    this.#sources.clear();
  }

  #ended(source) {
    this.#sources.delete(source);
    this.#tell();
  }

  #tell() {
    if (this.#ending === null || this.#sources.size > 0) return;
    this.#onPlayed(this.#ending);
    this.#ending = null;
  }
}
