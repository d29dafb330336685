// A sound from the microphone as a WAV file, made in the page, for as long as somebody speaks.

import { wav } from "../../data/wav.js";

const LONGEST = 15; // seconds

/** Starts recording; gives `stop()`, which gives the file. `level(x)` is told how loud it is, 0 … 1; `ended()` at the longest. */
export async function record({ level = () => {}, ended = () => {} } = {}) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
  const context = new AudioContext();
  const blocks = [];
  let n = 0;
  await context.audioWorklet.addModule("/js/data/recorder-worklet.js");
  const tape = new AudioWorkletNode(context, "mb-recorder", { numberOfOutputs: 0 });
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
      const samples = new Float32Array(n);
      let at = 0;
      for (const block of blocks) {
        samples.set(block, at);
        at += block.length;
      }
      return wav(samples, rate);
    },
  };
}
