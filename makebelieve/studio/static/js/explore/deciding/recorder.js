// A sound from the microphone as a WAV file, made in the page.

const LONGEST = 15; // seconds

/** Starts recording; gives `stop()`, which gives the file. `level(x)` is told how loud it is, 0 … 1; `ended()` at the longest. */
export async function record({ level = () => {}, ended = () => {} } = {}) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
  const context = new AudioContext();
  const blocks = [];
  let n = 0;
  await context.audioWorklet.addModule("/js/explore/deciding/tape.js");
  const tape = new AudioWorkletNode(context, "tape", { numberOfOutputs: 0 });
  tape.port.onmessage = ({ data }) => {
    if (n > LONGEST * context.sampleRate) return;
    blocks.push(data);
    n += data.length;
    level(Math.min(1, Math.max(...data.map(Math.abs)) * 1.5));
    if (n > LONGEST * context.sampleRate) ended();
  };
  context.createMediaStreamSource(stream).connect(tape);
  const close = () => {
    stream.getTracks().forEach((track) => track.stop());
    return context.close();
  };
  return {
    close,
    async stop() {
      const rate = context.sampleRate;
      await close();
      return wav(blocks, n, rate);
    },
  };
}

/** Samples in [−1, 1] as a mono WAV file of 16 bits. */
export function wav(blocks, n, rate) {
  const view = new DataView(new ArrayBuffer(44 + 2 * n));
  const word = (at, text) => [...text].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  word(0, "RIFF");
  view.setUint32(4, 36 + 2 * n, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // whole numbers
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true); // bytes a second
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, "data");
  view.setUint32(40, 2 * n, true);
  let at = 44;
  for (const block of blocks) {
    for (const value of block) {
      view.setInt16(at, Math.round(Math.max(-1, Math.min(1, value)) * 32767), true);
      at += 2;
    }
  }
  return new Blob([view], { type: "audio/wav" });
}
