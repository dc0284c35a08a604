// Makes int16 mono at 16 kHz of what the microphone gives, in pieces of 32 ms.

const RATE_HZ = 16000;
const PIECE = 512;

class Microphone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.step = sampleRate / RATE_HZ;
    this.sum = 0;
    this.covered = 0;
    this.piece = new Int16Array(PIECE);
    this.filled = 0;
  }

  process([[channel]]) {
    for (const sample of channel ?? []) this.take(sample);
    return true;
  }

  // Each sample that goes out is the mean of those that it covers: that keeps most of what is above 8 kHz out.
  take(sample) {
    let width = 1;
    while (width > 1e-9) {
      const part = Math.min(width, this.step - this.covered);
      this.sum += sample * part;
      this.covered += part;
      width -= part;
      if (this.step - this.covered < 1e-9) {
        this.put(this.sum / this.step);
        this.sum = this.covered = 0;
      }
    }
  }

  put(value) {
    this.piece[this.filled] = Math.round(Math.max(-1, Math.min(1, value)) * 32767);
    this.filled += 1;
    if (this.filled === PIECE) {
      this.port.postMessage(this.piece.slice());
      this.filled = 0;
    }
  }
}

registerProcessor("microphone", Microphone);
